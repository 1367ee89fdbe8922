#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Another user calls every method there is with every argument wrong in turn, goes away in mid-call, and polkit and agents fail in
every way: a clear refusal, no crash, nobody else waits, nothing changed.

    test-hostile.py BYWAYD KERNEL-PARTS

Prints TAP."""

import os
import re
import socket
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree
from pathlib import Path

from rough import (ALICE, BOB, ERROR, GOOD, INTERFACES, NAME, ROOM, ROOT, Caller, GLib, Gio, RoughWorld, Witness, as_user, good_secrets,
                   run_tests, sealed, secret, settings_of, text_map, wait_for)

MIB = 1 << 20
# The longest that a good caller waits while others misbehave; its calls take a few milliseconds, on a machine that is shared.
PATIENCE = 2.0
REFUSALS = tuple("org.freedesktop.DBus.Error." + word for word in
                 ("InvalidArgs", "UnknownMethod", "UnknownInterface", "UnknownObject", "AccessDenied", "PropertyReadOnly", "UnknownProperty"))


def is_refusal(error):
    return error is not None and (error.startswith(ERROR) or error in REFUSALS)


# --- every method, and its arguments ---------------------------------------------------------------

def interfaces_in(text):
    """{interface: {method: [(argument, type), ...]}}, without the bus's own interfaces."""
    found = {}
    for interface in xml.etree.ElementTree.fromstring(text).findall("interface"):
        if interface.get("name").startswith(NAME + "."):
            found[interface.get("name").removeprefix(NAME + ".")] = {
                method.get("name"): [(arg.get("name"), arg.get("type")) for arg in method.findall("arg") if arg.get("direction") == "in"]
                for method in interface.findall("method")}
    return found


METHODS = interfaces_in(open(INTERFACES).read())


def nested(depth):
    value = GLib.Variant("s", "deep")
    for _ in range(depth):
        value = GLib.Variant.new_variant(value)
    return value


def nested_array(depth):
    return GLib.Variant("a" * depth + "s", eval("[" * depth + "'deep'" + "]" * depth))  # pylint: disable=eval-used


def other_types(kind):
    """Values of every other type."""
    values = {"s": GLib.Variant("s", "x"), "b": GLib.Variant("b", True), "u": GLib.Variant("u", 7), "d": GLib.Variant("d", float("nan")),
              "o": GLib.Variant("o", "/x"), "a{ss}": settings_of(GOOD), "a{sv}": GLib.Variant("a{sv}", {"gateway": GLib.Variant("u", 1)}),
              "x": GLib.Variant("x", -1), "v": nested(40), "deep": nested_array(30), "ay": GLib.Variant("ay", b"x" * 9000)}
    return [value for name, value in values.items() if name != kind]


# A type without a row fails: whoever adds a method with one says here how it can be wrong.
TEXTS = [GLib.Variant("s", text) for text in ("", "\n", "../x", "-", "a/b", "ä" * 300, "x" * 65, "x" * MIB, "%n" * 40, "\x7f\x1b[2J")]
MAPS = [text_map(*pairs) for pairs in (
    (), (("gateway", "vpn.example.net"),), (("gateway", ""), ("user", "x")), (("gateway", "a..b"), ("user", "x")),
    (("gateway", "vpn.example.net"), ("user", "x"), ("gateway", "other.example.net")),
    (("user", "x"), ("gateway", "vpn.example.net"), ("user", "x")),
    (*GOOD.items(), ("no-such", "1")), (*GOOD.items(), ("", "")), (*GOOD.items(), ("password", "secret")), (*GOOD.items(), ("k" * 70000, "")),
    (*GOOD.items(), ("mtu", "9000")), (*GOOD.items(), ("mtu", "-1")), (*GOOD.items(), ("mtu", "9" * 400)), (*GOOD.items(), ("mtu", "1e3")),
    (*GOOD.items(), ("mtu", "")), (*GOOD.items(), ("domain", "a\nplugin b")), (*GOOD.items(), ("routes", "10.0.0.0/33")),
    (*GOOD.items(), ("domain", "x" * MIB)), (*GOOD.items(), ("routes", ",".join(["10.0.0.0/8"] * 20000))),
    tuple((f"key{number}", "x") for number in range(20000)))]
