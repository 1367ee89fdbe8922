# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that has several addresses: where one is dead, the next one is tried."""

import network
import server
from again import first_up, traffic_again
from elsewhere import NAME_OF_SEVERAL, NOBODY, THREE, away, back, has, is_at, told
from scenario import Scenario
from steps import add, clean, documented, down, fails, is_down, is_up, pings, up

QUICK = dict(dpd_delay=2, dpd_timeout=6, lcp_echo_interval=2, lcp_echo_failure=2)


def to_several(**changes):
    return documented(gateway=NAME_OF_SEVERAL, **changes)


def elsewhere(about, *steps, **more):
    return Scenario(about=f"several addresses: {about}", steps=steps, after=(clean,), **{"weight": 20, "cut_off": True, **more})


SCENARIOS = {
    "elsewhere": elsewhere(
        "the first is dead, and so the second is gone to; when that dies, the third",
        has(*THREE), add(to_several(reconnect="lost", **QUICK)), first_up, is_at(network.SRV), pings("192.168.42.1"), away,
        traffic_again("elsewhere", 30), is_up, is_at(network.SRV2), down, back,
        told(NOBODY, network.SRV, NOBODY, network.SRV2), others={"srv2": server.DOCUMENTED}, waits=True, seconds=120, weight=30),
    "elsewhere-kill-switch": elsewhere(
        "with the kill switch on, all of them may be gone to",
        has(*THREE), add(to_several(reconnect="lost", kill_switch="yes", **QUICK)), first_up, is_at(network.SRV), away,
        traffic_again("elsewhere", 30), is_at(network.SRV2), down, back, others={"srv2": server.DOCUMENTED}, waits=True, seconds=120, weight=30),
    "elsewhere-refused": elsewhere(
        "who was heard and refused is asked at one address only",
        has(network.SRV, network.SRV2), add(to_several()),
        fails("a wrong password", 10, "password", secrets=lambda world: world.client.secrets().replace(b"password=", b"password=x")),
        is_down, told(network.SRV), others={"srv2": server.DOCUMENTED}),
    "elsewhere-libreswan": elsewhere(
        "Libreswan: the first is dead, and so the second is gone to",
        has(NOBODY, network.SRV), add(to_several(ike="3des-sha1-modp1536")), up, is_at(network.SRV), pings("192.168.42.1"), down,
        told(NOBODY, network.SRV), setup=server.MODP1536, libreswan=True),
}
