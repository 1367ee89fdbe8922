# SPDX-License-Identifier: GPL-2.0-or-later
"""Stopped or killed at every stage: nothing of ours stays."""

import dataclasses

import anywhere
import damage
import foreign
import points
import server
from scenario import Scenario


def at_every_stage(about, act):
    return Scenario(about=about, cut_off=True, steps=(damage.add, damage.at_every_stage(act)), after=(damage.works_again,),
                    delay=40, seconds=240, weight=50)


# Libreswan has no older group.
OLD = dataclasses.replace(server.DOCUMENTED, trees=("common", "documented", "proposals"), proposals="3des-sha1-modp1536")


def added(libreswan):
    return lambda world: damage.add(world, **(dict(ike="3des-sha1-modp1536") if libreswan else {}))


def at_calls(most, libreswan=False, **more):
    return Scenario(about="bywayd killed before any call that changes something: of its start, of up, of down, of its end",
                    cut_off=True, steps=(added(libreswan), anywhere.at_calls(most)), after=(damage.works_again,), libreswan=libreswan,
                    setup=OLD if libreswan else server.DOCUMENTED, **more)


def at_points(about, libreswan=False, seconds=300, **who):
    """Programs killed at named points; all of them only on demand."""
    more = dict(on_demand=True) if 0 in who.values() else {}
    return Scenario(about=about, cut_off=True, libreswan=libreswan, setup=OLD if libreswan else server.DOCUMENTED,
                    steps=(added(libreswan), foreign.by_hand, points.killing(**who)),
                    after=(points.works_as_before,), seconds=seconds, weight=70, **more)


SCENARIOS = {
    "down-at-every-stage": at_every_stage("byway down works at any moment", damage.hang_up),
    "interrupt-at-every-stage": at_every_stage("Ctrl-C cancels at any moment", damage.interrupt),
    "kill9-bywayd": at_every_stage("bywayd killed at every stage", damage.kill_helper),
    "kill9-xl2tpd": at_every_stage("xl2tpd killed at every stage", damage.kill_ours("xl2tpd")),
    "kill9-pppd": at_every_stage("pppd killed at every stage", damage.kill_ours("/usr/sbin/pppd")),
    "kill9-anywhere": at_calls(2, seconds=240, weight=90),
    "figures-kill9": at_calls(8, seconds=900, on_demand=True),
    "kill9-points": at_points("bywayd, xl2tpd, pppd and charon killed at named points of up and down", bywayd=4, xl2tpd=2, pppd=2, charon=4),
    "libreswan-kill9-points": at_points("Libreswan: bywayd, xl2tpd, pppd and pluto killed at named points of up and down",
                                        libreswan=True, bywayd=4, xl2tpd=2, pppd=2, pluto=4),
    "figures-kill9-calls-libreswan": at_calls(8, libreswan=True, seconds=1200, on_demand=True),
    "figures-kill9-points": at_points("bywayd, xl2tpd, pppd and charon killed at every named point", seconds=1200,
                                      bywayd=0, xl2tpd=0, pppd=0, charon=0),
    "figures-kill9-libreswan": at_points("Libreswan: bywayd, xl2tpd, pppd and pluto killed at every named point", libreswan=True,
                                         seconds=1500, bywayd=0, xl2tpd=0, pppd=0, pluto=0),
    "kill9-charon": at_every_stage("charon killed at every stage", damage.kill_ike),
}