WRONG = {"s": TEXTS, "a{ss}": MAPS, "b": [], "u": [], "o": [], "h": []}
# Names that are looked for, and an owner who may be anybody: no value is wrong but by its type.
FREE = {("Manager", "FindConnection", "name"): "NotFound"}


def good_value(argument, kind, at):
    return {"s": GLib.Variant("s", {"uuid": "6f1c2f5e-0000-4000-8000-000000000077"}.get(argument, f"fresh {at}")),
            "a{ss}": settings_of(GOOD), "b": GLib.Variant("b", False), "u": GLib.Variant("u", BOB),
            "o": GLib.Variant("o", "/agent"), "h": GLib.Variant("h", 0)}[kind]


def good_call(interface, method):
    """Arguments, and the descriptors that go with them."""
    arguments = METHODS[interface][method]
    values = [good_value(name, kind, number) for number, (name, kind) in enumerate(arguments)]
    return values, [good_secrets()] if "h" in [kind for _, kind in arguments] else []


def wrong_calls(interface, method):
    """(what is wrong, arguments, descriptors) for each argument in turn."""
    arguments = METHODS[interface][method]
    for number, (name, kind) in enumerate(arguments):
        for value in WRONG[kind] + other_types(kind):
            values, fds = good_call(interface, method)
            values[number] = value
            yield f"{name} is {value.print_(True)[:60]}", values, fds
        values, fds = good_call(interface, method)
        yield f"{name} is missing", values[:number] + values[number + 1:], fds
    values, fds = good_call(interface, method)
    yield "one too many", [*values, GLib.Variant("s", "more")], fds


def wrong_descriptors(folder):
    """(what it is, its index, descriptors): made anew each time, because the call closes them."""
    pipe = f"{folder}/pipe"
    if not os.path.exists(pipe):
        os.mkfifo(pipe)
    yield "none", 0, []
    yield "an index that is not there", 5, [good_secrets()]
    yield "a negative index", -1, [good_secrets()]
    yield "a folder", 0, [os.open("/", os.O_RDONLY)]
    yield "a path", 0, [os.open("/", os.O_PATH)]
    yield "a pipe that nobody writes to", 0, [os.open(pipe, os.O_RDWR | os.O_NONBLOCK)]
    yield "endless zeros", 0, [os.open("/dev/zero", os.O_RDONLY)]
    yield "a socket", 0, [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).detach()]
    yield "not sealed", 0, [sealed(secret("ipsec-psk", "x"), 0)]
    for seal in (1, 2, 4, 8):
        yield f"without seal {seal}", 0, [sealed(secret("ipsec-psk", "x"), 0xf & ~seal)]
    yield "too big", 0, [sealed(b"x" * (256 * 1024 + 1))]
    yield "huge and sparse", 0, [sparse(1 << 40)]
    yield "nonsense", 0, [sealed(b"nonsense")]
    yield "cut off", 0, [sealed(secret("ipsec-psk", "Key of the office")[:-3])]
    yield "another option", 0, [sealed(secret("user", "x"))]
    yield "two of them", 0, [good_secrets(), good_secrets()]
    yield "sixteen", 0, [good_secrets() for _ in range(16)]
    file = tempfile.TemporaryFile()
    file.write(b"x" * 100000)
    file.flush()
    yield "a file that shrinks", 0, [os.dup(file.fileno())]


def sparse(size):
    fd = sealed(b"", 0)
    os.ftruncate(fd, size)
    import fcntl
    fcntl.fcntl(fd, 1033, 0xf)
    return fd


