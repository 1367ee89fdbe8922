# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways of IPsec, L2TP and PPP beside the usual one, and what must be seen of them."""

import collections
import re
import struct
from pathlib import Path

import lns
import netlink
import wire
from steps import NAME

L2TP = 1701
ETHERNET, IPV4, UDP = 14, 20, 8
IS_CONTROL, HAS_LENGTH, IS_HIDDEN, RANDOM_VECTOR = 0x80, 0x40, 0x4000, 36


def pings_without_loss(seconds, *addresses, interval=0.25, gap=0):
    """Traffic for so long, to all of them at once; never are more answers missing in a row than so many."""
    def step(world):
        count = round(seconds / interval)
        logs = {address: f"ping-{address}.log" for address in addresses}
        running = [world.client.host.spawn(["ping", "-n", "-D", "-i", str(interval), "-c", str(count), "-W", "2", address], log=log)
                   for address, log in logs.items()]
        for process in running:
            process.wait(seconds * 3)
        for address, log in logs.items():
            told = world.client.host.read(f"/var/log/{log}")
            sent, received = (int(number) for number in re.search(r"(\d+) packets transmitted, (\d+) received", told).groups())
            world.measures[address] = f"{received} of {sent}"
            missing = gaps(told, sent)
            if missing:
                world.measures[f"{address}, gaps"] = missing
            assert sent == count and max((last - first + 1 for first, last in missing), default=0) <= gap, f"{missing}: {told[-400:]}"
    return step


def gaps(told, sent):
    """Where answers are missing: the first and the last of them."""
    seen = [0, *sorted({int(number) for number in re.findall(r" icmp_seq=(\d+) .*time=", told)}), sent + 1]
    return [(one + 1, other - 1) for one, other in zip(seen, seen[1:]) if other != one + 1]


def renewed(times, connections=1):
    """So often at least were IKE and ESP of each connection made anew, by charon's own log, where a line may stand twice."""
    def step(world):
        log = world.client.host.read("/var/log/syslog")
        found = {kind: collections.Counter(name for name, _ in set(
            re.findall(rf"{kind}_SA (byway-[-0-9a-f]+)(\S* (?:established|rekeyed)[^\n]*)", log))) for kind in ("IKE", "CHILD")}
        for kind, made in found.items():
            world.measures[kind] = sorted(number - 1 for number in made.values())
            assert len(made) == connections and min(made.values()) > times, found
    return step


def told(*words):
    """The log of the connection has a line with all of them."""
    def step(world):
        log = world.client.byway("log", NAME).out
        assert any(all(word in line for word in words) for line in log.splitlines()), f"{words} is not in: {log}"
    return step


def server_says(*words):
    """A line of the server's own log has all of them."""
    def step(world):
        log = world.srv.host.read("/var/log/syslog")
        assert any(all(word in line for word in words) for line in log.splitlines()), f"{words} is not in: {log[-3000:]}"
    return step


def stage_says(stage, *words):
    """What a person reads about a stage has the words."""
    def step(world):
        text = next(text for name, _, _, text in world.client.status(NAME)["stages"] if name == stage)
        assert all(word in text for word in words), text
    return step


def guard_is_off(world):
    """No policy blocks L2TP to the server."""
    policies = world.client.host.out("ip", "xfrm", "policy")
    assert "action block" not in policies, policies


def with_wrong(key):
    """The user's secrets, but one of them is another."""
    def secrets(world):
        lines = world.client.secrets().decode(errors="surrogateescape").splitlines()
        assert any(line.startswith(f"{key}=") for line in lines), f"there is no {key} to be wrong"
        return "".join(f"{key}=wrong\n" if line.startswith(f"{key}=") else line + "\n"
                       for line in lines).encode(errors="surrogateescape")
    return secrets


def port_is_ephemeral(world):
    """L2TP's port of ours is another than 1701, IPsec protects that one, and 1701 is free."""
    member, port = world.client.host, world.client.status(NAME)["port"]
    sports = {int(one["sport"].split("/")[0]) for one in member.call(netlink.policies) if one["dir"] == "out" and one["templates"]}
    held = {int(line.split()[1].split(":")[1], 16) for line in member.call(Path("/proc/thread-self/net/udp").read_text).splitlines()[1:]}
    assert port >= 1024 and port != L2TP, port
    assert sports == {port}, f"IPsec protects {sports}, and L2TP uses {port}"
    assert port in held and L2TP not in held, f"{held} are held"


def l2tp_messages(*steps, see):
    """What the client sent in clear while the steps ran is shown to `see`, each from L2TP's first byte on (RFC 2661, 3.1)."""
    def step(world):
        capture = wire.Capture("l2tp", wire.CLEAR_L2TP_OF_CLIENT)
        for one in steps:
            one(world)
        see(world, [frame[ETHERNET + IPV4 + UDP:] for frame in capture.frames()])
    return step


def tell_bits(world, messages):
    """Control messages tell their length, and those that begin something a random vector, by which attributes could be hidden;
    xl2tpd, built as Debian does it, hides none. The data is the kernel's, which leaves the length out whatever xl2tpd is told."""
    control, data = ([one for one in messages if bool(one[0] & IS_CONTROL) == kind] for kind in (True, False))
    kinds = [kind for one in control for kind, _ in avps(one)]
    hidden = [kind for one in control for kind, is_hidden in avps(one) if is_hidden]
    world.measures |= {"control messages": len(control), "messages of data": len(data), "attributes": len(kinds)}
    assert control and data, f"{len(control)} control messages and {len(data)} of data"
    assert all(one[0] & HAS_LENGTH for one in control), "a control message without its length"
    assert not any(one[0] & HAS_LENGTH for one in data), "a message of data with its length"
    assert kinds.count(RANDOM_VECTOR) >= 2 and not hidden, f"{kinds}, of which are hidden {hidden}"


def avps(message):
    """The type of each attribute of a control message, and whether it is hidden (RFC 2661, 4.1)."""
    found, at = [], lns.HEADER.size
    while at + 6 <= len(message):
        length, _vendor, kind = struct.unpack_from("!HHH", message, at)
        found.append((kind, bool(length & IS_HIDDEN)))
        at += max(6, length & 0x3ff)
    return found
