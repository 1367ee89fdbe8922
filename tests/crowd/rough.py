# SPDX-License-Identifier: GPL-2.0-or-later
"""The world of tests/applet/world.py with the bus policy that is installed, a polkit and an agent that behave badly when they are
told to, callers of several users, and a look at what the helper holds."""

import contextlib
import fcntl
import os
import struct
import sys
import threading
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "applet")]
import buses  # noqa: E402
from world import NAME, ROOT, World, become, wait_for  # noqa: E402

import gi  # noqa: E402
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

ALICE, BOB = 5, 6  # games and man: dbus-daemon lets in only users that exist
ERROR = NAME + ".Error."
INTERFACES = TESTS.parent / "data/org.byway.Byway1.xml"
# MiB by which the helper may grow; a sanitizer keeps 16 of what was freed, and has notes of its own about all of it.
ROOM = 64 if "BYWAY_SANITIZED" in os.environ else 24
GOOD = {"gateway": "vpn.example.net", "user": "alice", "reconnect": "never"}

# Polkit, or a user's agent; FOLDER/mood says how it is, FOLDER/journal is what it was asked.
ANSWERER = """
import os, sys, dbus, dbus.lowlevel, dbus.mainloop.glib
from gi.repository import GLib
what, folder = sys.argv[1:]
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
GARBAGE = [("", ()), ("s", ("yes",)), ("b", (True,)), ("(bb)", ((True, False),)), ("bba{ss}", (True, False, {})),
           ("((bb))", (((True, True),),)), ("as", (["x" * 100000],)), ("h", (dbus.types.UnixFd(os.open("/", os.O_RDONLY)),)),
           ("h", (dbus.types.UnixFd(os.memfd_create("x")),))]
asked = 0

def answer(message, signature, values):
    if message.get_no_reply():
        return
    reply = dbus.lowlevel.MethodReturnMessage(message)
    if signature:
        reply.append(*values, signature=signature)
    bus.send_message(reply)

def decide(message, mood, action):
    if what == "polkit":
        answer(message, "(bba{ss})", ((action in open(folder + "/allowed").read().split(), False, {}),))
    return False

def on_message(connection, message):
    global asked
    if message.get_type() != 1 or message.get_interface() == "org.freedesktop.DBus.Peer":
        return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED
    mood = open(folder + "/mood").read()
    arguments = message.get_args_list()
    with open(folder + "/journal", "a") as journal:
        journal.write(message.get_member() + " " + str(arguments[-1]) + "\\n")
    if message.get_member() == "CancelCheckAuthorization":
        answer(message, "", ())
    elif mood == "crash":
        os._exit(1)
    elif mood == "garbage":
        answer(message, *GARBAGE[asked % len(GARBAGE)])
        asked += 1
    elif mood == "slow":
        GLib.timeout_add(1000, decide, message, mood, str(arguments[1]))
    elif mood != "never":
        decide(message, mood, str(arguments[1]))
    return dbus.lowlevel.HANDLER_RESULT_HANDLED

bus.add_message_filter(on_message)
if what == "polkit":
    bus.request_name("org.freedesktop.PolicyKit1")
else:
    bus.call_blocking("org.byway.Byway1", "/org/byway/Byway1", "org.byway.Byway1.Manager", "RegisterAgent", "o", ("/agent",))
print("ready", flush=True)
GLib.MainLoop().run()
"""

switching = threading.Lock()


@contextlib.contextmanager
def as_user(uid):
    """The bus daemon believes the user that opens the socket."""
    with switching:
        os.seteuid(uid)
        try:
            yield
        finally:
            os.seteuid(0)


def text_map(*pairs):
    """a{ss}, also with a key twice."""
    builder = GLib.VariantBuilder(GLib.VariantType("a{ss}"))
    for key, value in pairs:
        builder.add_value(GLib.Variant.new_dict_entry(GLib.Variant("s", key), GLib.Variant("s", value)))
    return builder.end()


def settings_of(values):
    return text_map(*values.items())


def sealed(data, seals=0xf):
    fd = os.memfd_create("secrets", os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, 1033, seals)  # F_ADD_SEALS
    return fd


def secret(key, value):
    return key.encode() + b"\0" + struct.pack(">H", len(value)) + value.encode()


def good_secrets():
    return sealed(secret("ipsec-psk", "Key of the office") + secret("password", "Word of alice"))


