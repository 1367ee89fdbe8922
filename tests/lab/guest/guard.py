# SPDX-License-Identifier: GPL-2.0-or-later
"""The guard against clear-text L2TP: what happens when IPsec goes away under a live tunnel."""

import time

import charon
import network
import wire
from steps import NAME
from waiting import wait_for

SECONDS = 4


def associations_vanish(world):
    """Charon dies and its states and policies go, while packets are on their way. The world's own
    capture, which sees the cable all the time, decides."""
    member = world.client.host
    traffic = member.spawn(["ping", "-n", "-q", "-i", "0.05", "-c", "200", "192.168.42.1"])
    time.sleep(0.5)
    charon.kill(member)
    member.run(["ip", "xfrm", "state", "flush"])
    member.run(["ip", "xfrm", "policy", "deleteall", "action", "allow"])
    time.sleep(SECONDS)
    traffic.kill()
    traffic.wait()


def clear_text_is_seen(world):
    """The control: without a guard the same capture does see L2TP in the clear."""
    capture = wire.Capture("control", wire.CLEAR_L2TP)
    member = world.client.host
    member.run(["ip", "xfrm", "policy", "flush"])
    sender = member.spawn(["bash", "-c", f"echo > /dev/udp/{network.SRV}/1701"])
    sender.wait()
    time.sleep(0.3)
    assert capture.stop(), "the capture missed a datagram in the clear"


def helper_notices(world):
    wait_for(lambda: world.client.status(NAME).get("state") != "up", "bywayd to see that the tunnel is gone", 40)
