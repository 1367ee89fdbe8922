# SPDX-License-Identifier: GPL-2.0-or-later
"""More than one tunnel: our own second one, and other people's."""

import beside
import foreign
import server
from scenario import Scenario
from steps import NAME, add, clean, documented, down, inside_answers, is_up, modern, named, no_charon, pings, up, up_together

BOTH = {"srv2": server.SECOND}
LAB = "lab"

SCENARIOS = {
    "two-at-once": Scenario(
        about="two connections to two servers, up together and down one by one; also begun in the same moment, where no charon runs",
        others=BOTH, charon=False,
        steps=(add(documented()), add(modern(gateway="vpn2.example.net", routes="10.43.0.0/16"), name=LAB),
               up, named(LAB, up), is_up, named(LAB, is_up), pings("192.168.42.1"), pings("192.168.43.1"),
               inside_answers, down, pings("192.168.43.1"), named(LAB, down), no_charon,
               up_together(NAME, LAB), pings("192.168.42.1"), pings("192.168.43.1"), down, named(LAB, down)),
        after=(clean, no_charon), weight=20),
    "foreign-tunnel": Scenario(
        about="a foreign IPsec tunnel loses nothing by ups, failures of each kind, and downs, and stays the same one",
        steps=(foreign.bring_up, add(documented()), beside.rounds(len(beside.KINDS)), foreign.still_works, foreign.new_key),
        after=(foreign.still_works, clean, foreign.hang_up), cut_off=True, seconds=120, weight=40, waits=True),
}
