# SPDX-License-Identifier: GPL-2.0-or-later
"""Stopping and killing at every stage of an attempt."""

import statistics
import time

import client
from steps import CLEAN_SECONDS, NAME, clean, clean_within, documented, inside_answers, up
from waiting import wait_for

STAGES = ("prepare", "resolve", "ike", "sa", "l2tp", "ppp", "ip")
LAST = "up"
CLEAN_END = 20
WISHES = f"{client.RUN_DIR}/wanted"


def add(world, **changes):
    world.client.add(NAME, user=world.client.setup.user, **documented(**changes))


def at_every_stage(act, stages=(*STAGES, LAST)):
    """Connects once for each stage, lets `act` happen there, and wants a clean host each time. Where it begins another helper, it
    gives the seconds that the cleaning took."""
    def step(world):
        problems, times = {}, {}
        for stage in stages:
            attempt = world.client.start_up(NAME)
            attempt.wait_for_stage("ip" if stage == LAST else stage, "done" if stage == LAST else "running")
            try:
                took = act(world, attempt, stage)
                times |= {stage: took} if took is not None else {}
                clean(world)
            except Exception as error:
                problems[stage] = f"{type(error).__name__}: {error}"
                recover(world)
        world.measures |= {"clean": figures(times)} if times else {}
        assert not problems, "\n".join(f"at {stage}: {problem}" for stage, problem in problems.items())
    return step


def works_again(world):
    """The proof that what was left behind, if anything, hurts nobody."""
    up(world)
    inside_answers(world)
    world.client.down(NAME)


def hang_up(world, attempt, stage):
    world.client.down(NAME, seconds=CLEAN_END)
    code = attempt.end(CLEAN_END)
    reached = any(seen.get("state") == "up" for seen in attempt.seen)
    assert (code == 0) == reached, f"byway up ended with {code}, and was {'' if reached else 'not '}up"


def interrupt(world, attempt, stage):
    """Ctrl-C; an attempt that was faster than the key is hung up."""
    attempt.process.send_signal(2)
    if attempt.end(CLEAN_END) == 0:
        world.client.down(NAME)


def next_helper(world):
    """The one before was killed. The seconds from right before this one is begun until the host is clean."""
    took = clean_since(world, world.client.begin_helper())
    world.client.await_helper()
    return took


def figures(times):
    """Of seconds by where they were taken."""
    worst = max(times, key=times.get)
    return f"{len(times)} times, median {statistics.median(times.values()):.1f} s, worst {times[worst]:.1f} s: {worst}"


def clean_since(world, began):
    """The seconds until the host is clean. They are promised of every machine, so a slow one has no more of them."""
    clean_within(world, began + CLEAN_SECONDS - time.monotonic())
    took = time.monotonic() - began
    assert took <= CLEAN_SECONDS, f"clean, but after {took:.1f} s"
    return took


def kill_helper(world, attempt, _stage):
    world.client.kill_helper()
    attempt.end(CLEAN_END)
    return next_helper(world)


def kill_ours(word):
    """Kills our xl2tpd or pppd, and with it the helper, before it could do anything about that."""
    def act(world, attempt, stage):
        member = world.client.host
        member.kill([pid for pid in member.pids(word) if client.RUN_DIR in member.processes().get(pid, "")])
        return kill_helper(world, attempt, stage)
    return act


def kill_ike(world, attempt, _stage):
    """The client's IKE daemon, whichever it is, and with it the helper; the next ones of both are begun together."""
    box = world.client
    world.ike.kill(box.host)
    box.kill_helper()
    attempt.end(CLEAN_END)
    world.ike.kill(box.host)  # one that the helper may have started
    world.ike.start(box.host)
    return next_helper(world)


def recover(world):
    """The next stage begins from a clean host, even when this one did not leave one."""
    box = world.client
    if box.helper.poll() is None:
        box.kill_helper()
    box.host.kill(box.host.pids("bywayd"))  # one that the bus began
    box.host.kill([pid for pid, line in box.host.processes().items() if client.RUN_DIR + "/" in line])
    box.host.run(["rm", "-rf", WISHES])
    world.ike.kill(box.host)
    for what in ("state", "policy"):
        box.host.run(["ip", "xfrm", what, "flush"])
    box.host.run(["ip", "route", "flush", "table", "all", "proto", "107"], check=False)
    world.ike.start(box.host)
    box.start_helper()
    wait_for(lambda: box.host.run(["byway", "list"], check=False).code == 0, "bywayd to answer")
