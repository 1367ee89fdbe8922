# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that come back by themselves, and those that must not."""

from again import (asleep_for, fails_at_first, finds_its_way, kills, known_dead, loses_its_way, password_changes,
                   returns, roams, server_returns, sleeps, start_logind, stays_down, traffic_again, waits, wakes)
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, is_up, up

BACK = documented(reconnect="lost")
# As after the default options' 30 s, only sooner.
QUICK = documented(reconnect="lost", dpd_delay=2, dpd_timeout=6, lcp_echo_interval=2, lcp_echo_failure=2)


def again(about, *steps, **more):
    return Scenario(about=f"reconnecting: {about}", steps=steps, after=(clean,),
                    **{"seconds": 150, "weight": 25, "cut_off": True, **more})


SCENARIOS = {
    "again-roams": again(
        "another address of ours: traffic flows again in no time, and once more back home",
        add(BACK), up, inside_answers, roams, traffic_again("roamed", 6), inside_answers, returns,
        traffic_again("roamed", 6), down, delay=25),
    "again-no-way": again(
        "the way to the server goes for a while: tried again when it is back",
        add(BACK), up, inside_answers, loses_its_way, waits, finds_its_way, traffic_again("way back", 6), down, delay=25),
    "again-server": again(
        "the server goes and comes back: known soon, and traffic flows again",
        add(QUICK), up, inside_answers, known_dead(15), server_returns, traffic_again("server back", 40), inside_answers, down),
    "again-killed": again(
        "xl2tpd and pppd of ours are killed: another session is begun",
        add(BACK), up, kills("xl2tpd"), traffic_again("killed", 12), kills("pppd"), traffic_again("killed", 12), is_up, down),
    "again-down-while-waiting": again(
        "down while it waits for another try: then nothing is tried",
        add(QUICK), up, known_dead(15), waits, down, stays_down, server_returns),
    "again-refused": again(
        "a refused password is not tried twice",
        add(BACK), up, password_changes, kills("pppd"), stays_down),
    "again-never": again(
        "without the option nothing is tried",
        add(documented()), up, roams, stays_down, returns),
    "again-always": again(
        "from the first attempt on, until the server is there",
        add(documented(reconnect="always")), lambda world: world.srv.vanish(), fails_at_first, waits, server_returns,
        traffic_again("at last", 40), down),
    "again-sleep": again(
        "before the machine sleeps the server hears a goodbye; when it wakes it is up again",
        start_logind, add(BACK), up, inside_answers, sleeps(4), asleep_for(3), wakes, traffic_again("awake", 8), down),
}
