#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The applet's agent for secrets: on a screen, with a real keyring, and a helper that does what it is told.

    test-secret-agent.py AGENT-HOST [TEST...]

Prints TAP. With BYWAY_SCREENSHOTS=FOLDER the windows are kept as pictures. PYTHONPATH has to have screen.py.
"""

import itertools
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import dbus
from gi.repository import GLib

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))
import buses  # noqa: E402
import certificate  # noqa: E402
from screen import Screen, end_process, wait_for

UUID, PATH = "0b5b1f0e-7d0e-4c43-9d0c-6a4f5a3c1d11", "/org/byway/Byway1/Connection/1"
ID, NAME, TITLE = f"byway:{UUID}", "office", "Connect to “office”"
PSK, PASSWORD = "Pre-shared key (shared secret)", "Password for alice"
KEY_PASSWORD = "Password or PIN of the machine’s private key"
BOTH = [PASSWORD, PSK]
KEEP_PSK, KEEP_PASSWORD = f"Keep: {PSK}", f"Keep: {PASSWORD}"
KEYRING, LOGOUT, NOT_AT_ALL = "In your keyring", "Until you log out", "Not at all: ask every time"
REASON, SENTENCE = "the server refused the user name or the password", "The server refused the user name or the password."
ERROR = "error\torg.byway.Byway1.Error"
CANCELLED = f"{ERROR}.Cancelled"
AGENT, OBJECT = "org.byway.Byway1.Agent", "/org/byway/Applet/Agent"
LOGIN, SESSION = "/org/freedesktop/secrets/collection/login/", "/org/freedesktop/secrets/collection/session/"

# The helper, as far as an agent sees it. Calls the agent when told to, and tells what it answered.
HELPER = """
import fcntl, os, sys, dbus, dbus.lowlevel, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])

def say(*words):
    print(*words, sep="\\t", flush=True)

class Manager(dbus.service.Object):
    @dbus.service.method("org.byway.Byway1.Manager", in_signature="o", sender_keyword="sender")
    def RegisterAgent(self, path, sender):
        self.agent = sender, path
        say("registered", path)

def answered(fd):
    fd = fd.take()
    say("secrets", os.pread(fd, 9999, 0).hex(), fcntl.fcntl(fd, 1034))
    os.close(fd)

def call(method, signature, *arguments):
    name, path = manager.agent
    message = dbus.lowlevel.MethodCallMessage(name, path, "org.byway.Byway1.Agent", method)
    message.append(signature=signature, *arguments)
    return message

def on_reply(reply):
    if isinstance(reply, dbus.lowlevel.ErrorMessage):
        say("refused", reply.get_error_name(), *reply.get_args_list())
    else:
        answered(*reply.get_args_list())

def ask(*words):
    message = call(*words)
    bus.send_message_with_reply(message, on_reply, 60)
    questions.append(message.get_serial())

def call_off(question):
    message = call("CancelQuestion", "u", dbus.UInt32(question))
    message.set_no_reply(True)
    bus.send_message(message)

def obey(_source, _condition):
    name, uuid, *keys = sys.stdin.readline().rstrip("\\n").split("\\t")
    if name == "which":
        say(questions[int(uuid)])
    elif name == "call off":
        call_off(questions[int(uuid)])
    elif keys[0] == "anew":
        ask("GetNewSecret", "sssa{sv}", name, uuid, keys[1], {"code": keys[2], "sentence": "in English"})
    else:
        ask("GetSecrets", "ssas", name, uuid, keys)
    return True

questions = []
manager = Manager(bus, "/org/byway/Byway1")
owned = dbus.service.BusName("org.byway.Byway1", bus)
GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IO_IN, obey)
GLib.MainLoop().run()
"""


def secret(key, value):
    return key.encode() + b"\0" + len(value).to_bytes(2, "big") + value.encode()


class KeptTwice(Exception):
    """In the session's collection, and in the other."""


