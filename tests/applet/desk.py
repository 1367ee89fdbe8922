# SPDX-License-Identifier: GPL-2.0-or-later
"""The desktop of a user who is not root: X, session bus, keyring, AT-SPI, a window manager, and Xfce's panel with its tray.

Programs talk of what is in their windows with their own user only, so this process becomes the user as far as that is asked.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import dbus

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "nm"))

from screen import Screen, end_process, wait_for  # pylint: disable=wrong-import-position
from world import as_root  # pylint: disable=wrong-import-position

WATCHER, ITEM, MENU = "org.kde.StatusNotifierWatcher", "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"
XFCONF = "/usr/share/dbus-1/services/org.xfce.Xfconf.service"
PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator"><property name="expand" type="bool" value="true"/></property>
    <property name="plugin-2" type="string" value="systray"><property name="square-icons" type="bool" value="true"/></property>
  </property>
</channel>
"""


class Desk(Screen):
    """`system_bus`: the address of the one that its programs see."""

    def __init__(self, folder, system_bus, user, size="1280x1000"):
        super().__init__(folder, user=user, size=size)
        os.seteuid(user)
        self.env |= {"DBUS_SYSTEM_BUS_ADDRESS": system_bus, "XDG_CURRENT_DESKTOP": "XFCE", "GTK_THEME": "Adwaita"}
        self.env.pop("G_DEBUG")  # what is critical is looked for afterwards: see applet.py
        self.bus = dbus.bus.BusConnection(self.env["DBUS_SESSION_BUS_ADDRESS"])
        self.panel = None
        self.start(["xfwm4", "--compositor=off"])
        self.root_window = self.watch_screen()
        self.start_notifications()

    def start_display(self):
        config = f"{self.folder}/home/.config/xfce4/xfconf/xfce-perchannel-xml"
        os.makedirs(config)
        Path(f"{config}/xfce4-panel.xml").write_text(PANEL)
        shutil.copy(XFCONF, f"{self.folder}/services")
        for folder, _, files in os.walk(f"{self.folder}/home"):
            for name in ("", *files):
                os.chown(os.path.join(folder, name), self.user, self.user)
        super().start_display()

    def watch_screen(self):
        import gi
        gi.require_version("Gdk", "3.0")
        from gi.repository import Gdk
        self.gdk = Gdk
        return self.gdk_display().get_default_screen().get_root_window()

    def start_notifications(self):
        self.notes = f"{self.folder}/home/notifications"
        process = self.start([sys.executable, "-c", NOTIFICATIONS, self.notes], stdout=subprocess.PIPE)
        assert process.stdout.readline(), "no notifications"

    def notifications(self):
        """By number, those that are shown."""
        shown = {}
        if os.path.exists(self.notes):
            for line in Path(self.notes).read_text().splitlines():
                note = json.loads(line)
                shown[note["id"]] = note
        return {number: note for number, note in shown.items() if not note.get("closed")}

    def forget_notifications(self):
        """Those that a program left when it ended are not another one's."""
        if os.path.exists(self.notes):
            os.truncate(self.notes, 0)

    def click_note(self, number, button):
        """The button of that label."""
        actions = self.notifications()[number]["actions"]
        action = next(name for name, label in actions.items() if label == button)
        self.bus.get_object("org.freedesktop.Notifications", "/org/freedesktop/Notifications", introspect=False).Click(
            dbus.UInt32(number), action, dbus_interface="org.byway.Test")

    def start_panel(self):
        """Returns when it is ready to take icons."""
        if self.panel is not None:
            return
        with as_root(), open(f"{self.folder}/../panel-log", "a") as log:
            self.panel = self.start(["xfce4-panel", "--disable-wm-check"], stdout=log, stderr=log, start_new_session=True)
        wait_for("a tray", lambda: self.bus.name_has_owner(WATCHER))

    def stop_panel(self):
        if self.panel is None:
            return
        end_process(self.panel)
        with as_root(), contextlib.suppress(ProcessLookupError):
            os.killpg(self.panel.pid, signal.SIGKILL)  # its plugins are processes, and may hang
        self.panel = None
        wait_for("the tray's end", lambda: not self.bus.name_has_owner(WATCHER))

    def end(self):
        if getattr(self, "bus", None) is not None:
            self.stop_panel()
            self.bus.close()
        super().end()
        os.seteuid(0)

    # -- what is seen

    def items(self):
        """(bus name, path) of each item of the tray."""
        watcher = self.bus.get_object(WATCHER, "/StatusNotifierWatcher", introspect=False)
        found = watcher.Get(WATCHER, "RegisteredStatusNotifierItems", dbus_interface=dbus.PROPERTIES_IFACE)
        return [(text.split("/")[0].rstrip("@"), "/" + text.split("/", 1)[1]) for text in map(str, found)]

    def tray_items(self):
        try:
            return [TrayItem(self.bus, *place) for place in self.items()]
        except dbus.DBusException:  # the tray itself comes and goes
            return []

    def tray(self, name):
        """The item of that Id."""
        def look():
            return next((item for item in self.tray_items() if item.get("Id") == name), None)
        return wait_for(f"“{name}” in the tray", look)

    def cut(self, path, box):
        """A picture of a part of the screen: x, y, width, height."""
        data = self.gdk.pixbuf_get_from_window(self.root_window, *box).save_to_bufferv("png", [], [])[1]
        with as_root(), open(path, "wb") as file:
            file.write(data)

    def raise_window(self, title, width=None, height=None):
        """To the front, and into the open; and of that size."""
        self.wmctrl("-F", "-R", title)
        self.wmctrl("-F", "-r", title, "-e", f"0,40,60,{width or -1},{height or -1}")

    def close_window(self, title):
        """As its frame's button does."""
        self.wmctrl("-F", "-c", title)

    def frame(self, title):
        """Width and height, in the screen's own pixels."""
        for line in self.wmctrl("-l", "-G").splitlines():
            words = line.split(None, 7)
            if words[7:] == [title]:
                return int(words[4]), int(words[5])
        return None

    def wmctrl(self, *words):
        return subprocess.run(["wmctrl", *words], env=self.env, check=True, capture_output=True, text=True).stdout

    def pixels(self, box):
        return self.gdk.pixbuf_get_from_window(self.root_window, *box).get_pixels()


