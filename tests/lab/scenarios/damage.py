# SPDX-License-Identifier: GPL-2.0-or-later
"""Stopped or killed at every stage: nothing of ours stays."""

import dataclasses

import addressing
import anywhere
import damage
import foreign
import killing
import points
import server
from scenario import Scenario


def at_every_stage(about, act, **more):
    return Scenario(about=about, cut_off=True, steps=(damage.add, damage.at_every_stage(act)), after=(damage.works_again,),
                    delay=40, seconds=240, weight=50, **more)


def added(libreswan):
    """With names to ask for, which is the last thing that is done, and the first that is undone."""
    return lambda world: damage.add(world, **killing.RESOLVED, **(dict(ike="3des-sha1-modp1536") if libreswan else {}))


def at_calls(most, cleaning, libreswan=False, **more):
    return Scenario(about="bywayd killed before any call that changes something, or in the middle of a write: of its cleaning, of its "
                          "start, of up, of down, of its end",
                    cut_off=True, steps=(addressing.install_resolvconf, added(libreswan), anywhere.at_calls(most, cleaning)),
                    after=(damage.works_again,), libreswan=libreswan, setup=server.MODP1536 if libreswan else server.DOCUMENTED, **more)


def at_points(about, *deaths, libreswan=False, **more):
    """Programs killed at named points. The server gives each call another address: see again.from_a_pool."""
    return Scenario(about=f"killed at named points of up, down and cleaning: {about}", cut_off=True, libreswan=libreswan,
                    setup=dataclasses.replace(server.MODP1536 if libreswan else server.DOCUMENTED, address="*"),
                    steps=(addressing.install_resolvconf, added(libreswan), foreign.by_hand, *deaths),
                    after=(killing.works_as_before,), **more)


def some(libreswan=False):
    """A few, for every run. That what xl2tpd or pppd took down comes back is again-killed's."""
    ike = "pluto" if libreswan else "charon"
    return at_points(
        "some, of a connection that is not wanted again, and of one that is",
        killing.never_back(bywayd=("inside options", "IKE agreed", "inside resolvconf -d", "files clean"), xl2tpd=("L2TP up",),
                           pppd=("into unconfiguring",), **{ike: ("into up",)}),
        killing.comes_back(bywayd=("pppd runs", "up"), **{ike: ("in securing", "up")}), libreswan=libreswan, seconds=300, weight=60)


def every(libreswan=False):
    """All of them, for each program and both ways."""
    names, which = ("bywayd", "xl2tpd", "pppd", "pluto" if libreswan else "charon"), "-libreswan" if libreswan else ""
    return {f"figures-kill9{which}-{name}{word}": at_points(
        f"{name}, every point, of a connection that is {about}", deaths(**{name: points.ALL}), libreswan=libreswan, seconds=1500,
        on_demand=True) for name in names for word, about, deaths in (
            ("", "not wanted again", killing.never_back), ("-back", "wanted again", killing.comes_back))}


SCENARIOS = {
    "down-at-every-stage": at_every_stage("byway down works at any moment", damage.hang_up),
    "interrupt-at-every-stage": at_every_stage("Ctrl-C cancels at any moment", damage.interrupt),
    "kill9-bywayd": at_every_stage("bywayd killed at every stage", damage.kill_helper, on_demand=True),
    "kill9-xl2tpd": at_every_stage("xl2tpd and bywayd killed at every stage", damage.kill_ours("xl2tpd"), on_demand=True),
    "kill9-pppd": at_every_stage("pppd and bywayd killed at every stage", damage.kill_ours("/usr/sbin/pppd"), on_demand=True),
    "kill9-charon": at_every_stage("charon and bywayd killed at every stage", damage.kill_ike, on_demand=True),
    "kill9-anywhere": at_calls(2, 1, seconds=240, weight=70),
    "libreswan-kill9-anywhere": at_calls(1, 1, libreswan=True, seconds=240, weight=60),
    "figures-kill9-calls": at_calls(8, 4, seconds=1500, on_demand=True),
    "figures-kill9-libreswan-calls": at_calls(8, 4, libreswan=True, seconds=1800, on_demand=True),
    "kill9-points": some(),
    "libreswan-kill9-points": some(libreswan=True),
    **every(), **every(libreswan=True),
}
