# SPDX-License-Identifier: GPL-2.0-or-later
"""The helper dies, as by kill -9, before any call that changes something: while it starts, connects, disconnects and ends. Which
call that is decides plugin/die-at.c, which is preloaded into it."""

import struct

import damage
import fault_server
from steps import NAME, clean

LIBRARY = "die-at"
COUNTS = "/run/lab/counts"
KINDS = ("create", "write", "sync", "rename", "unlink", "mkdir", "netlink", "spawn")
SECONDS = 30


def at_calls(most):
    """At so many of each kind, spread over all that there are; and a clean host each time, as soon as the next helper runs."""
    def step(world):
        fault_server.build(LIBRARY)
        world.client.stop_helper()
        _lives(world)
        world.client.start_helper()
        totals = dict(zip(KINDS, _counted(world)))
        points = [(kind, number) for kind, total in totals.items() for number in _spread(total, most)]
        missed, problems = [], {}
        for kind, number in points:
            try:
                if not _dies_at(world, kind, number):
                    missed.append(f"{kind}:{number}")
                clean(world)
            except Exception as error:
                problems[f"{kind}:{number}"] = f"{type(error).__name__}: {error}"
                damage.recover(world)
        world.measures |= {"points": len(points), "not reached": missed, "calls": totals}
        assert not problems, "\n".join(f"at {point}: {problem}" for point, problem in problems.items())
        assert 4 * len(missed) <= len(points), f"of {len(points)} points {missed} were not reached"
    return step


def _spread(total, most):
    """Numbers from the first to the last one."""
    if total <= most:
        return range(1, total + 1)
    return [1 + index * (total - 1) // (most - 1) for index in range(most)]


def _dies_at(world, kind, number):
    """Whether it came so far; then the next helper runs."""
    world.client.kill_helper()
    _lives(world, f"{kind}:{number}")
    died = world.client.helper.poll() == -9
    if not died:
        world.client.kill_helper()
    damage.next_helper(world)
    return died


def _lives(world, at=""):
    """A whole life, or what there is of it: a start, a session, an end."""
    box = world.client
    box.host.write(COUNTS, b"")
    env = {"LD_PRELOAD": fault_server.library(LIBRARY), "LAB_COUNTS": COUNTS, "LAB_DIE_AT": at}
    try:
        box.start_helper(env)
    except RuntimeError:  # dead already
        return
    box.start_up(NAME).end(SECONDS)
    if box.helper.poll() is None:
        box.byway("down", NAME, check=False, timeout=SECONDS)
    if box.helper.poll() is None:
        box.stop_helper()
    box.helper.wait(SECONDS)


def _counted(world):
    return struct.unpack(f"{len(KINDS)}I", world.client.host.call(lambda: open(COUNTS, "rb").read()))
