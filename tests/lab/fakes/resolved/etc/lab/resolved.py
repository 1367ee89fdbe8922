#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""As much of systemd-resolved as a VPN needs: it notes each call, one JSON object a line."""

import json
import sys

from gi.repository import Gio, GLib

XML = """<node><interface name="org.freedesktop.resolve1.Manager">
<method name="SetLinkDNS"><arg type="i" direction="in"/><arg type="a(iay)" direction="in"/></method>
<method name="SetLinkDNSEx"><arg type="i" direction="in"/><arg type="a(iayqs)" direction="in"/></method>
<method name="SetLinkDomains"><arg type="i" direction="in"/><arg type="a(sb)" direction="in"/></method>
<method name="SetLinkDefaultRoute"><arg type="i" direction="in"/><arg type="b" direction="in"/></method>
<method name="RevertLink"><arg type="i" direction="in"/></method>
<method name="FlushCaches"/>
</interface></node>"""


def on_call(_bus, _sender, _path, _interface, method, parameters, invocation):
    with open(sys.argv[1], "a") as log:
        log.write(json.dumps({"method": method, "arguments": readable(parameters.unpack())}) + "\n")
    invocation.return_value(None)


def readable(value):
    """An address comes as a list of bytes; people read it with dots."""
    if isinstance(value, (list, tuple)):
        if len(value) == 4 and all(type(part) is int and part < 256 for part in value):
            return ".".join(map(str, value))
        return [readable(part) for part in value]
    return value


def on_bus(bus, _name):
    bus.register_object("/org/freedesktop/resolve1", Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], on_call)


open(sys.argv[1], "w").close()
Gio.bus_own_name(Gio.BusType.SYSTEM, "org.freedesktop.resolve1", Gio.BusNameOwnerFlags.NONE, on_bus, None, None)
GLib.MainLoop().run()
