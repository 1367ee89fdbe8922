#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The applet's windows that edit connections: on a screen, with a keyring, and with a helper that acts as told.

    test-connection-editor.py EDITOR-WINDOW-HOST [PLAY...]

Prints TAP. With BYWAY_SCREENSHOTS=FOLDER the windows are kept as pictures. (--fake JOURNAL is the helper.)
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / "nm"), str(pathlib.Path(__file__).resolve().parents[1])]
import certificate  # noqa: E402
from screen import Screen, end_process, wait_for  # noqa: E402

NAME, ROOT = "org.byway.Byway1", "/org/byway/Byway1"
PSK, PASSWORD, SAVE = "Pre-shared key (shared secret)", "Password", "Save"
KEY_PASSWORD = "Private key password"
OFFICE = {"gateway": "vpn.example.net", "user": "alice", "ike": "aes256-sha256-modp2048", "dpd-delay": "20",
          "routes": "10.0.0.0/8", "all-traffic": "no"}


# -- a helper that keeps what it gets, and refuses what it is told to

class FakeError(dbus.DBusException):
    def __init__(self, code, text):
        super().__init__(text, name=f"{NAME}.Error.{code}")


def refuse(name, settings):
    """By its own mind: the editor could not know."""
    if settings.get("user") == "nobody":
        raise FakeError("Invalid", "dpd-delay: is what this helper does not like\nuser: neither is this")
    if settings.get("user") == "root":
        raise FakeError("Denied", "you may not change connections")
    if name == "taken":
        raise FakeError("Exists", "there is a connection “taken” already")


class FakeConnection(dbus.service.Object):
    def __init__(self, manager, name, settings, system):
        self.uuid = str(uuid.uuid4())
        self.path = f"{ROOT}/connection/{self.uuid.replace('-', '_')}"
        super().__init__(manager.bus, self.path)
        self.manager, self.name, self.settings, self.system = manager, name, settings, system

    @dbus.service.method(f"{NAME}.Connection", out_signature="a{sv}")
    def Get(self):
        return {"name": self.name, "uuid": self.uuid, "owner": dbus.UInt32(os.getuid()), "system": self.system,
                "settings": dbus.Dictionary(self.settings, signature="ss"), "session": dbus.ObjectPath("/")}

    @dbus.service.method(f"{NAME}.Connection", in_signature="sa{ss}")
    def Update(self, name, settings):
        settings = {str(key): str(text) for key, text in settings.items()}
        self.manager.note("update", self.name, str(name), settings)
        refuse(name, settings)
        self.name, self.settings = str(name), settings
        self.Changed()

    @dbus.service.method(f"{NAME}.Connection")
    def Delete(self):
        self.manager.note("delete", self.name)
        if self.name == "stays":
            raise FakeError("Denied", "you may not delete it")
        self.manager.remove(self)

    @dbus.service.signal(f"{NAME}.Connection")
    def Changed(self):
        pass


class FakeManager(dbus.service.Object):
    def __init__(self, bus, journal):
        super().__init__(bus, ROOT)
        self.bus, self.journal, self.connections = bus, journal, []

    def note(self, *words):
        with open(self.journal, "a") as file:
            file.write(json.dumps(words) + "\n")

    def add(self, name, settings, system=False):
        connection = FakeConnection(self, name, settings, system)
        self.connections.append(connection)
        self.ConnectionAdded(dbus.ObjectPath(connection.path))
        return connection.path

    def remove(self, connection):
        self.connections.remove(connection)
        connection.remove_from_connection()
        self.ConnectionRemoved(dbus.ObjectPath(connection.path))

    @dbus.service.method(f"{NAME}.Manager", out_signature="ao")
    def ListConnections(self):
        return [dbus.ObjectPath(connection.path) for connection in self.connections]

    @dbus.service.method(f"{NAME}.Manager", in_signature="sa{ss}b", out_signature="o")
    def AddConnection(self, name, settings, system):
        settings = {str(key): str(text) for key, text in settings.items()}
        self.note("add", str(name), settings, bool(system))
        refuse(name, settings)
        return dbus.ObjectPath(self.add(str(name), settings, bool(system)))

    @dbus.service.method(f"{NAME}.Manager", out_signature="a{sv}")
    def Examine(self):
        """A machine with Libreswan as Debian has it, without modp1024, and with a small strongSwan."""
        pluto = "AES_CBC 3DES_CBC HMAC_SHA1 HMAC_SHA2_256 HMAC_SHA2_384 HMAC_SHA2_512 DH19 DH20 DH21 DH31 MODP1536 MODP2048 MODP4096"
        return {"ike-daemon": "libreswan", "libreswan-algorithms": dbus.Array([f"ike {name}" for name in pluto.split()], "s"),
                "strongswan-algorithms": dbus.Array("AES_CBC HMAC_SHA1_96 MODP_1024".split(), "s")}

    @dbus.service.method(f"{NAME}.Manager")
    def Watch(self):
        pass

    @dbus.service.signal(f"{NAME}.Manager", signature="o")
    def ConnectionAdded(self, connection):
        pass

    @dbus.service.signal(f"{NAME}.Manager", signature="o")
    def ConnectionRemoved(self, connection):
        pass


