#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The desktop's dialogue for a keyring's password (gcr's system prompter), closed by the user at once."""

import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME, PATH = "org.gnome.keyring.SystemPrompter", "/org/gnome/keyring/Prompter"
PROMPTER, CALLBACK = "org.gnome.keyring.internal.Prompter", "org.gnome.keyring.internal.Prompter.Callback"


class Prompter(dbus.service.Object):
    @dbus.service.method(PROMPTER, in_signature="o", sender_keyword="sender")
    def BeginPrompting(self, callback, sender):
        self._note("begun")
        self._answer(sender, callback, "", "")

    @dbus.service.method(PROMPTER, in_signature="osa{sv}s", sender_keyword="sender")
    def PerformPrompt(self, callback, kind, _properties, exchange, sender):
        self._note(f"cancelled: {kind}")
        self._answer(sender, callback, "no", exchange)

    @dbus.service.method(PROMPTER, in_signature="o", sender_keyword="sender")
    def StopPrompting(self, callback, sender):
        self._note("stopped")
        self._callback(sender, callback).PromptDone(reply_handler=lambda: None, error_handler=self._note)

    def _answer(self, sender, callback, answer, exchange):
        """After the method has returned: who is called back earlier does not listen yet."""
        def call():
            self._callback(sender, callback).PromptReady(answer, dbus.Dictionary({}, signature="sv"), exchange,
                                                         reply_handler=lambda: None, error_handler=self._note)
        GLib.idle_add(call)

    def _callback(self, sender, path):
        return dbus.Interface(self.connection.get_object(sender, path, introspect=False), CALLBACK)

    def _note(self, what):
        with open(sys.argv[1], "a") as log:
            log.write(f"{what}\n")


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
owned = dbus.service.BusName(NAME, bus)
Prompter(bus, PATH)._note("ready")
GLib.MainLoop().run()
