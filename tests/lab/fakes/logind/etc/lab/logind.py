#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""As much of systemd-logind as sleeping needs. A line on standard input is "locks", "sleep" or "wake". After "locks" it answers
"held N of M": so many of the delays that were ever asked for are not given up. After "sleep" it says the same of the moment
before, and then "waited SECONDS" when all of them are given up, or "timed out"."""

import os
import sys
import time

from gi.repository import Gio, GLib

DELAY_MAX = 5  # InhibitDelayMaxSec
PATH, NAME = "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
XML = f"""<node><interface name="{NAME}">
<method name="Inhibit"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="h" direction="out"/></method>
<signal name="PrepareForSleep"><arg type="b"/></signal>
</interface></node>"""
locks = []  # our ends of the pipes: at the end of file the other one was closed
bus = None


def on_call(_bus, _sender, _path, _interface, _method, parameters, invocation):
    what, who, _why, mode = parameters.unpack()
    print(f"{who} asks for a {mode} of {what}", file=sys.stderr, flush=True)
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    if (what, mode) == ("sleep", "delay"):
        locks.append(reader)
    listed = Gio.UnixFDList.new()
    listed.append(writer)
    os.close(writer)
    invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (0,)), listed)


def emit(begins):
    bus.emit_signal(None, PATH, NAME, "PrepareForSleep", GLib.Variant("(b)", (begins,)))


def is_held(reader):
    try:
        return os.read(reader, 1) != b""
    except BlockingIOError:
        return True


def held():
    return sum(map(is_held, locks))


def answer(began):
    """Called again and again until all locks are gone."""
    waited = time.monotonic() - began
    if held() and waited < DELAY_MAX:
        return True
    print("timed out" if held() else f"waited {waited:.3f}", flush=True)
    return False


def on_line(channel, _condition):
    word = channel.readline().strip()
    if not word:
        loop.quit()
        return False
    if word in ("locks", "sleep"):
        print(f"held {held()} of {len(locks)}", flush=True)
    if word in ("sleep", "wake"):
        emit(word == "sleep")
    if word == "sleep":
        GLib.timeout_add(10, answer, time.monotonic())
    return True


def on_bus(connection, _name):
    global bus
    bus = connection
    bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], on_call)


Gio.bus_own_name(Gio.BusType.SYSTEM, "org.freedesktop.login1", Gio.BusNameOwnerFlags.NONE, on_bus, None, None)
GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.IO_IN | GLib.IO_HUP, on_line)
loop = GLib.MainLoop()
loop.run()