class Caller:
    """One name on the bus, of some user."""

    def __init__(self, world, uid):
        with as_user(uid):
            self.bus = Gio.DBusConnection.new_for_address_sync(
                world.address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.bus.set_exit_on_close(False)

    def call(self, path, method, *arguments, fds=(), seconds=60, prefix=NAME + ".", interactive=False):
        """(None, value), or (the error's name, its text). `method` with its interface. Closes the descriptors."""
        interface, member = method.rsplit(".", 1)
        flags = Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION if interactive else Gio.DBusCallFlags.NONE
        try:
            value, _ = self.bus.call_with_unix_fd_list_sync(
                NAME, path, prefix + interface, member, GLib.Variant.new_tuple(*arguments), None, flags, seconds * 1000,
                Gio.UnixFDList.new_from_array(list(fds)) if fds else None, None)
            return None, value.unpack()
        except GLib.Error as error:
            return Gio.DBusError.get_remote_error(error) or f"no answer: {error.message}", error.message

    def send(self, path, method, *arguments, fds=(), reply=True):
        """A call that nobody waits for."""
        message = Gio.DBusMessage.new_method_call(NAME, path, NAME + "." + method.rsplit(".", 1)[0], method.rsplit(".", 1)[1])
        message.set_body(GLib.Variant.new_tuple(*arguments))
        if fds:
            message.set_unix_fd_list(Gio.UnixFDList.new_from_array(list(fds)))
        if not reply:
            message.set_flags(Gio.DBusMessageFlags.NO_REPLY_EXPECTED)
        self.bus.send_message(message, Gio.DBusSendMessageFlags.NONE)

    def close(self):
        with contextlib.suppress(GLib.Error):
            self.bus.flush_sync(None)
            self.bus.close_sync(None)

    # -- what a good client does

    def add(self, name, settings=None, system=False):
        return self.call(ROOT, "Manager.AddConnection", GLib.Variant("s", name), settings_of(settings or GOOD), GLib.Variant("b", system))

    def connect(self, path, fd=None):
        return self.call(path, "Connection.Connect", GLib.Variant("h", 0), fds=[good_secrets() if fd is None else fd])

    def get(self, path):
        return self.call(path, "Connection.Get")

    def state(self, path):
        error, about = self.get(path)
        assert error is None, (error, about)
        return self.call(about[0]["session"], "Session.Get")[1][0]["state"] if about[0]["session"] != "/" else "down"


class RoughWorld(World):
    def start_bus(self):
        os.chmod(self.folder, 0o755)
        self.bus = buses.start(f"{self.folder}/system-bus", policy=buses.CLOSED + buses.POLKIT, policies=[buses.OUR_POLICY],
                               popen=self.start)

    def start_polkit(self):
        os.mkdir(f"{self.folder}/polkit")
        self.allow("modify-own", "connect-own")
        self.polkit_is("good")
        self.polkit = self.start_ready([sys.executable, "-c", ANSWERER, "polkit", f"{self.folder}/polkit"])

    def restart_polkit(self):
        self.stop_polkit()
        self.polkit = self.start_ready([sys.executable, "-c", ANSWERER, "polkit", f"{self.folder}/polkit"])

    def stop_polkit(self):
        self.polkit.kill()
        self.polkit.wait()

    def allow(self, *actions):
        with open(f"{self.folder}/polkit/allowed", "w") as file:
            file.write(" ".join(f"{NAME}.{action}" for action in actions))

    def polkit_is(self, mood):
        with open(f"{self.folder}/polkit/mood", "w") as file:
            file.write(mood)

    def polkit_journal(self):
        try:
            return open(f"{self.folder}/polkit/journal").read().splitlines()
        except FileNotFoundError:
            return []

    def start_agent(self, uid, mood):
        folder = f"{self.folder}/agent"
        os.makedirs(folder, exist_ok=True)
        os.chown(folder, uid, uid)
        with open(f"{folder}/mood", "w") as file:
            file.write(mood)
        return self.start_ready([sys.executable, "-c", ANSWERER, "agent", folder], **become(uid))

    # -- the helper, looked at

    def pid(self):
        """nsenter and env end by becoming the helper."""
        return self.helper.pid

    def lives(self):
        return self.helper.poll() is None

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid()}/fd"))

    def memory(self):
        """MiB."""
        text = open(f"/proc/{self.pid()}/status").read()
        return int(text.split("VmRSS:")[1].split()[0]) / 1024

    def store(self):
        folder = f"{self.folder}/store"
        return {name: (open(f"{folder}/{name}", "rb").read(), os.stat(f"{folder}/{name}").st_mtime_ns)
                for name in sorted(os.listdir(folder))} if os.path.isdir(folder) else {}


def queued(pids):
    """Seconds for which these processes could have run, but others had the processor."""
    return sum(int(open(f"/proc/{pid}/task/{task}/schedstat").read().split()[1]) for pid in pids for task in os.listdir(f"/proc/{pid}/task")) / 1e9


class Witness:
    """A good caller, all the time: how long the helper made it wait at most. What the kernel let the helper and the bus wait for
    a processor, on a machine that others use, is not the helper's doing and is taken off."""

    def __init__(self, world, uid, path):
        self.caller, self.path, self.way = Caller(world, uid), path, (world.pid(), world.bus.pid)
        self.worst, self.calls, self.failures, self.ends = 0.0, 0, [], False
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ends:
            before, begin = queued(self.way), time.monotonic()
            error, value = self.caller.get(self.path)
            took = time.monotonic() - begin
            self.worst = max(self.worst, took - min(took, queued(self.way) - before))
            self.calls += 1
            if error is not None:
                self.failures.append((error, value))
            time.sleep(0.02)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends = True
        self.thread.join()
        self.caller.close()


def run_tests(tests, *arguments, folder_of):
    """TAP; what the helper said is told where one failed."""
    import tempfile
    import traceback
    if os.getuid() != 0:
        raise SystemExit("Bail out! needs root to be several users")
    print(f"1..{len(tests)}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="byway-crowd-") as folder:
        world = folder_of(folder, *arguments)
        for number, test in enumerate(tests, 1):
            begin = time.monotonic()
            try:
                said = test(world)
                print(f"ok {number} - {test.__name__[5:]} # {time.monotonic() - begin:.1f} s {said or ''}", flush=True)
            except BaseException as error:  # one failed test must not hide the others
                failed += 1
                print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), end="")
                print(f"not ok {number} - {test.__name__[5:]} {error!r}"[:2000], flush=True)
                if isinstance(error, KeyboardInterrupt):
                    break
        if failed:
            print("".join("# " + line for line in open(world.log).readlines()[-200:]))
        world.end()
    sys.exit(1 if failed else 0)
