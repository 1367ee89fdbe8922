# SPDX-License-Identifier: GPL-2.0-or-later
"""What scenarios are written in: steps and checks, each a function of the world."""

import http.client

import inside
import network


def pings(address, count=2):
    def step(world):
        world.client.host.run(["ping", "-n", "-q", "-i", "0.2", "-c", str(count), "-W", "2", address])
    return step


def inside_answers(world):
    answer = ask(world, network.INSIDE)
    assert inside.GREETING in answer, answer


def ask(world, address, port=80, seconds=5):
    """What a web server says to the client."""
    def act():
        connection = http.client.HTTPConnection(address, port, timeout=seconds)
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    return world.client.host.call(act)
