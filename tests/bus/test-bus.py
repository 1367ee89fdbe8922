#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The helper on a real private bus, seen by several users, with a polkit that we hold in hand."""

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import dbus

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import buses  # noqa: E402

BYWAYD, FAKE_CHARON = sys.argv[1:]
ALICE, BOB = 5, 6  # games and man: dbus-daemon lets in only users that exist
NAME, ROOT = "org.byway.Byway1", "/org/byway/Byway1"

# A polkit in a process of its own: answers what the file says, or never.
POLKIT = """
import sys, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
class Authority(dbus.service.Object):
    @dbus.service.method("org.freedesktop.PolicyKit1.Authority", in_signature="(sa{sv})sa{ss}us",
                         out_signature="(bba{ss})", async_callbacks=("answer", "fail"))
    def CheckAuthorization(self, subject, action, details, flags, cancellation, answer, fail):
        allowed = open(sys.argv[1]).read().split()
        kind = str(subject[0])
        if "never" not in allowed:
            answer((kind == "system-bus-name" and str(action) in allowed, False, {}))
    @dbus.service.method("org.freedesktop.DBus.Properties", in_signature="ss", out_signature="v")
    def Get(self, interface, name): return ""
    @dbus.service.method("org.freedesktop.DBus.Properties", in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {"BackendName": "mock", "BackendVersion": "1", "BackendFeatures": dbus.UInt32(0)}
name = dbus.service.BusName("org.freedesktop.PolicyKit1", bus)
Authority(bus, "/org/freedesktop/PolicyKit1/Authority")
print("ready", flush=True)
GLib.MainLoop().run()
"""


class World:
    """The bus, polkit, the helper, and what ends with them."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="byway-bus-")
        os.chmod(self.dir, 0o755)
        self.allow("")
        self.bus = buses.start(f"{self.dir}/bus", policy=buses.CLOSED + buses.POLKIT, policies=[buses.OUR_POLICY])
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = buses.address(f"{self.dir}/bus")
        self.polkit = None
        self.helper = None
        self.start_helper()

    def allow(self, actions):
        with open(f"{self.dir}/allowed", "w") as file:
            file.write(actions)
        os.chmod(f"{self.dir}/allowed", 0o644)

    def start_polkit(self):
        self.polkit = subprocess.Popen([sys.executable, "-c", POLKIT, f"{self.dir}/allowed"], stdout=subprocess.PIPE)
        self.polkit.stdout.readline()

    def start_helper(self):
        self.log = open(f"{self.dir}/log", "a")
        # A network of its own: what it cleans up at its start must not be this machine's.
        self.helper = subprocess.Popen(["unshare", "--net", BYWAYD, "--run-dir", f"{self.dir}/run", "--store", f"{self.dir}/store",
                                        "--vici", f"{self.dir}/no-charon"], stdout=self.log, stderr=self.log)
        for _ in range(200):
            if call_as(0, ROOT, "org.freedesktop.DBus.Peer.Ping")[0] == 0:
                return
            time.sleep(0.05)
        raise SystemExit("Bail out! the helper did not start: " + open(f"{self.dir}/log").read())

    def stop_helper(self, number):
        self.helper.send_signal(number)
        return self.helper.wait(10)

    def end(self):
        for process in (self.helper, self.polkit, self.bus):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


def become(uid):
    return {"user": uid, "group": uid, "extra_groups": []}


def call_as(uid, path, method, *arguments, timeout=10):
    """Calls as that user; returns the exit status and what was printed."""
    done = subprocess.run(["gdbus", "call", "--system", "--timeout", str(timeout), "--dest", NAME, "--object-path", path,
                           "--method", method, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **become(uid))
    return done.returncode, done.stdout.strip()


# Watches for other users' eyes: prints each signal that comes, until it is killed.
WATCHER = """
import dbus, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
bus.add_signal_receiver(lambda *a, **k: print(k["member"], k["path"], *a, flush=True),
                        dbus_interface=None, sender_keyword="s", member_keyword="member", path_keyword="path",
                        bus_name="org.byway.Byway1")
