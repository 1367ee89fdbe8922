# SPDX-License-Identifier: GPL-2.0-or-later
"""What is left of Byway on the client, and what the client was before: both as plain values."""

import hashlib
import os

import charon
import client
import libreswan

ROUTE_PROTOCOL = "107"
OUR_WORD = "byway-"
# What the kernel adds to an interface by itself, when it gets round to it.
COMES_AND_GOES = ("fe80:", "local fe80:", "anycast ", "multicast ff00:")


def leftovers(box):
    """Kind -> what was found; empty when nothing of ours is there."""
    member = box.host
    found = {
        "processes": [line for line in member.processes().values() if client.RUN_DIR + "/" in line],
        "routes": _lines(member, "ip", "route", "show", "table", "all", "proto", ROUTE_PROTOCOL)
        + _lines(member, "ip", "-6", "route", "show", "table", "all", "proto", ROUTE_PROTOCOL),
        "rules": [line for line in _lines(member, "ip", "rule") + _lines(member, "ip", "-6", "rule")
                  if f"proto {ROUTE_PROTOCOL}" in line],
        "links": [line for line in _lines(member, "ip", "-o", "link") if "ppp" in line.split(":")[1]],
        "run dir": member.call(_entries, client.RUN_DIR),
        "names in charon": _in_charon(member),
        "names in pluto": libreswan.names(member, OUR_WORD),
        "key files": [name for name in member.call(_entries, libreswan.DROP_IN) if OUR_WORD in name],
    }
    return {kind: entries for kind, entries in found.items() if entries}


def snapshot(box):
    """What has to be the same before and after."""
    member = box.host
    return {
        "routes": _lines(member, "ip", "-4", "route", "show", "table", "all"),
        "routes6": [line for line in _lines(member, "ip", "-6", "route", "show", "table", "all")
                    if not line.startswith(COMES_AND_GOES)],
        "rules": _lines(member, "ip", "-4", "rule"),
        "rules6": _lines(member, "ip", "-6", "rule"),
        "addresses": _lines(member, "ip", "-o", "-4", "address"),
        "policies": policies(member),
        "states": states(member),
        "resolv.conf": digest(member, "/etc/resolv.conf"),
        "forwarding": member.read("/proc/sys/net/ipv4/ip_forward"),
    }


def differences(before, after):
    """Kind -> what went and what came."""
    return {kind: {"gone": _without(before[kind], after[kind]), "new": _without(after[kind], before[kind])}
            for kind in before if before[kind] != after[kind]}


def states(member):
    """SPI and endpoints of each association."""
    lines = member.out("ip", "xfrm", "state").splitlines()
    heads = [line for line in lines if line.startswith("src ")]
    spis = [line.split("spi ")[1].split()[0] for line in lines if "proto esp spi" in line]
    return sorted(f"{head} spi {spi}" for head, spi in zip(heads, spis))


def policies(member):
    """The selectors of all policies but the sockets' own."""
    text = member.out("ip", "xfrm", "policy")
    blocks = ("\n" + text).split("\nsrc ")[1:]
    return sorted(" ".join(("src " + block).split()) for block in blocks if "socket " not in block)


def digest(member, path):
    return member.call(lambda: hashlib.sha256(open(path, "rb").read()).hexdigest())


def _without(entries, others):
    if isinstance(entries, str):
        return entries
    return [entry for entry in entries if entry not in others]


def _in_charon(member):
    if not charon.runs(member):
        return []
    listed = (member.run(["swanctl", what], check=False).out for what in ("--list-conns", "--list-sas", "--list-pols"))
    return [line for text in listed for line in text.splitlines() if OUR_WORD in line] + _over_vici(member)


def _over_vici(member):
    """What swanctl has no command for, and the socket has. A private key has no name: none of them came from elsewhere."""
    named = [name for what in ("get-shared", "get-authorities") for name in member.call(charon.names, what)]
    return [name for name in named if name.startswith(OUR_WORD)] + member.call(charon.names, "get-keys")


def _entries(path):
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def _lines(member, *argv):
    return member.run(list(argv), check=False).out.splitlines()
