# SPDX-License-Identifier: GPL-2.0-or-later
"""Stopped or killed at every stage: nothing of ours stays."""

import anywhere
import damage
from scenario import Scenario


def at_every_stage(about, act):
    return Scenario(about=about, cut_off=True, steps=(damage.add, damage.at_every_stage(act)), after=(damage.works_again,),
                    delay=40, seconds=240, weight=50)


def at_calls(most, **more):
    return Scenario(about="bywayd killed before any call that changes something: of its start, of up, of down, of its end",
                    cut_off=True, steps=(damage.add, anywhere.at_calls(most)), after=(damage.works_again,), **more)


SCENARIOS = {
    "down-at-every-stage": at_every_stage("byway down works at any moment", damage.hang_up),
    "interrupt-at-every-stage": at_every_stage("Ctrl-C cancels at any moment", damage.interrupt),
    "kill9-bywayd": at_every_stage("bywayd killed at every stage", damage.kill_helper),
    "kill9-xl2tpd": at_every_stage("xl2tpd killed at every stage", damage.kill_ours("xl2tpd")),
    "kill9-pppd": at_every_stage("pppd killed at every stage", damage.kill_ours("/usr/sbin/pppd")),
    "kill9-anywhere": at_calls(2, seconds=240, weight=90),
    "figures-kill9": at_calls(8, seconds=900, on_demand=True),
    "kill9-charon": at_every_stage("charon killed at every stage", damage.kill_ike),
}
