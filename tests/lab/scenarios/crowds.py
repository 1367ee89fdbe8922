# SPDX-License-Identifier: GPL-2.0-or-later
"""Many at once, and nobody loses anything."""

import server
from crowds import add_far, all_are_up, all_come_up, all_down, each_has_traffic, hammered, with_far_servers
from scenario import Scenario
from steps import add, clean, down, inside_answers, is_up, modern, up

TUNNELS = 10

def callers(first, then, **more):
    return Scenario(
        about=f"fifty programs ask the helper all the time, for {then} s: all are answered, and a tunnel loses nothing",
        steps=(add(modern()), up, inside_answers, hammered(first, then), is_up, inside_answers, down), after=(clean,),
        setup=server.MODERN, **more)


SCENARIOS = {
    "crowd-tunnels": Scenario(
        about="ten tunnels are up at once, to ten servers, and each carries its own traffic",
        steps=(with_far_servers([server.DOCUMENTED] * TUNNELS, add_far, all_come_up, each_has_traffic, all_are_up, all_down),), after=(clean,),
        seconds=240, weight=90),
    "crowd-callers": callers(first=10, then=10, seconds=150, weight=45),
    "figures-callers": callers(first=10, then=60, seconds=300, on_demand=True),
}