# --- what polkit is asked about ---------------------------------------------------------------------

BOUNCER = Path(__file__).resolve().parents[2] / "daemon/byway-bouncer.c"
ROW = re.compile(r'^  \{ "(\w+)", "(\w+)", (.+?) \},', re.MULTILINE)
WHOSE = ("own", "system", "other")


def asked_rows():
    """(interface, method, whose object) for each action in the bouncer's table."""
    return [(interface, method, whose) for interface, method, columns in ROW.findall(BOUNCER.read_text())
            for whose, column in zip(WHOSE, columns.split(", "), strict=True) if column.startswith("ACTION (")]


ASKED = asked_rows()


# --- what must hold ---------------------------------------------------------------------------------

class Calm:
    """Meanwhile a good caller is answered; afterwards the helper is the same, holds no more than before, and nothing has changed."""

    def __init__(self, world):
        self.world = world

    def __enter__(self):
        world = self.world
        self.store, self.pid, self.rules = world.store(), world.pid(), world.rules()
        self.descriptors, self.memory = world.descriptors(), world.memory()
        self.witness = Witness(world, ALICE, world.alices).__enter__()
        return self

    def __exit__(self, kind, error, trace):
        self.witness.__exit__()
        if kind is not None:
            return
        world = self.world
        assert world.lives() and world.pid() == self.pid, "the helper died"
        assert not self.witness.failures, self.witness.failures[:3]
        assert self.witness.calls > 0 and self.witness.worst < PATIENCE, f"a good caller waited {self.witness.worst:.2f} s"
        wait_for(f"{self.descriptors} descriptors", lambda: world.descriptors() <= self.descriptors, 15)
        assert world.memory() < self.memory + ROOM, f"{self.memory:.1f} MiB became {world.memory():.1f}"
        assert world.store() == self.store, "the store has changed"
        assert world.rules() == self.rules, "a kill switch has changed"
        assert world.state_of_alice() == "up"

    def said(self, count):
        return (f"{count} calls; a good caller waited {self.witness.worst * 1000:.0f} ms at most in {self.witness.calls} calls; "
                f"{self.memory:.1f} to {self.world.memory():.1f} MiB, {self.world.descriptors()} descriptors")


class Hostile(RoughWorld):
    """Alice's connection is up; Bob has one that failed, so that each has a session. And each has one that is up with its kill
    switch on, and so has the system."""

    def begin(self):
        self.alice, self.bob, self.root = Caller(self, ALICE), Caller(self, BOB), Caller(self, 0)
        error, value = self.alice.add("office")
        assert error is None, value
        self.alices = value[0]
        error, value = self.bob.add("mine", {"gateway": "nowhere.invalid", "user": "bob", "reconnect": "never"})
        assert error is None, value
        self.bobs = value[0]
        for caller, path, state in ((self.alice, self.alices, "up"), (self.bob, self.bobs, "done")):
            error, value = caller.connect(path)
            assert error is None, value
            wait_for(f"state {state}", lambda caller=caller, path=path, state=state: caller.state(path) == state)
        self.alices_session = self.alice.get(self.alices)[1][0]["session"]
        self.bobs_session = self.bob.get(self.bobs)[1][0]["session"]
        self.locked = {whose: self.lock(caller, number, whose == "system") for number, (whose, caller) in enumerate(
            (("own", self.bob), ("system", self.root), ("other", self.alice)), 1)}

    def lock(self, caller, number, system):
        """A connection of this caller's, to a server of its own, that is up, its kill switch on for a network of its own."""
        error, value = caller.add(f"locked {number}", {**GOOD, "gateway": f"192.0.2.10{number}", "all-traffic": "no",
                                                       "routes": f"10.{number}.0.0/16", "kill-switch": "yes"}, system)
        assert error is None, value
        error, value = caller.connect(path := value[0])
        assert error is None, value
        wait_for("state up", lambda: caller.state(path) == "up")
        assert any(f"to 10.{number}.0.0/16 prohibit" in rule for rule in self.rules()), self.rules()
        return path

    def rules(self):
        """The kernel's policy rules of all kill switches."""
        return self.inside("ip", "rule", capture_output=True, text=True).stdout.splitlines()

    def switch(self, path):
        error, about = self.root.get(path)
        assert error is None, about
        return about[0]["kill-switch"]

    def state_of_alice(self):
        return self.alice.state(self.alices)

    def objects_of(self, user):
        return {"Manager": ROOT, "Connection": self.alices if user == ALICE else self.bobs,
                "Session": self.alices_session if user == ALICE else self.bobs_session}


