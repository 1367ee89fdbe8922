# SPDX-License-Identifier: GPL-2.0-or-later
"""What a newcomer sees: the documented VPN up, who answers behind it, and down again."""

import network
from scenario import Scenario
from steps import NAME, ask, clean, documented

DELAY = 25


def scenario(say):
    def tell(title, text):
        say(event="told", title=title, text=text)

    def steps(world):
        client = world.client
        client.add(NAME, user=client.setup.user, **documented())
        tell(f"byway up {NAME}", client.up_for_people(NAME))
        tell("ip -br address", client.host.out("ip", "-br", "-4", "address"))
        tell(f"ip route get {network.INSIDE}", client.host.out("ip", "route", "get", network.INSIDE))
        tell(f"GET http://{network.INSIDE}/", ask(world, network.INSIDE))
        tell(f"byway down {NAME}", client.down(NAME).out)

    return Scenario(about="the demonstration", delay=DELAY, steps=(steps,), after=(clean,))
