# SPDX-License-Identifier: GPL-2.0-or-later
"""Many at once: tunnels of one client to as many servers, and programs that keep the helper busy meanwhile."""

import contextlib
import dataclasses
import json
import re
import time
from pathlib import Path
from subprocess import PIPE

import network
import server
from steps import NAME, add, documented
from stream import Stream

FIRST_NUMBER = 20
UP_SECONDS = 60
TRAFFIC_SECONDS = 15
XL2TPD_CONF = "/etc/xl2tpd/xl2tpd.conf"
CALLERS = Path(__file__).resolve().parent / "callers.py"
CLIENTS, ROOM_KIB = 50, 4096
INSIDE_SERVER = "192.168.42.1"


class FarServer:
    """A whole VPN server at an address of its own, with a private network of its own."""

    def __init__(self, number, setup):
        self.name, self.net, self._setup = f"far{number}", f"192.168.{60 + number}", setup
        self.address = f"198.51.100.{FIRST_NUMBER + number}"
        self.inside, self.of_client = f"{self.net}.1", f"{self.net}.11"
        network.SERVERS[self.name] = FIRST_NUMBER + number
        self._server = server.VpnServer(network.make_server(self.name))

    def start(self):
        host = self._server.host
        self._server.use(dataclasses.replace(self._setup, address=self.of_client))
        host.write(XL2TPD_CONF, host.read(XL2TPD_CONF).replace("192.168.42.", f"{self.net}."))
        self._server.restart_xl2tpd()

    def vanish(self):
        self._server.vanish()

    def calls(self):
        """How many of its pppds run: one for each client that is connected."""
        return len(self._server.host.pids("/usr/sbin/pppd"))

    def end(self):
        self._server.host.end()
        del network.SERVERS[self.name]


# -- ten tunnels

def with_far_servers(setups, *steps):
    """While the steps run there are these servers more."""
    def step(world):
        world.far = []
        with contextlib.ExitStack() as ends:
            for number, setup in enumerate(setups):
                far = FarServer(number, setup)
                world.far.append(far)
                ends.callback(far.end)
                far.start()
            for one in steps:
                one(world)
    return step


def add_far(world):
    for far in world.far:
        add(documented(gateway=far.address, routes=f"{far.net}.0/24"), name=far.name)(world)


def all_come_up(world):
    """One after another: twenty IKE daemons and as many pppds that begin at one moment need longer, on the guest's one slow
    processor, than Byway waits for a server."""
    began = time.monotonic()
    for far in world.far:
        world.client.up(far.name, seconds=UP_SECONDS)
    world.measures["all up"] = round((time.monotonic() - began) * 1000)
    calls = [far.calls() for far in world.far]
    assert calls == [1] * len(world.far), f"the servers have {calls} calls"


def all_are_up(world):
    states = {far.name: world.client.status(far.name).get("state") for far in world.far}
    assert set(states.values()) == {"up"}, states


def each_has_traffic(world):
    """At once through all of them; not one question stays without its answer, and each tunnel carried its own."""
    before = {far.name: _bytes(world, far) for far in world.far}
    questions = [Questions(world, far.inside, TRAFFIC_SECONDS) for far in world.far]
    for question in questions:
        question.all_answered()
    carried = [_bytes(world, far) - before[far.name] for far in world.far]
    sent = min(question.sent for question in questions) * Questions.SIZE
    assert all(count >= sent for count in carried), f"{carried} bytes in place of {sent}"
    world.measures["questions"] = sum(question.sent for question in questions)
    world.measures["KiB, least"] = min(carried) // 1024


def all_down(world):
    began = time.monotonic()
    for far in world.far:
        world.client.down(far.name)
    world.measures["all down"] = round((time.monotonic() - began) * 1000)


def _bytes(world, far):
    """What came through this tunnel, as its user is told."""
    return world.client.status(far.name)["rx-bytes"]


class Questions:
    """Pings of a size, five a second."""
    SIZE = 1000

    def __init__(self, world, address, seconds):
        self._address, self._seconds, self.sent = address, seconds, 5 * seconds
        self._process = world.client.host.spawn(
            ["ping", "-n", "-q", "-i", "0.2", "-c", str(self.sent), "-s", str(self.SIZE), "-W", "5", address], stdout=PIPE, text=True)

    def all_answered(self):
        """Gives the slowest one's milliseconds."""
        told, _ = self._process.communicate(timeout=self._seconds * 4 + 30)
        assert f"{self.sent} packets transmitted, {self.sent} received, 0% packet loss" in told, f"{self._address}: {told}"
        return float(re.search(r"= [\d.]+/[\d.]+/([\d.]+)", told).group(1))


# -- fifty callers

def hammered(first, then):
    """For so many seconds twice, while a tunnel carries traffic both ways: each call is answered, and rightly, not one datagram
    or ping is lost, and the helper's memory after the second time is what it was after the first."""
    def step(world):
        memory, told = [_memory(world)], []
        questions = Questions(world, INSIDE_SERVER, first + then)
        with Stream((world.client.host, server.FIXED_ADDRESS), (world.srv.host, INSIDE_SERVER)) as stream:
            for seconds in (first, then):
                told.append(_hammer(world, seconds))
                memory.append(_memory(world))
            slowest = questions.all_answered()
        _tell(world, told, memory, stream)
        world.measures.update({"slowest ping": round(slowest), "pings": questions.sent})
        _all_is_well(told, memory, stream)
    return step


def _tell(world, told, memory, stream):
    world.measures.update({"calls": [part["calls"] for part in told], "slowest call": max(part["slowest_ms"] for part in told),
                           "slowest of root": max(part["slowest_of_root_ms"] for part in told), "KiB": memory,
                           "datagrams": stream.sent(), "came": stream.came()})


def _all_is_well(told, memory, stream):
    wrong = sum(part["wrong_count"] for part in told)
    assert wrong == 0, f"{wrong} answers were wrong: {told}"
    assert min(stream.sent()) > 0 and stream.sent() == stream.came(), f"sent {stream.sent()}, and {stream.came()} came"
    assert memory[2] <= memory[1] + ROOM_KIB, f"the helper grew: {memory} KiB"
    assert memory[2] <= memory[0] + 4 * ROOM_KIB, f"the helper grew: {memory} KiB"


def _hammer(world, seconds):
    told = world.client.host.out("/usr/bin/python3", "-B", str(CALLERS), str(CLIENTS), str(seconds), NAME, timeout=seconds * 6 + 60)
    return json.loads(told)


def _memory(world):
    """KiB."""
    text = Path(f"/proc/{world.client.helper.pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0])
