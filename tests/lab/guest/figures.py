# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures that take many times the same: how long something takes, at the median and at worst."""

import statistics
import time

import again
import trouble
from waiting import wait_for

TIMES = 20
KNOWN_SECONDS = 90


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


def at_most(name, seconds, of_processor=False):
    """The worst of that name. A protocol's timers are the same on every machine; only what is mostly work of the processor, as
    the programs that a connect starts, may take as much longer as this one is slower. Which of the two it was is told."""
    def step(world):
        worst, allowed = max(world.figures[name]), seconds * (world.pace if of_processor else 1)
        kind = "processor time, so times the pace" if of_processor else "clock time, whatever the pace"
        world.measures[name] += f"; at most {allowed:.1f} s ({seconds} s of {kind}, {world.pace:.2f})"
        assert worst <= allowed, f"{name}: {world.measures[name]}"
    return step
