#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fifty clients at once while a tunnel is up, and each limit of core/byway-limits.h at its number and one past it.

    test-crowd.py BYWAYD KERNEL-PARTS

The fifty hammer for BYWAY_CROWD_SECONDS, 20 where that is not set. Prints TAP."""

import os
import random
import re
import shutil
import sys
import threading
import time
import uuid
from pathlib import Path

from rough import (ALICE, BOB, ERROR, GOOD, ROOM, ROOT, Caller, GLib, RoughWorld, run_tests, sealed, secret, text_map,
                   wait_for)

CLIENTS, SECONDS = 50, float(os.environ.get("BYWAY_CROWD_SECONDS", "20"))
HEADER = Path(__file__).resolve().parent.parent.parent / "core/byway-limits.h"
LIMITS = {name: eval(number) for name, number in  # pylint: disable=eval-used
          re.findall(r"^#define BYWAY_LIMIT_(\w+) (\(?[0-9 *()]+)", HEADER.read_text(), re.MULTILINE)}


class Crowd(RoughWorld):
    """Alice's connection is up."""

    def begin(self):
        self.alice, self.bob = Caller(self, ALICE), Caller(self, BOB)
        error, value = self.alice.add("office")
        assert error is None, value
        self.alices = value[0]
        error, value = self.alice.connect(self.alices)
        assert error is None, value
        wait_for("the tunnel", lambda: self.alice.state(self.alices) == "up")
        self.session = self.alice.get(self.alices)[1][0]["session"]

    def still_up(self):
        return self.alice.get(self.alices)[1][0]["session"] == self.session and self.alice.state(self.alices) == "up"


# --- the crowd --------------------------------------------------------------------------------------

class Client:
    """One of the crowd: what it does is drawn by lot, and each answer is looked at."""

    def __init__(self, world, number):
        self.world, self.number = world, number
        self.caller = Caller(world, ALICE if number % 2 else BOB)
        self.dice, self.calls, self.worst, self.wrong = random.Random(number), 0, 0.0, []
        self.mine = []

    def expect(self, expected, answer):
        if answer[0] not in (expected if isinstance(expected, tuple) else (expected,)):
            self.wrong.append((expected, answer))
        return answer

    def look(self):
        self.expect(None, self.caller.call(ROOT, "Manager.ListConnections"))

    def ask_for_the_tunnel(self):
        self.expect(None if self.number % 2 else ERROR + "NotFound", self.caller.get(self.world.alices))

    def read_log(self):
        self.expect(None if self.number % 2 else ERROR + "NotFound", self.caller.call(self.world.alices, "Connection.GetLog"))

    def find(self):
        self.expect(ERROR + "NotFound", self.caller.call(ROOT, "Manager.FindConnection", GLib.Variant("s", f"no {self.number}")))

    def watch(self):
        self.expect(None, self.caller.call(ROOT, "Manager.Watch"))

    def add(self):
        if len(self.mine) < 3:
            error, value = self.expect(None, self.caller.add(f"crowd {self.number} {self.calls}"))
            if error is None:
                self.mine.append(value[0])

    def delete(self):
        if self.mine:
            self.expect(None, self.caller.call(self.mine.pop(), "Connection.Delete"))

    def nonsense(self):
        self.expect(ERROR + "Invalid", self.caller.add("", {"gateway": "a..b"}))

    def try_to_delete_the_tunnel(self):
        self.expect(ERROR + ("Busy" if self.number % 2 else "NotFound"), self.caller.call(self.world.alices, "Connection.Delete"))

    ACTS = (look, look, ask_for_the_tunnel, ask_for_the_tunnel, read_log, find, watch, add, delete, nonsense, try_to_delete_the_tunnel)

    def run(self, ends):
        while time.monotonic() < ends:
            begin = time.monotonic()
            self.dice.choice(self.ACTS)(self)
            self.worst = max(self.worst, time.monotonic() - begin)
            self.calls += 1
        while self.mine:
            self.delete()
        self.caller.close()


