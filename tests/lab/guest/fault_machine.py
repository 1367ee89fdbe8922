# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of the client itself: what is missing, what is taken, what is killed."""

import json
import os
import socket
from pathlib import Path

import charon
import client
import desktop
import fault
from steps import NAME
from waiting import wait_for

PPPD_VERSION = b"2.4.9"
FAKE_CHARON = str(Path(__file__).resolve().parents[2] / "component" / "fakes" / "charon")


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


def fake_charon(mood):
    """What answers at charon's socket only speaks vici; the moods are in its own text."""
    def step(world):
        world.client.host.spawn([FAKE_CHARON, charon.SOCKET, mood, "/dev/null"], log="fake-charon.log")
        wait_for(lambda: world.client.host.exists(charon.SOCKET), "the fake charon")
    return step


def denied(world):
    """A user of no session, with a connection that is every user's."""
    argv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "byway", "up", NAME, "--json", "--secrets-fd", "0"]
    done = world.client.host.run(argv, check=False, input=world.client.secrets())
    assert done.code == 5, (done.code, done.out, done.err)
    fault.verdict(world, json.loads(done.out.splitlines()[-1])["diagnosis"], "denied", "prepare", done.err)
    world.measures["failed"] = round(done.seconds * 1000)


def lock_keyring(world):
    for collection in ("login", "session"):
        world.client.host.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets",
                               "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
                               f"array:objpath:/org/freedesktop/secrets/collection/{collection}"], env=desktop.SESSION)


def locked(world):
    """Nobody is there to unlock it."""
    done = world.client.byway("up", NAME, "--json", check=False, env=desktop.SESSION, timeout=20)
    assert done.code == 6, (done.code, done.out, done.err)
    fault.verdict(world, json.loads(done.out.splitlines()[-1])["diagnosis"], "keyring-locked", "prepare", done.err)
    world.measures["failed"] = round(done.seconds * 1000)
