# SPDX-License-Identifier: GPL-2.0-or-later
"""NetworkManager-l2tp, the other client for the same servers: its package is unpacked into the one host that wants it."""

import base64
from pathlib import Path

import nm
import oracle
from steps import NAME
from waiting import wait_for

SERVICE, PACKAGE = "org.freedesktop.NetworkManager.l2tp", "/mnt/unpacked/network-manager-l2tp"
PROGRAMS = "/usr/sbin/pppd", "xl2tpd", "/sbin/ipsec"
PEER = "peer"
CHARONS = {"rules", "rules6"}  # of the one that it ends
GONE_SECONDS = 20


def install(world):
    """Before NetworkManager starts, which looks for such files once."""
    member = world.client.host
    assert Path(PACKAGE).is_dir(), "network-manager-l2tp is not unpacked; ./dev lab does it"
    member.call(member.overlay, "/usr")
    member.run(["cp", "-a", f"{PACKAGE}/usr/.", "/usr/"])
    member.run(["dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus", "/",
                "org.freedesktop.DBus.ReloadConfig"])


def documented(name=PEER, settings=None):
    """The documented server's profile in its words, as a function of the world. Secrets are the system's."""
    def make(world):
        setup = world.client.setup
        data = {"gateway": "vpn.example.net", "user": setup.user, "password-flags": "0", "mtu": "1280", "mru": "1280",
                "ipsec-enabled": "yes", "machine-auth-type": "psk", "ipsec-psk-flags": "0",
                "ipsec-remote-id": "@vpn.example.net", "ipsec-ike": "3des-sha1-modp1024!", "ipsec-esp": "3des-sha1!"}
        return nm.Profile(name, SERVICE, data, {"password": setup.password, "ipsec-psk": setup.psk.decode()}, settings or {})
    return make


def bare(name=PEER, settings=None):
    """No more than has to be said: all else is that program's default; and its way of saying a key in base64."""
    def make(world):
        setup = world.client.setup
        data = {"gateway": "vpn.example.net", "user": setup.user, "password-flags": "0", "ipsec-enabled": "yes", "ipsec-psk-flags": "0"}
        return nm.Profile(name, SERVICE, data, {"password": setup.password, "ipsec-psk": "0s" + base64.b64encode(setup.psk).decode()},
                          settings or {})
    return make


def is_gone(world):
    """It goes on tidying up after NetworkManager takes it for gone; its service stays, and charon does not."""
    member = world.client.host
    wait_for(lambda: not any(member.pids(word) for word in PROGRAMS), "the end of what it started", GONE_SECONDS, step=0.1)
    left = oracle.differences(world.before, oracle.snapshot(world.client))
    assert not left.keys() - CHARONS, left