def serve_fake(journal):
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SystemBus()
    manager, name = FakeManager(bus, journal), dbus.service.BusName(NAME, bus)
    manager.note("ready")
    GLib.MainLoop().run()
    del manager, name


# -- a command that says what it is told to

COMMAND = """#!/bin/sh
echo "$*" >> "$BYWAY_FAKE_CALLS"
case "$1" in
  slow) exec sleep 600 ;;
  loud) exec head -c 3000000 /dev/zero ;;
  fails) echo "byway: it can't" >&2; exit 3 ;;
  "") exit 0 ;;
esac
[ -f "$BYWAY_FAKE_ANSWERS/$1.hangs" ] && exec sleep 600
cat "$BYWAY_FAKE_ANSWERS/$1"
read code < "$BYWAY_FAKE_ANSWERS/$1.code"
exit "$code"
"""
DOCTOR = {"checks": [{"id": "pppd", "verdict": "problem", "sentence": "pppd is not installed.", "fix": "apt install ppp"},
                     {"id": "charon", "verdict": "warning", "sentence": "charon does not run.", "fix": ""},
                     {"id": "module", "verdict": "unknown", "sentence": "Nobody may look at the kernel’s modules.", "fix": ""},
                     {"id": "bus", "verdict": "ok", "sentence": "The helper answers.", "fix": ""}],
          "conclusion": "A problem stands in the way: pppd is not installed."}
PROBE = {"host": "vpn.example.net", "address": "198.51.100.1", "answers": True,
         "accepted": [{"ike": "aes256-sha256-modp2048", "supported": True, "weak": False, "strongswan": True, "libreswan": True},
                      {"ike": "3des-sha1-modp1024", "supported": True, "weak": True, "strongswan": True, "libreswan": False}],
         "complete": True, "proposal": "aes256-sha256-modp2048", "make": "", "vendors": ["strongSwan"], "nat-t": False,
         "other-login": "", "packets": 12}
SILENT = {**PROBE, "answers": False, "accepted": [], "proposal": "", "nat-t": False}