bus.call_blocking("org.byway.Byway1", "/org/byway/Byway1", "org.byway.Byway1.Manager", "Watch", "", ())
print("ready", flush=True)
GLib.MainLoop().run()
"""


def watch_as(uid):
    watcher = subprocess.Popen([sys.executable, "-c", WATCHER], stdout=subprocess.PIPE, text=True, **become(uid))
    assert watcher.stdout.readline() == "ready\n"
    return watcher


def wait_for(what, condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.05)


def path_in(text):
    return text.split("'")[1]


def add(uid, name, system="false", settings="{'gateway': 'vpn.example.net', 'user': 'alice'}"):
    return call_as(uid, ROOT, NAME + ".Manager.AddConnection", name, settings, system)


def paths(uid):
    return call_as(uid, ROOT, NAME + ".Manager.ListConnections")[1].count("/connection/")


def test_polkit_absent(world):
    status, text = add(ALICE, "office")
    assert status != 0 and "Denied" in text, text
    assert paths(ALICE) == 0


def test_polkit_says_no(world):
    world.start_polkit()
    status, text = add(ALICE, "office")
    assert status != 0 and "Denied" in text, text


def test_polkit_never_answers(world):
    world.allow("never")
    assert call_as(ALICE, ROOT, NAME + ".Manager.AddConnection", "office", "{'gateway': 'a.example', 'user': 'b'}", "false",
                   timeout=1)[0] != 0
    assert paths(ALICE) == 0 and paths(0) == 0


def test_examine(world):
    """What root sees of the machine is told to those who may know it, and names no daemon that does not run."""
    world.allow(NAME + ".modify-own")
    status, text = call_as(ALICE, ROOT, NAME + ".Manager.Examine")
    assert status != 0 and "Denied" in text, text
    world.allow(NAME + ".examine")
    status, text = call_as(ALICE, ROOT, NAME + ".Manager.Examine")
    assert status == 0 and "strongswan-" not in text and "libreswan-" not in text, text
    for word in ("'version'", "'ike-daemon': <'strongswan'>", "'kernel'", "'ppp'", "'l2tp'", "'esp'", "'ports'", "'foreign-associations'"):
        assert word in text, (word, text)


def test_own_connections(world):
    world.allow(NAME + ".modify-own")
    status, text = add(ALICE, "office")
    assert status == 0, text
    world.alices = path_in(text)
    assert add(ALICE, "office")[0] != 0
    assert add(BOB, "office")[0] == 0
    status, text = add(ALICE, "shared", "true")
    assert status != 0 and "Denied" in text, text
    world.allow(NAME + ".modify-own " + NAME + ".modify-system")
    assert add(ALICE, "shared", "true")[0] == 0
    assert paths(ALICE) == 2 and paths(BOB) == 2 and paths(0) == 3


def test_others_do_not_exist(world):
    for method, arguments in (("Get", ()), ("GetLog", ()), ("Delete", ()), ("Disconnect", ()), ("LiftKillSwitch", ()),
                              ("Update", ("x", "{'gateway': 'a', 'user': 'b'}"))):
        status, text = call_as(BOB, world.alices, f"{NAME}.Connection.{method}", *arguments)
        assert status != 0 and "NotFound" in text, (method, text)
    assert call_as(ALICE, world.alices, NAME + ".Connection.Get")[0] == 0


def test_bad_input_is_refused_whole(world):
    before = call_as(ALICE, world.alices, NAME + ".Connection.Get")[1]
    bad = "{'gateway': 'a..b', 'user': 'x', 'mtu': '9000', 'no-such': '1', 'domain': 'a\\nplugin b'}"
    status, text = call_as(ALICE, world.alices, NAME + ".Connection.Update", "../x", bad)
    assert status != 0 and "Invalid" in text, text
    for key in ("name:", "gateway:", "mtu:", "no-such:", "domain:"):
        assert key in text, (key, text)
    assert call_as(ALICE, world.alices, NAME + ".Connection.Get")[1] == before


def test_survives_a_kill(world):
    before = paths(0)
    world.stop_helper(signal.SIGKILL)
    world.start_helper()
    assert paths(0) == before


def sealed(data, seal=True):
    fd = os.memfd_create("secrets", os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    if seal:
        fcntl.fcntl(fd, 1033, 0xf)  # F_ADD_SEALS: all
    return fd


def send_secrets(path, data, seal=True):
    """Calls Connect with these bytes in a memfd; returns the error's name."""
    fd = sealed(data, seal)
    bus = dbus.SystemBus(private=True)
    try:
        dbus.Interface(bus.get_object(NAME, path), NAME + ".Connection").Connect(dbus.types.UnixFd(fd))
        return None
    except dbus.DBusException as error:
        return error.get_dbus_name()
    finally:
        bus.close()
        os.close(fd)


