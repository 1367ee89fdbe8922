# SPDX-License-Identifier: GPL-2.0-or-later
"""What `byway doctor` says of a machine, and `byway probe` of a server."""

import json

import network
from steps import NAME

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def examined(world, *words, user=()):
    told = world.client.host.run([*user, "byway", "doctor", "--json", *words], check=False, timeout=40)
    return told.code, json.loads(told.out)


def verdict(about, check):
    found = [one["verdict"] for one in about["checks"] if one["id"] == check]
    assert found, f"nothing is said about {check}: {about}"
    return found[0]


def problems(about):
    return [one for one in about["checks"] if one["verdict"] == "problem"]


def doctor_is_content(world):
    """Root, with the helper: nothing stands in the way."""
    code, about = examined(world, NAME)
    assert code == 0 and not problems(about), about
    assert about["conclusion"].startswith("You can connect"), about
    for check in ("try-ppp", "try-l2tp", "try-esp", "pppd", "xl2tpd", "pppd-plugin", "ike-daemon", "helper", "server"):
        assert verdict(about, check) == "ok", (check, about)


def doctor_without_root(world):
    """Says what it could not check, and does not guess."""
    _, about = examined(world, user=NOBODY)
    assert verdict(about, "try-esp") == "unknown" and verdict(about, "try-l2tp") == "ok", about
    assert verdict(about, "polkit") in ("warning", "problem"), about


def doctor_finds(check, *words):
    """The problem, and the conclusion names it."""
    def step(world):
        code, about = examined(world)
        assert code == 12 and verdict(about, check) == "problem", about
        assert all(word in about["conclusion"] for word in words), about["conclusion"]
        world.measures["sentence"] = about["conclusion"]
    return step


def doctor_says(check, *words):
    """Of the connection, as a problem."""
    def step(world):
        _, about = examined(world, NAME)
        found = [one["sentence"] for one in problems(about) if one["id"] == check]
        assert len(found) == 1 and all(word in found[0] for word in words), about
    return step


def probed(world, host="vpn.example.net", user=(), codes=(0,)):
    told = world.client.host.run([*user, "byway", "probe", host, "--json"], check=False, timeout=70)
    assert told.code in codes, (told.code, told.out, told.err)
    world.measures["probe"] = round(told.seconds * 1000)
    return json.loads(told.out) if told.out else {}


def takes(*wanted, user=(), host="vpn.example.net", make=None):
    """Exactly these, nothing else, and nothing is left half open."""
    def step(world):
        about = probed(world, host, user=user)
        assert make is None or make in about["make"], about
        found = {one["ike"] for one in about["accepted"]}
        assert found == set(wanted), f"found {sorted(found)}, not {sorted(wanted)}"
        assert about["nat-t"] and about["packets"] <= 90, about
        world.proposal = about["proposal"]
        open_ones = world.srv.half_open()
        assert open_ones == 0, f"{open_ones} associations are left half open"
    return step


def use_it(world):
    """The line to paste is one that connects."""
    world.client.byway("edit", NAME, f"ike={world.proposal}")


def probe_is_silent(world):
    """Told in time, and not taken for a refusal."""
    about = probed(world, codes=(18,))
    assert about["answers"] is False and about["accepted"] == [], about
    told = world.client.host.run(["byway", "probe", network.WORLD], check=False, timeout=40)
    assert told.code == 14 and "runs no IPsec" in told.err, (told.code, told.out, told.err)
