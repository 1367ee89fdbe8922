# SPDX-License-Identifier: GPL-2.0-or-later
"""The documented steps by hand, without Byway: what the bench compares with, and the proof that the
laboratory itself is sound."""

import manual
from scenario import Scenario
from steps import inside_answers, pings

SCENARIOS = {
    "manual": Scenario(
        about="the documented manual steps bring the documented VPN up and down",
        helper=False, delay=25,
        steps=(manual.prepare, manual.up, pings("192.168.42.1"), inside_answers, manual.down),
    ),
}