def secret(key, value):
    return key + b"\0" + struct.pack(">H", len(value)) + value


def test_secrets(world):
    error = NAME + ".Error."
    assert send_secrets(world.alices, secret(b"ipsec-psk", b"x"), seal=False) == error + "Invalid"
    assert send_secrets(world.alices, b"nonsense") == error + "Invalid"
    assert send_secrets(world.alices, secret(b"user", b"x")) == error + "Invalid"
    assert send_secrets(world.alices, b"x" * 9000) == error + "Invalid"
    assert send_secrets(world.alices, secret(b"ipsec-psk", b"x")) == error + "SecretsMissing"


def give_a_way(world):
    """The helper's network gets a way to 192.0.2.1; nobody is there."""
    for words in ("link add up0 type veth peer name up1", "link set up0 up", "link set up1 up", "address add 192.0.2.9/24 dev up0"):
        subprocess.run(["nsenter", "--net", "--target", str(world.helper.pid), "ip", *words.split()], check=True)


def test_files_outlive_the_session(world):
    """Those who may see the session read what was rendered, and no secret in it."""
    give_a_way(world)
    path = path_in(add(ALICE, "rendered", settings="{'gateway': '192.0.2.1', 'user': 'alice'}")[1])
    charon = subprocess.Popen([sys.executable, FAKE_CHARON, f"{world.dir}/no-charon", "no-proposal", f"{world.dir}/journal"],
                              stdout=subprocess.PIPE)
    try:
        charon.stdout.readline()
        assert send_secrets(path, secret(b"ipsec-psk", b"Canary-psk") + secret(b"password", b"Canary-word")) is None
        session = call_as(0, path, NAME + ".Connection.Get")[1].split("'session': <objectpath '")[1].split("'")[0]
        wait_for("the session's end", lambda: "<'done'>" in call_as(ALICE, session, NAME + ".Session.Get")[1])
    finally:
        charon.kill()
        charon.wait()
        os.unlink(f"{world.dir}/no-charon")
    for user in (0, ALICE):
        status, text = call_as(user, session, NAME + ".Session.GetFiles")
        assert status == 0, text
        for word in ("('options', ", "('xl2tpd.conf', ", "('vici load-conn', ", "lns = 192.0.2.1", "remote_addrs"):
            assert word in text, (word, text)
        assert "Canary" not in text and "43616e617279" not in text.lower() and "load-shared" not in text, text
    status, text = call_as(BOB, session, NAME + ".Session.GetFiles")
    assert status != 0 and "NotFound" in text, text
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0


TRANSIENT = "6f1c2f5e-0000-4000-8000-000000000001"


def connect_transient(bus, uuid=TRANSIENT, settings=None, secrets=secret(b"ipsec-psk", b"x") + secret(b"password", b"y")):
    """ConnectTransient, Alice's to see; returns the error's name and text, or None."""
    fd = sealed(secrets)
    try:
        dbus.Interface(bus.get_object(NAME, ROOT), NAME + ".Manager").ConnectTransient(
            uuid, "office", dbus.UInt32(ALICE), settings or {"gateway": "192.0.2.1", "user": "alice"}, dbus.types.UnixFd(fd))
        return None
    except dbus.DBusException as error:
        return f"{error.get_dbus_name()} {error.get_dbus_message()}"
    finally:
        os.close(fd)