def test_fifty_clients(world):
    pid, descriptors, memory = world.pid(), world.descriptors(), world.memory()
    clients = [Client(world, number) for number in range(CLIENTS)]
    threads = [threading.Thread(target=client.run, args=(time.monotonic() + SECONDS,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrong = [each for client in clients for each in client.wrong]
    assert not wrong, (len(wrong), wrong[:3])
    assert all(client.calls > 0 for client in clients)
    assert world.lives() and world.pid() == pid and world.still_up()
    wait_for("all to be let go", lambda: world.descriptors() <= descriptors, 10)
    assert world.memory() < memory + ROOM, (memory, world.memory())
    assert len(world.alice.call(ROOT, "Manager.ListConnections")[1][0]) == 1
    return (f"{sum(client.calls for client in clients)} calls in {SECONDS:.0f} s, all answered, slowest "
            f"{max(client.worst for client in clients) * 1000:.0f} ms; {memory:.1f} to {world.memory():.1f} MiB")


# --- limits: the number, and one more ----------------------------------------------------------------

def waiting_calls(world, callers, each):
    """So many calls that polkit does not answer; returns when the helper has asked about all."""
    before = len(world.polkit_journal())
    for caller in callers:
        for _ in range(each):
            caller.send(ROOT, "Manager.Examine")
    wait_for("the questions", lambda: len(world.polkit_journal()) - before >= len(callers) * each)


def let_go(world, callers):
    """Polkit begins anew, too: the bus would count the questions that it owes an answer."""
    for caller in callers:
        caller.close()
    world.restart_polkit()
    world.polkit_is("good")


def test_calls_of_a_caller(world):
    limit = LIMITS["CALLS_OF_CALLER"]
    world.polkit_is("never")
    caller = Caller(world, BOB)
    waiting_calls(world, [caller], limit - 1)
    assert caller.call(ROOT, "Manager.ListConnections")[0] is None
    waiting_calls(world, [caller], 1)
    assert caller.call(ROOT, "Manager.ListConnections")[0] == ERROR + "Limit"
    assert world.bob.call(ROOT, "Manager.ListConnections")[0] is None
    let_go(world, [caller])


def test_calls_of_a_user(world):
    limit, each = LIMITS["CALLS_OF_USER"], LIMITS["CALLS_OF_CALLER"] // 2
    assert limit % each == 0
    world.polkit_is("never")
    callers = [Caller(world, BOB) for _ in range(limit // each)]
    waiting_calls(world, callers[1:], each)
    waiting_calls(world, callers[:1], each - 1)
    assert world.bob.call(ROOT, "Manager.ListConnections")[0] is None
    waiting_calls(world, callers[:1], 1)
    assert world.bob.call(ROOT, "Manager.ListConnections")[0] == ERROR + "Limit"
    assert world.alice.call(ROOT, "Manager.ListConnections")[0] is None
    let_go(world, callers)
    wait_for("room again", lambda: world.bob.call(ROOT, "Manager.ListConnections")[0] is None, 5)


def test_calls_of_all(world):
    """Three users are as many as they may be: a fourth is refused, root is not, and all is well when they are gone."""
    limit, of_user, each = LIMITS["CALLS"], LIMITS["CALLS_OF_USER"], LIMITS["CALLS_OF_CALLER"] // 2
    assert limit == 3 * of_user and limit < 128
    world.polkit_is("never")
    callers = [Caller(world, uid) for uid in (BOB, 7, 8) for _ in range(of_user // each)]
    waiting_calls(world, callers[1:], each)
    waiting_calls(world, callers[:1], each - 1)
    assert world.alice.call(ROOT, "Manager.ListConnections")[0] is None
    waiting_calls(world, callers[:1], 1)
    assert world.alice.call(ROOT, "Manager.ListConnections")[0] == ERROR + "Limit"
    root = Caller(world, 0)
    assert root.call(ROOT, "Manager.ListConnections")[0] is None
    let_go(world, [root, *callers])
    wait_for("room again", lambda: world.alice.call(ROOT, "Manager.ListConnections")[0] is None, 5)
    assert world.still_up()


def test_size_of_a_call(world):
    """A string of n bytes has n + 1, and stands alone in its tuple."""
    limit = LIMITS["CALL_SIZE"]
    assert world.bob.call(ROOT, "Manager.FindConnection", GLib.Variant("s", "x" * (limit - 1)))[0] == ERROR + "NotFound"
    assert world.bob.call(ROOT, "Manager.FindConnection", GLib.Variant("s", "x" * limit))[0] == ERROR + "Limit"


def test_descriptors_of_a_call(world):
    limit = LIMITS["DESCRIPTORS"]
    for count, expected in ((limit, None), (limit + 1, ERROR + "Limit")):
        assert world.bob.call(ROOT, "Manager.ListConnections", fds=[sealed(b"") for _ in range(count)])[0] == expected


def test_watchers_of_a_user(world):
    limit = LIMITS["WATCHERS_OF_USER"]
    callers = [Caller(world, BOB) for _ in range(limit + 1)]
    for number, caller in enumerate(callers):
        error, text = caller.call(ROOT, "Manager.Watch")
        assert error == (None if number < limit else ERROR + "Limit"), (number, error, text)
    assert world.alice.call(ROOT, "Manager.Watch")[0] is None
    callers[0].close()
    wait_for("room again", lambda: callers[-1].call(ROOT, "Manager.Watch")[0] is None, 5)
    for caller in callers:
        caller.close()


def test_size_of_a_connection(world):
    """At the limit it is read, and found wrong for what is in it; past it nobody reads it."""
    limit = LIMITS["CONNECTION_SIZE"]
    for size, expected in ((limit, "Invalid"), (limit + 1, "Limit")):
        name, settings = "big", [("gateway", "vpn.example.net"), ("user", "x")]
        used = len(name) + sum(len(key) + len(value) for key, value in settings)
        settings.append(("domain", "x" * (size - used - len("domain"))))
        error, text = world.bob.call(ROOT, "Manager.AddConnection", GLib.Variant("s", name), text_map(*settings), GLib.Variant("b", False))
        assert error == ERROR + expected, (size, error, text)


def test_size_of_secrets(world):
    """At the limit they are read, and found wrong."""
    path = world.bob.add("sized")[1][0]
    limit = LIMITS["SECRETS_SIZE"]
    for size, expected in ((limit, "Invalid"), (limit + 1, "Limit")):
        error, text = world.bob.connect(path, sealed(secret("ipsec-psk", "x") + b"n" * (size - len(secret("ipsec-psk", "x")))))
        assert error == ERROR + expected and "sealed" not in text, (error, text)
    world.bob.call(path, "Connection.Delete")


def silent(number):
    """A connection to an address beyond a router that drops everything without a word: an attempt stays under way. Where nobody
    is on our own network the kernel says so within seconds."""
    return {**GOOD, "gateway": f"203.0.113.{1 + number}"}


def begin_all(caller, paths):
    """Those that are not under way, or are over because they waited so long for the others, begin."""
    for path in paths:
        error, text = caller.connect(path)
        assert error in (None, ERROR + "Busy"), (path, error, text)


def meet_the_limit(caller, paths, last):
    """All of them are under way at once, and then the last is refused. The helper gives each up after a while: where one was over
    before the last had its turn, on a slow machine, there was room, and all is done again."""
    for _ in range(5):
        begin_all(caller, paths)
        error, text = caller.connect(last)
        if error == ERROR + "Limit":
            return
        assert error is None, (error, text)
        assert caller.call(last, "Connection.Disconnect")[0] is None
    raise AssertionError("the limit was not met")


def test_sessions_of_a_user(world):
    """Nobody answers, so that each stays under way. Alice has one that is up."""
    limit = LIMITS["SESSIONS_OF_USER"]
    world.office.set(hold="answer ike")
    paths = [world.bob.add(f"session {number}", silent(number))[1][0] for number in range(limit + 1)]
    meet_the_limit(world.bob, paths[:limit], paths[limit])
    error, value = world.alice.add("second", silent(99))
    assert error is None and world.alice.connect(value[0])[0] is None, value
    assert world.bob.call(paths[0], "Connection.Disconnect")[0] is None
    assert world.bob.connect(paths[-1])[0] is None  # there is room again
    for caller, path in [(world.alice, value[0])] + [(world.bob, path) for path in paths]:
        assert caller.call(path, "Connection.Disconnect")[0] is None
        assert caller.call(path, "Connection.Delete")[0] is None
    world.office.set(hold="")
    assert world.still_up()


def test_sessions_of_all(world):
    """Root has no limit of its own, and so meets the one of all: Alice has one already."""
    limit, root = LIMITS["SESSIONS"], Caller(world, 0)
    world.office.set(hold="answer ike")
    paths = [root.add(f"root {number}", silent(number))[1][0] for number in range(limit)]
    meet_the_limit(root, paths[:limit - 1], paths[limit - 1])
    for path in paths:
        assert root.call(path, "Connection.Disconnect")[0] is None
        assert root.call(path, "Connection.Delete")[0] is None
    world.office.set(hold="")
    assert world.still_up()


def fill(folder, owner, count):
    """Saved connections as the helper writes them."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for number in range(count):
        name = str(uuid.UUID(int=number + 1, version=4))
        with open(f"{folder}/{name}.conf", "w") as file:
            file.write(f"[connection]\nuuid={name}\nname=saved {number:04}\nowner={owner}\n\n[settings]\ngateway=vpn{number}.example.net\n"
                       "user=alice\n\n[end]\ncomplete=yes\n")


def test_connections_of_a_user(world):
    """Their number is met by a start with one less. (The last test: it takes the tunnel down.)"""
    limit = LIMITS["CONNECTIONS_OF_OWNER"]
    assert world.alice.call(world.alices, "Connection.Disconnect")[0] is None
    world.kill_helper()
    shutil.rmtree(f"{world.folder}/store")
    fill(f"{world.folder}/store", BOB, limit - 1)
    world.start_helper()
    listed = len(world.bob.call(ROOT, "Manager.ListConnections")[1][0])
    assert listed == limit - 1, (listed, len(world.store()))
    assert world.bob.add("the last")[0] is None
    error, text = world.bob.add("one too many")
    assert error == ERROR + "Limit" and str(limit) in text, (error, text)
    assert world.alice.add("of another user")[0] is None


TESTS = [test_fifty_clients, test_calls_of_a_caller, test_calls_of_a_user, test_calls_of_all, test_size_of_a_call, test_descriptors_of_a_call,
         test_watchers_of_a_user, test_size_of_a_connection, test_size_of_secrets, test_sessions_of_a_user, test_sessions_of_all,
         test_connections_of_a_user]

if __name__ == "__main__":
    run_tests(TESTS, *sys.argv[1:], folder_of=Crowd)
