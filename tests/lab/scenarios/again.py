# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that come back by themselves, and those that must not."""

import again
from again import (asleep_for, fails_at_first, finds_its_way, first_up, kills, known_dead, loses_its_way, returns,
                   roams, server_returns, sleeps, start_logind, stays_down, traffic_again, vanishes, waits, wakes,
                   wakes_without_a_way, with_another_key, with_another_password)
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, is_up, up

BACK = documented(reconnect="lost")
# As after the default options' 30 s, only sooner.
QUICK = documented(reconnect="lost", dpd_delay=2, dpd_timeout=6, lcp_echo_interval=2, lcp_echo_failure=2)
STEP = 30  # seconds: the longest step between attempts that is reached here


def comes_back(about, *steps, **more):
    return Scenario(about=f"reconnecting: {about}", steps=steps, after=(clean,),
                    **{"seconds": 150, "weight": 25, "cut_off": True, **more})


SCENARIOS = {
    "again-roams": comes_back(
        "another address of ours, and once more back home: traffic flows again",
        add(BACK), first_up, inside_answers, roams, traffic_again("roamed"), inside_answers, returns,
        traffic_again("roamed"), down, setup=again.from_a_pool(), delay=25),
    "again-no-way": comes_back(
        "the way to the server goes for a while: tried again when it is back",
        add(BACK), first_up, inside_answers, loses_its_way, waits, finds_its_way, traffic_again("way back"), down, delay=25),
    "again-server": comes_back(
        "the server goes and comes back: known soon, and traffic flows again",
        add(QUICK), first_up, inside_answers, known_dead(15), server_returns, traffic_again("server back", STEP),
        inside_answers, down),
    "again-killed": comes_back(
        "xl2tpd and pppd of ours are killed: another session is begun",
        add(BACK), first_up, kills("xl2tpd"), traffic_again("killed"), kills("pppd"), traffic_again("killed"), is_up, down),
    "again-helper-killed": comes_back(
        "the helper is killed, and the next one brings back what was up; and nothing after down",
        add(BACK), first_up, inside_answers, again.helper_dies, traffic_again("helper killed"), inside_answers, again.helper_dies,
        traffic_again("helper killed again"), down, clean, again.helper_dies, again.stays_down, waits=True),
    "again-helper-asks": comes_back(
        "what is asked for each time is not kept: the helper that comes next says so",
        add(documented(reconnect="lost", password_storage="ask")), up, again.helper_dies, again.lacks("password"), down, clean,
        again.helper_dies, again.stays_down),
    "again-down-while-waiting": comes_back(
        "down while it waits for another try: then nothing is tried",
        add(QUICK), up, known_dead(15), waits, down, stays_down, server_returns),
    "again-refused": comes_back(
        "a refused password or key is not tried twice: who is there is asked once, and with the answer it is up",
        add(BACK), up, with_another_password(kills("pppd"), stays_down), again.start_agent, up,
        with_another_password(
            kills("pppd"), again.asked("password", "ppp-login-refused"), again.answered("password", "another one"), inside_answers,
            with_another_key(kills("pppd"), again.asked("ipsec-psk", "ike-psk-wrong"), again.answered("ipsec-psk", "another key"),
                             inside_answers)),
        down, waits=True),
    "again-never": comes_back("without the option nothing is tried", add(documented()), up, roams, stays_down, returns, waits=True),
    "again-always": comes_back(
        "from the first attempt on, until the server is there",
        add(documented(reconnect="always")), first_up, down, vanishes, fails_at_first, waits, server_returns,
        traffic_again("at last", STEP), down, waits=True),
    "again-sleep": comes_back(
        "before the machine sleeps the server hears a goodbye; when it wakes it is up again, also without a way at first, and after"
        " a server that heard none",
        start_logind, add(BACK), first_up, inside_answers, sleeps(4), asleep_for(3), wakes, traffic_again("awake"),
        sleeps(4), wakes_without_a_way, finds_its_way, traffic_again("awake and on the way"),
        vanishes, sleeps(5, heard=False), server_returns, wakes, traffic_again("awake after a dead server"), down, waits=True),
}