def connect_transient_as(uid):
    """The same in that user's process."""
    child = os.fork()
    if child == 0:
        os.setgid(uid)
        os.setuid(uid)
        os._exit(0 if "Denied" in (connect_transient(dbus.SystemBus(private=True)) or "") else 1)
    return os.waitpid(child, 0)[1] == 0


def test_transient(world):
    """Root's only; seen by the user it is for, changed by nobody, and gone with its caller."""
    bus = dbus.SystemBus(private=True)
    connection = f"{ROOT}/connection/{TRANSIENT.replace('-', '_')}"
    before = paths(ALICE), paths(BOB)
    saved = call_as(0, world.alices, NAME + ".Connection.Get")[1].split("'uuid': <'")[1].split("'")[0]
    world.allow(f"{NAME}.modify-own {NAME}.connect-own {NAME}.modify-system {NAME}.connect-system {NAME}.manage-others")
    assert connect_transient_as(ALICE)
    for error, values in (("Invalid gateway:", {"settings": {"gateway": "a..b", "user": "x"}}), ("Invalid uuid:", {"uuid": "../x"}),
                          ("Invalid", {"secrets": b"nonsense"}), ("SecretsMissing", {"secrets": secret(b"password", b"y")}),
                          ("Exists", {"uuid": saved})):
        answer = connect_transient(bus, **values)
        assert error in answer, (error, answer)
    assert (paths(ALICE), paths(BOB)) == before
    assert connect_transient(bus) is None
    assert "Busy" in connect_transient(bus)
    assert (paths(ALICE), paths(BOB)) == (before[0] + 1, before[1])
    assert "'transient': <true>" in call_as(ALICE, connection, NAME + ".Connection.Get")[1]
    for uid in (0, ALICE):
        for method, arguments in (("Delete", ()), ("Update", ("x", "{'gateway': 'a', 'user': 'b'}"))):
            status, text = call_as(uid, connection, f"{NAME}.Connection.{method}", *arguments)
            assert status != 0 and "Denied" in text, text
    assert send_secrets(connection, secret(b"password", b"y")) == NAME + ".Error.Denied"
    bus.close()
    wait_for("its end", lambda: paths(ALICE) == before[0])
    world.allow(f"{NAME}.modify-own {NAME}.modify-system")


def failed_transient(world, uuid):
    """One that the server refused, its caller gone; the answer of Diagnosis to that user, or None when there is no such session."""
    bus = dbus.SystemBus(private=True)
    assert connect_transient(bus, uuid) is None
    path = f"{ROOT}/connection/{uuid.replace('-', '_')}"
    session = call_as(0, path, NAME + ".Connection.Get")[1].split("'session': <objectpath '")[1].split("'")[0]
    wait_for("the session's end", lambda: "<'done'>" in call_as(0, session, NAME + ".Session.Get")[1])
    bus.close()

    def diagnosis(uid):
        status, text = call_as(uid, session, NAME + ".Session.Diagnosis")
        return text if status == 0 else None
    return diagnosis


def test_failed_transient(world):
    """NetworkManager's service ends with a failure; who reads the journal asks later. Only so many are kept."""
    charon = subprocess.Popen([sys.executable, FAKE_CHARON, f"{world.dir}/no-charon", "no-proposal", f"{world.dir}/journal"],
                              stdout=subprocess.PIPE)
    try:
        charon.stdout.readline()
        uuids = [TRANSIENT[:-2] + f"{number:02}" for number in range(17)]
        before = paths(ALICE)
        first = failed_transient(world, uuids[0])
        wait_for("its end in the list", lambda: paths(ALICE) == before)
        for uid in (0, ALICE):
            assert "'sentence': <" in (first(uid) or ""), first(uid)
        assert first(BOB) is None
        # A saved connection of the same name is changed all the same.
        status, text = call_as(ALICE, world.alices, NAME + ".Connection.Update", "office", "{'gateway': 'a.example', 'user': 'b'}")
        assert status == 0, text
        others = [failed_transient(world, uuid) for uuid in uuids[1:]]
        wait_for("the end of the first", lambda: first(0) is None)
        assert all(other(ALICE) for other in others)
    finally:
        charon.kill()
        charon.wait()
        os.unlink(f"{world.dir}/no-charon")


