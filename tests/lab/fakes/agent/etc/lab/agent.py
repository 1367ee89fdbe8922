#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An agent of whoever runs it: it writes each question down, a line each, and answers as soon as there is a file with the
answer, KEY=VALUE.

    agent.py JOURNAL ANSWER
"""

import fcntl
import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME, AGENT = "org.byway.Byway1", "org.byway.Byway1.Agent"
JOURNAL, ANSWER = sys.argv[1:]
F_ADD_SEALS, ALL_SEALS = 1033, 0xf


def note(*words):
    with open(JOURNAL, "a") as file:
        print(*words, file=file)


def sealed(key, value):
    fd = os.memfd_create("secrets", os.MFD_ALLOW_SEALING)
    os.write(fd, key.encode() + b"\0" + len(value).to_bytes(2, "big") + value.encode())
    fcntl.fcntl(fd, F_ADD_SEALS, ALL_SEALS)
    return dbus.types.UnixFd(fd)


def look(done):
    """Called again and again until there is an answer."""
    if not os.path.exists(ANSWER):
        return True
    with open(ANSWER) as file:
        done(sealed(*file.read().split("=", 1)))
    return False


class Agent(dbus.service.Object):
    @dbus.service.method(AGENT, in_signature="ssas", out_signature="h", async_callbacks=("done", "failed"))
    def GetSecrets(self, name, _uuid, keys, done, failed):
        note("lacks", name, *keys)
        GLib.timeout_add(50, look, done)

    @dbus.service.method(AGENT, in_signature="sssa{sv}", out_signature="h", async_callbacks=("done", "failed"))
    def GetNewSecret(self, name, _uuid, key, refusal, done, failed):
        note("refused", name, key, refusal["code"])
        GLib.timeout_add(50, look, done)


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
agent = Agent(bus, "/agent")
bus.call_blocking(NAME, "/org/byway/Byway1", f"{NAME}.Manager", "RegisterAgent", "o", ("/agent",))
print("ready", flush=True)
GLib.MainLoop().run()
