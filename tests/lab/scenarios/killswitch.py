# SPDX-License-Identifier: GPL-2.0-or-later
"""The kill switch: nothing leaves while a connection is wanted and not up."""

import killswitch as look
import server
from again import fails_at_first, first_up, known_dead, server_returns, traffic_again, vanishes, waits
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, is_up, up

# A dead server is known soon.
SHUT = documented(all_traffic="yes", routes="", kill_switch="yes", dpd_delay=2, dpd_timeout=6, lcp_echo_interval=2,
                  lcp_echo_failure=2)
STRICT = SHUT | {"kill_switch_local": "no"}
STEP = 30  # seconds: the longest step between attempts that is reached here


def shuts(about, options, *steps, **more):
    return Scenario(about=f"kill switch: {about}", after=(clean,), seconds=150, weight=40, cut_off=True,
                    steps=(add(options), look.at_home(look.everything_leaves_at_first, *steps)), **more)


SCENARIOS = {
    "kill-switch": shuts(
        "the server dies, the network changes, it comes back: nothing leaves but the way to it, until down",
        STRICT | {"reconnect": "lost"},
        first_up, is_up, inside_answers, look.nothing_leaves_beside_the_tunnel,
        known_dead(15), look.blocks, look.nothing_leaves, waits, look.nothing_leaves,
        look.network_changes, look.nothing_leaves, server_returns, traffic_again("at last", STEP), is_up, look.nothing_leaves_beside_the_tunnel,
        down, look.is_off, look.everything_leaves),
    "kill-switch-local": shuts(
        "with no server to be had the local network is reached and no more; a killed helper changes nothing; lifted, all leaves",
        SHUT,
        vanishes, fails_at_first, look.is_blocked, look.only_the_local_network_is_reached,
        look.kill_helper, look.only_the_local_network_is_reached,
        look.start_helper, look.is_blocked, look.only_the_local_network_is_reached,
        look.lift, look.is_off, look.everything_leaves, server_returns, waits=True),
    "kill-switch-libreswan": shuts(
        "with Libreswan, whose own policies are beside ours: up, dead, back, down",
        STRICT | {"reconnect": "lost", "ike": "3des-sha1-modp1536"},
        first_up, is_up, inside_answers, look.nothing_leaves_beside_the_tunnel,
        known_dead(15), look.blocks, look.nothing_leaves, server_returns, traffic_again("at last", STEP), is_up,
        look.nothing_leaves_beside_the_tunnel, down, look.is_off, look.everything_leaves, libreswan=True, setup=server.MODP1536),
    "kill-switch-killed": shuts(
        "the helper is killed, and then its tunnel dies: nothing leaves beside it; the next helper shuts all, and can connect",
        STRICT,
        up, inside_answers, look.kill_helper, look.nothing_leaves_beside_the_tunnel,
        look.tunnel_dies, look.nothing_leaves_beside_the_tunnel,
        look.start_helper, look.is_blocked, look.nothing_leaves,
        up, is_up, inside_answers, look.stop_helper, look.nothing_leaves,
        look.start_helper, look.is_blocked, look.lift, look.is_off, look.everything_leaves),
}