# An agent of the user that runs it: answers with what its arguments say, or refuses. "late": when the question was called off.
AGENT = """
import fcntl, os, sys, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
late = sys.argv[1:2] == ["late"]
open_questions = {}
def sealed():
    fd = os.memfd_create("secrets", os.MFD_ALLOW_SEALING)
    os.write(fd, bytes.fromhex(sys.argv[-1]))
    fcntl.fcntl(fd, 1033, 0xf)
    return dbus.types.UnixFd(fd)
class Agent(dbus.service.Object):
    @dbus.service.method("org.byway.Byway1.Agent", in_signature="ssas", out_signature="h", async_callbacks=("done", "failed"),
                         message_keyword="message")
    def GetSecrets(self, name, uuid, keys, done, failed, message):
        print("asked", name, *keys, flush=True)
        if late:
            open_questions[message.get_serial()] = done
        elif len(sys.argv) == 1:
            failed(dbus.DBusException("the keyring is locked", name="org.example.No"))
        else:
            done(sealed())
    @dbus.service.method("org.byway.Byway1.Agent", in_signature="u")
    def CancelQuestion(self, question):
        open_questions.pop(question)(sealed())
        print("called off", flush=True)
agent = Agent(bus, "/agent")
bus.call_blocking("org.byway.Byway1", "/org/byway/Byway1", "org.byway.Byway1.Manager", "RegisterAgent", "o", ("/agent",))
print("ready", flush=True)
GLib.MainLoop().run()
"""


def agent_as(uid, *words):
    agent = subprocess.Popen([sys.executable, "-c", AGENT, *words], stdout=subprocess.PIPE, text=True, **become(uid))
    assert agent.stdout.readline() == "ready\n"
    return agent


class Connecting:
    """send_secrets in that user's process."""

    def __init__(self, uid, path, data):
        self.reader, writer = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            os.setgid(uid)
            os.setuid(uid)
            os.write(writer, str(send_secrets(path, data)).encode())
            os._exit(0)
        os.close(writer)

    def answer(self):
        """What it answered; nothing, when it was killed."""
        os.waitpid(self.child, 0)
        with os.fdopen(self.reader) as file:
            return file.read()


def send_secrets_as(uid, path, data):
    return Connecting(uid, path, data).answer()


def test_agent(world):
    """Asked for what Connect lacks, by its own user only; its answer is looked at as any caller's."""
    world.allow(f"{NAME}.modify-own {NAME}.connect-own")
    path = path_in(add(ALICE, "asked", settings="{'gateway': '192.0.2.1', 'user': 'alice'}")[1])
    both = secret(b"ipsec-psk", b"x") + secret(b"password", b"y")
    psk = secret(b"ipsec-psk", b"x")
    assert send_secrets_as(ALICE, path, psk) == NAME + ".Error.SecretsMissing"
    bobs = agent_as(BOB, both.hex())
    assert send_secrets_as(ALICE, path, psk) == NAME + ".Error.SecretsMissing"
    bobs.kill()
    assert bobs.communicate()[0] == ""
    for words, answer in (((), "SecretsMissing"), ((b"nonsense".hex(),), "SecretsMissing"), ((psk.hex(),), "SecretsMissing")):
        agent = agent_as(ALICE, *words)
        assert send_secrets_as(ALICE, path, psk) == f"{NAME}.Error.{answer}"
        agent.kill()
        assert agent.communicate()[0] == "asked asked password\n"
    agent = agent_as(ALICE, both.hex())
    try:
        assert send_secrets_as(BOB, path, psk) == NAME + ".Error.NotFound"
        assert send_secrets_as(ALICE, path, psk) == "None"
        assert call_as(ALICE, path, NAME + ".Connection.Disconnect", timeout=20)[0] == 0
        assert call_as(ALICE, path, NAME + ".Connection.LiftKillSwitch")[0] == 0  # which is not on
    finally:
        agent.kill()
        agent.wait()
    wait_for("the agent to be forgotten", lambda: send_secrets_as(ALICE, path, psk) == NAME + ".Error.SecretsMissing")
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0
    world.allow(f"{NAME}.modify-own {NAME}.modify-system")


