# SPDX-License-Identifier: GPL-2.0-or-later
"""A server of several addresses under one name, as the client's name service gives them."""

import network
from steps import NAME

NAME_OF_SEVERAL = "office.example.net"
NOBODY = "198.51.100.9"


def has(*addresses):
    """The name's addresses, in that order."""
    def step(world):
        known = world.client.host.read("/etc/hosts")
        world.client.host.write("/etc/hosts", known + "".join(f"{address} {NAME_OF_SEVERAL}\n" for address in addresses))
    return step


def is_at(address):
    def step(world):
        server = world.client.status(NAME)["server"]
        assert server == address, f"the connection is to {server}, not to {address}"
    return step


def told(*addresses):
    """The log says which addresses were gone to, in that order."""
    def step(world):
        log = world.client.byway("log", NAME).out
        gone_to = [line.rpartition(" → ")[2].strip() for line in log.splitlines() if f"{NAME_OF_SEVERAL} → " in line]
        assert gone_to == list(addresses), f"gone to {gone_to}: {log}"
    return step


def away(world):
    """The first of the two servers, as when its cable is pulled."""
    world.srv.vanish()


def back(world):
    world.srv.come_back()


THREE = (NOBODY, network.SRV, network.SRV2)