# What shows messages: notes each as a line of JSON, and does what a click on one of its buttons does.
NOTIFICATIONS = """
import json, sys, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
NAME = "org.freedesktop.Notifications"
class Notifications(dbus.service.Object):
    last = 0
    def note(self, number, **values):
        with open(sys.argv[1], "a") as file:
            file.write(json.dumps({"id": number, **values}) + "\\n")
    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        number = int(replaces)
        if not number:
            Notifications.last += 1
            number = Notifications.last
        self.note(number, summary=str(summary), body=str(body), actions=dict(zip(map(str, actions[::2]), map(str, actions[1::2]))))
        return dbus.UInt32(number)
    @dbus.service.method(NAME, in_signature="u")
    def CloseNotification(self, number):
        self.note(int(number), closed=True)
        self.NotificationClosed(number, 3)
    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self): return ["actions", "body", "persistence"]
    @dbus.service.method(NAME, out_signature="ssss")
    def GetServerInformation(self): return ("test", "test", "1", "1.2")
    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, action): pass
    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason): pass
    @dbus.service.method("org.byway.Test", in_signature="us")
    def Click(self, number, action): self.ActionInvoked(number, action)
name = dbus.service.BusName(NAME, bus)
notifications = Notifications(bus, "/org/freedesktop/Notifications")
print("ready", flush=True)
GLib.MainLoop().run()
"""


class TrayItem:
    """An icon of the tray and its menu, as a tray's host has them: over D-Bus."""

    def __init__(self, bus, owner, path):
        self.bus, self.owner, self.path = bus, owner, path

    def get(self, name):
        try:
            item = self.bus.get_object(self.owner, self.path, introspect=False)
            return item.Get(ITEM, name, dbus_interface=dbus.PROPERTIES_IFACE)
        except dbus.DBusException:
            return None

    def menu(self):
        return dbus.Interface(self.bus.get_object(self.owner, self.get("Menu"), introspect=False), MENU)

    def layout(self):
        """What is shown, as a host sees it that has just opened the menu: lists of (number, properties, children)."""
        menu = self.menu()
        menu.AboutToShow(0)
        return menu.GetLayout(0, -1, dbus.Array([], signature="s"))[1]

    def entries(self, node=None, above=()):
        """(words of the way to it, number, properties) of each entry, without mnemonics' marks."""
        node = node if node is not None else self.layout()
        for number, properties, children in node[2]:
            if not properties.get("visible", True) or properties.get("type") == "separator":
                continue
            way = (*above, str(properties.get("label", "")).replace("_", ""))
            yield way, int(number), properties
            yield from self.entries((number, properties, children), way)

    def words(self):
        return [" / ".join(way) for way, _, _ in self.entries()]

    def look(self, *words):
        """The entry's number and properties: each of the words begins one of its way's."""
        for way, number, properties in self.entries():
            if len(way) == len(words) and all(map(str.startswith, way, words)):
                return number, properties
        return None

    def click(self, *words):
        number, properties = wait_for(f"“{' / '.join(words)}” in the menu {self.words()}", lambda: self.look(*words))
        assert properties.get("enabled", True), (words, properties)
        self.menu().Event(number, "clicked", dbus.Int32(0, variant_level=1), dbus.UInt32(0))