def every_method():
    return [(interface, method) for interface, methods in METHODS.items() for method in methods]


# --- the tests --------------------------------------------------------------------------------------

def test_all_methods_are_known(world):
    """What is tried is what the running helper has."""
    found = {}
    for path in (ROOT, world.alices, world.alices_session):
        error, value = world.root.call(path, "org.freedesktop.DBus.Introspectable.Introspect", prefix="")
        assert error is None, value
        found.update(interfaces_in(value[0]))
    assert found == METHODS and len(every_method()) >= 17, found
    return f"{len(every_method())} methods"


def test_wrong_arguments(world):
    """Of Bob, to the Manager and to what is his own."""
    count = 0
    with Calm(world) as calm:
        for interface, method in every_method():
            for what, values, fds in wrong_calls(interface, method):
                error, text = world.bob.call(world.objects_of(BOB)[interface], f"{interface}.{method}", *values, fds=fds)
                assert is_refusal(error), (interface, method, what, error, text)
                assert len(text) < 2 * MIB, (interface, method, what, len(text))
                count += 1
    return calm.said(count)


def test_wrong_arguments_of_root(world):
    """Root is asked nothing: what its methods take is looked at all the same."""
    count = 0
    with Calm(world) as calm:
        for what, values, fds in wrong_calls("Manager", "ConnectTransient"):
            error, text = world.root.call(ROOT, "Manager.ConnectTransient", *values, fds=fds)
            if what.startswith("owner is"):
                assert error == REFUSALS[0], (what, error, text)
            assert is_refusal(error), (what, error, text)
            count += 1
    return calm.said(count)


def test_wrong_descriptors(world):
    count = 0
    with Calm(world) as calm:
        for what, index, fds in wrong_descriptors(world.folder):
            error, text = world.bob.call(world.bobs, "Connection.Connect", GLib.Variant("h", index), fds=fds)
            assert error in (ERROR + "Invalid", ERROR + "Limit"), (what, error, text)
            count += 1
        for what, index, fds in wrong_descriptors(world.folder):
            values, spare = good_call("Manager", "ConnectTransient")
            os.close(spare[0])
            error, text = world.root.call(ROOT, "Manager.ConnectTransient", *values[:-1], GLib.Variant("h", index), fds=fds)
            assert error in (ERROR + "Invalid", ERROR + "Limit"), (what, error, text)
            count += 1
    return calm.said(count)


def test_files_that_change(world):
    """One thread cuts and grows the file as fast as it can, while it is handed over."""
    with Calm(world) as calm, tempfile.TemporaryFile() as file:
        fd, ends = os.memfd_create("changing", os.MFD_ALLOW_SEALING), []

        def change():
            while not ends:
                for each in (file.fileno(), fd):
                    os.ftruncate(each, 0)
                    os.ftruncate(each, 100000)
        thread = threading.Thread(target=change)
        thread.start()
        for _ in range(100):
            for each in (file.fileno(), fd):
                error, text = world.bob.call(world.bobs, "Connection.Connect", GLib.Variant("h", 0), fds=[os.dup(each)])
                assert error == ERROR + "Invalid", (error, text)
        ends.append(True)
        thread.join()
        os.close(fd)
    return calm.said(200)


