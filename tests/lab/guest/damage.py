# SPDX-License-Identifier: GPL-2.0-or-later
"""Stopping and killing at every stage of an attempt."""

import client
from steps import NAME, clean, documented, inside_answers, up
from waiting import wait_for

STAGES = ("prepare", "resolve", "ike", "sa", "l2tp", "ppp", "ip")
LAST = "up"
CLEAN_END = 20
WISHES = f"{client.RUN_DIR}/wanted"


def add(world, **changes):
    world.client.add(NAME, user=world.client.setup.user, **documented(**changes))


def at_every_stage(act, stages=(*STAGES, LAST)):
    """Connects once for each stage, lets `act` happen there, and wants a clean host each time."""
    def step(world):
        problems = {}
        for stage in stages:
            attempt = world.client.start_up(NAME)
            attempt.wait_for_stage("ip" if stage == LAST else stage, "done" if stage == LAST else "running")
            try:
                act(world, attempt, stage)
                clean(world)
            except Exception as error:
                problems[stage] = f"{type(error).__name__}: {error}"
                recover(world)
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


def next_helper(world, env=None):
    """It cleans up, and takes up again what was wanted when the one before was killed; that is ended."""
    box = world.client
    wanted = box.host.exists(WISHES)
    box.start_helper(env)
    if wanted:
        box.down(NAME, seconds=CLEAN_END)


def kill_helper(world, attempt, _stage):
    world.client.kill_helper()
    attempt.end(CLEAN_END)
    next_helper(world)


def kill_ours(word):
    """Kills our xl2tpd or pppd; the helper has to notice, and is then killed too."""
    def act(world, attempt, _stage):
        member = world.client.host
        member.kill([pid for pid in member.pids(word) if client.RUN_DIR in member.processes().get(pid, "")])
        attempt.end(CLEAN_END)
        world.client.kill_helper()
        next_helper(world)
    return act


def kill_ike(world, attempt, _stage):
    """The client's IKE daemon, whichever it is."""
    world.ike.kill(world.client.host)
    attempt.end(CLEAN_END)
    world.client.kill_helper()
    world.ike.kill(world.client.host)  # one that the helper may have started
    world.ike.start(world.client.host)
    next_helper(world)


def recover(world):
    """The next stage begins from a clean host, even when this one did not leave one."""
    box = world.client
    if box.helper.poll() is None:
        box.kill_helper()
    box.host.kill([pid for pid, line in box.host.processes().items() if client.RUN_DIR + "/" in line])
    box.host.run(["rm", "-rf", WISHES])
    world.ike.kill(box.host)
    for what in ("state", "policy"):
        box.host.run(["ip", "xfrm", what, "flush"])
    box.host.run(["ip", "route", "flush", "table", "all", "proto", "107"], check=False)
    world.ike.start(box.host)
    box.start_helper()
    wait_for(lambda: box.host.run(["byway", "list"], check=False).code == 0, "bywayd to answer")
