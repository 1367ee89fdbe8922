# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures that take many times the same: how long something takes, at the median and at worst, and what grows."""

import os
import re
import statistics
import time
from pathlib import Path

import again
import bus
import client
import fault_server
import link
import oracle
import trouble
from steps import NAME, pings
from waiting import wait_for

TIMES, SETTLED, CYCLES = 20, 10, 1000
KNOWN_SECONDS, END_SECONDS, QUIET_SECONDS = 90, 30, 5
ROOM_KIB, ROOM_WAKEUPS = 1024, 5
ROOT_OBJECT = "/org/byway/Byway1"


# -- how long

def note(world, name, seconds):
    """One more of that name; told as a measure once all are there."""
    values = world.figures.setdefault(name, [])
    values.append(seconds)
    world.measures[name] = (f"median {statistics.median(values):.2f} s, worst {max(values):.2f} s of {len(values)}")


def begin(world):
    world.figures = {}


def roams(world):
    """Another address, and back again, in turn; the time is that from the switch until traffic flows."""
    for number in range(TIMES):
        (again.returns if number % 2 else again.roams)(world)
        note(world, "uplink switched", again.seconds_until_traffic(world))


def server_goes_and_returns(world):
    """The time until it is known, and the one from the server's return until traffic flows, without what was left of the step
    between two attempts."""
    for _ in range(TIMES):
        began = time.monotonic()
        world.srv.vanish()
        wait_for(lambda: again.state(world) != "up", "bywayd to see that the server is gone", KNOWN_SECONDS, step=0.05)
        note(world, "dead server known", time.monotonic() - began)
        again.waits(world)
        trouble.server_returns(world)
        step = max(0, again.about(world)["next-try"] - time.time())
        note(world, "server back, beyond the step", again.seconds_until_traffic(world) - step)


def at_most(name, seconds):
    """The worst of that name, on a machine of the usual pace."""
    def step(world):
        worst = max(world.figures[name])
        assert worst <= seconds * world.pace, f"{name}: {worst:.2f} s (pace {world.pace:.1f})"
    return step


# -- what grows

def hung_up(world):
    world.client.down(NAME)


def killed(word):
    def act(world):
        member = world.client.host
        member.kill([pid for pid in member.pids(word) if client.RUN_DIR in member.processes().get(pid, "")])
    return act


ENDS = (hung_up, killed("xl2tpd"), hung_up, killed("/usr/sbin/pppd"), hung_up, fault_server.ends_ppp)


def cycles(count):
    """Connected, used and ended in one way after the other. After the first few everything is as large as it will be."""
    def step(world):
        for number in range(count):
            cycle(world, ENDS[number % len(ENDS)])
            if number + 1 == SETTLED:
                before = _size(world)
        after = _size(world)
        world.measures["cycles"] = count
        world.measures.update({key: f"{before[key]} -> {after[key]}" for key in before})
        room = {"KiB": ROOM_KIB, "wake-ups": ROOM_WAKEUPS}
        grown = [key for key in before if after[key] > before[key] + room.get(key, 0)]
        assert not grown, f"{grown} grew: {before} became {after}"
    return step


def cycle(world, end):
    """Connected, used, and ended in that way; the seconds until it was up."""
    attempt = world.client.start_up(NAME)
    attempt.finish()
    pings("192.168.42.1", 1)(world)
    end(world)
    world.client.host.call(link.wait_for_address, wanted=False, seconds=END_SECONDS)
    is_over(world)
    return attempt.seconds


def is_over(world):
    wait_for(lambda: again.state(world) == "down", "the end of the session", END_SECONDS, step=0.1)


def _size(world):
    """Of the helper, of what it has in the kernel, and of its charon. When nothing is under way."""
    process = Path(f"/proc/{world.client.helper.pid}")
    member = world.client.host
    wakeups = _wakeups(process)
    time.sleep(QUIET_SECONDS)
    return {"descriptors": len(os.listdir(process / "fd")), "threads": len(os.listdir(process / "task")),
            "KiB": int(_of(process, "VmRSS")), "wake-ups": _wakeups(process) - wakeups,
            "states": len(oracle.states(member)), "policies": len(oracle.policies(member)),
            "files": sum(len(names) for _, _, names in member.call(lambda: list(os.walk(client.RUN_DIR)))),
            "objects": member.call(_objects, ROOT_OBJECT)}


def _of(process, key):
    return re.search(rf"^{key}:\s+(\d+)", (process / "status").read_text(), re.M).group(1)


def _wakeups(process):
    """How often it went to sleep: timers that nobody took away go on waking it."""
    return int(_of(process, "voluntary_ctxt_switches"))


def _objects(path):
    """On the bus, from that one down."""
    children = re.findall(r'<node name="([^"]+)"', bus.text(client.BUS_NAME, path, "org.freedesktop.DBus.Introspectable", "Introspect"))
    return 1 + sum(_objects(f"{path}/{child}") for child in children)
