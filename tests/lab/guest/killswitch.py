# SPDX-License-Identifier: GPL-2.0-or-later
"""The kill switch: what leaves the client while a program tries everything, seen on the cable."""

import contextlib
import json
import socket
import struct
import subprocess
import time
from pathlib import Path

import client
import network
import wire
from steps import NAME
from waiting import wait_for

WORLD, WORLD6, GATEWAY, LOCAL = network.WORLD, network.WORLD6, network.CLIENT_GATEWAY, network.HOME_GATEWAY
EVERYBODY = "255.255.255.255"
PORT, OLD_PORT, NAMES = 4001, 4011, 53
SETTLE = 0.6

# What is tried, and how the cable has it. A bound socket finds nobody but those on its own cable.
THROUGH = {
    "UDP": f"> {WORLD}.{PORT}: UDP", "UDP6": f"> {WORLD6}.{PORT}: UDP",
    "TCP": f"> {WORLD}.{PORT}: Flags [S]", "TCP6": f"> {WORLD6}.{PORT}: Flags [S]",
    "ICMP": f"> {WORLD}: ICMP echo request", "ICMP6": f"> {WORLD6}: ICMP6, echo request",
}
BOUND = {
    "bound UDP": f"> {GATEWAY}.{PORT}: UDP", "bound TCP": f"> {GATEWAY}.{PORT}: Flags [S]",
    "bound ICMP": f"> {GATEWAY}: ICMP echo request",
}
NEAR = {
    "local UDP": f"> {LOCAL}.{PORT}: UDP", "local TCP": f"> {LOCAL}.{PORT}: Flags [S]",
    "local ICMP": f"> {LOCAL}: ICMP echo request", "broadcast": f"> {EVERYBODY}.{PORT}: UDP",
}
QUESTION = {"name": f"> {LOCAL}.{NAMES}:"}
OLD = {"old UDP": f"> {WORLD}.{OLD_PORT}: UDP", "old UDP6": f"> {WORLD6}.{OLD_PORT}: UDP"}
OLD_BOUND = {"old bound UDP": f"> {GATEWAY}.{OLD_PORT}: UDP"}
OLD_TCP = {"old TCP": f"> {WORLD}.80: Flags [P.]"}  # what is lost meanwhile is sent again when TCP thinks fit


# -- trying

def _new(kind, address, bound=False):
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    made.setblocking(False)
    if bound:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, network.CLIENT_LINK.encode())
    if address == EVERYBODY:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    return made


def _datagram(address, port, bound=False):
    with _new(socket.SOCK_DGRAM, address, bound) as made, contextlib.suppress(OSError):
        made.sendto(b"x", (address, port))


def _stream(address, bound=False):
    with _new(socket.SOCK_STREAM, address, bound) as made, contextlib.suppress(OSError):
        made.connect((address, PORT))


def _echo(address, bound=False):
    """By a raw socket; the kernel puts in the checksum of IPv6's."""
    six = ":" in address
    kind, protocol = (128, socket.IPPROTO_ICMPV6) if six else (8, socket.IPPROTO_ICMP)
    checksum = 0 if six else 0xffff - (kind << 8)
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW, protocol) as made:
        if bound:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, network.CLIENT_LINK.encode())
        with contextlib.suppress(OSError):
            made.sendto(struct.pack("!BBHHH", kind, 0, checksum, 0, 0), (address, 0))


def _say(made):
    """Twice: what came back for the one before is told to the first."""
    for _ in range(2):
        with contextlib.suppress(OSError):
            made.send(b"x")


def _try_everything(old):
    for address in (WORLD, WORLD6, LOCAL):
        _datagram(address, PORT)
        _stream(address)
        _echo(address)
    _datagram(GATEWAY, PORT, bound=True)
    _stream(GATEWAY, bound=True)
    _echo(GATEWAY, bound=True)
    _datagram(EVERYBODY, PORT, bound=True)
    _datagram(LOCAL, NAMES)
    for made in old:
        _say(made)


def _be_strict_about_ways_back(member):
    """As many distributions are: the kernel looks for the way to who asks, also by ARP."""
    for name in ("all", network.CLIENT_LINK):
        member.call(Path(f"/proc/sys/net/ipv4/conf/{name}/rp_filter").write_text, "2")


