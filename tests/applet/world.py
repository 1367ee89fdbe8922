# SPDX-License-Identifier: GPL-2.0-or-later
"""All that lies below a client, in a world of its own: a system bus, polkit, the real helper, and a server that is played.

The helper is in a network of its own, with one cable to the network of the server vpn.example.net. charon, xl2tpd and pppd are
the fake ones of tests/component/fakes; they behave as `World.office` says, from one moment to the next.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import buses  # noqa: E402

FAKES = Path(__file__).resolve().parent.parent / "component/fakes"
NAME, ROOT = "org.byway.Byway1", "/org/byway/Byway1"
USER = 5  # games: a user that each machine has
SERVER, OTHER_SERVER = "192.0.2.1", "192.0.2.2"

# A polkit that allows what its file says.
POLKIT = """
import sys, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
class Authority(dbus.service.Object):
    @dbus.service.method("org.freedesktop.PolicyKit1.Authority", in_signature="(sa{sv})sa{ss}us", out_signature="(bba{ss})")
    def CheckAuthorization(self, subject, action, details, flags, cancellation):
        return (str(action) in open(sys.argv[1]).read().split(), False, {})
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

# The server's ports: what comes there is neither refused nor answered.
DEAF_SERVER = """
import socket, signal
ears = []
for port in (500, 4500, 1701):
    ears.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    ears[-1].bind(("0.0.0.0", port))
print("ready", flush=True)
signal.pause()
"""


def wait_for(what, condition, seconds=20):
    """The first true answer of `condition`."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"{what} did not come in {seconds} s"
        time.sleep(0.03)


def end_process(process):
    if process is not None and process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def as_root():
    """What is done in here is root's to do. (Elsewhere this process may be the user, see desk.py.)"""
    before = os.geteuid()
    os.seteuid(0)
    try:
        yield
    finally:
        os.seteuid(before)


class Popen(subprocess.Popen):
    """Root starts programs, also those that become somebody else."""

    def __init__(self, *words, **options):
        with as_root():
            super().__init__(*words, **options)


subprocess.Popen = Popen


def become(uid):
    return {"user": uid, "group": uid, "extra_groups": []}


class Office:
    """What the server is like: files that the fake programs read at each step."""

    def __init__(self, folder):
        self.folder = folder
        os.mkdir(folder)
        os.chown(folder, USER, USER)
        for program in ("xl2tpd", "pppd"):
            os.symlink(FAKES / program, f"{folder}/{program}")
        self.reset()

    def reset(self):
        self.set(mood="normal", psk="Key of the office", password="Word of alice", pace="0", hold="", traffic="0 0", words="")
        self.link_is("office")

    def set(self, **values):
        """mood: charon's; psk, password: the right ones; pace: seconds that each answer takes; hold: at which steps
        there is none, of "answer", "ike", "sa", "l2tp", "ppp" and "password"; traffic: packets in and out in a tenth of a second; words: what it says
        when it refuses."""
        for name, value in values.items():
            self.write("ike" if name == "mood" else name, value)

    def link_is(self, mood):
        """xl2tpd's and pppd's."""
        self.write("mood", mood)

    def write(self, name, value):
        with open(f"{self.folder}/{name}.new", "w") as file:
            file.write(str(value))
        os.rename(f"{self.folder}/{name}.new", f"{self.folder}/{name}")


