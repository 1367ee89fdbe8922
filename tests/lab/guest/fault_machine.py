# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of the client itself: what is missing, what is taken, what is killed."""

import os
import socket
from pathlib import Path

import charon
import client
from steps import NAME

PPPD_VERSION = b"2.4.9"


def holding(*ports, steps=()):
    """While the steps run, another program holds these UDP ports."""
    def step(world):
        def take():
            sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in ports]
            for one, port in zip(sockets, ports):
                one.bind(("0.0.0.0", port))
            return sockets
        sockets = world.client.host.call(take)
        try:
            for inner in steps:
                inner(world)
        finally:
            for one in sockets:
                one.close()
    return step


def without(*paths):
    """These files are not there, for this client."""
    def step(world):
        def hide():
            for folder in {str(Path(path).parent) for path in paths}:
                world.client.host.overlay(folder)
            for path in paths:
                if os.path.lexists(path):
                    os.unlink(path)
        world.client.host.call(hide)
    return step


def plugin_of_another_pppd(world):
    """The version that the plugin claims, one digit off."""
    def patch():
        path = next(Path("/usr").rglob("byway-pppd.so"))
        world.client.host.overlay(str(path.parent))
        content = path.read_bytes()
        assert PPPD_VERSION + b"\0" in content, "the plugin does not claim to be of this pppd"
        path.write_bytes(content.replace(PPPD_VERSION + b"\0", b"0.0.0\0"))
    world.client.host.call(patch)


def kill(word):
    """Ours only."""
    def step(world):
        member = world.client.host
        pids = [pid for pid in member.pids(word) if client.RUN_DIR in member.processes().get(pid, "")]
        assert pids, f"no {word} of ours runs"
        member.kill(pids)
    return step


def kill_charon(world):
    charon.kill(world.client.host)


def start_charon(world):
    charon.start(world.client.host)


def delete(world):
    world.client.byway("delete", NAME, "--yes")
