# SPDX-License-Identifier: GPL-2.0-or-later
"""What is left of Byway on the client, and what the client was before: both as plain values."""

import hashlib
import json
import os
import re

import charon
import client
import libreswan

ROUTE_PROTOCOL = "107"
OUR_WORD = "byway-"
ROUTES, RULES = "route show table all", "rule show"
OUR_ROUTES = f"{ROUTES} proto {ROUTE_PROTOCOL}"
STREAMS = {"list-conns": "list-conn", "list-sas": "list-sa", "list-policies": "list-policy"}
OUR_NAMES = re.compile(rb"byway-[\w-]*")


def leftovers(box):
    """Kind -> what was found; empty when nothing of ours is there."""
    member = box.host
    ours4, rules4, links = _listed(member, "-4", OUR_ROUTES, RULES, "link show")
    ours6, rules6 = _listed(member, "-6", OUR_ROUTES, RULES)
    found = {
        "processes": [line for line in member.processes().values() if client.RUN_DIR + "/" in line],
        "routes": ours4 + ours6,
        "rules": [rule for rule in rules4 + rules6 if _of(rule, "protocol") == ROUTE_PROTOCOL],
        "links": [link for link in links if "ppp" in _of(link, "ifname")],
        "run dir": member.call(_entries, client.RUN_DIR),
        "names in charon": _in_charon(member),
        "names in pluto": libreswan.names(member, OUR_WORD),
        "key files": [name for name in member.call(_entries, libreswan.DROP_IN) if OUR_WORD in name],
    }
    return {kind: entries for kind, entries in found.items() if entries}


def snapshot(box):
    """What has to be the same before and after."""
    member = box.host
    routes, rules, addresses = _listed(member, "-4", ROUTES, RULES, "address show")
    routes6, rules6 = _listed(member, "-6", ROUTES, RULES)
    return {
        "routes": routes,
        "routes6": [route for route in routes6 if not _comes_and_goes(route)],
        "rules": rules,
        "rules6": rules6,
        "addresses": [f"{_of(link, 'ifname')} {_of(link, 'addr_info')}" for link in addresses if _of(link, "addr_info")],
        "policies": policies(member),
        "states": states(member),
        "resolv.conf": digest(member, "/etc/resolv.conf"),
        "certificates": libreswan.certificates(member),
        "forwarding": member.read("/proc/sys/net/ipv4/ip_forward"),
    }


def differences(before, after):
    """Kind -> what went and what came."""
    return {kind: {"gone": _without(before[kind], after[kind]), "new": _without(after[kind], before[kind])}
            for kind in before if before[kind] != after[kind]}


def states(member):
    """SPI and endpoints of each association. One without an SPI is the kernel's note that somebody sent a packet for which there
    was none; it goes by itself (net.core.xfrm_acq_expires, 165 s), and nobody can take it away."""
    lines = member.out("ip", "xfrm", "state").splitlines()
    heads = [line for line in lines if line.startswith("src ")]
    spis = [line.split("spi ")[1].split()[0] for line in lines if "proto esp spi" in line]
    return sorted(f"{head} spi {spi}" for head, spi in zip(heads, spis) if int(spi, 16))


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


def _comes_and_goes(route):
    """What the kernel adds to an interface by itself, when it gets round to it."""
    target = _of(route, "dst")
    return target.startswith(("fe80:", "ff00:")) or _of(route, "type") in ("anycast", "multicast")


def _in_charon(member):
    if not charon.runs(member):
        return []
    told = [member.call(charon.listed, what, event) for what, event in STREAMS.items()]
    return sorted({name.decode() for text in told for name in OUR_NAMES.findall(text)}) + _over_vici(member)


def _over_vici(member):
    """What swanctl has no command for, and the socket has. A private key has no name: none of them came from elsewhere."""
    named = [name for what in ("get-shared", "get-authorities") for name in member.call(charon.names, what)]
    return [name for name in named if name.startswith(OUR_WORD)] + member.call(charon.names, "get-keys")


def _entries(path):
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def _listed(member, family, *questions):
    """Each question's answer, as a sorted list of entries; all of them for the price of one process."""
    told = member.run(["ip", "-j", family, "-batch", "-"], input="\n".join(questions) + "\n").out
    answers, rest = [], told.lstrip()
    while rest:
        answer, length = json.JSONDecoder().raw_decode(rest)
        answers.append([json.dumps(entry, sort_keys=True) for entry in answer if entry])
        rest = rest[length:].lstrip()
    assert len(answers) == len(questions), f"ip {family} told {told!r}"
    return answers


def _of(entry, key):
    return json.loads(entry).get(key, "")
