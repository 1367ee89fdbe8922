# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench's rounds: connect and disconnect again and again, both sides in turn, in one boot."""

import time

import manual
from scenario import Scenario
from steps import NAME, documented, pings

DELAY = 25
ROUND_SECONDS = 60


def scenario(sides, say):
    """`sides` names who connects, in order, such as byway, manual, byway."""
    return Scenario(about="rounds of connects", helper=False, delay=DELAY, seconds=ROUND_SECONDS * (len(sides) + 2) + 60,
                    steps=(lambda world: _prepare(world, sides), lambda world: _play(world, sides, say)))


def _prepare(world, sides):
    manual.prepare(world)
    if "byway" in sides:
        world.client.start_bus()
        world.client.start_helper()
        world.client.add(NAME, user=world.client.setup.user, **documented())


def _play(world, sides, say):
    for side in sorted(set(sides)):  # the first connect loads modules; nobody is measured by that
        say(event="start", name=f"warm-up {side}", seconds=ROUND_SECONDS)
        SIDES[side](world)
        manual.settle(world)
    for number, side in enumerate(sides):
        say(event="start", name=f"{number}-{side}", seconds=ROUND_SECONDS)
        say(event="round", side=side, measures=SIDES[side](world))
        manual.settle(world)


def _manual(world):
    manual.up(world)
    pings("192.168.42.1", 1)(world)
    manual.down(world)
    return dict(world.measures)


def _byway(world):
    began = time.monotonic()
    stages = world.client.up(NAME)
    up = round((time.monotonic() - began) * 1000)
    pings("192.168.42.1", 1)(world)
    down = round(world.client.down(NAME).seconds * 1000)
    return {**stages, "up": up, "down": down}


SIDES = {"manual": _manual, "byway": _byway}