BOTH = secret(b"ipsec-psk", b"Canary-psk") + secret(b"password", b"Canary-word")


def about(path):
    return call_as(0, path, NAME + ".Connection.Get")[1]


def killed(world, path):
    """The helper is killed, and there is another one; what that says of the connection at first."""
    world.stop_helper(signal.SIGKILL)
    world.start_helper()
    return about(path)


def wanted(name, **settings):
    """A connection of Alice's that she wants up."""
    text = str({"gateway": "192.0.2.1", "user": "alice", "reconnect": "always"} | {key.replace("_", "-"): value for key, value in settings.items()})
    path = path_in(add(ALICE, name, settings=text)[1])
    assert send_secrets_as(ALICE, path, BOTH) == "None"
    assert "'wanted': <true>" in about(path), call_as(0, path, NAME + ".Connection.GetLog")[1]
    return path


def without_a_way(world):
    """The next helper's network has no way to anywhere: an attempt is soon over, and another one due."""
    world.stop_helper(signal.SIGTERM)
    world.start_helper()


def notes(world):
    folder = f"{world.dir}/run/wanted"
    return [open(f"{folder}/{name}").read() for name in os.listdir(folder)] if os.path.isdir(folder) else []


def note(world, name, text):
    """As a helper that was killed has left it."""
    os.makedirs(f"{world.dir}/run/wanted", exist_ok=True)
    with open(f"{world.dir}/run/wanted/{name}", "w") as file:
        file.write(text)


def began(path):
    return "'session': <objectpath '/org" in about(path)


def test_comes_back_after_a_kill(world):
    """What its user wants is tried again by the next helper, with the secrets that this one had; in no file."""
    world.allow(f"{NAME}.modify-own {NAME}.connect-own")
    without_a_way(world)
    path = wanted("wanted")
    assert notes(world) == [f"user {ALICE}\nup no\ndeaths 0\nend\n"], notes(world)
    found = subprocess.run(["grep", "-rl", "Canary", f"{world.dir}/run", f"{world.dir}/store"], stdout=subprocess.PIPE, check=False)
    assert not found.stdout, found.stdout
    said = killed(world, path)
    assert "'wanted': <true>" in said and "'lacks': <@as []>" in said, said
    wait_for("another session", lambda: began(path))
    assert "connecting again" in call_as(ALICE, path, NAME + ".Connection.GetLog")[1]
    assert notes(world) == [f"user {ALICE}\nup no\ndeaths 1\nend\n"], notes(world)
    assert call_as(ALICE, path, NAME + ".Connection.Disconnect", timeout=20)[0] == 0
    assert not os.path.exists(f"{world.dir}/run/wanted")
    assert "'wanted': <false>" in killed(world, path), "it came back after Disconnect"
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0


def test_stays_down_after_a_kill(world):
    """What was not up yet and is to come back only then, and all that was stopped in order."""
    path = path_in(add(ALICE, "lost", settings=str(dict(gateway="192.0.2.1", user="alice", reconnect="lost")))[1])
    uuid = about(path).split("'uuid': <'")[1].split("'")[0]
    for was_up, comes in (("no", "false"), ("yes", "true")):
        world.stop_helper(signal.SIGKILL)
        note(world, uuid, f"user {ALICE}\nup {was_up}\ndeaths 0\nend\n")
        world.start_helper()
        assert f"'wanted': <{comes}>" in about(path) and bool(notes(world)) == (was_up == "yes"), about(path)
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0
    assert not notes(world)
    path = wanted("stopped")
    world.stop_helper(signal.SIGTERM)
    assert not notes(world)
    world.start_helper()
    assert "'wanted': <false>" in about(path)
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0