class Talker:
    """A program that is told lines, and says some."""

    def __init__(self, argv, env):
        self.process = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lines = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def tell(self, *words):
        self.process.stdin.write("\t".join(words) + "\n")
        self.process.stdin.flush()

    def hear(self, seconds=15):
        try:
            return self.lines.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError("it says nothing") from None

    def expect(self, line, seconds=15):
        heard = self.hear(seconds)
        assert heard == line, heard

    def is_silent(self, seconds=0.5):
        try:
            self.lines.get(timeout=seconds)
            return False
        except queue.Empty:
            return True

    def end(self):
        end_process(self.process)


class World:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.helper = self.host = None
        self.screen = Screen(f"{folder}/screen")
        self.env = {**self.screen.env, "DBUS_SYSTEM_BUS_ADDRESS": self.start_system_bus(), "ASAN_OPTIONS": "detect_leaks=0"}
        self.start_helper()
        self.start_host()

    def start_system_bus(self):
        path = f"{self.folder}/system-bus"
        buses.start(path, "session", popen=self.screen.start)
        return buses.address(path)

    def start_helper(self):
        self.helper = Talker([sys.executable, "-c", HELPER], self.env)

    def start_host(self):
        """Anew, where there was one: that, and what the helper says of its end, is over."""
        if self.host is not None:
            self.host.end()
        self.host = Talker([self.program], self.env)
        self.add()
        wait_for("the agent", lambda: self.helper.hear() == f"registered\t{OBJECT}")

    def add(self, *settings):
        """The connection as it is, or changed."""
        self.host.tell("add", PATH, UUID, NAME, "gateway=vpn.example.net", "user=alice", *settings)

    def end(self):
        for talker in (self.host, self.helper):
            if talker is not None:
                talker.end()
        self.screen.end()

    # -- the keyring

    @property
    def keyring(self):
        return self.screen.with_keyring()

    def renew_keyring(self):
        if self.screen.keyring is not None:
            self.screen.keyring.end()
            self.screen.keyring = None
        return self.keyring

    def forget_all(self):
        for path in self.keyring.items():
            self.keyring.object(path, "Item").Delete()

    def keep(self, **secrets):
        for key, value in secrets.items():
            self.keyring.keep({"uuid": UUID, "key": key.replace("_", "-")}, value.encode(), schema="org.byway.Secret")

    def kept(self):
        """key -> (value, is it in the session's collection?)"""
        found = {}
        for path in self.keyring.items():
            item = self.keyring.object(path, "Item")
            attributes = self.keyring.connection.get_object("org.freedesktop.secrets", path).Get(
                "org.freedesktop.Secret.Item", "Attributes", dbus_interface="org.freedesktop.DBus.Properties")
            assert attributes["uuid"] == UUID and attributes["xdg:schema"] == "org.byway.Secret", attributes
            if str(attributes["key"]) in found:
                raise KeptTwice(attributes["key"])
            value = bytes(item.GetSecret(self.keyring.session)[2]).decode()
            found[str(attributes["key"])] = value, str(path).startswith(SESSION)
        return found

    def wait_for_kept(self, **secrets):
        wanted, found = {key.replace("_", "-"): value for key, value in secrets.items()}, None

        def look():
            nonlocal found
            try:
                found = self.kept()
            except (dbus.DBusException, KeptTwice) as error:  # the old one goes just now
                found = error
            return found == wanted
        try:
            wait_for("the keyring", look, 10)
        except AssertionError:
            raise AssertionError((found, wanted)) from None

    # -- the agent

    def gather(self, tag="g", refused="-", reason=None, parent="-"):
        self.host.tell("gather", tag, ID, parent, refused, *([reason] if reason is not None else []))

    def dialog(self, seconds=15):
        return self.screen.window(TITLE, seconds)

    def has_dialog(self):
        return any(window is not None and window.get_name() == TITLE for window in self.screen.windows())

    def wait_for_no_dialog(self):
        wait_for("the dialog's end", lambda: not self.has_dialog(), 10)

    def dialogs(self):
        return sum(window is not None and window.get_name() == TITLE for window in self.screen.windows())

    def type_all(self, window, **secrets):
        for key, value in secrets.items():
            labels = {"ipsec_psk": PSK, "password": PASSWORD, "machine_certpass": KEY_PASSWORD}
            self.screen.entry(window, labels[key]).set_text_contents(value)
        self.screen.press(window, "Connect")

    def choose(self, window, name, place):
        """In the list that says where to keep it."""
        combo = self.screen.find(window, ("combo box",), name)
        names = [KEYRING, LOGOUT, NOT_AT_ALL]
        self.screen.atspi.Selection.select_child(combo, names.index(place))
        wait_for(f"“{place}”", lambda: self.chosen(window, name) == place)

    def chosen(self, window, name):
        combo = self.screen.find(window, ("combo box",), name)
        return self.screen.atspi.Selection.get_selected_child(combo, 0).get_name()

    def labels(self, window):
        return [name for role, name in self.screen.shown_in(window) if role == "label"]

    def entries(self, window):
        return sorted(name for role, name in self.screen.shown_in(window) if role in ("password text", "text"))

    def settle(self, worked):
        self.host.tell("settle", ID, "yes" if worked else "no")