def test_descriptors_that_nobody_wants(world):
    """They come with calls that take none."""
    with Calm(world) as calm:
        for _ in range(20):
            for interface, method in every_method():
                if "h" not in [kind for _, kind in METHODS[interface][method]] and method != "AddConnection":
                    world.bob.call(world.objects_of(ALICE)[interface], f"{interface}.{method}", *good_call(interface, method)[0],
                                   fds=[good_secrets() for _ in range(16)])
    return calm.said(20 * len(every_method()))


def test_what_is_alices_does_not_exist_for_bob(world):
    world.allow("modify-own", "connect-own", "modify-system", "connect-system")
    with Calm(world) as calm:
        for interface, method in every_method():
            if interface != "Manager":
                values, fds = good_call(interface, method)
                error, text = world.bob.call(world.objects_of(ALICE)[interface], f"{interface}.{method}", *values, fds=fds)
                assert error == ERROR + "NotFound", (interface, method, error, text)
        values, fds = good_call("Manager", "ConnectTransient")
        error, text = world.bob.call(ROOT, "Manager.ConnectTransient", *values, fds=fds)
        assert error == ERROR + "Denied", (error, text)
        for name in ("office", world.alice.get(world.alices)[1][0]["uuid"]):
            assert world.bob.call(ROOT, "Manager.FindConnection", GLib.Variant("s", name))[0] == ERROR + "NotFound"
    world.allow("modify-own", "connect-own")
    return calm.said(len(every_method()))


def asked_call(world, interface, method, whose):
    """Of an object of Bob's own, the system's or Alice's: its path, the method, arguments and descriptors."""
    values, fds = good_call(interface, method)
    path = world.locked[whose]
    if interface == "Manager":
        path, values = ROOT, [GLib.Variant("b", whose == "system") if kind == "b" else value
                              for value, (_, kind) in zip(values, METHODS[interface][method], strict=True)]
    elif interface == "Session":
        path = world.root.get(path)[1][0]["session"]
    return path, f"{interface}.{method}", values, fds


def asks_polkit(world, mood, seconds):
    """Each method that takes polkit's yes, of Bob's own, the system's and Alice's: Bob gets none, all at once, and none later than
    that. What is Alice's does not exist then."""
    world.polkit_is(mood)
    switches = {path: world.switch(path) for path in world.locked.values()}
    assert "off" not in switches.values(), switches
    with Calm(world) as calm:
        results = {}

        def one(*row):
            caller = Caller(world, BOB)
            path, method, values, fds = asked_call(world, *row)
            begin = time.monotonic()
            error, text = caller.call(path, method, *values, fds=fds, seconds=60)
            results[row] = error, text, time.monotonic() - begin
            caller.close()
        threads = [threading.Thread(target=one, args=row) for row in ASKED]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(results) == set(ASKED), set(ASKED) - set(results)
        for row, (error, text, took) in results.items():
            assert error == ERROR + ("NotFound" if row[2] == "other" else "Denied"), (mood, row, error, text)
            assert took < seconds, (mood, row, took)
        assert {path: world.switch(path) for path in switches} == switches
        world.polkit_is("good")
    return calm.said(len(results)) + f"; slowest refusal {max(took for _, _, took in results.values()):.1f} s"


def test_polkit_says_no(world):
    world.allow()
    said = asks_polkit(world, "good", 5)
    world.allow("modify-own", "connect-own")
    return said


def test_polkit_never_answers(world):
    """Until its time limit, when it is told that nobody wants to know any more."""
    before = len([line for line in world.polkit_journal() if line.startswith("Cancel")])
    said = asks_polkit(world, "never", 15)
    after = len([line for line in world.polkit_journal() if line.startswith("Cancel")])
    assert after - before == len(ASKED), (before, after)
    return said


