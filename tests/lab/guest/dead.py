# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that go without a goodbye, several at one moment, and how soon each of them is missed."""

import contextlib
import dataclasses
import json
import threading
import time
from subprocess import PIPE

import crowds
import server
import wire
from steps import add
from waiting import wait_for

PATIENCE = 60  # until nothing is waited for any more; what is promised is a scenario's own


@dataclasses.dataclass(frozen=True)
class Line:
    """A connection of a kind, and the kind of server at its other end."""
    about: str
    setup: server.Setup
    options: dict = dataclasses.field(hash=False)
    in_clear: bool = False


class Listener:
    """When each connection was up no more, by `byway monitor`."""

    def __init__(self, member):
        self.ends = {}
        self._process = member.spawn(["byway", "monitor", "--json"], stdout=PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def close(self):
        self._process.kill()
        self._process.wait()

    def _read(self):
        for line in self._process.stdout:
            told = json.loads(line)
            if told["event"] == "StateChanged":
                self.ends.setdefault(told["name"], time.monotonic())


def missed(lines, within):
    """All servers die at once, and each is missed within so many seconds, however fast the machine: what is waited for are
    the protocols' own times."""
    return crowds.with_far_servers([line.setup for line in lines], _come_up(lines), _die(lines, within))


def _come_up(lines):
    def step(world):
        for line, far in zip(lines, world.far):
            add(line.options | dict(gateway=far.address, routes=f"{far.net}.0/24"), name=far.name)(world)
        crowds.all_come_up(world)
    return step


def _die(lines, within):
    def step(world):
        hidden = " and ".join(f"not host {far.address}" for line, far in zip(lines, world.far) if line.in_clear)
        expression = f"{wire.CLEAR_L2TP_OF_CLIENT} and ({hidden})" if hidden else wire.CLEAR_L2TP_OF_CLIENT
        with wire.nothing_matches("clear-after-death", expression, "clear-text L2TP"), \
                contextlib.closing(Listener(world.client.host)) as listener:
            _all_are_missed(world, lines, listener, within)
    return step


def _all_are_missed(world, lines, listener, within):
    died = {}
    for far in world.far:
        died[far.name] = time.monotonic()
        far.vanish()
    with contextlib.suppress(TimeoutError):
        wait_for(lambda: len(listener.ends) == len(lines), "all ends", PATIENCE, step=0.1)
    took = {line.about: round(listener.ends[far.name] - died[far.name], 1) if far.name in listener.ends else None
            for line, far in zip(lines, world.far)}
    codes = {line.about: json.loads(world.client.byway("why", far.name, "--json").out).get("code")
             for line, far in zip(lines, world.far)}
    world.measures |= {f"{about}, ms": seconds and round(seconds * 1000) for about, seconds in took.items()}
    assert all(seconds and seconds <= within for seconds in took.values()), f"more than {within} s: {took}"
    assert set(codes.values()) == {"lost-server"}, codes
