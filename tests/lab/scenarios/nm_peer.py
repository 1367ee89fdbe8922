# SPDX-License-Identifier: GPL-2.0-or-later
"""NetworkManager-l2tp beside us: the bench compares with it, and it proves that NetworkManager works in the laboratory."""

import desktop
import network
import nm_l2tp
from nm_l2tp import PEER
from nm_steps import SPLIT, add, add_file, down, has, is_active, is_gone, names_are_asked_of, start, up
from scenario import Scenario
from steps import goes, inside_answers, named, pings


def peer(about, put, *checks, settings=None):
    return Scenario(about=f"NetworkManager-l2tp: {about}", helper=False, delay=25, seconds=150, weight=25, waits=True,
                    steps=(desktop.start_bus, nm_l2tp.install, start, put(nm_l2tp.documented(settings=settings)),
                           named(PEER, up), named(PEER, is_active), pings("192.168.42.1"), inside_answers, *checks,
                           named(PEER, down), named(PEER, is_gone)),
                    after=(nm_l2tp.is_gone,))


SCENARIOS = {
    "nm-peer": peer("the documented VPN up and down, with all traffic", add, goes(network.WORLD, "ppp*"), goes(network.SRV, "eth0"),
                    has("IP4.DNS", "8.8.8.8", "8.8.4.4", name=PEER), names_are_asked_of("8.8.8.8", "8.8.4.4")),
    "nm-peer-split": peer("a keyfile with routes", add_file, goes(network.WORLD, "eth0"), goes(network.INSIDE, "ppp*"),
                          settings=SPLIT),
}