class World:
    def __init__(self, folder, bywayd, kernel):
        self.folder, self.bywayd, self.kernel = folder, os.path.abspath(bywayd), os.path.abspath(kernel)
        self.processes, self.helper, self.charon = [], None, None
        self.address = f"unix:path={folder}/system-bus"
        self.env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.address}
        self.office = Office(f"{folder}/office")
        try:
            self.start_bus()
            self.start_polkit()
            self.start_networks()
            self.start_charon()
            self.start_helper()
            self.begin()
        except BaseException:
            self.end()
            raise

    def begin(self):
        """What a world of another kind has besides."""

    # -- starting

    def start(self, argv, **options):
        process = subprocess.Popen(argv, env=self.env, **options)
        self.processes.append(process)
        return process

    def start_ready(self, argv, **options):
        """A program that prints a line when it is ready."""
        process = self.start(argv, stdout=subprocess.PIPE, **options)
        assert process.stdout.readline(), f"{argv[:2]} did not start"
        process.stdout.close()
        return process

    def start_bus(self):
        buses.start(f"{self.folder}/system-bus", popen=self.start, stderr=subprocess.DEVNULL)

    def start_polkit(self):
        self.allow("modify-own", "connect-own", "modify-system", "connect-system", "examine")
        self.start_ready([sys.executable, "-c", POLKIT, f"{self.folder}/allowed"])

    def allow(self, *actions):
        with open(f"{self.folder}/allowed", "w") as file:
            file.write(" ".join(f"{NAME}.{action}" for action in actions))

    def start_networks(self):
        """Ours and the server's, with what /sys and /etc/hosts say of them."""
        hosts = f"{self.folder}/hosts"
        with open(hosts, "w") as file:
            file.write(f"127.0.0.1 localhost\n{SERVER} vpn.example.net\n{OTHER_SERVER} backup.example.net\n")
        there = self.start_ready(["unshare", "--net", "sh", "-c", f'ip link set lo up; exec "$0" -c \'{DEAF_SERVER}\'', sys.executable])
        self.here = self.start_ready(["unshare", "--net", "--mount", "sh", "-c", f"mount -t sysfs none /sys && "
                                      f"mount --bind {hosts} /etc/hosts && ip link set lo up && echo ready && exec sleep 3600"])
        self.inside("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", str(there.pid))
        self.inside("ip", "address", "add", "192.0.2.9/24", "dev", "eth0")
        self.inside("ip", "link", "set", "eth0", "up")
        for words in (("address", "add", f"{SERVER}/24", "dev", "eth0"), ("address", "add", f"{OTHER_SERVER}/24", "dev", "eth0"),
                      ("link", "set", "eth0", "up")):
            subprocess.run(["nsenter", "--net", "--target", str(there.pid), "ip", *words], check=True)
        self.inside("ip", "route", "add", "default", "via", SERVER)

    def way_in(self):
        """Words before a command that is to run in the helper's network."""
        return ["nsenter", "--net", "--mount", "--target", str(self.here.pid)]

    def inside(self, *words, **options):
        return subprocess.run([*self.way_in(), *words], check=True, env=self.env, **options)

    @as_root()
    def start_charon(self):
        Path(f"{self.folder}/vici").unlink(missing_ok=True)
        self.charon = self.start_ready([sys.executable, FAKES / "charon", f"{self.folder}/vici", f"@{self.office.folder}",
                                        f"{self.folder}/charon-journal"])

    @as_root()
    def start_helper(self):
        with open(self.log, "a") as log:
            self.helper = self.start([*self.way_in(), "env", f"LD_PRELOAD={self.kernel}", self.bywayd, "--run-dir", f"{self.folder}/run",
                                      "--store", f"{self.folder}/store", "--programs", self.office.folder,
                                      "--vici", f"{self.folder}/vici"], stdout=log, stderr=log)
        wait_for("the helper", self.helper_answers)

    @property
    def log(self):
        return f"{self.folder}/helper-log"

    def helper_answers(self):
        return self.call(ROOT, "org.freedesktop.DBus.Peer", "Ping").returncode == 0

    def hold_helper(self, held):
        """It stands still, and answers nobody."""
        self.helper.send_signal(signal.SIGSTOP if held else signal.SIGCONT)

    @as_root()
    def lose(self):
        """The xl2tpd of a connection that is up is killed."""
        [pid] = [int(pid) for pid in Path(f"/proc/{self.helper.pid}/task/{self.helper.pid}/children").read_text().split()
                 if b"xl2tpd" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(pid, signal.SIGKILL)

    def kill_helper(self):
        """And nobody starts it again before start_helper()."""
        self.helper.send_signal(signal.SIGKILL)
        self.helper.wait()

    # -- asking

    def call(self, path, interface, method, *words):
        return subprocess.run(["gdbus", "call", "--address", self.address, "--timeout", "10", "--dest", NAME, "--object-path", path,
                               "--method", f"{interface}.{method}", *words], capture_output=True, text=True, check=False)

    def names(self):
        """Network interfaces of connections, as the kernel has them."""
        text = self.inside("ip", "-o", "link", capture_output=True, text=True).stdout
        return [line.split()[1].split("@")[0].rstrip(":") for line in text.splitlines() if " ppp" in line]

    @as_root()
    def end(self):
        if self.helper is not None and self.helper.poll() is None:
            os.kill(self.helper.pid, signal.SIGCONT)
            end_process(self.helper)
        for process in reversed(self.processes):
            end_process(process)
