# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of many times, too long for every run: played only when they are named. One has a short twin."""

import again
import beside
import cycles
import figures
import foreign
import server
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, up

BACK = documented(reconnect="lost")


def figure(about, *steps, after=(), **more):
    return Scenario(about=about, steps=(figures.begin, *steps), after=(clean, *after), cut_off=True, on_demand=True, **more)


SCENARIOS = {
    "figures-roaming": figure(
        "seconds from another uplink until traffic flows again, 50 ms away", add(BACK), up, inside_answers, figures.roams, down,
        figures.at_most("uplink switched", 4, of_processor=True), setup=again.from_a_pool(), delay=25, seconds=600),
    "figures-server": figure(
        "seconds until a dead server is known, and from its return until traffic flows again", add(BACK), up, inside_answers,
        figures.server_goes_and_returns, down, figures.at_most("dead server known", 30),
        figures.at_most("server back, beyond the step", 3, of_processor=True), seconds=1800),
    "figures-cycles": figure(
        "connected and ended in every way a thousand times: no clear-text L2TP, and nothing grows", add(documented(**cycles.IMPATIENT)),
        cycles.cycles(settled=10, living=860, fatal=120), seconds=4000),
    "figures-cycles-libreswan": figure(
        "Libreswan: the same, two hundred times", add(documented(**cycles.IMPATIENT, ike="3des-sha1-modp1536")),
        cycles.cycles(settled=10, living=130, fatal=50), seconds=1500, libreswan=True, setup=server.MODP1536),
    "cycles": Scenario(
        about="connected and ended in every way a dozen times: no clear-text L2TP, and nothing grows",
        steps=(figures.begin, add(documented(**cycles.IMPATIENT)), cycles.cycles(settled=3, living=3, fatal=2)), after=(clean,),
        cut_off=True, seconds=120, weight=40),
    "figures-foreign": figure(
        "a foreign tunnel's datagrams, all counted, through a hundred of our ups, failures and downs", add(documented()),
        foreign.bring_up, beside.rounds(beside.ROUNDS), foreign.still_works, foreign.new_key, after=(foreign.hang_up,),
        seconds=1500),
    "figures-foreign-libreswan": figure(
        "Libreswan: the same, through a hundred of ours in the same pluto", add(documented(ike="3des-sha1-modp1536")), foreign.bring_up,
        beside.rounds(beside.ROUNDS), foreign.still_works, foreign.new_key, after=(foreign.hang_up,), seconds=2000, libreswan=True,
        setup=server.MODP1536),
}
