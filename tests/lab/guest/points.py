# SPDX-License-Identifier: GPL-2.0-or-later
"""One of the programs dies, as by kill -9, at a named point of up or down: as bywayd logs that it is there. plugin/at-line.c, which
is preloaded into it, sees to that, so no point is missed by a moment."""

import time

import client
import damage
import fault_server
import foreign
import libreswan
from steps import NAME, clean

LIBRARY = "at-line"
ORDER = "/run/lab/order"
SECONDS = 30
SELF = "self"

# Name -> what bywayd logs there. "into": before anything of that step is done; "in": when what can be done at once is.
POINTS = {
    "into preparing": "step preparing", "in preparing": "step preparing begun", "resolving": "resolve running",
    "into securing": "step securing", "in securing": "step securing begun", "IKE agreed": "ike done", "ESP agreed": "sa done",
    "into dialing": "step dialing", "in dialing": "step dialing begun", "L2TP up": "l2tp done", "PPP logged in": "ppp done",
    "into configuring": "step configuring", "in configuring": "step configuring begun",
    "into up": "step up", "up": "step up begun",
    "into unconfiguring": "step unconfiguring", "in unconfiguring": "step unconfiguring begun",
    "into hanging up": "step hanging-up", "in hanging up": "step hanging-up begun",
    "into unsecuring": "step unsecuring", "in unsecuring": "step unsecuring begun", "done": "step done",
}
ALL = tuple(POINTS)


def _from(first, last):
    return ALL[ALL.index(first):ALL.index(last) + 1]


# Who -> its command line's word, and the points at which it runs.
XL2TPD = (f"xl2tpd -D -c {client.RUN_DIR}", _from("L2TP up", "in hanging up"))  # it is started a moment after "in dialing"
PPPD = ("/usr/sbin/pppd", _from("PPP logged in", "in hanging up"))
CHARON = ("/usr/lib/ipsec/", _from("into preparing", "done"))
PLUTO = (libreswan.PLUTO, _from("into preparing", "done"))
BYWAYD = (SELF, ALL)


def killing(**who):
    """For each: two or more points, spread over those at which it runs, or all of them for 0. The host is clean each time, within
    5 s of the session's end, or of the next helper's start. Foreign IPsec entries and everything else is as it was."""
    programs = {"xl2tpd": XL2TPD, "pppd": PPPD, "charon": CHARON, "pluto": PLUTO, "bywayd": BYWAYD}
    return lambda world: _kill_all(world, [(name, programs[name][0], point) for name, most in who.items()
                                           for point in _spread(programs[name][1], most)])


def _spread(points, most):
    if most == 0 or len(points) <= most:
        return points
    return [points[index * (len(points) - 1) // (most - 1)] for index in range(most)]


def _kill_all(world, points):
    fault_server.build(LIBRARY)
    world.client.stop_helper()
    _start_helper(world)
    missed, problems, times = [], {}, []
    for name, word, point in points:
        try:
            if not _dies_at(world, word, point):
                missed.append(f"{name} {point}")
            times.append(_seconds_until_clean(world))
        except Exception as error:
            problems[f"{name} {point}"] = f"{type(error).__name__}: {error}"
            _recover(world)
    world.measures |= {"points": len(points), "reached": len(points) - len(missed), "not reached": missed,
                       "clean": len(times), "clean after at most": f"{max(times, default=0):.1f} s"}
    assert not problems, "\n".join(f"{point}: {problem}" for point, problem in problems.items())
    assert not missed, f"not reached: {missed}"


def _start_helper(world):
    damage.next_helper(world, {"LD_PRELOAD": fault_server.library(LIBRARY), "LAB_ORDER": ORDER})


def _dies_at(world, word, point):
    """Whether one died there. Then all is ended, and what was killed runs again where it did before."""
    box = world.client
    box.host.run(["rm", "-f", f"{ORDER}.done"])
    box.host.write(ORDER, f"{POINTS[point]}\n{word}\n")
    box.start_up(NAME).end(SECONDS)
    if word == SELF and box.host.exists(f"{ORDER}.done"):
        box.helper.wait(SECONDS)  # it may be seen to run a moment longer, and whoever calls it then has the bus start one
    if box.helper.poll() is None:
        box.byway("down", NAME, check=False, timeout=SECONDS)
    died = box.host.exists(f"{ORDER}.done") and int(box.host.read(f"{ORDER}.done")) > 0
    box.host.run(["rm", "-f", ORDER])
    if not world.ike.runs(box.host):
        world.ike.kill(box.host)  # and what it left of itself
        world.ike.start(box.host)
    if box.helper.poll() is not None:
        _start_helper(world)
    return died


def _seconds_until_clean(world):
    began = time.monotonic()
    clean(world)
    return time.monotonic() - began


def _recover(world):
    damage.recover(world)
    foreign.by_hand(world)
    world.client.kill_helper()
    _start_helper(world)


def works_as_before(world):
    """The helper without the library, and a clean host; all that was changed on purpose is undone."""
    world.client.stop_helper()
    world.client.start_helper()
    damage.works_again(world)
    foreign.not_by_hand(world)