# -- without a keyring

def test_no_keyring(world):
    """The first one: nobody has started a keyring yet."""
    world.gather()
    window = world.dialog()
    assert any("There is no keyring" in label for label in world.labels(window)), world.labels(window)
    assert world.entries(window) == BOTH
    assert not any(role == "combo box" for role, _ in world.screen.shown_in(window)), "a choice that is none"
    world.screen.picture("secrets-no-keyring")
    world.type_all(window, ipsec_psk="key", password="word")
    world.host.expect("g\tipsec-psk=key\tpassword=word")
    world.settle(True)
    assert world.host.is_silent() and world.host.process.poll() is None
    assert world.keyring.items() == []


# -- with one

def test_keyring_has_all(world):
    world.keep(ipsec_psk="key", password="wörd")
    world.gather()
    world.host.expect("g\tipsec-psk=key\tpassword=wörd")
    assert not world.has_dialog()
    world.settle(True)
    assert world.host.is_silent() and world.kept() == {"ipsec-psk": ("key", False), "password": ("wörd", False)}


def test_missing_is_asked_for_once_and_kept_when_it_worked(world):
    world.forget_all()
    world.gather(parent="window")
    window = world.dialog()
    assert TITLE in world.labels(window) and "Enter what you were given for this VPN." in world.labels(window)
    assert world.entries(window) == BOTH and world.dialogs() == 1
    world.screen.picture("secrets-missing")
    world.type_all(window, ipsec_psk="key", password="word")
    world.host.expect("g\tipsec-psk=key\tpassword=word")
    assert world.host.is_silent() and world.kept() == {}  # not before it has worked
    world.settle(True)
    world.wait_for_kept(ipsec_psk=("key", False), password=("word", False))


def test_refused_is_asked_for_and_replaced_only_when_it_worked(world):
    world.gather(refused="password", reason=REASON)
    window = world.dialog()
    assert SENTENCE in world.labels(window) and world.entries(window) == [PASSWORD], world.labels(window)
    assert world.screen.entry(window, PASSWORD).get_text(0, -1) == ""
    world.screen.picture("secrets-refused")
    world.type_all(window, password="wrong")
    world.host.expect("g\tipsec-psk=key\tpassword=wrong")
    world.settle(False)
    world.settle(True)  # of something else: what was typed has failed
    assert world.host.is_silent() and world.kept() == {"ipsec-psk": ("key", False), "password": ("word", False)}
    world.gather(refused="password", reason=REASON)
    world.type_all(world.dialog(), password="right")
    world.host.expect("g\tipsec-psk=key\tpassword=right")
    world.settle(True)
    world.wait_for_kept(ipsec_psk=("key", False), password=("right", False))