def test_polkit_talks_nonsense(world):
    """Nine kinds of it."""
    return "; ".join(asks_polkit(world, "garbage", 5) for _ in range(2))


def test_polkit_crashes(world):
    said = asks_polkit(world, "crash", 15)
    assert world.polkit.wait(5) == 1
    return said


def test_polkit_is_absent(world):
    return asks_polkit(world, "good", 15)


def test_polkit_is_slow(world):
    """It is back, and takes a second: what waits is done then, and others do not wait with it."""
    world.restart_polkit()
    world.polkit_is("slow")
    with Calm(world) as calm:
        begin = time.monotonic()
        error, text = world.bob.call(world.bobs, "Connection.Disconnect")
        assert error is None and time.monotonic() - begin >= 0.9, (error, text)
    world.polkit_is("good")
    return calm.said(1)


def test_the_rows_are_the_bouncers(world):
    """None is overlooked: LiftKillSwitch opens the machine, and is asked about like the rest."""
    text = BOUNCER.read_text()
    table = text[text.index("static const Row table"):text.index("/* clang-format on */")]
    assert len(ASKED) == table.count("ACTION (") > 15, ASKED
    assert {("Connection", "LiftKillSwitch", whose) for whose in ("own", "system")} <= set(ASKED), ASKED


def test_a_switch_is_lifted_by_a_yes_only(world):
    """Bob's own with one for his own, the system's with one for the system's, and Alice's with none at all."""
    yes = {"own": ("connect-own",), "system": ("connect-system",)}
    for whose, path in world.locked.items():
        world.allow(*(action for other, actions in yes.items() if other != whose for action in actions), "manage-others")
        error, text = world.bob.call(path, "Connection.LiftKillSwitch")
        assert error == ERROR + ("NotFound" if whose == "other" else "Denied"), (whose, error, text)
        assert world.switch(path) != "off", whose
    for number, (whose, actions) in enumerate(yes.items(), 1):
        world.allow(*actions)
        error, text = world.bob.call(world.locked[whose], "Connection.LiftKillSwitch")
        assert error is None and world.switch(world.locked[whose]) == "off", (whose, error, text)
        assert not any(f"to 10.{number}.0.0/16" in rule for rule in world.rules()), world.rules()
    assert world.switch(world.locked["other"]) != "off"
    world.allow("modify-own", "connect-own")


def test_callers_that_vanish(world):
    """They leave the bus while polkit still thinks; nothing is done, and polkit is told."""
    world.polkit_is("never")
    with Calm(world) as calm:
        before = len([line for line in world.polkit_journal() if line.startswith("Cancel")])
        for interface, method in every_method():
            for _ in range(4):
                caller = Caller(world, BOB)
                values, fds = good_call(interface, method)
                caller.send(world.objects_of(BOB)[interface], f"{interface}.{method}", *values, fds=fds)
                caller.close()
        wait_for("polkit to be told", lambda: len([line for line in world.polkit_journal() if line.startswith("Cancel")]) > before, 5)
    world.polkit_is("good")
    return calm.said(4 * len(every_method()))


def test_dialogs_go_with_their_caller(world):
    """A person is asked for a password for minutes; the question ends at once when nobody waits for it."""
    world.polkit_is("never")
    caller = Caller(world, BOB)
    asked = len(world.polkit_journal())
    thread = threading.Thread(target=lambda: caller.call(world.bobs, "Connection.Delete", interactive=True))
    thread.start()
    wait_for("the question", lambda: len(world.polkit_journal()) > asked)
    number = world.polkit_journal()[-1].split()[-1]
    caller.close()
    wait_for("its end", lambda: f"CancelCheckAuthorization {number}" in world.polkit_journal(), 5)
    thread.join()
    world.polkit_is("good")


