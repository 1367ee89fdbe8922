# SPDX-License-Identifier: GPL-2.0-or-later
"""What is left of Byway on the client, and what the client was before: both as plain values."""

import hashlib
import json
import os
import re

import charon
import client
import libreswan
import netlink

ROUTE_PROTOCOL = 107
OUR_WORD, OUR_SUFFIX = "byway-", ".byway"
RESOLVCONF = "/run/resolvconf/interface"
STREAMS = {"list-conns": "list-conn", "list-sas": "list-sa", "list-policies": "list-policy"}
OUR_NAMES = re.compile(rb"byway-[\w-]*")


def leftovers(box):
    """Kind -> what was found; empty when nothing of ours is there. Daemons are asked last: that takes a while, and is in vain
    before all the rest is gone."""
    member = box.host
    return _found({
        "processes": [line for line in member.processes().values() if client.RUN_DIR + "/" in line],
        "routes": [entry for family in (4, 6) for entry in _listed(member, netlink.routes, family, ours=True)],
        "rules": [entry for family in (4, 6) for entry in _listed(member, netlink.rules, family, ours=True)],
        "links": [name for name in member.call(netlink.links).values() if "ppp" in name],
        "run dir": member.call(_entries, client.RUN_DIR),
        "key files": [name for name in member.call(_entries, libreswan.DROP_IN) if OUR_WORD in name],
        "name servers": [name for name in member.call(_entries, RESOLVCONF) if name.endswith(OUR_SUFFIX)],
    }) or _found({
        "names in charon": _in_charon(member),
        "names in pluto": libreswan.names(member, OUR_WORD),
    })


def _found(kinds):
    return {kind: entries for kind, entries in kinds.items() if entries}


def snapshot(box):
    """What has to be the same before and after."""
    member = box.host
    return {
        "routes": _listed(member, netlink.routes, 4),
        "routes6": [route for route in _listed(member, netlink.routes, 6) if not _comes_and_goes(route)],
        "rules": _listed(member, netlink.rules, 4),
        "rules6": _listed(member, netlink.rules, 6),
        "addresses": _listed(member, netlink.addresses, 4),
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
    return _listed(member, netlink.states)


def policies(member):
    return _listed(member, netlink.policies)


def digest(member, path):
    return member.call(lambda: hashlib.sha256(open(path, "rb").read()).hexdigest())


def _without(entries, others):
    if isinstance(entries, str):
        return entries
    return [entry for entry in entries if entry not in others]


def _comes_and_goes(route):
    """What the kernel adds to an interface by itself, when it gets round to it."""
    found = json.loads(route)
    return found["dst"].startswith(("fe80:", "ff00:")) or found["type"] in ("anycast", "multicast")


def _in_charon(member):
    if not charon.runs(member):
        return []
    try:
        told = [member.call(charon.listed, what, event) for what, event in STREAMS.items()]
        return sorted({name.decode() for text in told for name in OUR_NAMES.findall(text)}) + _over_vici(member)
    except (ConnectionError, FileNotFoundError, IndexError):  # it has just begun, or is about to end: whoever waits asks again
        return ["charon does not answer"]


def _over_vici(member):
    """What swanctl has no command for, and the socket has. A private key has no name: none of them came from elsewhere."""
    named = [name for what in ("get-shared", "get-authorities") for name in member.call(charon.names, what)]
    return [name for name in named if name.startswith(OUR_WORD)] + member.call(charon.names, "get-keys")


def _entries(path):
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def _listed(member, question, *given, ours=False):
    """The kernel's entries as sorted lines, all of them or those that carry our protocol's number."""
    entries = [entry for entry in member.call(lambda: list(question(*given))) if not ours or entry["protocol"] == ROUTE_PROTOCOL]
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)