def test_typed_before_a_failure_is_offered_again(world):
    world.forget_all()
    world.gather()
    world.type_all(world.dialog(), ipsec_psk="key", password="wrong")
    world.host.hear()
    world.settle(False)
    world.gather(refused="password", reason=REASON)
    window = world.dialog()
    assert world.entries(window) == [PASSWORD]
    world.type_all(window, password="word")
    world.host.expect("g\tipsec-psk=key\tpassword=word")
    world.settle(False)
    world.wait_for_no_dialog()
    world.gather()  # nobody refused one: the user confirms all
    window = world.dialog()
    world.screen.press(window, "Show passwords")
    wait_for("the password", lambda: world.screen.entry(window, PASSWORD).get_text(0, -1) == "word")
    assert world.screen.entry(window, PSK).get_text(0, -1) == "key"
    world.screen.press(window, "Connect")
    world.host.expect("g\tipsec-psk=key\tpassword=word")
    world.settle(True)
    world.wait_for_kept(ipsec_psk=("key", False), password=("word", False))


def test_until_logout(world):
    world.gather(refused="password", reason=REASON)
    window = world.dialog()
    assert world.chosen(window, KEEP_PASSWORD) == KEYRING
    world.choose(window, KEEP_PASSWORD, LOGOUT)
    world.type_all(window, password="session")
    world.host.hear()
    world.settle(True)
    world.wait_for_kept(ipsec_psk=("key", False), password=("session", True))
    world.gather()
    world.host.expect("g\tipsec-psk=key\tpassword=session")


def test_not_at_all(world):
    """The user changes his mind: what was kept goes, once the new one has worked."""
    world.gather(refused="password", reason=REASON)
    window = world.dialog()
    world.choose(window, KEEP_PASSWORD, NOT_AT_ALL)
    world.type_all(window, password="once")
    world.host.expect("g\tipsec-psk=key\tpassword=once")
    assert world.kept()["password"] == ("session", True)
    world.settle(True)
    world.wait_for_kept(ipsec_psk=("key", False))


def test_always_ask(world):
    world.keep(password="old")
    world.add("password-storage=ask")
    for _ in range(2):
        world.gather()
        window = world.dialog()
        assert world.entries(window) == [PASSWORD] and world.chosen(window, KEEP_PASSWORD) == NOT_AT_ALL
        assert world.screen.entry(window, PASSWORD).get_text(0, -1) == ""
        world.type_all(window, password="word")
        world.host.expect("g\tipsec-psk=key\tpassword=word")
        world.settle(True)
        world.wait_for_kept(ipsec_psk=("key", False))
        world.wait_for_no_dialog()
    world.add()


def test_cancelled(world):
    world.forget_all()
    world.gather()
    world.screen.press(world.dialog(), "Cancel")
    world.host.expect(f"g\t{CANCELLED}")
    world.wait_for_no_dialog()
    world.gather()
    window = world.dialog()
    entry = world.screen.entry(window, PSK)
    wait_for("the focus", lambda: world.screen.is_focused(entry))
    world.screen.type("Escape")
    world.host.expect(f"g\t{CANCELLED}")
    world.wait_for_no_dialog()
    world.gather()
    world.dialog()
    world.host.tell("cancel", "g")
    world.host.expect(f"g\t{CANCELLED}")
    world.wait_for_no_dialog()


def test_by_keyboard(world):
    world.gather()
    window = world.dialog()
    psk, password = world.screen.entry(window, PSK), world.screen.entry(window, PASSWORD)
    wait_for("the focus", lambda: world.screen.is_focused(psk))
    world.screen.type("k", "1", "Return")  # not yet: a password is needed
    world.screen.type(("Alt_L", "p"))
    wait_for("the focus", lambda: world.screen.is_focused(password))
    world.screen.type("w", "1", ("Alt_L", "s"))
    wait_for("the password", lambda: password.get_text(0, -1) == "w1")
    world.screen.type(("Alt_L", "p"), "Return")
    world.host.expect("g\tipsec-psk=k1\tpassword=w1")
    world.settle(False)