def test_agents_fail(world):
    """Bob's own agent talks nonsense, hands over a folder, dies: Bob lacks secrets, and that is all."""
    count = 0
    with Calm(world) as calm:
        agent = world.start_agent(BOB, "garbage")
        for _ in range(9):
            error, text = world.bob.connect(world.bobs, sealed(b""))
            assert error == ERROR + "SecretsMissing", (error, text)
            count += 1
        agent.kill()
        agent.wait()
        agent = world.start_agent(BOB, "crash")
        error, text = world.bob.connect(world.bobs, sealed(b""))
        assert error == ERROR + "SecretsMissing", (error, text)
        agent.wait()
    return calm.said(count + 1)


def raw_message(world, method, values):
    """The bytes of a call as GDBus would send them."""
    message = Gio.DBusMessage.new_method_call(NAME, ROOT, NAME + ".Manager", method)
    message.set_body(GLib.Variant.new_tuple(*values))
    message.set_serial(2)
    return bytes(message.to_blob(Gio.DBusCapabilityFlags.NONE))


def hello():
    message = Gio.DBusMessage.new_method_call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")
    message.set_serial(1)
    return bytes(message.to_blob(Gio.DBusCapabilityFlags.NONE))


def test_bytes_that_are_no_message(world):
    """An invalid path, text that is not UTF-8, a length that lies, a message cut off: the bus's business, and ours is not to fall."""
    good = raw_message(world, "RegisterAgent", [GLib.Variant("o", "/aaaaaaaa")])
    find = raw_message(world, "FindConnection", [GLib.Variant("s", "abcdefgh")])
    ruined = [good.replace(b"/aaaaaaaa", b"no-a-path"), good.replace(b"/aaaaaaaa", b"/aaaa//aa"), find.replace(b"abcdefgh", b"abc\xff\xfefgh"),
              find.replace(b"abcdefgh", b"abc\0efgh"), find[:4] + b"\xff\xff\xff\x7f" + find[8:], find[:-3], find[:4] + b"\0\0\0\0" + find[8:]]
    with Calm(world) as calm:
        for data in ruined:
            assert data not in (good, find)
            with as_user(BOB), socket.socket(socket.AF_UNIX) as bus:
                bus.settimeout(1)
                bus.connect(world.address.removeprefix("unix:path="))
                bus.sendall(b"\0AUTH EXTERNAL " + str(BOB).encode().hex().encode() + b"\r\n")
                assert bus.recv(4096).startswith(b"OK")
                bus.sendall(b"BEGIN\r\n" + hello() + data)
                try:
                    while bus.recv(65536):
                        pass
                except (TimeoutError, ConnectionError):
                    pass
    return calm.said(len(ruined))


def test_a_flood_without_answers(world):
    """Calls whose answers nobody wants, as fast as the bus takes them; what is too many is dropped at the door."""
    count = [0]
    with Calm(world) as calm:
        ends = time.monotonic() + 6

        def flood():
            caller = Caller(world, BOB)
            while time.monotonic() < ends:
                for _ in range(100):
                    caller.send(ROOT, "Manager.FindConnection", GLib.Variant("s", "x" * 20000), reply=False)
                caller.bus.flush_sync(None)
                count[0] += 100
            caller.close()
        threads = [threading.Thread(target=flood) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return calm.said(count[0])


TESTS = [test_all_methods_are_known, test_the_rows_are_the_bouncers, test_wrong_arguments, test_wrong_arguments_of_root, test_wrong_descriptors, test_files_that_change,
         test_descriptors_that_nobody_wants, test_what_is_alices_does_not_exist_for_bob, test_polkit_says_no, test_polkit_never_answers,
         test_polkit_talks_nonsense, test_polkit_crashes, test_polkit_is_absent, test_polkit_is_slow, test_callers_that_vanish,
         test_dialogs_go_with_their_caller, test_agents_fail, test_bytes_that_are_no_message, test_a_flood_without_answers,
         test_a_switch_is_lifted_by_a_yes_only]

run_tests(TESTS, *sys.argv[1:], folder_of=Hostile)