class World:
    """On a screen: a fake helper, a keyring, and the program with the windows."""

    def __init__(self, screen, host, env=None):
        self.folder = tempfile.mkdtemp(prefix="world-", dir=screen.folder)
        self.screen, self.helper, self.host, self.lines = screen, None, None, []
        self.env = screen.env | {"DBUS_SYSTEM_BUS_ADDRESS": screen.env["DBUS_SESSION_BUS_ADDRESS"], "GTK_THEME": "Adwaita",
                     "XDG_CONFIG_HOME": f"{self.folder}/config", "ASAN_OPTIONS": "detect_leaks=0",
                     "BYWAY_COMMAND": f"{self.folder}/byway", "BYWAY_FAKE_ANSWERS": self.folder,
                     "BYWAY_FAKE_CALLS": f"{self.folder}/calls", **(env or {})}
        with open(f"{self.folder}/byway", "w") as file:
            file.write(COMMAND)
        os.chmod(f"{self.folder}/byway", 0o755)
        self.answer("doctor", DOCTOR, 1)
        self.answer("probe", PROBE)
        self.journal = f"{self.folder}/journal"
        self.keyring = self.screen.with_keyring()
        self.helper = subprocess.Popen([sys.executable, __file__, "--fake", self.journal], env=self.env)
        wait_for("the helper", lambda: self.noted("ready"))
        screen.atspi.generate_mouse_event(1020, 764, "abs")  # where no tooltip is
        self.start(host)

    def start(self, host):
        self.host = subprocess.Popen([host], env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        threading.Thread(target=self.read, args=[self.host], daemon=True).start()
        self.expect("ready ")

    def read(self, host):
        for line in host.stdout:
            self.lines.append(line.rstrip("\n"))

    def end(self):
        for process in (self.host, self.helper):
            if process is not None:
                end_process(process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            if self.host.poll() is None:
                self.tell("quit")
            code = self.host.wait(10)
        finally:
            self.end()
        assert code == 0, f"the program ended with {code}"

    # -- what others have

    def answer(self, verb, answer, code=0):
        with open(f"{self.folder}/{verb}", "w") as file:
            json.dump(answer, file)
        with open(f"{self.folder}/{verb}.code", "w") as file:
            file.write(f"{code}\n")

    def calls(self):
        """What our own command was called with."""
        path = pathlib.Path(self.env["BYWAY_FAKE_CALLS"])
        return path.read_text().splitlines() if path.exists() else []

    def noted(self, verb):
        if not os.path.exists(self.journal):
            return []
        with open(self.journal) as file:
            return [words for words in map(json.loads, file) if words[0] == verb]

    def config(self):
        """The lines of the preferences."""
        path = pathlib.Path(self.env["XDG_CONFIG_HOME"]) / "byway/applet.conf"
        return [line for line in path.read_text().splitlines() if line]

    def helper_object(self, path=ROOT, interface="Manager"):
        return dbus.Interface(self.keyring.connection.get_object(NAME, path), f"{NAME}.{interface}")

    def about(self, name):
        """Get of the connection of that name, or None."""
        for path in self.helper_object().ListConnections():
            about = self.helper_object(path, "Connection").Get()
            if about["name"] == name:
                return about
        return None

    def settings(self, name):
        return {str(key): str(text) for key, text in self.about(name)["settings"].items()}

    def add(self, name, settings=OFFICE, secrets=(), system=False):
        """A connection that is there already. Its id."""
        self.helper_object().AddConnection(name, dbus.Dictionary(settings, signature="ss"), system)
        identity = str(self.about(name)["uuid"])
        for key, value in dict(secrets).items():
            self.keyring.keep({"uuid": identity, "key": key}, value, schema="org.byway.Secret")
        wait_for(f"“{name}” in the list", lambda: name in self.roster())
        return f"byway:{identity}"

    def roster(self):
        said = [line for line in self.lines if line.startswith("roster ")]
        return said[-1][len("roster "):].split(",")[:-1] if said else []

    def kept(self, name):
        """key -> (collection, bytes) of what the keyring has for that connection."""
        return self.kept_for(str(self.about(name)["uuid"]))

    def kept_for(self, identity):
        """An item that goes while it is looked at is looked for again."""
        while True:
            try:
                return self.read_kept(identity)
            except dbus.DBusException as error:
                if error.get_dbus_name() not in ("org.freedesktop.Secret.Error.NoSuchObject",
                                                 "org.freedesktop.DBus.Error.UnknownMethod",
                                                 "org.freedesktop.DBus.Error.UnknownObject"):
                    raise

    def read_kept(self, identity):
        found, _ = self.keyring.service.SearchItems(dbus.Dictionary({"uuid": identity}, signature="ss"))
        items = {}
        for path in found:
            secret = self.keyring.object(path, "Item").GetSecret(self.keyring.session)
            attributes = self.keyring.connection.get_object("org.freedesktop.secrets", path).Get(
                "org.freedesktop.Secret.Item", "Attributes", dbus_interface="org.freedesktop.DBus.Properties")
            assert str(attributes["key"]) not in items, "kept twice"
            items[str(attributes["key"])] = (path.split("/")[-2], bytes(secret[2]))
        return items

    # -- the program

    def tell(self, *words):
        self.host.stdin.write(" ".join(words) + "\n")

    def expect(self, start):
        return wait_for(f"“{start}”", lambda: next((line for line in self.lines if line.startswith(start)), None))

    def window(self, title):
        return Window(self, self.screen.window(title))

    def titles(self):
        """None: one went while it was looked at."""
        try:
            return [window.get_name() for window in self.screen.windows() if window is not None]
        except GLib.Error:
            return None

    def wait_gone(self, title):
        def is_gone():
            titles = self.titles()
            return titles is not None and title not in titles
        wait_for(f"“{title}” to go", is_gone)

    def open(self, title, *words):
        self.tell(*words)
        return self.window(title)


def all_in(node):
    """What is below it; what goes while it is looked at is not."""
    try:
        children = [node.get_child_at_index(number) for number in range(node.get_child_count())]
    except GLib.Error:
        return
    yield node
    for child in children:
        if child is not None:
            yield from all_in(child)


class Window:
    """What a screen reader sees of one window, and does with it."""

    FIELDS = ("text", "password text", "entry", "check box", "combo box", "push button", "toggle button", "radio button")

    def __init__(self, world, node):
        self.world, self.screen, self.node = world, world.screen, node

    def is_(self, node, state):
        try:
            node.clear_cache()
            return node.get_state_set().contains(getattr(self.screen.atspi.StateType, state))
        except GLib.Error:
            return False

    def look(self, name, roles=FIELDS):
        for node in all_in(self.node):
            if node.get_name() == name and node.get_role_name() in roles:
                return node
        return None

    def find(self, name, roles=FIELDS):
        return wait_for(f"“{name}”", lambda: self.look(name, roles))

    def value(self, name):
        node, atspi = self.find(name), self.screen.atspi
        if node.get_role_name() in ("check box", "toggle button", "radio button"):
            return self.is_(node, "CHECKED")
        if node.get_role_name() == "combo box":
            item = atspi.Selection.get_selected_child(node, 0)
            return item.get_name() if item is not None else None
        return atspi.Text.get_text(node, 0, atspi.Text.get_character_count(node))

    def fill(self, values):
        for name, value in values.items():
            node = self.find(name)
            if isinstance(value, bool):
                if self.value(name) != value:
                    self.press(name)
                    self.wait_value(name, value)  # GTK takes its time to press it
            elif node.get_role_name() == "combo box":
                items = [item for item in all_in(node) if item.get_role_name() == "menu item"]
                self.screen.atspi.Selection.select_child(node, [item.get_name() for item in items].index(value))
            else:
                self.screen.atspi.EditableText.set_text_contents(node, value)

    def press(self, name):
        node = self.find(name)
        wait_for(f"“{name}” to be sensitive", lambda: self.is_(node, "SENSITIVE"))
        self.screen.atspi.Action.do_action(node, 0)

    def open_tab(self, name):
        if not self.is_(self.find("Advanced"), "CHECKED"):
            self.press("Advanced")
        tab = self.find(name, ("page tab",))
        self.screen.atspi.Selection.select_child(tab.get_parent(), tab.get_index_in_parent())

    def texts(self):
        """Of labels that show."""
        return [node.get_name() for node in all_in(self.node)
                if node.get_role_name() == "label" and self.is_(node, "SHOWING")]

    def wait_text(self, text):
        wait_for(f"“{text}”", lambda: text in self.texts())

    def has_focus(self, name):
        node = self.find(name)
        wait_for(f"“{name}” to have the keyboard", lambda: any(self.is_(part, "FOCUSED") for part in all_in(node)))

    def is_in_sight(self, name):
        """Above the buttons, and below the top."""
        box, save = self.screen.extents(self.find(name)), self.screen.extents(self.find(SAVE))
        return 0 < box.y and box.y + box.height <= save.y

    def wait_secret(self, name, value):
        """It is hidden, and what is hidden is this."""
        node = self.find(name)
        wait_for(f"a secret in “{name}”", lambda: self.screen.atspi.Text.get_character_count(node) > 0)
        same("it is hidden", set(self.value(name)), {"●"})
        self.press(f"Show: {name}")
        same("a secret", self.value(name), value)
        self.press(f"Show: {name}")

    def picture(self, name):
        self.screen.picture(f"editor-window-{name}")

    def wait_value(self, name, value):
        wait_for(f"“{value}” in “{name}”", lambda: self.value(name) == value)


# -- plays

def same(what, found, wanted):
    assert found == wanted, f"{what}: {found!r}, not {wanted!r}"


def play_new(world):
    """A new connection, filled in and saved: exactly what was typed."""
    window = world.open("New Connection", "new")
    window.has_focus("Name")
    window.picture("new")
    window.press(SAVE)
    window.wait_text("A connection needs a name")
    window.wait_text("Is needed")
    window.has_focus("Name")
    window.picture("problems")
    same("nothing was sent", world.noted("add"), [])
    window.fill({"Name": "-x"})
    window.wait_text("A name does not begin with “-” or “.”")
    window.fill({"Name": "office", "Gateway": "vpn.example.net", "User name": "alice", PASSWORD: "open sesame",
                 PSK: "k\u00f6nig #\"'\\", f"Storage: {PASSWORD}": "Kept until you log out", "Connect at login": True})
    assert "A name does not begin with “-” or “.”" not in window.texts()
    window.open_tab("IPsec")
    window.fill({"Ask a silent server after": "15"})
    window.open_tab("Routes")
    window.fill({"Send all traffic through the tunnel": False, "Networks behind the server": "10.1.0.0/16"})
    window.picture("routes")
    window.open_tab("DNS")
    window.fill({"Search domains": "example.net"})
    window.press(SAVE)
    world.wait_gone("New Connection")
    same("what the helper got", world.noted("add")[-1][1:], ["office", {
        "gateway": "vpn.example.net", "user": "alice", "dpd-delay": "15", "all-traffic": "no", "routes": "10.1.0.0/16",
        "dns-search": "example.net", "password-storage": "session"}, False])
    same("what the keyring got", world.kept("office"), {
        "password": ("session", b"open sesame"), "ipsec-psk": ("login", "k\u00f6nig #\"'\\".encode())})
    identity = f"byway:{world.about('office')['uuid']}"
    same("it connects at login", [line for line in world.config() if line.startswith("login=")], [f"login={identity};"])


def play_new_for_all(world):
    world.add("ours", system=True)
    world.add("mine")
    window = world.open("New Connection", "new")
    window.fill({"Name": "mine"})
    window.wait_text("Another connection has this name")
    window.fill({"Available to all users": True})
    wait_for("the name to be free", lambda: "Another connection has this name" not in window.texts())
    window.fill({"Name": "ours"})
    window.wait_text("Another connection has this name")
    window.fill({"Name": "for all", "Gateway": "vpn.example.net", "User name": "alice", f"Storage: {PSK}": "Asked every time"})
    window.press(SAVE)
    world.wait_gone("New Connection")
    same("what the helper got", world.noted("add")[-1][1:], [
        "for all", {"gateway": "vpn.example.net", "user": "alice", "ipsec-psk-storage": "ask"}, True])
    same("nothing typed, nothing kept", world.kept("for all"), {})


def play_edit(world):
    """Nothing is lost of what was not touched."""
    secrets = {"password": b"open sesame", "ipsec-psk": bytes(range(128, 256))}
    identity = world.add("office", OFFICE, secrets)
    window = world.open("Edit “office”", "open", identity)
    window.wait_secret(PASSWORD, "open sesame")
    same("the rest is there", {name: window.value(name) for name in ("Name", "Gateway", "User name")},
         {"Name": "office", "Gateway": "vpn.example.net", "User name": "alice"})
    assert not window.is_(window.find("Available to all users"), "SHOWING"), "whose it is can't be changed"
    window.picture("edit")
    window.fill({"Name": "work", "User name": "bob"})
    window.press(SAVE)
    world.wait_gone("Edit “office”")
    same("what the helper got", world.noted("update")[-1][1:], ["office", "work", {**OFFICE, "user": "bob"}])
    same("the keyring has what it had, also what no field can show", world.kept("work"),
         {key: ("login", value) for key, value in secrets.items()})
    window = world.open("Edit “work”", "open", identity)
    window.wait_secret(PASSWORD, "open sesame")
    window.fill({PASSWORD: "another", f"Storage: {PSK}": "Asked every time"})
    window.press(SAVE)
    world.wait_gone("Edit “work”")
    same("a new password is in place of the old one, and what is asked for is forgotten", world.kept("work"),
         {"password": ("login", b"another")})
    window = world.open("Edit “work”", "open", identity)
    window.wait_secret(PASSWORD, "another")
    window.fill({PASSWORD: ""})
    window.press(SAVE)
    world.wait_gone("Edit “work”")
    same("what was taken away is forgotten", world.kept("work"), {})


def play_able(world):
    """What the IKE daemon that the connection gets can't do is said, can't be ticked, and is not lost."""
    ike, choose = "IKE algorithms (phase 1)", "Choose: IKE algorithms (phase 1)"
    identity = world.add("office", {**OFFICE, "ike": "aes256-sha1-modp1024,aes256-sha256-modp2048"})
    window = world.open("Edit “office”", "open", identity, "esp")  # below it, so that what is said of it is in sight
    window.wait_text("Libreswan on this machine cannot do aes256-sha1-modp1024: it has no modp1024.")
    same("it is in the list", window.value(f"List: {ike}"), "aes256-sha1-modp1024,aes256-sha256-modp2048")
    window.press(choose)
    window.picture("able")
    weak = window.find("aes128-sha1-modp1024 (Libreswan on this machine has no modp1024)")
    assert not window.is_(weak, "SENSITIVE"), "what can't be done can be ticked"
    assert window.is_(window.find("aes256-sha256-modp2048"), "SENSITIVE"), "what can be done can't be ticked"
    window.fill({"IKE daemon": "strongSwan"})
    window.wait_text("strongSwan on this machine cannot do aes256-sha256-modp2048: it has no sha256.")
    assert window.is_(window.find("aes128-sha1-modp1024 (weak)"), "SENSITIVE"), "the other one can do it"
    window.press(SAVE)
    world.wait_gone("Edit “office”")
    same("nothing of the list is lost", world.settings("office"),
         {**OFFICE, "ike": "aes256-sha1-modp1024,aes256-sha256-modp2048", "ike-daemon": "strongswan"})


def play_certificate(world):
    """Its files are looked at when the window opens, and nobody waits for one whose key takes seconds to open."""
    certificate.make(world.folder, "/CN=laptop")
    certificate.make_bad(world.folder)
    certificate.openssl(world.folder, "pkcs12", "-export", "-inkey", "own.key", "-in", "own.pem", "-certfile", "ca.pem",
                        "-passout", "pass:open", "-iter", "2000000", "-out", "slow.p12")
    identity = world.add("office", {**OFFICE, "machine-auth": "certificate", "machine-cert": f"{world.folder}/slow.p12"},
                         {"machine-certpass": b"open"})
    window = world.open("Edit “office”", "open", identity, "machine-certpass")

    def says(text):
        """Perhaps where the page would have to be moved to."""
        return any(node.get_role_name() == "label" and node.get_name().startswith(text) and window.is_(node, "VISIBLE")
                   for node in all_in(window.node))

    good = "CN=laptop, valid until 20"
    window.wait_secret(KEY_PASSWORD, "open")
    time.sleep(0.3)  # it begins to read a moment after the password is there
    window.fill({"Name": "-x"})
    window.wait_text("A name does not begin with “-” or “.”")
    assert not says(good), "the file was read before the window could answer"
    wait_for("whose certificate it is", lambda: says(good))
    window.picture("certificate")
    window.fill({"Machine certificate": f"{world.folder}/own.pem", "Private key": f"{world.folder}/other.key",
                 "Certificate authority": f"{world.folder}/ca.pem"})
    wait_for("that the key is foreign", lambda: says("The private key does not belong to the certificate CN=laptop"))
    window.fill({"Machine certificate": f"{world.folder}/own.p12", "Private key": "", "Certificate authority": "",
                 KEY_PASSWORD: "wrong"})
    wait_for("that the password is wrong", lambda: says("This password does not open own.p12"))
    window.fill({"Machine certificate": f"{world.folder}/slow.p12"})
    time.sleep(0.6)  # the program ends, with its window, while it reads


def play_one_window(world):
    identity = world.add("office")
    world.open("Edit “office”", "open", identity)
    window = world.open("Edit “office”", "open", identity, "dpd-delay")
    window.has_focus("Ask a silent server after")
    same("one window for each", wait_for("all windows", world.titles).count("Edit “office”"), 1)
    world.tell("open", identity, "password-storage")
    asked = window.find("Ask a silent server after")
    wait_for("the keyboard to go there", lambda: not window.is_(asked, "FOCUSED"))


def play_refused(world):
    identity = world.add("office")
    window = world.open("Edit “office”", "open", identity)
    window.fill({"User name": "nobody"})
    window.press(SAVE)
    window.wait_text("It was not saved: Ask a silent server after: is what this helper does not like\n"
                     "User name: neither is this")
    window.has_focus("Ask a silent server after")
    wait_for("it to be in sight", lambda: window.is_in_sight("Ask a silent server after"))
    window.picture("refused")
    window.fill({"User name": "root"})
    window.press(SAVE)
    window.wait_text("It was not saved: you may not change connections")
    window.fill({"User name": "alice", "Name": "taken"})
    window.press(SAVE)
    window.wait_text("It was not saved: there is a connection “taken” already")
    window.has_focus("Name")
    same("what is there is what was", world.settings("office"), OFFICE)
    window.fill({"Name": "office 2"})
    window.press(SAVE)
    world.wait_gone("Edit “office”")
    same("and can be saved in the end", world.settings("office 2"), OFFICE)


def play_unsaved(world):
    identity = world.add("office", secrets={"password": b"open sesame"})
    window = world.open("Edit “office”", "open", identity)
    window.wait_secret(PASSWORD, "open sesame")
    world.screen.type("Escape")
    world.wait_gone("Edit “office”")
    window = world.open("Edit “office”", "open", identity)
    window.fill({"User name": "bob"})
    window.press("Cancel")
    question = world.window("Unsaved Changes")
    question.picture("unsaved")
    question.press("Cancel")
    world.wait_gone("Unsaved Changes")
    same("it is as it was typed", window.value("User name"), "bob")
    window.press("Cancel")
    world.window("Unsaved Changes").press("Close without Saving")
    world.wait_gone("Edit “office”")
    same("nothing was sent", world.noted("update"), [])
    window = world.open("Edit “office”", "open", identity)
    window.fill({"User name": "carol"})
    window.press("Cancel")
    world.window("Unsaved Changes").press(SAVE)
    world.wait_gone("Edit “office”")
    same("it was saved", world.settings("office")["user"], "carol")


def play_duplicate(world):
    secrets = {"password": b"open sesame", "ipsec-psk": bytes(range(128, 256))}
    identity = world.add("office", {**OFFICE, "password-storage": "session"}, secrets)
    window = world.open("Copy of “office”", "duplicate", identity)
    window.wait_secret(PASSWORD, "open sesame")
    same("its name", window.value("Name"), "office (copy)")
    window.press(SAVE)
    world.wait_gone("Copy of “office”")
    same("what the helper got", world.noted("add")[-1][1:],
         ["office (copy)", {**OFFICE, "password-storage": "session"}, False])
    same("its secrets", world.kept("office (copy)"), {"password": ("session", b"open sesame"),
                                                      "ipsec-psk": ("login", secrets["ipsec-psk"])})
    window = world.open("Copy of “office”", "duplicate", identity)
    same("the next name", window.value("Name"), "office (copy 2)")


IMPORTED = """[connection]
id=branch
[vpn]
gateway=vpn.example.com
user=bob
ipsec-enabled=true
%s
"""


def play_import(world):
    path = f"{world.folder}/file.conf"
    pathlib.Path(path).write_text(IMPORTED % "mtu=9000000\n[vpn-secrets]\npassword=from a file")
    window = world.open("Import “branch”", "import", path)
    window.has_focus("Largest packet sent (MTU)")
    window.picture("import")
    same("what was read", {name: window.value(name) for name in ("Name", "Gateway", "User name")},
         {"Name": "branch", "Gateway": "vpn.example.com", "User name": "bob"})
    window.wait_secret(PASSWORD, "from a file")
    window.fill({"Largest packet sent (MTU)": "1300"})
    window.press(SAVE)
    world.wait_gone("Import “branch”")
    same("its gateway", {key: world.settings("branch")[key] for key in ("gateway", "user", "mtu")},
         {"gateway": "vpn.example.com", "user": "bob", "mtu": "1300"})
    same("its secret", world.kept("branch"), {"password": ("login", b"from a file")})


def play_import_refused(world):
    path = f"{world.folder}/file.conf"
    pathlib.Path(path).write_text("[connection\nnothing")
    message = world.open("Import", "import", path)
    assert any(text.startswith(f"“{path}” can't be imported:\n") for text in message.texts()), message.texts()
    message.picture("import-refused")
    message.press("Close")
    world.wait_gone("Import")
    pathlib.Path(path).write_text((IMPORTED % "").replace("ipsec-enabled=true", "ipsec-enabled=false"))
    message = world.open("Import", "import", path)
    message.wait_text("The file describes a tunnel without IPsec")
    message.press("Cancel")
    world.wait_gone("Import")
    message = world.open("Import", "import", path)
    message.press("Import with IPsec")
    window = world.window("Import “branch”")
    window.press("Cancel")
    world.window("Unsaved Changes").press("Close without Saving")
    world.wait_gone("Import “branch”")
    same("nothing was sent", world.noted("add"), [])


def play_import_plain(world):
    """A file without IPsec is taken as it is where that is said; a file of ours that says so is asked about, too."""
    path, plain = f"{world.folder}/file.conf", (IMPORTED % "").replace("ipsec-enabled=true", "ipsec-enabled=false")
    ours = plain.replace("[vpn]", "[vpn]\nipsec=false").replace("branch", "shed")
    for name, text in (("branch", plain), ("shed", ours)):
        pathlib.Path(path).write_text(text)
        message = world.open("Import", "import", path)
        message.wait_text("The file describes a tunnel without IPsec")
        message.picture(f"import-plain-{name}")
        message.press("Import without IPsec")
        world.window(f"Import “{name}”").press(SAVE)
        world.wait_gone(f"Import “{name}”")
        same("it is without IPsec", world.settings(name).get("ipsec"), "no")


def play_import_choose(world):
    path = f"{world.folder}/file.conf"
    pathlib.Path(path).write_text(IMPORTED % "")
    chooser = world.open("Import a Connection", "import")
    chooser.picture("import-choose")
    world.tell("choose", path)
    wait_for("the file to be chosen", lambda: "file.conf" in [
        node.get_name() for node in all_in(chooser.node) if chooser.is_(node, "SELECTED")])
    chooser.press("Import")
    same("it was read", world.window("Import “branch”").value("Gateway"), "vpn.example.com")


def play_test(world):
    identity = world.add("office")
    window = world.open("Edit “office”", "open", identity)
    window.press("Test…")
    test = world.window("Test of the Connection")
    test.wait_text("A problem stands in the way: pppd is not installed.")
    test.wait_text("vpn.example.net (198.51.100.1) answers.")
    test.picture("test")
    shown = test.texts()
    order = ["This machine", "pppd is not installed.", "apt install ppp", "charon does not run.",
             "Nobody may look at the kernel’s modules.", "The helper answers.", "The server",
             "It does not offer NAT traversal: from behind a router it may not work.",
             "vpn.example.net (198.51.100.1) answers.", "It takes aes256-sha256-modp2048, 3des-sha1-modp1024."]
    same("all that was found, problems first", [text for text in shown if text in order], order)
    same("what was asked", sorted(world.calls()), ["doctor --json -- office", "probe --json -- vpn.example.net"])
    test.press("Copy: apt install ppp")
    world.expect("copy apt install ppp")
    world.answer("probe", SILENT, 18)
    test.press("Test Again")
    test.wait_text("vpn.example.net does not answer. It may be switched off, a firewall may drop UDP port 500, or it answers "
                   "only to source port 500.")
    pathlib.Path(f"{world.folder}/probe.hangs").touch()
    test.press("Test Again")
    test.wait_text("Asking…")
    test.press("Stop")
    test.wait_text("Stopped.")
    assert test.look("Test Again") is not None
    pathlib.Path(f"{world.folder}/doctor").write_text("rubbish")
    os.remove(f"{world.folder}/probe.hangs")
    test.press("Test Again")
    wait_for("the complaint", lambda: any(text.startswith("the command’s answer can’t be read") for text in test.texts()))


def play_detect(world):
    identity = world.add("office", {**OFFICE, "ike": "3des-sha1-modp1024"})
    window = world.open("Edit “office”", "open", identity, "ike")
    detect = "Detect the server’s IKE algorithms"
    window.press(detect)
    window.picture("detecting")
    window.wait_text("vpn.example.net takes:")
    window.wait_text("aes256-sha256-modp2048\n3des-sha1-modp1024")
    window.picture("detect")
    window.press("Use These")
    window.wait_value("List: IKE algorithms (phase 1)", "aes256-sha256-modp2048")
    window.wait_value(detect, False)  # what is pressed while it closes closes it
    world.answer("probe", SILENT, 18)
    window.press(detect)
    wait_for("the silence", lambda: any(text.startswith("vpn.example.net does not answer.") for text in window.texts()))
    window.press(detect)
    window.press(SAVE)
    world.wait_gone("Edit “office”")
    same("what was found is saved", world.settings("office")["ike"], "aes256-sha256-modp2048")


def play_program(world):
    world.tell("run", "fails", "now")
    world.expect("ran 3 it can't 0")
    world.tell("run", "loud")
    world.expect("ran -1 the command wrote more than can be shown 0")
    world.tell("run", "probe")
    world.expect(f"ran 0 wrote {len(json.dumps(PROBE))}")
    world.tell("run", "slow")
    wait_for("the call", lambda: "slow" in world.calls())
    world.tell("cancel")
    world.expect("ran -1 Operation was cancelled 0")


def play_delete(world):
    first = world.add("first", secrets={"password": b"one"})
    second = world.add("second", secrets={"password": b"two"})
    stays = world.add("stays")
    bar = world.open("Deletions", "undo-window")
    world.tell("delete", first)
    bar.wait_text("“first” was deleted.")
    bar.picture("undo")
    wait_for("it to go from the list", lambda: world.roster() == ["second", "stays"])
    bar.press("Undo")
    wait_for("it to come back", lambda: world.roster() == ["first", "second", "stays"])
    same("the helper heard nothing of it", world.noted("delete"), [])
    world.tell("delete", second)
    world.tell("delete", stays)
    bar.wait_text("“stays” was deleted.")
    uuid_of_second = second.split(":")[1]
    wait_for("it to be deleted in truth", lambda: world.noted("delete") == [["delete", "second"], ["delete", "stays"]], 20)
    wait_for("its secrets to be forgotten", lambda: world.kept_for(uuid_of_second) == {})
    bar.wait_text("“stays” was not deleted: you may not delete it")
    wait_for("what could not be deleted to come back", lambda: world.roster() == ["first", "stays"])
    bar.picture("undo-failed")
    world.tell("delete", first)
    bar.wait_text("“first” was deleted.")
    world.tell("quit")
    same("the end", world.host.wait(10), 0)
    same("who ends deletes what waits", world.noted("delete")[-1], ["delete", "first"])
    same("and its secrets", world.kept_for(first.split(":")[1]), {})


def play_preferences(world):
    office = world.add("office")
    world.add("other")
    dialog = world.open("Preferences", "preferences")
    tell, offer = "Tell when a connection comes up, goes or fails", "Offer to connect again when one is lost"
    same("as it is without a file", {name: dialog.value(name) for name in (tell, offer, "office", "other")},
         {tell: True, offer: True, "office": False, "other": False})
    dialog.fill({tell: False, "office": True})
    dialog.picture("preferences")
    same("what is in the file", sorted(world.config()), ["[applet]", f"login={office};", "notify=false"])
    end_process(world.host)
    world.lines.clear()
    world.start(sys.argv[1])
    wait_for("the list", lambda: world.roster() == ["office", "other"])
    dialog = world.open("Preferences", "preferences")
    same("it is there again", {name: dialog.value(name) for name in (tell, offer, "office", "other")},
         {tell: False, offer: True, "office": True, "other": False})
    window = world.open("Edit “office”", "open", office)
    same("the editor knows", window.value("Connect at login"), True)
    window.fill({"Connect at login": False})
    window.press(SAVE)
    world.wait_gone("Edit “office”")
    dialog.wait_value("office", False)


def look(world, name):
    identity = world.add("office")
    window = world.open("Edit “office”", "open", identity, "dpd-delay")
    wait_for("the field to be in sight", lambda: window.is_in_sight("Ask a silent server after"))
    window.picture(name)
    window.press("Test…")
    test = world.window("Test of the Connection")
    test.wait_text("A problem stands in the way: pppd is not installed.")
    test.picture(f"{name}-test")


def play_dark(world):
    look(world, "dark")


def play_rtl(world):
    look(world, "rtl")


def play_large(world):
    look(world, "large")


def play_no_keyring(world):
    """A keyring that went: the connection is saved, and the window says what is not."""
    window = world.open("New Connection", "new")
    window.fill({"Name": "office", "Gateway": "vpn.example.net", "User name": "alice", PASSWORD: "open sesame"})
    end_process(world.keyring.process)
    window.press(SAVE)
    wait_for("the complaint", lambda: any(text.startswith("The connection is saved, but not its secrets: ")
                                          for text in window.texts()))
    window.picture("no-keyring")
    same("once", len(world.noted("add")), 1)
    window.press("Cancel")
    world.wait_gone("New Connection")


# The last one takes the keyring away.
PLAYS = [play for name, play in list(globals().items()) if name.startswith("play_")]


# What some of them want.
ENV = {play_dark: {"GTK_THEME": "Adwaita:dark"}, play_rtl: {"BYWAY_TEST_RTL": "1"}, play_large: {"GDK_DPI_SCALE": "2"}}


def report(number, play, screen):
    """TRUE: it went well."""
    name, world = play.__name__.removeprefix("play_"), None
    try:
        with World(screen, sys.argv[1], ENV.get(play)) as world:
            play(world)
    except Exception:
        print(f"not ok {number} - {name}")
        for line in traceback.format_exc().splitlines() + [f"said: {line}" for line in (world.lines if world else [])]:
            print(f"# {line}", flush=True)
        return False
    print(f"ok {number} - {name}", flush=True)
    return True


def main():
    chosen = sys.argv[2:]
    plays = [play for play in PLAYS if not chosen or play.__name__.removeprefix("play_") in chosen]
    print(f"1..{len(plays)}")
    with tempfile.TemporaryDirectory(prefix="byway-editor-") as folder, Screen(f"{folder}/screen") as screen:
        good = [report(number, play, screen) for number, play in enumerate(plays, 1)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    if sys.argv[1] == "--fake":
        serve_fake(sys.argv[2])
    else:
        sys.exit(main())