def test_two_share_one_dialog(world):
    world.wait_for_no_dialog()
    world.gather("first")
    world.gather("second")
    window = world.dialog()
    world.gather("third")
    time.sleep(0.5)
    assert world.dialogs() == 1
    world.host.tell("cancel", "second")
    world.host.expect(f"second\t{CANCELLED}")
    world.type_all(window, ipsec_psk="key", password="word")
    assert sorted([world.host.hear(), world.host.hear()]) == [f"{tag}\tipsec-psk=key\tpassword=word" for tag in ("first", "third")]
    assert world.host.is_silent() and not world.has_dialog()
    world.settle(False)


def test_deleted_connection(world):
    world.gather()
    world.dialog()
    world.host.tell("remove", PATH)
    world.host.expect(f"g\t{ERROR}.NotFound")
    world.wait_for_no_dialog()
    world.gather()
    world.host.expect(f"g\t{ERROR}.NotFound")
    world.add()


# -- the helper asks

def test_helper_asks(world):
    world.keep(ipsec_psk="key")
    world.helper.tell(NAME, UUID, "ipsec-psk")
    world.helper.expect(f"secrets\t{secret('ipsec-psk', 'key').hex()}\t15")
    assert not world.has_dialog()
    world.helper.tell(NAME, UUID, "password")
    window = world.dialog()
    assert world.entries(window) == [PASSWORD]
    world.type_all(window, password="word")
    world.helper.expect(f"secrets\t{secret('password', 'word').hex()}\t15")
    assert world.kept() == {"ipsec-psk": ("key", False)}
    world.settle(True)
    world.wait_for_kept(ipsec_psk=("key", False), password=("word", False))
    world.forget_all()
    world.helper.tell(NAME, UUID, "password")
    world.screen.press(world.dialog(), "Cancel")
    assert world.helper.hear().startswith("refused\torg.byway.Byway1.Error.Cancelled")


def test_helper_asks_for_another_one(world):
    """The server refused what the keyring has: that is no answer, and stays until another one has worked."""
    world.forget_all()
    world.keep(ipsec_psk="key", password="old")
    world.helper.tell(NAME, UUID, "anew", "password", "ppp-login-refused")
    window = world.dialog()
    assert SENTENCE in world.labels(window) and world.entries(window) == [PASSWORD], world.labels(window)
    world.type_all(window, password="new")
    world.helper.expect(f"secrets\t{secret('password', 'new').hex()}\t15")
    assert world.kept() == {"ipsec-psk": ("key", False), "password": ("old", False)}
    world.settle(True)
    world.wait_for_kept(ipsec_psk=("key", False), password=("new", False))
    world.wait_for_no_dialog()
    world.helper.tell(NAME, UUID, "anew", "ipsec-psk", "ike-psk-wrong")
    window = world.dialog()
    assert world.entries(window) == [PSK], world.labels(window)
    world.screen.press(window, "Cancel")
    assert world.helper.hear().startswith("refused\torg.byway.Byway1.Error.Cancelled")
    world.forget_all()


def test_helper_asks_for_one_that_is_being_asked_for(world):
    world.wait_for_no_dialog()
    world.gather()
    window = world.dialog()
    world.helper.tell(NAME, UUID, "password")
    time.sleep(0.5)
    assert world.dialogs() == 1
    world.type_all(window, ipsec_psk="key", password="word")
    world.host.expect("g\tipsec-psk=key\tpassword=word")
    world.helper.expect(f"secrets\t{secret('password', 'word').hex()}\t15")  # no more than it wanted
    world.settle(False)


# … for what lies in files

LOCKED = "password of the private key is wrong or missing (own.p12)"


