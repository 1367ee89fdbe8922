# SPDX-License-Identifier: GPL-2.0-or-later
"""An IPsec tunnel of the client's that is none of our business, to a strongSwan of its own."""

import json
import re

import charon
import layers
import libreswan
import netlink
import network
import oracle
from steps import pings
from waiting import wait_for

FAR = "10.77.0.1"


def bring_up(world):
    peer, member = world.peer(), world.client.host
    peer.batch(["link add far type dummy", "link set far up", f"address add {FAR}/24 dev far"])
    own = "foreign/libreswan-client" if world.ike is libreswan else "foreign/client"
    for host, tree in ((peer, "foreign/peer"), (member, own)):
        for path, text in layers.files([tree], world.client.setup).items():
            layers.write(host, path, text)
    charon.start(peer)
    _connect[world.ike](member)
    world.foreign = associations(world)
    assert world.foreign, "the foreign tunnel has no associations"
    world.before = oracle.snapshot(world.client)
    still_works(world)


_BY_HAND = ("src 198.18.0.1 dst 198.18.0.2 proto esp spi 0x77 reqid 77 mode tunnel",
            "src 198.18.1.0/24 dst 198.18.2.0/24 dir out")


def by_hand(world):
    """What an administrator put into the kernel's IPsec table himself: it belongs to no daemon, so it outlives all of them."""
    state, policy = _BY_HAND
    not_by_hand(world, check=False)
    run = world.client.host.run
    run(["ip", "xfrm", "state", "add", *state.split(), "enc", "cipher_null", "", "auth", "hmac(sha1)", f"0x{'77' * 20}"])
    run(["ip", "xfrm", "policy", "add", *policy.split(), "tmpl", *"src 198.18.0.1 dst 198.18.0.2 proto esp reqid 77 mode tunnel".split()])
    world.remember()


def not_by_hand(world, check=True):
    state, policy = _BY_HAND
    world.client.host.run(["ip", "xfrm", "policy", "delete", *policy.split()], check=check)
    world.client.host.run(["ip", "xfrm", "state", "delete", *state.split()[:8]], check=check)


def _by_strongswan(member):
    member.run(["swanctl", "--load-all", "--noprompt"])
    member.run(["ipsec", "rereadsecrets"])
    member.run(["ipsec", "reload"])
    wait_for(lambda: "headquarters" in member.out("ipsec", "statusall"), "the foreign connection to be loaded")
    member.run(["ipsec", "up", "headquarters"])


def _by_libreswan(member):
    member.run(["ipsec", "auto", "--rereadsecrets"])
    member.run(["ipsec", "auto", "--add", "headquarters"])
    member.run(["ipsec", "auto", "--up", "headquarters"])


_connect = {charon: _by_strongswan, libreswan: _by_libreswan}


def associations(world):
    return [state for state in oracle.states(world.client.host) if network.PEER in state]


def loads(world):
    """Bytes and packets that the associations carried, by where they end."""
    kept = {(json.loads(state)["dst"], json.loads(state)["spi"]) for state in world.foreign}
    return {key[0]: load for key, load in world.client.host.call(netlink.loads).items() if key in kept}


def still_works(world):
    pings(FAR)(world)
    is_the_same(world)


def is_the_same(world):
    """The same associations: nobody made them anew."""
    assert associations(world) == world.foreign, f"{world.foreign} became {associations(world)}"


def listed(world):
    """What the IKE daemon has, in its own words, without what grows by itself: connections, associations with their SPIs
    and serial numbers, and whose secrets."""
    return _listed[world.ike](world.client.host)


def _strongswan_has(member):
    associations = re.findall(LASTING, member.out("swanctl", "--list-sas", "--raw"))
    assert {"initiator-spi", "spi-in", "spi-out"} <= {key for key, _ in associations}, associations
    connections = member.out("swanctl", "--list-conns").splitlines()
    return connections + [" ".join(pair) for pair in associations] + member.call(charon.names, "get-shared")


def _libreswan_has(member):
    lines = [re.sub(PASSING, "", line) for line in libreswan.names(member, "headquarters")]
    assert any("esp." in line for line in lines), lines
    keys = member.out(libreswan.WHACK, "--listpsks").splitlines()
    assert any("PSK" in line for line in keys), keys
    return lines + [line for line in keys if "PSK" in line]


LASTING = r"\b(uniqueid|initiator-spi|responder-spi|reqid|spi-in|spi-out)=(\w+)"
PASSING = r"Traffic:.*|\bin \d+s|\blast DPD.*"
_listed = {charon: _strongswan_has, libreswan: _libreswan_has}


def new_key(world):
    """It logs in anew, while a key of ours may be at hand."""
    hang_up(world)
    _connect[world.ike](world.client.host)
    world.foreign = associations(world)
    others = [policy for policy in world.before["policies"] if network.PEER not in policy]
    its_own = [policy for policy in oracle.policies(world.client.host) if network.PEER in policy]
    world.before = world.before | {"states": world.foreign, "policies": sorted(others + its_own)}
    still_works(world)


def hang_up(world):
    world.client.host.run(["ipsec", *(["auto", "--down"] if world.ike is libreswan else ["down"]), "headquarters"])