def test_settings_reach_what_is_kept(world):
    """What is not to be kept any more is not, from the moment of the change."""
    path = wanted("changed")
    settings = {"gateway": "192.0.2.1", "user": "alice", "reconnect": "always", "password-storage": "ask"}
    assert call_as(ALICE, path, NAME + ".Connection.Update", "changed", str(settings))[0] == 0
    killed(world, path)
    wait_for("what is missing", lambda: "'lacks': <['password']>" in about(path))
    settings["reconnect"] = "never"
    assert call_as(ALICE, path, NAME + ".Connection.Update", "changed", str(settings))[0] == 0
    assert not notes(world)
    said = killed(world, path)
    assert "'wanted': <false>" in said and "'lacks': <@as []>" in said, said
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0


def test_asks_again_after_a_kill(world):
    """What is to be asked for each time is not kept: it is said to be missing until somebody comes to be asked."""
    path = wanted("asked again", password_storage="ask")
    assert "'wanted': <true>" in killed(world, path)
    wait_for("what is missing", lambda: "'lacks': <['password']>" in about(path))
    assert "'session': <objectpath '/'>" in about(path) and "'next-try': <int64 0>" in about(path)
    bobs = agent_as(BOB, secret(b"password", b"y").hex())
    bobs.kill()
    assert bobs.communicate()[0] == ""
    for words in ((), (b"nonsense".hex(),), (secret(b"ipsec-psk", b"x").hex(),)):
        useless = agent_as(ALICE, *words)
        assert useless.stdout.readline() == "asked asked again password\n"
        wait_for("what is missing still", lambda: "'lacks': <['password']>" in about(path))
        assert notes(world), "it was called off"
        useless.kill()
        useless.wait()
    agent = agent_as(ALICE, secret(b"password", b"y").hex())
    wait_for("a session", lambda: began(path))
    agent.kill()
    assert agent.communicate()[0] == "asked asked again password\n"
    assert "'lacks': <@as []>" in about(path)
    assert call_as(ALICE, path, NAME + ".Connection.Disconnect", timeout=20)[0] == 0
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0


def hear(agent, line):
    """An agent that has nothing to say ends."""
    patience = threading.Timer(15, agent.kill)
    patience.start()
    heard = agent.stdout.readline()
    patience.cancel()
    assert heard == line + "\n", heard


def test_a_connects_question_is_called_off(world):
    """By Disconnect, by a Connect that has all, with the connection, and when its caller leaves: the agent hears that, and what
    it answers then is nobody's."""
    world.allow(f"{NAME}.modify-own {NAME}.connect-own")
    path = path_in(add(ALICE, "asked", settings="{'gateway': '192.0.2.1', 'user': 'alice'}")[1])
    agent = agent_as(ALICE, "late", BOTH.hex())

    def asked():
        connecting = Connecting(ALICE, path, secret(b"ipsec-psk", b"x"))
        hear(agent, "asked asked password")
        return connecting
    connecting = asked()
    assert call_as(ALICE, path, NAME + ".Connection.Disconnect", timeout=20)[0] == 0
    hear(agent, "called off")
    assert connecting.answer() == NAME + ".Error.Cancelled" and not began(path)
    connecting = asked()
    os.kill(connecting.child, signal.SIGKILL)
    hear(agent, "called off")
    assert connecting.answer() == "" and not began(path)
    first, second = asked(), asked()
    os.kill(first.child, signal.SIGKILL)
    hear(agent, "called off")
    assert first.answer() == "" and send_secrets_as(ALICE, path, BOTH) == "None"
    hear(agent, "called off")
    assert second.answer() == NAME + ".Error.Cancelled"
    assert call_as(ALICE, path, NAME + ".Connection.Disconnect", timeout=20)[0] == 0
    connecting = asked()
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0
    hear(agent, "called off")
    assert connecting.answer() == NAME + ".Error.NotFound"
    agent.kill()
    assert agent.communicate()[0] == ""