def certificate_files(world):
    """The folder of a new certificate's files."""
    folder = tempfile.mkdtemp(dir=world.folder)
    certificate.make(folder, "/CN=laptop")
    return folder


def add_locked(world, *settings):
    """The connection, with all in one file that has a password; the files' folder."""
    folder = certificate_files(world)
    world.add("machine-auth=certificate", f"machine-cert={folder}/own.p12", *settings)
    return folder


def expect_key(world, folder):
    """The answer is the key of that folder, and nothing else."""
    answer = world.helper.hear().split("\t")
    assert answer[0] == "secrets", answer
    name, data = bytes.fromhex(answer[1]).split(b"\0", 1)
    assert name == b"machine-key" and int.from_bytes(data[:2], "big") == len(data) - 2, answer
    public = [subprocess.run(["openssl", "pkey", "-pubout", *words], **options, capture_output=True, check=True).stdout
              for words, options in ((["-inform", "DER"], {"input": data[2:]}), (["-in", f"{folder}/own.key"], {}))]
    assert public[0] == public[1], answer


def asked_for_key_password(world):
    """The dialog, with nothing typed yet."""
    def look():
        window = world.dialog()
        empty = world.entries(window) == [KEY_PASSWORD] and world.screen.entry(window, KEY_PASSWORD).get_text(0, -1) == ""
        return window if empty else None
    window = wait_for("the question", look)
    assert any(LOCKED in label for label in world.labels(window)), world.labels(window)
    return window


def test_helper_asks_for_a_key_whose_password_is_asked_for_each_time(world):
    world.wait_for_no_dialog()
    world.forget_all()
    folder = add_locked(world, "machine-certpass-storage=ask")
    for typed in (["open"], ["not this one", "open"]):
        world.helper.tell(NAME, UUID, "machine-key")
        for word in typed:
            window = asked_for_key_password(world)
            assert world.dialogs() == 1 and world.chosen(window, f"Keep: {KEY_PASSWORD}") == NOT_AT_ALL
            world.screen.picture("secrets-locked-file")
            world.type_all(window, machine_certpass=word)
        expect_key(world, folder)
        world.wait_for_no_dialog()
        world.settle(True)
    assert world.host.is_silent() and world.kept() == {}


def test_helper_asks_for_a_key_and_the_user_cancels(world):
    add_locked(world, "machine-certpass-storage=ask")
    for typed in ([], ["not this one"]):
        world.helper.tell(NAME, UUID, "machine-key")
        for word in typed:
            world.type_all(asked_for_key_password(world), machine_certpass=word)
        world.screen.press(asked_for_key_password(world), "Cancel")
        assert world.helper.hear().startswith("refused\torg.byway.Byway1.Error.Cancelled")
        world.wait_for_no_dialog()
    assert world.helper.is_silent() and world.kept() == {}


def test_helper_asks_for_a_key_whose_password_is_kept(world):
    folder = add_locked(world)
    world.keep(machine_certpass="open")
    world.helper.tell(NAME, UUID, "machine-key")
    expect_key(world, folder)
    assert not world.has_dialog()
    world.forget_all()


def test_helper_asks_for_a_key_in_an_open_file(world):
    """Nothing is asked, though it is what else is locked that would be asked for each time."""
    folder = certificate_files(world)
    world.add("machine-auth=certificate", f"machine-cert={folder}/own.pem", f"machine-key={folder}/own.key",
              f"machine-ca={folder}/ca.pem", "machine-certpass-storage=ask", "user-auth=certificate",
              f"user-cert={folder}/own.p12", "user-certpass-storage=ask", "password-storage=ask")
    world.helper.tell(NAME, UUID, "machine-key")
    expect_key(world, folder)
    assert not world.has_dialog()


def test_helper_asks_for_a_key_and_the_file_is_gone(world):
    folder = add_locked(world)
    os.unlink(f"{folder}/own.p12")
    world.helper.tell(NAME, UUID, "machine-key")
    answer = world.helper.hear()
    assert answer.startswith("refused\torg.byway.Byway1.Error.SecretsMissing\t") and "own.p12" in answer, answer
    assert not world.has_dialog()


