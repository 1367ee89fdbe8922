# SPDX-License-Identifier: GPL-2.0-or-later
"""Which way packets go, and who answers names."""

import json
import socket
from pathlib import Path

import inside
import layers
import libreswan
import network
import wire
from steps import ask
from waiting import wait_for

SERVER_DNS = ["8.8.8.8", "8.8.4.4"]
RESOLV_CONF = "/etc/resolv.conf"
RESOLVED_LOG = "/run/lab/resolved.log"


def world_sees(address):
    """The world answers, and says whom it saw."""
    def step(world):
        answer = ask(world, network.WORLD)
        assert answer.strip() == f"{inside.GREETING}, {address}", answer
    return step


def ipv6_reaches_the_world(world):
    world.client.host.run(["ping", "-6", "-n", "-q", "-c", "1", "-W", "2", network.WORLD6])


def no_ipv6_leaves(world):
    """Neither a ping nor a connection gets as far as the cable."""
    with wire.nothing_matches("ipv6", f"ip6 and host {network.WORLD6}", "IPv6 beside the tunnel"):
        world.client.host.run(["ping", "-6", "-n", "-q", "-c", "2", "-i", "0.2", "-W", "1", network.WORLD6], check=False)
        world.client.host.call(_try_to_connect)


def _try_to_connect():
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        try:
            probe.connect((network.WORLD6, 80))
        except OSError:
            return
    raise AssertionError("the world was reached by IPv6 beside the tunnel")


def resolv_conf_is_left_alone(world):
    assert world.client.host.read(RESOLV_CONF) == network.RESOLV_CONF, world.client.host.read(RESOLV_CONF)


# -- resolvconf

def install_resolvconf(world):
    """A small one that keeps what it is told and writes it to resolv.conf."""
    member = world.client.host
    if world.ike is not libreswan:  # whose package lies over /usr already
        member.call(member.overlay, "/usr/sbin")
    for path, text in layers.files(["fakes/resolvconf"], world.client.setup).items():
        layers.write(member, path, text)
        member.call(lambda: Path(path).chmod(0o755))


def resolvconf_has(*words):
    def step(world):
        text = world.client.host.read(RESOLV_CONF)
        assert all(word in text for word in words), text
    return step


# -- systemd-resolved

def start_resolved(world):
    """One that only notes what it is asked to do for which link."""
    member = world.client.host
    for path, text in layers.files(["fakes/resolved"], world.client.setup).items():
        layers.write(member, path, text)
    member.run(["dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus", "/",
                "org.freedesktop.DBus.ReloadConfig"])
    member.spawn(["python3", "-B", "/etc/lab/resolved.py", RESOLVED_LOG], log="resolved.log")
    wait_for(lambda: world.client.owned("org.freedesktop.resolve1"), "the fake systemd-resolved", step=0.1)


def resolved_was_told(method, *words):
    def step(world):
        calls = [json.loads(line) for line in world.client.host.read(RESOLVED_LOG).splitlines()]
        told = [call for call in calls if call["method"] == method]
        assert any(all(word in json.dumps(call) for word in words) for call in told), calls
    return step