def _old_sockets():
    datagrams = [_new(socket.SOCK_DGRAM, WORLD), _new(socket.SOCK_DGRAM, WORLD6), _new(socket.SOCK_DGRAM, GATEWAY, bound=True)]
    for made, address in zip(datagrams, (WORLD, WORLD6, GATEWAY)):
        made.connect((address, OLD_PORT))
    return [*datagrams, socket.create_connection((WORLD, 80), 5)]


# -- looking

def _of_client(world):
    """All that the client's interface sends, but to the server. Multicast on the link and finding neighbours are no way
    out."""
    hardware = world.client.host.read(f"/sys/class/net/{network.CLIENT_LINK}/address").strip()
    return (f"(ip or ip6) and ether src {hardware} and not host {network.SRV} and not dst net ff02::/16 "
            "and not (ip6 proto 58 and ip6[40] >= 133 and ip6[40] <= 136)")


def _leaves(world):
    """The lines of what left while everything was tried."""
    capture = wire.Capture("kill-switch", _of_client(world))
    try:
        world.client.host.call(_try_everything, world.old_sockets)
        time.sleep(SETTLE)
    finally:
        lines = capture.stop()
    return lines


def _missing(lines, kinds):
    return [name for name, mark in kinds.items() if not any(mark in line for line in lines)]


def _found(lines, kinds):
    return [name for name, mark in kinds.items() if any(mark in line for line in lines)]


def _is_near(line):
    return f"> {LOCAL}" in line and QUESTION["name"] not in line or f"> {EVERYBODY}." in line


# -- steps

def at_home(*steps):
    """With a local network of private addresses beside the other one, and sockets from before all of it."""
    def step(world):
        with network.home(world.client.host), contextlib.ExitStack() as stack:
            _be_strict_about_ways_back(world.client.host)
            world.old_sockets = world.client.host.call(_old_sockets)
            for made in world.old_sockets:
                stack.enter_context(made)
            for one in steps:
                one(world)
    return step


def everything_leaves(world, kinds=THROUGH | BOUND | NEAR | QUESTION | OLD | OLD_BOUND):
    """The control: each kind of packet is seen where nothing stops it."""
    lines = _leaves(world)
    assert not _missing(lines, kinds), f"{_missing(lines, kinds)} did not leave: {lines}"


def everything_leaves_at_first(world):
    everything_leaves(world, THROUGH | BOUND | NEAR | QUESTION | OLD | OLD_BOUND | OLD_TCP)


def nothing_leaves(world):
    lines = _leaves(world)
    assert not lines, f"{len(lines)} packets left: {lines}"


def only_the_local_network_is_reached(world):
    lines = _leaves(world)
    away = [line for line in lines if not _is_near(line)]
    assert not away, f"{len(away)} packets left: {away}"
    assert not _missing(lines, NEAR), f"{_missing(lines, NEAR)} did not get through: {lines}"


def nothing_leaves_beside_the_tunnel(world):
    """It is up, or was just now and nobody has seen to it: what names an interface itself may leave by that."""
    found = _found(_leaves(world), THROUGH | OLD | OLD_TCP)
    assert not found, f"{found} left beside the tunnel"


def blocks(world):
    about = next(one for one in json.loads(world.client.byway("list", "--json").out) if one["name"] == NAME)
    assert about["kill-switch"] == "blocking", about


def is_blocked(world):
    wait_for(lambda: world.client.status(NAME)["state"] == "blocked", "the kill switch to be told of", 20, step=0.2)
    told = world.client.byway("list")
    assert f"byway lift {NAME}" in told.err, told.err


def is_off(world):
    status = world.client.status(NAME)
    assert status["kill-switch"] == "off" and status["state"] == "down", status


def lift(world):
    world.client.byway("lift", NAME)


def kill_helper(world):
    world.client.kill_helper()


def stop_helper(world):
    world.client.stop_helper()


def start_helper(world):
    world.client.start_helper()


def network_changes(world):
    """The gateway is named anew, and has forgotten us."""
    member = world.client.host
    member.batch(["route del default"])
    member.batch([f"route add default via {GATEWAY}"])
    subprocess.run(["ip", "neigh", "flush", "dev", network.CLIENT_PORT], check=True)


def tunnel_dies(world):
    """Its programs are killed, and no helper sees it."""
    member = world.client.host
    for word in ("xl2tpd", "pppd"):
        member.kill([pid for pid in member.pids(word) if client.RUN_DIR in member.processes().get(pid, "")])
    wait_for(lambda: "ppp" not in member.out("ip", "-o", "link"), "the tunnel's interface to go", 10, step=0.1)