def test_user_asks_for_all_with_what_the_files_hold(world):
    """As the helper does, by the same way."""
    add_locked(world)
    world.keep(password="word")
    world.gather()
    world.type_all(asked_for_key_password(world), machine_certpass="open")
    world.host.expect("g\tmachine-ca=(a file)\tmachine-cert=(a file)\tmachine-key=(a file)\tpassword=word\tmachine-certpass=open")
    world.settle(True)
    world.wait_for_kept(password=("word", False), machine_certpass=("open", False))
    world.forget_all()
    world.add()


def confirm_late(button):
    """A click that comes after the dialog has gone."""
    try:
        button.do_action(0)
    except GLib.Error:
        pass


def test_helper_calls_a_question_off(world):
    """The dialog goes, and what was typed into it goes nowhere; a question that came after that is another one."""
    world.wait_for_no_dialog()
    for words in (["password"], ["anew", "password", "ppp-login-refused"]):
        world.helper.tell(NAME, UUID, *words)
        window = world.dialog()
        world.screen.entry(window, PASSWORD).set_text_contents("late")
        button = world.screen.button(window, "Connect")
        world.helper.tell("call off", "-1")
        world.helper.expect(f"refused\t{CANCELLED.split()[1]}\tthe question for secrets was cancelled")
        world.wait_for_no_dialog()
        confirm_late(button)
        assert world.helper.is_silent(0.3)
        world.settle(True)
    assert world.kept() == {}
    world.helper.tell(NAME, UUID, "password")
    window = world.dialog()
    assert world.screen.entry(window, PASSWORD).get_text(0, -1) == ""
    world.helper.tell("call off", "-2")  # over already
    world.type_all(window, password="word")
    world.helper.expect(f"secrets\t{secret('password', 'word').hex()}\t15")
    world.helper.tell("call off", "-1")  # answered already
    world.settle(False)
    world.wait_for_no_dialog()
    assert world.host.process.poll() is None


def test_helper_calls_off_what_others_ask_too(world):
    """The user's own connect waits for the same dialog: that stays, and its answer goes to him alone."""
    world.forget_all()
    world.helper.tell(NAME, UUID, "password", "ipsec-psk")
    window = world.dialog()
    world.gather()
    world.helper.tell("call off", "-1")
    assert world.helper.hear().startswith(f"refused\t{CANCELLED.split()[1]}")
    assert world.dialogs() == 1
    world.type_all(window, ipsec_psk="key", password="word")
    world.host.expect("g\tipsec-psk=key\tpassword=word")
    assert world.helper.is_silent(0.3)
    world.settle(False)


def test_stranger_asks(world):
    """Or calls off what the helper has asked."""
    world.helper.tell(NAME, UUID, "password")
    window = world.dialog()
    world.helper.tell("which", "-1")
    serials = range(1, 2 + int(world.helper.hear()))
    world.keep(ipsec_psk="key", password="word")
    address = world.env["DBUS_SYSTEM_BUS_ADDRESS"]
    stranger = dbus.bus.BusConnection(address)
    agents = [name for name in stranger.list_names() if name.startswith(":") and name != stranger.get_unique_name()]
    answers = []
    calls = (("GetSecrets", "ssas", (NAME, UUID, ["password"])), ("GetNewSecret", "sssa{sv}", (NAME, UUID, "password", {"code": "x"})),
             *(("CancelQuestion", "u", (dbus.UInt32(serial),)) for serial in serials))
    for name, call in itertools.product(agents, calls):
        try:
            stranger.call_blocking(name, OBJECT, AGENT, *call, timeout=5)
            answers.append("secrets")
        except dbus.DBusException as error:
            answers.append(error.get_dbus_name())
    stranger.close()
    assert answers.count("org.byway.Byway1.Error.Denied") == len(calls) and "secrets" not in answers, answers
    assert world.dialogs() == 1
    world.type_all(window, password="typed")
    world.helper.expect(f"secrets\t{secret('password', 'typed').hex()}\t15")
    world.settle(False)
    world.forget_all()


