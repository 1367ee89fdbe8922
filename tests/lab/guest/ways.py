# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways of IPsec, L2TP and PPP beside the usual one, and what must be seen of them."""

import collections
import re

from steps import NAME


def pings_without_loss(seconds, *addresses, interval=0.25):
    """Traffic without a gap for so long, to all of them at once; not one answer is missing."""
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
            assert sent == count and received == sent, f"{gaps(told)}: {told[-400:]}"
    return step


def gaps(told):
    """Where answers are missing: the numbers, and when the next one came."""
    seen = [(int(number), when) for when, number in re.findall(r"\[([\d.]+)\].* icmp_seq=(\d+) ", told)]
    return [(one[0] + 1, other[0] - 1, other[1]) for one, other in zip(seen, seen[1:]) if other[0] != one[0] + 1]


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
