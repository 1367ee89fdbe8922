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
import layers
from steps import NAME, documented
from waiting import wait_for

PPPD_VERSION = b"2.4.9"
ANOTHER = "another"
PROMPTER_LOG = "/var/log/prompter-calls.log"
FAKE_CHARON = Path(__file__).resolve().parents[2] / "component" / "fakes" / "charon"
COPY_OF_FAKE = "/run/lab/fake-charon"  # the host may not see where this tree lies


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
        pids = _ours(world.client.host, word)
        assert pids, f"no {word} of ours runs"
        world.client.host.kill(pids)
    return step


def _ours(member, word):
    return [pid for pid, line in member.processes().items() if word in line and client.RUN_DIR in line]


def kill_charon(world):
    charon.kill(world.client.host)


def start_charon(world):
    charon.start(world.client.host)


def fake_charon(mood):
    """What answers at charon's socket only speaks vici; the moods are in its own text."""
    def step(world):
        world.client.host.write(COPY_OF_FAKE, FAKE_CHARON.read_bytes(), 0o755)
        world.client.host.spawn([COPY_OF_FAKE, charon.SOCKET, mood, "/dev/null"], log="fake-charon.log")
        wait_for(lambda: world.client.host.exists(charon.SOCKET), "the fake charon")
    return step


def denied(world):
    """A user of no session, with a connection that is every user's."""
    argv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "byway", "up", NAME, "--json", "--secrets-fd", "0"]
    _told(world, world.client.host.run(argv, check=False, input=world.client.secrets()), 5, "denied")


def lock_keyring(world):
    for collection in ("login", "session"):
        world.client.host.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets",
                               "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
                               f"array:objpath:/org/freedesktop/secrets/collection/{collection}"], env=desktop.SESSION)


def locked(world):
    """Nobody is there to unlock it."""
    _stays_locked(world, {})


def not_unlocked(world):
    """Somebody is asked, and closes the dialogue."""
    member = world.client.host
    for path, text in layers.files(["fakes/prompter"], world.client.setup).items():
        layers.write(member, path, text)
    member.spawn(["python3", "-B", "/etc/lab/prompter.py", PROMPTER_LOG], log="prompter.log", env=desktop.SESSION)
    wait_for(lambda: member.exists(PROMPTER_LOG), "the fake prompter", step=0.1)
    _stays_locked(world, {"DISPLAY": ":9"})
    assert "cancelled" in member.read(PROMPTER_LOG), "nobody was asked"


def _stays_locked(world, display):
    done = world.client.byway("up", NAME, "--json", check=False, env={**desktop.SESSION, **display}, timeout=20)
    _told(world, done, 6, "keyring-locked")


def without_secrets(world):
    """No keyring, and no terminal to ask on."""
    _told(world, world.client.byway("up", NAME, "--json", check=False, timeout=20), 6, "secrets-missing")


def _told(world, done, exit_code, code):
    """It failed before there was a session."""
    assert done.code == exit_code, (done.code, done.out, done.err)
    fault.verdict(world, json.loads(done.out.splitlines()[-1])["diagnosis"], code, "prepare", done.err)
    world.measures["failed"] = round(done.seconds * 1000)


def replacing(path, script):
    """In this program's place this client has a script."""
    def step(world):
        def act():
            world.client.host.overlay(str(Path(path).parent))
            Path(path).unlink()
            Path(path).write_text(script)
            Path(path).chmod(0o755)
        world.client.host.call(act)
    return step


def foreign_pppd_option(world):
    """What an administrator may leave for all of this machine's pppd."""
    world.client.host.write("/etc/ppp/options", "lab-nonsense\n")


def add_another(world):
    """A second connection to the same server."""
    world.client.add(ANOTHER, **documented(user=world.client.setup.user))


def kill_while(stage, word):
    """A `meanwhile` of fault.diagnosed: our program is killed when the attempt has come so far."""
    def act(world, attempt):
        assert attempt.wait_for_stage(stage), f"the attempt ended before {stage}: {attempt.text()}"
        member = world.client.host
        wait_for(lambda: _ours(member, word), f"our {word}")
        member.kill(_ours(member, word))
    return act
