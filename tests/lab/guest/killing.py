# SPDX-License-Identifier: GPL-2.0-or-later
"""One of the programs dies, as by kill -9, at a named point. What must be true then: nothing of ours is left, and what its user
wanted comes back."""

import time

import addressing
import again
import charon
import damage
import fault_server
import foreign
import libreswan
import points
from steps import NAME, no_ike_within
from waiting import wait_for

LIBRARY = "at-line"
ORDER, RESOLVER_ORDER = "/run/lab/order", "/run/lab/resolvconf-order"
SECONDS = 30
BACK_SECONDS = 30
NAME_SERVER, DOMAIN = "10.99.0.53", "corp.example"
RESOLVED = dict(dns=NAME_SERVER, dns_search=DOMAIN)
IKE = ("charon", "pluto")


def never_back(**who):
    """For each program its points, or points.ALL. Each time the host is clean within 5 s of the next helper's begin, or, where the
    helper lives, of the session's end. Foreign IPsec entries and everything else is as it was."""
    return lambda world: _play(world, who, wanted=False)


def comes_back(**who):
    """The same of a connection that is always wanted: traffic flows again, until its user hangs up; then the host is clean."""
    def step(world):
        world.client.byway("edit", NAME, "reconnect=always")
        _play(world, who, wanted=True)
    return step


def starting_ike(world):
    """The helper dies in the moment in which it has started an IKE daemon, where none ran: the next one ends that one."""
    _with_library(world)
    trial = Trial(world, "bywayd", points.STARTS_IKE, wanted=False)
    trial.play()
    assert trial.died, "no IKE daemon was started"
    no_ike_within(damage.CLEAN_SECONDS)(world)
    world.client.stop_helper()
    world.client.start_helper()


def _with_library(world):
    fault_server.build(LIBRARY)
    world.client.stop_helper()
    _begin_helper(world)
    world.client.await_helper()


def _play(world, who, wanted):
    _with_library(world)
    trials = [Trial(world, program, point, wanted) for program, named in who.items()
              for point in (points.of(program, world.ike is libreswan, wanted) if named == points.ALL else named)]
    problems = {}
    for trial in trials:
        try:
            trial.play()
        except Exception as error:
            problems[trial.name] = f"{type(error).__name__}: {error}"
            _recover(world)
    missed = [trial.name for trial in trials if not trial.died and trial.name not in problems]
    world.measures |= _measures(trials, missed)
    assert not problems, "\n".join(f"{point}: {problem}" for point, problem in problems.items())
    assert not missed, f"not reached: {missed}"


def _measures(trials, missed):
    what = "wanted" if trials[0].wanted else "not wanted"
    kinds = {kind: {trial.name: getattr(trial, kind) for trial in trials if getattr(trial, kind) is not None}
             for kind in ("clean", "back", "down")}
    return {f"{what}: points": len(trials), f"{what}: not reached": missed} | {
        f"{what}: {kind}": damage.figures(times) for kind, times in kinds.items() if times}


def _begin_helper(world):
    return world.client.begin_helper({"LD_PRELOAD": fault_server.library(LIBRARY), "LAB_ORDER": ORDER})


class Trial:
    """One death, and what comes after it."""

    def __init__(self, world, program, point, wanted):
        self.world, self.box = world, world.client
        self.program, self.point, self.name = program, point, f"{program} {point}"
        self.wanted, self.died = wanted, False
        self.clean = self.back = self.down = None  # seconds

    def play(self):
        self.die()
        if self.wanted and self.point not in points.NOT_WANTED:
            self.come_back()
        self.be_clean()

    # -- dying

    def die(self):
        if self.point in points.CLEANING:
            self.box.up(NAME)
            self.box.kill_helper()
            self.order()
            _begin_helper(self.world)
            self.box.helper.wait(SECONDS)
        else:
            self.order()
            self.box.start_up(NAME).end(SECONDS)
        if self.point in points.GOING_DOWN:
            self.hang_up()
        self.died = self.box.host.exists(f"{ORDER}.done") and int(self.box.host.read(f"{ORDER}.done")) > 0
        self.box.host.run(["rm", "-f", ORDER, RESOLVER_ORDER])
        if self.died and self.program == "bywayd":
            self.box.helper.wait(SECONDS)  # it may be seen to run a moment longer, and whoever calls it then has the bus start one

    def order(self):
        self.box.host.run(["rm", "-f", f"{ORDER}.done"])
        if self.point in points.RESOLVER:
            self.box.host.write(RESOLVER_ORDER, f"{points.RESOLVER[self.point]} {ORDER}.done\n")
        else:
            self.box.host.write(ORDER, f"{points.ORDERS[self.point]}\n{points.WORDS[self.program]}\n")

    # -- coming back

    def come_back(self):
        began = time.monotonic() if self.helper_lives() else _begin_helper(self.world)
        wait_for(self.is_back, "traffic to flow again, and names to be asked for there", BACK_SECONDS, step=0.05)
        self.back = time.monotonic() - began
        self.box.await_helper()

    def is_back(self):
        """The one that was killed is so no more, and its heir works."""
        ours = self.program == "bywayd" or self.box.host.pids(points.WORDS[self.program])
        return ours and again.flows(self.world) and NAME_SERVER in self.box.host.read(addressing.RESOLV_CONF)

    # -- the end

    def be_clean(self):
        """When the helper was killed, the clock starts right before the next one is begun; when it lives, at the session's end, or
        when an IKE daemon that was killed is begun again as it was."""
        if self.helper_lives():
            self.hang_up()
            self.ike_runs_again()
            began = time.monotonic()
        else:
            began = _begin_helper(self.world)
        self.clean = damage.clean_since(self.world, began)
        self.box.await_helper()

    def helper_lives(self):
        return self.box.helper.poll() is None

    def hang_up(self):
        took = self.box.byway("down", NAME, check=False, timeout=SECONDS).seconds
        assert took <= damage.CLEAN_END, f"byway down took {took:.1f} s"
        self.down = max(self.down or 0, took)

    def ike_runs_again(self):
        ike, host = self.world.ike, self.box.host
        if self.program not in IKE or not self.died:
            return
        if ike is charon:  # Byway's own, which it ends; a pluto stays while the kernel's table has anybody's entries
            wait_for(lambda: not ike.runs(host), "the end of the charon that was started", SECONDS)
        ike.kill(host)  # and what it left of itself
        ike.start(host)


def _recover(world):
    world.client.host.run(["rm", "-f", ORDER, RESOLVER_ORDER])
    damage.recover(world)
    foreign.by_hand(world)
    world.client.kill_helper()
    _begin_helper(world)
    world.client.await_helper()


def works_as_before(world):
    """The helper without the library, and a clean host; all that was changed on purpose is undone."""
    world.client.stop_helper()
    world.client.start_helper()
    damage.works_again(world)
    foreign.not_by_hand(world)