def test_helper_goes_and_comes(world):
    world.wait_for_no_dialog()
    world.gather()
    world.dialog()
    world.helper.end()
    world.host.expect(f"g\t{ERROR}.Failed")
    world.wait_for_no_dialog()
    world.start_helper()
    world.helper.expect(f"registered\t{OBJECT}")
    world.keep(password="word")
    world.helper.tell(NAME, UUID, "password")
    world.helper.expect(f"secrets\t{secret('password', 'word').hex()}\t15")


# -- a keyring that is not well

def test_frozen_keyring(world):
    world.keep(ipsec_psk="key", password="word")
    pid = world.keyring.process.pid
    world.host.tell("frames")
    os.kill(pid, signal.SIGSTOP)
    try:
        world.gather()
        window = world.dialog()
        assert any("does not answer" in label for label in world.labels(window)), world.labels(window)
        world.screen.picture("secrets-silent")
        world.host.tell("gap")
        gap = world.host.hear()
        assert gap.startswith("gap\t") and int(gap.split("\t")[1]) < 1000, gap
        world.screen.press(window, "Cancel")
        world.host.expect(f"g\t{CANCELLED}")
        world.gather()  # … and is called off before anything is shown
        world.host.tell("cancel", "g")
        world.host.expect(f"g\t{CANCELLED}", 2)
        # What worked is to be kept: nobody waits for that.
        world.gather()
        world.type_all(world.dialog(), ipsec_psk="new key", password="new word")
        world.host.hear()
        world.settle(True)
        world.host.tell("frames")
        time.sleep(0.5)
        world.host.tell("gap")
        assert int(world.host.hear().split("\t")[1]) < 1000
    finally:
        os.kill(pid, signal.SIGCONT)
    world.wait_for_kept(ipsec_psk=("new key", False), password=("new word", False))


def test_locked_keyring(world):
    world.keyring.lock()
    world.gather()
    window = world.dialog()
    assert any("The keyring is locked" in label for label in world.labels(window)), world.labels(window)
    assert world.entries(window) == BOTH and world.chosen(window, KEEP_PSK) == LOGOUT
    world.screen.picture("secrets-locked")
    world.screen.press(window, "Cancel")
    world.host.expect("g\terror\tkeyring-locked")
    world.wait_for_no_dialog()
    world.gather()
    world.type_all(world.dialog(), ipsec_psk="a", password="b")
    world.host.expect("g\tipsec-psk=a\tpassword=b")
    world.settle(True)
    time.sleep(1)
    world.gather()  # from the session's part
    world.host.expect("g\tipsec-psk=a\tpassword=b")
    world.renew_keyring()
    world.gather()  # … which is gone, and what was saved is what it was
    world.host.expect("g\tipsec-psk=new key\tpassword=new word")


def main():
    folder = tempfile.mkdtemp(prefix="byway-secrets-")
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    wanted, failed = sys.argv[2:], 0
    tests = [(name, test) for name, test in tests if not wanted or name in wanted]
    print(f"1..{len(tests)}", flush=True)
    world = World(os.path.abspath(sys.argv[1]), folder)
    try:
        for number, (name, test) in enumerate(tests, 1):
            try:
                test(world)
                print(f"ok {number} - {name[5:].replace('_', ' ')}", flush=True)
            except Exception as error:  # the others shall run
                failed += 1
                print(f"not ok {number} - {name[5:].replace('_', ' ')}", flush=True)
                line = error.__traceback__.tb_next
                text = f"# line {line.tb_lineno if line else '?'}: {type(error).__name__}: {error}"
                print(text.replace("\n", "\n# "), flush=True)
                world.start_host()
    finally:
        world.end()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
