# SPDX-License-Identifier: GPL-2.0-or-later
"""The helper dies, as by kill -9, before any call that changes something, or in the middle of any write to a file: while it cleans
up after another one, starts, connects, disconnects and ends. Which call that is decides plugin/die-at.c, which is preloaded into
it."""

import struct

import damage
import fault_server
from steps import NAME

LIBRARY = "die-at"
COUNTS = "/run/lab/counts"
KINDS = ("create", "write", "half", "sync", "rename", "unlink", "symlink", "mkdir", "netlink", "spawn")
SECONDS = 30


def at_calls(most, cleaning):
    """At so many of each kind, spread over all that there are; and at so many of those that clean up after another one. A clean
    host each time, within 5 s of the next helper's begin."""
    def step(world):
        fault_server.build(LIBRARY)
        points = [(life, kind, number) for life, count in ((_lives, most), (_cleans, cleaning))
                  for kind, total in _counted(world, life).items() for number in _spread(total, count)]
        missed, problems, times = [], {}, {}
        for life, kind, number in points:
            name = f"{life.__name__[1:]} {kind}:{number}"
            try:
                if not _dies_at(world, life, f"{kind}:{number}"):
                    missed.append(name)
                times[name] = damage.next_helper(world)
            except Exception as error:
                problems[name] = f"{type(error).__name__}: {error}"
                damage.recover(world)
        world.measures |= {"points": len(points), "not reached": missed, "clean": damage.figures(times) if times else ""}
        assert not problems, "\n".join(f"at {point}: {problem}" for point, problem in problems.items())
        assert not missed, f"not reached: {missed}"
    return step


def _spread(total, most):
    """Numbers from the first to the last one; or the one in the middle."""
    if total <= most:
        return range(1, total + 1)
    return [1 + index * (total - 1) // (most - 1) for index in range(most)] if most > 1 else [(total + 1) // 2]


def _dies_at(world, life, at):
    """Whether it came so far."""
    world.client.kill_helper()
    life(world, at)
    died = world.client.helper.poll() == -9
    if not died:
        world.client.kill_helper()
    return died


def _env(world, at):
    world.client.host.write(COUNTS, b"")
    return {"LD_PRELOAD": fault_server.library(LIBRARY), "LAB_COUNTS": COUNTS, "LAB_DIE_AT": at}


def _begins(world, at):
    """Whether it comes so far that it can be called."""
    try:
        world.client.start_helper(_env(world, at))
    except RuntimeError:  # dead already
        return False
    return True


def _lives(world, at=""):
    """A whole life, or what there is of it: a start, a session, an end."""
    box = world.client
    if not _begins(world, at):
        return
    if box.start_up(NAME).end(SECONDS) == 0 and box.byway("down", NAME, check=False, timeout=SECONDS).code == 0:
        box.stop_helper()
    box.helper.wait(SECONDS)  # who calls one that is about to be dead has the bus start another


def _cleans(world, at=""):
    """The start of one after another was killed while it was up."""
    box = world.client
    box.start_helper()
    box.up(NAME)
    box.kill_helper()
    _begins(world, at)


def _counted(world, life):
    """Kind -> how many such calls there are."""
    world.client.kill_helper()
    life(world)
    counts = world.client.host.call(lambda: open(COUNTS, "rb").read())
    if world.client.helper.poll() is not None:
        world.client.start_helper()
    found = dict(zip(KINDS, struct.unpack(f"{len(KINDS)}I", counts)))
    world.measures |= {f"calls: {life.__name__[1:]}": found}
    return found