def test_a_wishs_question_is_called_off(world):
    """What is asked for a connection that comes back by itself, when it is not to come back any more."""
    path = wanted("not again", password_storage="ask")
    settings = {"gateway": "192.0.2.1", "user": "alice", "reconnect": "never", "password-storage": "ask"}
    for method, arguments in (("Disconnect", ()), ("Update", ("not again", str(settings)))):
        assert "'wanted': <true>" in killed(world, path)
        agent = agent_as(ALICE, "late", BOTH.hex())
        hear(agent, "asked not again password")
        assert call_as(ALICE, path, f"{NAME}.Connection.{method}", *arguments, timeout=20)[0] == 0
        hear(agent, "called off")
        agent.kill()
        assert agent.communicate()[0] == ""
        assert "'wanted': <false>" in about(path) and not began(path), about(path)
        if method == "Disconnect":
            assert send_secrets_as(ALICE, path, BOTH) == "None"
    assert call_as(ALICE, path, NAME + ".Connection.Delete")[0] == 0


def test_wishes_are_read_strictly(world):
    """A file that is none of ours is no wish, and goes; so does one whose connection is gone."""
    world.stop_helper(signal.SIGKILL)
    for name, text in (("no uuid", "x"), (TRANSIENT, "user 0\nup yes\n"), (TRANSIENT[:-1] + "2", "user 0\nup yes\ndeaths 0\nend\n")):
        note(world, name, text)
    world.start_helper()
    assert not os.path.exists(f"{world.dir}/run/wanted")
    world.allow(f"{NAME}.modify-own {NAME}.modify-system")


def test_signals_go_where_they_may(world):
    watchers = {uid: watch_as(uid) for uid in (ALICE, BOB)}
    alices = path_in(add(ALICE, "alices own")[1])
    shared = path_in(add(ALICE, "everyone's", "true")[1])
    call_as(ALICE, alices, NAME + ".Connection.Delete")
    call_as(ALICE, shared, NAME + ".Connection.Delete")
    time.sleep(0.2)
    seen = {}
    for uid, watcher in watchers.items():
        watcher.kill()
        seen[uid] = watcher.communicate()[0]
    assert seen[ALICE].splitlines() == [f"ConnectionAdded {ROOT} {alices}", f"ConnectionAdded {ROOT} {shared}",
                                        f"ConnectionRemoved {ROOT} {alices}", f"ConnectionRemoved {ROOT} {shared}"], seen
    assert seen[BOB].splitlines() == [f"ConnectionAdded {ROOT} {shared}", f"ConnectionRemoved {ROOT} {shared}"], seen


def test_delete(world):
    before = paths(ALICE)
    assert call_as(ALICE, world.alices, NAME + ".Connection.Delete")[0] == 0
    assert paths(ALICE) == before - 1
    assert call_as(ALICE, world.alices, NAME + ".Connection.Get")[0] != 0


def test_ends_when_told(world):
    status = world.stop_helper(signal.SIGTERM)
    assert status == 0, status
    log = open(f"{world.dir}/log").read()
    assert "CRITICAL" not in log and "WARNING" not in log, log


TESTS = [test_polkit_absent, test_polkit_says_no, test_polkit_never_answers, test_examine,
         test_own_connections,
         test_others_do_not_exist, test_bad_input_is_refused_whole, test_survives_a_kill, test_secrets,
         test_files_outlive_the_session, test_transient, test_failed_transient, test_agent, test_comes_back_after_a_kill,
         test_stays_down_after_a_kill, test_settings_reach_what_is_kept, test_asks_again_after_a_kill,
         test_a_connects_question_is_called_off, test_a_wishs_question_is_called_off,
         test_wishes_are_read_strictly, test_signals_go_where_they_may, test_delete, test_ends_when_told]


def main():
    if os.getuid() != 0:
        raise SystemExit("Bail out! needs root to be several users")
    print(f"1..{len(TESTS)}")
    world, failed = World(), 0
    for number, test in enumerate(TESTS, 1):
        try:
            test(world)
            print(f"ok {number} - {test.__name__[5:]}", flush=True)
        except Exception as error:  # one failed test must not hide the others
            failed += 1
            print(f"not ok {number} - {test.__name__[5:]}\n# {error!r}", flush=True)
    world.end()
    if failed:
        print("".join("# " + line for line in open(f"{world.dir}/log")))
    shutil.rmtree(world.dir, ignore_errors=True)
    sys.exit(1 if failed else 0)


main()
