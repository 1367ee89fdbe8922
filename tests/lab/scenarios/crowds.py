# SPDX-License-Identifier: GPL-2.0-or-later
"""Many at once, and nobody loses anything."""

import server
from crowds import hammered
from scenario import Scenario
from steps import add, clean, down, inside_answers, is_up, modern, up

SCENARIOS = {
    "crowd-callers": Scenario(
        about="fifty programs ask the helper all the time: all are answered, and a tunnel loses nothing",
        steps=(add(modern()), up, inside_answers, hammered, is_up, inside_answers, down), after=(clean,),
        setup=server.MODERN, seconds=150, weight=60),
}
