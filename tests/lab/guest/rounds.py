# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench's rounds: connect and disconnect again and again, both sides in turn, in one boot."""

import time

import charon
import manual
import nm_l2tp
import nm_steps
import oracle
from host import CommandFailed
from scenario import Scenario
from steps import NAME, documented, pings
from waiting import wait_for

DELAY = 25
GONE_SECONDS = 20
ROUND_SECONDS = 240
ATTEMPTS = 4


def scenario(sides, say):
    """`sides` names who connects, in order, such as byway, manual, byway."""
    return Scenario(about="rounds of connects", helper=False, delay=DELAY, seconds=ROUND_SECONDS * (len(sides) + 2) + 60,
                    steps=(lambda world: _prepare(world, sides), lambda world: _play(world, sides, say)))


def _prepare(world, sides):
    if "manual" in sides:
        manual.prepare(world)
    if {"byway", "nm-byway"} & set(sides):
        world.client.start_bus()
        world.client.start_helper()
    if "byway" in sides:
        world.client.add(NAME, user=world.client.setup.user, **documented())
    if "nm-peer" in sides:
        nm_l2tp.install(world)
        nm_steps.start(world)
        for profile in (nm_l2tp.documented(), nm_steps.byway(settings={})):
            nm_steps.add(profile)(world)


def _play(world, sides, say):
    for side in sorted(set(sides)):  # the first connect loads modules; nobody is measured by that
        say(event="start", name=f"warm-up {side}", seconds=ROUND_SECONDS)
        _patient_round(world, side)
    for number, side in enumerate(sides):
        say(event="start", name=f"{number}-{side}", seconds=ROUND_SECONDS)
        say(event="round", side=side, measures=_patient_round(world, side))


def _patient_round(world, side):
    """NetworkManager ends whoever is not through in its ten seconds, and a slow machine has less in them. What came to
    nothing is no time: it is counted, on whichever side, and tried again."""
    for failures in range(ATTEMPTS - 1):
        try:
            return _round(world, side) | {"failures": failures}
        except CommandFailed:
            SIDES[side][1](world)
    return _round(world, side) | {"failures": ATTEMPTS - 1}


def _round(world, side):
    connect, settle = SIDES[side]
    measures = connect(world)
    settle(world)
    return measures


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


def _managed(name):
    """By nmcli, until NetworkManager says that it is up, and until it says that it is down."""
    def connect(world):
        nm_steps.up(world, name)
        pings("192.168.42.1", 1)(world)
        nm_steps.down(world, name)
        return {key: world.measures[key] for key in ("up", "down")}
    return connect


def _settle_managed(world):
    """Each ends in its own time; then the next one finds charon at work, as Debian starts it, and a server that has
    nothing of the last. (A goodbye that gets lost leaves a tunnel there that swallows the next one's packets.)"""
    member, server = world.client.host, world.srv.host
    wait_for(lambda: not world.nm.active() and not any(member.pids(word) for word in nm_l2tp.PROGRAMS),
             "the end on the client", GONE_SECONDS, step=0.1)
    wait_for(lambda: not oracle.states(server) and "ESTABLISHED" not in server.out("ipsec", "status"), "the end on the server",
             GONE_SECONDS, step=0.1)
    world.srv.restart_xl2tpd()
    if not charon.runs(member):
        charon.start(member)


SIDES = {"manual": (_manual, manual.settle), "byway": (_byway, manual.settle),
         "nm-byway": (_managed(NAME), _settle_managed), "nm-peer": (_managed(nm_l2tp.PEER), _settle_managed)}
