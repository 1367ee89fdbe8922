#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Many clients of the helper at once, inside the client host. Each asks, waits for the answer, and asks again; what is asked
is drawn by lot, and each answer has to be the right one.

    callers.py CLIENTS SECONDS CONNECTION

Prints one JSON object: how many calls, the slowest one's milliseconds, that of those for which polkit was not asked (root's),
and what was answered wrongly."""

import json
import os
import random
import sys
import time

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

BUS = "unix:path=/run/dbus/system_bus_socket"
NAME, ROOT = "org.byway.Byway1", "/org/byway/Byway1"
ERROR, BUS_ERROR = NAME + ".Error.", "org.freedesktop.DBus.Error."
USERS = (0, 5, 6)  # root, games, man: the bus lets in only users that exist
PATIENCE_MS = 60000
GOOD = {"gateway": "vpn.example.net", "user": "crowd"}


def text(value):
    return GLib.Variant("s", value)


def added(name, settings):
    return "Manager.AddConnection", (text(name), GLib.Variant("a{ss}", settings), GLib.Variant("b", False))


class Acts:
    """Of each kind of user: method, path, arguments, and the only right answer; "" is success. The tunnel is root's, and
    polkit, which asks nobody here, lets others do nothing."""

    def __init__(self, tunnel, session):
        everybody = [("Manager.ListConnections", ROOT, (), ""), ("Manager.Watch", ROOT, (), ""),
                     ("Manager.FindConnection", ROOT, (text("no such"),), ERROR + "NotFound"),
                     ("Manager.FindConnection", ROOT, (GLib.Variant("u", 7),), BUS_ERROR + "InvalidArgs"),
                     ("Manager.NoSuchMethod", ROOT, (), BUS_ERROR + "UnknownMethod")]
        of_tunnel = [("Connection.Get", tunnel, ()), ("Connection.GetLog", tunnel, ()), ("Session.Get", session, ()),
                     ("Session.Diagnosis", session, ())]
        wrong = {"gateway": "a..b", "user": ""}
        self.of_root = everybody + [(*act, "") for act in of_tunnel] + [
            ("Connection.Delete", tunnel, (), ERROR + "Busy"), self._add("broken", wrong, "Invalid")]
        self.of_others = everybody + [(*act, ERROR + "NotFound") for act in of_tunnel] + [
            ("Connection.Delete", tunnel, (), ERROR + "NotFound"), ("Connection.Disconnect", tunnel, (), ERROR + "NotFound"),
            self._add("other", GOOD, "Denied"), self._add("broken", wrong, "Denied")]

    @staticmethod
    def _add(name, settings, error):
        method, arguments = added(name, settings)
        return method, ROOT, arguments, ERROR + error


class Crowd:
    def __init__(self, count, seconds, connection):
        self.ends = time.monotonic() + seconds
        self.calls, self.slowest, self.slowest_of_root, self.wrong, self.busy = 0, 0.0, 0.0, [], count
        self.loop = GLib.MainLoop()
        root = opened(0)
        tunnel = asked(root, ROOT, "Manager.FindConnection", (text(connection),))[0]
        acts = Acts(tunnel, asked(root, tunnel, "Connection.Get", ())[0]["session"])
        self.clients = [Client(self, number, acts) for number in range(count)]

    def run(self):
        for client in self.clients:
            client.ask()
        self.loop.run()
        return {"calls": self.calls, "slowest_ms": round(self.slowest * 1000), "slowest_of_root_ms": round(self.slowest_of_root * 1000),
                "wrong": self.wrong[:5], "wrong_count": len(self.wrong)}

    def answered(self, seconds, is_root):
        self.calls += 1
        self.slowest = max(self.slowest, seconds)
        if is_root:
            self.slowest_of_root = max(self.slowest_of_root, seconds)

    def done(self):
        self.busy -= 1
        if self.busy == 0:
            self.loop.quit()


class Client:
    def __init__(self, crowd, number, acts):
        uid = USERS[number % len(USERS)]
        self.crowd, self.bus, self.dice, self.is_root = crowd, opened(uid), random.Random(number), uid == 0
        self.acts = acts.of_root if self.is_root else acts.of_others

    def ask(self):
        if time.monotonic() >= self.crowd.ends:
            self.crowd.done()
            return
        method, path, arguments, expected = self.dice.choice(self.acts)
        interface, member = method.split(".")
        self.bus.call(NAME, path, f"{NAME}.{interface}", member, GLib.Variant.new_tuple(*arguments), None,
                      Gio.DBusCallFlags.NONE, PATIENCE_MS, None, self.answered, (method, expected, time.monotonic()))

    def answered(self, bus, result, asked_for):
        method, expected, began = asked_for
        error = ""
        try:
            bus.call_finish(result)
        except GLib.Error as problem:
            error = Gio.DBusError.get_remote_error(problem) or problem.message
        if error != expected:
            self.crowd.wrong.append([method, expected, error])
        self.crowd.answered(time.monotonic() - began, self.is_root)
        self.ask()


def opened(uid):
    """The bus believes the user that opens the socket."""
    os.seteuid(uid)
    try:
        return Gio.DBusConnection.new_for_address_sync(
            BUS, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    finally:
        os.seteuid(0)


def asked(bus, path, method, arguments):
    interface, member = method.split(".")
    return bus.call_sync(NAME, path, f"{NAME}.{interface}", member, GLib.Variant.new_tuple(*arguments), None,
                         Gio.DBusCallFlags.NONE, PATIENCE_MS, None).unpack()


if __name__ == "__main__":
    print(json.dumps(Crowd(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]).run()))
