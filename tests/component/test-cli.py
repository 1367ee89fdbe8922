#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every verb of the command line: against the real helper, one that acts as told, a keyring, and on a terminal.

    test-cli.py BYWAY BYWAYD

Prints TAP. (test-cli.py --fake JOURNAL is the helper that acts as told.)
"""

import errno
import json
import os
import pathlib
import pty
import queue
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import threading
import time
import uuid

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

import buses  # noqa: E402
import certificate  # noqa: E402

NAME, ROOT = "org.byway.Byway1", "/org/byway/Byway1"
FAKE_UUIDS = uuid.UUID("b1a50000-0000-0000-0000-000000000000")
# All that a secret may hold: no NUL, no line break. Not UTF-8, on purpose.
ODD_PSK = bytes(byte for byte in range(1, 256) if byte != 0x0a)
ODD_PASSWORD = b" =pass'word\\\"#%s\t\xff\xfe "
STAGES = ("resolve", "ike", "sa", "l2tp", "ppp", "ip")
TITLES = ["resolve", "IKE", "IPsec", "L2TP", "PPP", "addresses"]
VERBS = ["up", "down", "lift", "status", "list", "add", "edit", "show", "duplicate", "delete", "set-secret", "import", "import-cert", "export",
         "migrate", "why", "log", "report",
         "monitor", "doctor", "probe", "render"]

# -- a helper that acts as the connection's name says

class FakeError(dbus.DBusException):
    def __init__(self, code, text):
        super().__init__(text, name=f"{NAME}.Error.{code}")


class FakeSession(dbus.service.Object):
    def __init__(self, bus, name, connection):
        super().__init__(bus, f"{ROOT}/session/{name}")
        self.path, self.owner = f"{ROOT}/session/{name}", connection
        self.state, self.error, self.message = "preparing", "", ""
        self.weak = name == "weak"

    @dbus.service.method(f"{NAME}.Session", out_signature="a{sv}")
    def Get(self):
        return {"connection": dbus.ObjectPath(self.owner.path), "name": self.owner.name, "state": self.state,
                "error": self.error, "message": self.message, "deadline": dbus.UInt32(20000),
                "ifname": "ppp0", "local": "10.9.0.2", "remote": "10.9.0.1", "server": "192.0.2.1", "uplink": "eth0",
                "ike": "3des-sha1-modp1024" if self.weak else "aes256-sha256-modp2048", "esp": "aes256-sha256",
                "remark": "the server gave no name server" if self.weak else "", "since": dbus.Int64(time.time() - 3661),
                "dns": dbus.Array(["10.9.0.53"], signature="s"), "rx-bytes": dbus.UInt64(1), "tx-bytes": dbus.UInt64(2),
                "warnings": dbus.Array(["large packets get lost"] if self.weak else [], signature="s"),
                "stages": dbus.Array([("ike", "done", dbus.UInt32(318), "main mode")], signature="(ssus)")}

    @dbus.service.method(f"{NAME}.Session", out_signature="a{sv}")
    def Diagnosis(self):
        """A helper of tomorrow's: only the code of an IPsec failure is known."""
        if not self.error:
            return dbus.Dictionary({}, signature="sv")
        return {"code": "ike-psk-wrong" if self.error.endswith("Ipsec") else "from-tomorrow", "stage": "ike",
                "sentence": self.message, "error": self.error, "severity": "failure",
                "facts": dbus.Dictionary({"name": self.owner.name, "ike": "3des-sha1-modp1024"}, signature="ss"),
                "evidence": dbus.Array(["a line"], signature="s")}

    @dbus.service.signal(f"{NAME}.Session", signature="ssus")
    def StageChanged(self, stage, state, milliseconds, text):
        pass

    @dbus.service.signal(f"{NAME}.Session", signature="sss")
    def StateChanged(self, state, error, message):
        self.state, self.error, self.message = state, error, message

    def fail(self, code):
        self.StageChanged("ike", "failed", 300, "")
        self.StateChanged("done", f"{NAME}.Error.{code}", "the pre-shared key is very likely wrong")

    def play(self, mood):
        self.StageChanged("prepare", "done", 1, "")
        self.StageChanged("resolve", "running", 0, "")
        self.StageChanged("resolve", "done", 7, "vpn → 192.0.2.1")
        self.StageChanged("ike", "running", 0, "")
        if mood == "dies":
            os._exit(0)
        elif mood.startswith("fails_"):
            self.fail(mood[len("fails_"):])
        elif mood in ("comes", "weak"):
            self.StageChanged("ike", "done", 318, "main mode")
            for number, stage in enumerate(STAGES[2:]):
                self.StageChanged(stage, "running", 0, "")
                self.StageChanged(stage, "done", 1100 + number, "")
            self.StateChanged("up", "", "")
        return False  # "hangs", "slow", "stuck": nothing more comes


class FakeConnection(dbus.service.Object):
    def __init__(self, bus, name, note):
        self.path = f"{ROOT}/connection/{name}"
        super().__init__(bus, self.path)
        self.bus, self.name, self.note, self.session = bus, name, note, None

    @dbus.service.method(f"{NAME}.Connection", out_signature="a{sv}")
    def Get(self):
        return {"name": self.name, "uuid": str(uuid.uuid5(FAKE_UUIDS, self.name)), "owner": dbus.UInt32(0), "system": False,
                "settings": dbus.Dictionary({"gateway": "192.0.2.1", "user": "alice"}, signature="ss"),
                "session": dbus.ObjectPath(self.session.path if self.session else "/")}

    @dbus.service.method(f"{NAME}.Connection", in_signature="h", out_signature="o")
    def Connect(self, secrets):
        fd = secrets.take()
        self.note(f"secrets {os.pread(fd, 8192, 0).hex()}")
        os.close(fd)
        if self.name.startswith("refuses_"):
            raise FakeError(self.name[len("refuses_"):], "the helper does not want to")
        if self.session is not None:
            self.session.remove_from_connection()
        self.session = FakeSession(self.bus, self.name, self)
        GLib.timeout_add(50, self.session.play, self.name)
        return dbus.ObjectPath(self.session.path)

    @dbus.service.method(f"{NAME}.Connection", async_callbacks=("answer", "_fail"))
    def Disconnect(self, answer, _fail):
        self.note(f"disconnect {self.name}")
        if self.name == "stuck":
            return
        GLib.timeout_add(500 if self.name == "slow" else 0, self.undone, answer)

    def undone(self, answer):
        if self.session is not None:
            self.session.StateChanged("done", "", "")
        self.note(f"undone {self.name}")
        answer()
        return False

    @dbus.service.method(f"{NAME}.Connection")
    def Delete(self):
        self.note(f"delete {self.name}")


class FakeManager(dbus.service.Object):
    def __init__(self, bus, note):
        super().__init__(bus, ROOT)
        self.bus, self.note, self.connections = bus, note, {}

    def connection(self, name):
        if name == "nowhere":
            raise FakeError("NotFound", "there is no connection “nowhere”")
        if name not in self.connections:
            self.connections[name] = FakeConnection(self.bus, name, self.note)
        return dbus.ObjectPath(self.connections[name].path)

    @dbus.service.method(f"{NAME}.Manager", in_signature="s", out_signature="o")
    def FindConnection(self, name):
        return self.connection(str(name))

    @dbus.service.method(f"{NAME}.Manager", in_signature="sa{ss}b", out_signature="o")
    def AddConnection(self, name, _settings, _system):
        path = self.connection(str(name))
        self.ConnectionAdded(path)
        return path

    @dbus.service.method(f"{NAME}.Manager")
    def Watch(self):
        self.note("watch")

    @dbus.service.signal(f"{NAME}.Manager", signature="o")
    def ConnectionAdded(self, connection):
        pass


def serve_fake(journal):
    def note(text):
        with open(journal, "a") as file:
            file.write(text + "\n")
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SystemBus()
    manager, name = FakeManager(bus, note), dbus.service.BusName(NAME, bus)
    note("ready")
    GLib.MainLoop().run()
    del manager, name


# -- the world around

def wait_for(what, condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come")


def end_process(process):
    if process.poll() is None:
        process.kill()
        process.wait()


class Bus:
    def __init__(self, path, kind):
        self.address = buses.address(path)
        self.process = buses.start(path, kind, stderr=subprocess.DEVNULL)

    def end(self):
        end_process(self.process)


class Done:
    """What a run of the command line left: code, out, err."""

    def __init__(self, words, code, out, err):
        self.words, self.code, self.out, self.err = words, code, out.decode(), err.decode()

    def __repr__(self):
        return f"{self.words} → {self.code}, “{self.out}”, “{self.err}”"

    def objects(self):
        return [json.loads(line) for line in self.out.splitlines()]


class Running:
    """A run that goes on, and its lines as they come."""

    def __init__(self, words, **options):
        self.lines = queue.Queue()
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True, **options)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.decode())

    def line(self):
        return self.lines.get(timeout=10)

    def object(self):
        return json.loads(self.line())

    def interrupt(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def code(self):
        return self.process.wait(10)

    def end(self):
        end_process(self.process)


class Terminal:
    """A run with a terminal of its own, and somebody who types."""

    def __init__(self, words, env):
        self.seen, self.read_until = "", 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(words[0], words, {**env, "TERM": "xterm"})

    def read(self):
        """FALSE when the other side has gone."""
        if not select.select([self.fd], [], [], 0.02)[0]:
            return True
        try:
            data = os.read(self.fd, 4096)
        except OSError as error:
            if error.errno == errno.EIO:
                return False
            raise
        self.seen += data.decode()
        return data != b""

    def expect(self, words):
        end = time.monotonic() + 10
        while words not in self.seen[self.read_until:]:
            assert self.read() and time.monotonic() < end, f"“{words}” did not come: {self.seen!r}"
        self.read_until = self.seen.index(words, self.read_until) + len(words)

    def echoes(self):
        return termios.tcgetattr(self.fd)[3] & termios.ECHO != 0

    def type(self, text):
        os.write(self.fd, text.encode())

    def answer_hidden(self, question, text):
        """Waits for the question, and until nothing that is typed can be seen."""
        self.expect(question)
        wait_for("the echo's end", lambda: not self.echoes())
        self.type(text + "\n")
        self.expect("\n")

    def answer(self, question, text):
        self.expect(question)
        self.type(text + "\n")

    def end(self):
        """The exit code, after all is said."""
        while self.read():
            pass
        assert self.echoes(), self.seen
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Desktop:
    """A session bus and a keyring that is open, as after a log-in."""

    def __init__(self, folder):
        self.bus = Bus(f"{folder}/session-bus", "session")
        self.env = {"DBUS_SESSION_BUS_ADDRESS": self.bus.address}
        env = {**os.environ, **home_of(folder), **self.env}
        self.keyring = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], env=env,
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.keyring.stdin.write(b"\n")  # its password
        self.keyring.stdin.close()
        self.connection = dbus.bus.BusConnection(self.bus.address)
        wait_for("the keyring", lambda: self.connection.name_has_owner("org.freedesktop.secrets"))
        self.service = self.object("/org/freedesktop/secrets", "Service")
        self.session = self.service.OpenSession("plain", dbus.String("", variant_level=1))[1]

    def object(self, path, interface):
        return dbus.Interface(self.connection.get_object("org.freedesktop.secrets", path), f"org.freedesktop.Secret.{interface}")

    def items(self, identity, key):
        return self.service.SearchItems({"uuid": identity, "key": key})[0]

    def kept(self, identity, key):
        """(where, bytes) of what the keyring has, or None. Where is "login" or "session"."""
        items = self.items(identity, key)
        assert len(items) <= 1, items
        if not items:
            return None
        secret = self.object(items[0], "Item").GetSecret(self.session)
        return items[0].split("/")[-2], bytes(secret[2])

    def end(self):
        self.connection.close()
        end_process(self.keyring)
        self.bus.end()


def home_of(folder):
    return {"HOME": f"{folder}/home", "XDG_DATA_HOME": f"{folder}/home/data", "XDG_RUNTIME_DIR": f"{folder}/runtime"}


class World:
    """A folder, and a system bus with a helper on it. `desktop` is there for those who log in."""

    def __init__(self, byway, folder):
        self.byway_path, self.folder, self.desktop, self.helper = byway, folder, None, None
        for part in ("home/data", "runtime"):
            os.makedirs(f"{folder}/{part}", 0o700)
        self.bus = Bus(f"{folder}/system-bus", "system")
        self.env = {**os.environ, **home_of(folder), "DBUS_SYSTEM_BUS_ADDRESS": self.bus.address, "LC_ALL": "C.UTF-8",
                    "G_DEBUG": "fatal-criticals"}
        for gone in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "LANGUAGE", "NO_COLOR"):
            self.env.pop(gone, None)

    def env_of(self, keyring):
        if keyring and self.desktop is None:
            self.desktop = Desktop(self.folder)
        return {**self.env, **self.desktop.env} if keyring else self.env

    def run(self, *words, code=0, data=b"", keyring=False, secrets=None):
        """Without a terminal; `secrets` are (key, bytes) that it gets in a pipe."""
        fds = [] if secrets is None else [pipe_with(b"".join(b"%s=%s\n" % pair for pair in secrets))]
        extra = ["--secrets-fd", str(fds[0])] if fds else []
        result = subprocess.run([self.byway_path, *words, *extra], input=data, capture_output=True, timeout=20, check=False,
                                start_new_session=True, env=self.env_of(keyring), pass_fds=fds)
        for fd in fds:
            os.close(fd)
        done = Done(words, result.returncode, result.stdout, result.stderr)
        assert done.code == code, done
        return done

    def start(self, *words, secrets=None):
        fds = [] if secrets is None else [pipe_with(b"".join(b"%s=%s\n" % pair for pair in secrets))]
        extra = ["--secrets-fd", str(fds[0])] if fds else []
        running = Running([self.byway_path, *words, *extra], env=self.env, pass_fds=fds, stderr=subprocess.PIPE)
        for fd in fds:
            os.close(fd)
        return running

    def type_at(self, *words, keyring=False):
        return Terminal([self.byway_path, *words], self.env_of(keyring))

    def end(self):
        for thing in (self.desktop, self.bus):
            if thing is not None:
                thing.end()
        if self.helper is not None:
            end_process(self.helper)


def pipe_with(content):
    read_end, write_end = os.pipe()
    os.write(write_end, content)
    os.close(write_end)
    return read_end


class RealWorld(World):
    def __init__(self, byway, bywayd, folder):
        super().__init__(byway, folder)
        self.log = f"{folder}/log"
        self.bywayd, self.network = bywayd, None
        # A network of its own: what it cleans up at its start must not be this machine's.
        self.start_helper("unshare", "--net")
        self.network = os.open(f"/proc/{self.helper.pid}/ns/net", os.O_RDONLY)

    def start_helper(self, *before):
        with open(self.log, "a") as log:
            self.helper = subprocess.Popen([*before, self.bywayd, "--run-dir", f"{self.folder}/run", "--store", f"{self.folder}/store",
                                            "--vici", f"{self.folder}/no-charon"], env=self.env, stdout=log, stderr=log,
                                           pass_fds=[self.network] if self.network else [])
        wait_for("bywayd", lambda: subprocess.run([self.byway_path, "list"], env=self.env, capture_output=True,
                                                  check=False).returncode == 0)

    def inside(self):
        """The words that run a command in the helper's network."""
        return ["nsenter", f"--net=/proc/self/fd/{self.network}"]

    def kill_helper(self):
        end_process(self.helper)

    def restart_helper(self):
        self.start_helper(*self.inside())

    def rules(self):
        """Those of the kernel's policy rules that are ours."""
        shown = [subprocess.run([*self.inside(), "ip", family, "rule"], capture_output=True, text=True, check=True,
                                pass_fds=[self.network]).stdout for family in ("-4", "-6")]
        return [line for line in "".join(shown).splitlines() if "proto 107" in line]

    def about(self, name):
        return json.loads(self.run("show", name, "--json").out)

    def names(self):
        return self.run("list", "--names").out.splitlines()

    def add(self, name, *words):
        return self.run("add", name, "gateway=192.0.2.1", "user=alice", *words)

    def stored(self):
        """Each file of the store with its content."""
        files = {}
        for folder, _, names in os.walk(f"{self.folder}/store"):
            for name in names:
                with open(f"{folder}/{name}", "rb") as file:
                    files[f"{folder}/{name}"] = file.read()
        return files


class FakeWorld(World):
    script = __file__  # with --fake it is the helper

    def __init__(self, byway, folder):
        super().__init__(byway, folder)
        self.journal = f"{folder}/journal"
        self.ensure()

    def ensure(self):
        """One that runs, and has heard of nothing yet."""
        if self.helper is not None:
            end_process(self.helper)
        with open(self.journal, "w"):
            pass
        self.helper = subprocess.Popen([sys.executable, self.script, "--fake", self.journal], env=self.env)
        self.wait_until("ready")

    def noted(self):
        with open(self.journal) as file:
            return file.read().splitlines()

    def wait_until(self, words):
        wait_for(f"“{words}”", lambda: words in self.noted())

    def secrets(self):
        """What came with each Connect: dictionaries of key and bytes."""
        return [decode(bytes.fromhex(line.split()[1])) for line in self.noted() if line.startswith("secrets")]

    def up(self, name, *words, **options):
        return self.run("up", name, *words, secrets=((b"ipsec-psk", b"key"), (b"password", b"word")), **options)


def decode(data):
    secrets = {}
    while data:
        key, rest = data.split(b"\0", 1)
        length = int.from_bytes(rest[:2], "big")
        assert len(rest) >= 2 + length and key not in secrets, data
        secrets[key.decode()], data = rest[2:2 + length], rest[2 + length:]
    return secrets


def uuid_of(name):
    return str(uuid.uuid5(FAKE_UUIDS, name))


# -- without any helper

def test_render_needs_no_bus(real, fake):
    away = dict(real.env)
    real.env = {**away, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}
    try:
        text = real.run("render", "gateway=192.0.2.1", "--user", "alice", "mtu=1280").out
        assert "vici load-conn" in text and "xl2tpd.conf" in text and "mtu 1280" in text, text
        done = real.run("render", "mtu=1", "dns=x", code=2)
        for key in ("gateway:", "user:", "mtu:", "dns:"):
            assert key in done.err, done
        assert done.out == "", done
        assert real.run("list", code=1).err.startswith("byway: ")
    finally:
        real.env = away


def test_no_helper_is_told(real, fake):
    end_process(fake.helper)
    done = fake.run("list", code=1)
    assert "bywayd is not installed, or the bus can't start it" in done.err and done.out == "", done
    fake.run("up", "comes", code=1)


def test_help_of_every_verb(real, fake):
    assert [line.split("\t")[0] for line in real.run("--list-verbs").out.splitlines()] == VERBS
    text = real.run("--help").out
    for verb in VERBS:
        assert re.search(rf"^  {verb}\b", text, re.MULTILINE), (verb, text)
        own = real.run(verb, "--help").out
        assert f"byway {verb} [OPTION" in own and len(own.splitlines()) > 4, own
        assert real.run("help", verb).out == own
    assert real.run("help").out == text == real.run("-h").out
    assert real.run(code=2).out == text


def test_help_of_settings(real, fake):
    text = real.run("add", "--help-settings").out
    for line in real.run("--list-options").out.splitlines():
        assert f"--{line.split(chr(9))[0]}=VALUE" in text, line


def test_version(real, fake):
    assert re.fullmatch(r"byway \d+(\.\d+)+\S*\n", real.run("--version").out)


def test_list_options_names_no_secret(real, fake):
    options = dict(line.split("\t") for line in real.run("--list-options").out.splitlines())
    assert {"gateway", "user", "ike", "mtu", "routes", "password-storage"} <= set(options)
    assert "password" not in options and "ipsec-psk" not in options
    assert all(options.values()), options


def test_unknown_verb(real, fake):
    done = real.run("levitate", code=2)
    assert "“levitate”" in done.err and done.out == "", done
    real.run("help", "levitate", code=2)


def test_wrong_arguments(real, fake):
    for words in (("up",), ("up", "a", "b"), ("down",), ("lift",), ("status", "a", "b"), ("list", "a"), ("add",), ("edit",), ("show",),
                  ("duplicate", "a"), ("delete",), ("set-secret", "a"), ("log",), ("monitor", "a"), ("up", "a", "--nonsense"),
                  ("up", "a", "--secrets-fd", "x")):
        done = real.run(*words, code=2)
        assert done.err.startswith("byway: ") and done.out == "", done


# -- the real helper

def test_add(real, fake):
    done = real.run("add", "office", "--gateway", "vpn.example.net", "user=alice", "mtu=1280", "--dns", "192.0.2.53")
    assert done.out == "Added “office”. Connect with: byway up office\n" and done.err == "", done
    about = real.about("office")
    assert about["settings"] == {"gateway": "vpn.example.net", "user": "alice", "mtu": "1280", "dns": "192.0.2.53"}
    assert about["system"] is False and about["owner"] == 0 and about["session"] == "/", about
    assert str(uuid.UUID(about["uuid"])) == about["uuid"]


def test_add_what_exists(real, fake):
    real.add("twice")
    before = real.stored()
    assert "twice" in real.run("add", "twice", "gateway=a.example", "user=b", code=4).err
    assert real.stored() == before


def test_add_for_everyone(real, fake):
    real.add("shared", "--system")
    assert real.about("shared")["system"] is True
    assert "(every user's)" in real.run("show", "shared").out
    assert re.search(r"^shared +down +192.0.2.1 +everyone$", real.run("list").out, re.MULTILINE)


def test_odd_names(real, fake):
    for name in ("two words", "quo'te\"d", "ünï → ☃", "$(x)`y`;*", "50%s", "-dash"[1:] + "=x"):
        real.add(name)
        assert real.about(name)["name"] == name
        assert name in real.names()
        assert json.loads(real.run("status", name, "--json").out)["name"] == name
        real.run("delete", name, "--yes")


def test_bad_names(real, fake):
    before = real.stored()
    for name in ("", "../x", "a\nb", "a/b", "\x7f", "x" * 4096):
        assert "name:" in real.run("add", "--", name, "gateway=a.example", "user=b", code=2).err, name
    real.run("add", "--", "-x", "gateway=a.example", "user=b", code=2)
    assert real.stored() == before


def test_edit(real, fake):
    real.add("edited", "mtu=1280", "routes=10.0.0.0/8")
    first = real.about("edited")
    real.run("edit", "edited", "mtu=", "mru=1300", "--user", "bob", "--routes", "")
    about = real.about("edited")
    assert about["settings"] == {"gateway": "192.0.2.1", "user": "bob", "mru": "1300"}, about
    assert about["uuid"] == first["uuid"]


def test_edit_the_name(real, fake):
    real.add("old")
    identity = real.about("old")["uuid"]
    assert real.run("edit", "old", "--name", "new").out == "Changed “new”.\n"
    assert real.about("new")["uuid"] == identity
    real.run("show", "old", code=3)
    real.add("taken")
    real.run("edit", "new", "--name", "taken", code=4)
    assert real.about("new")["uuid"] == identity


def test_edit_nothing(real, fake):
    assert "nothing to change" in real.run("edit", "office", code=2).err


def test_bad_input_names_every_key(real, fake):
    real.add("careful", "mtu=1300")
    before = real.stored()
    done = real.run("edit", "careful", "mtu=99999", "--all-traffic", "perhaps", "dns=x", "nonsense=1", "user=", "gateway=a..b", code=2)
    for key in ("mtu", "all-traffic", "dns", "nonsense", "user", "gateway"):
        assert re.search(rf"(^|: ){key}: ", done.err, re.MULTILINE), (key, done)
    done = real.run("add", "other", "mtu=1", "ike=rot13", code=2)
    for key in ("gateway:", "user:", "mtu:", "ike:"):
        assert key in done.err, (key, done)
    for words in (("password=x",), ("ipsec-psk=x",), ("gateway",), ("=x",), ("--password", "x"), ("mtu=1300", "--nonsense", "1")):
        real.run("edit", "careful", *words, code=2)
    assert real.stored() == before and "other" not in real.names()


def make_certificate(folder):
    """certificate.make's files, and other.key."""
    certificate.make(folder, "/O=Example/CN=laptop", "subjectAltName=email:a@example.net")
    certificate.openssl(folder, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "other.key")


def test_import_cert(real, fake):
    real.add("certified")
    make_certificate(real.folder)
    own = f"{real.folder}/own.p12"
    told = json.loads(real.run("import-cert", "certified", own, "--stdin", "--json", data=b"open").out)
    wanted = {"name": "certified", "subject": "CN=laptop,O=Example", "issuer": "CN=Authority", "key": "ECDSA P-256",
              "token": False, "names": ["a@example.net"], "authorities": ["CN=Authority"], "signed-by-authority": True}
    assert {key: told[key] for key in wanted} == wanted and told["days-left"] in (99, 100), told
    settings = real.about("certified")["settings"]
    assert settings == {"gateway": "192.0.2.1", "user": "alice", "machine-auth": "certificate", "machine-cert": own}, settings
    files = ("--key", f"{real.folder}/own.key", "--ca", f"{real.folder}/ca.pem")
    done = real.run("import-cert", "certified", f"{real.folder}/own.pem", *files)
    for words in ("Certificate  CN=laptop,O=Example", "ECDSA P-256, belongs to it", "Authority    CN=Authority", "uses it from now on"):
        assert words in done.out, done
    settings = real.about("certified")["settings"]
    assert (settings["machine-key"], settings["machine-ca"]) == (files[1], files[3]), settings


def test_import_cert_with_token(real, fake):
    """The key is on a token: certificate and authority are looked at, and a key in a file is not named any more."""
    real.add("carded")
    make_certificate(real.folder)
    pem, key, ca = (f"{real.folder}/{name}" for name in ("own.pem", "own.key", "ca.pem"))
    token = "pkcs11:id=%01;slot-id=7?module-name=hsm"
    real.run("import-cert", "carded", pem, "--key", key, "--ca", ca)
    done = real.run("import-cert", "carded", pem, "--ca", ca, "--token", token)
    assert "ECDSA P-256, on a token" in done.out, done
    told = json.loads(real.run("import-cert", "carded", pem, "--ca", ca, "--token", token, "--json").out)
    assert (told["token"], told["key"]) == (True, "ECDSA P-256"), told
    settings = real.about("carded")["settings"]
    assert (settings["machine-token"], settings.get("machine-key")) == (token, None), settings
    before = real.stored()
    for words, reason in ((("--token", token, "--user"), "machine's key"), (("--token", token, "--key", key), "either in a file or on a token"),
                          (("--token", token + "&pin-value=Hush1234"), "names a PIN")):
        done = real.run("import-cert", "carded", pem, "--ca", ca, *words, code=2)
        assert reason in done.err and "Hush1234" not in done.err, (reason, done)
    uri = f"{token}&pin-value=Hush1234"
    for words in ((uri, "--ca", ca), (pem, "--key", uri, "--ca", ca), (pem, "--ca", uri.replace("pkcs11", "PKCS11"), "--key", key)):
        done = real.run("import-cert", "carded", *words, code=2)
        assert "--token takes" in done.err and "Hush1234" not in done.err, done
    for words, reason in (((f"machine-key={uri}", "machine-token="), "machine-key: takes an absolute path; a key on a token goes into machine-token"),
                          ((f"user-key={uri}",), "user-key: takes an absolute path; only the machine's key")):
        done = real.run("edit", "carded", *words, code=2)
        assert reason in done.err and "Hush1234" not in done.err, done
    assert real.stored() == before
    # The PIN is a secret that is needed, whatever the certificate's file says.
    done = real.run("up", "carded", "--json", code=6, secrets=((b"password", b"x"),))
    assert "machine-certpass" in done.out, done
    done = real.run("up", "carded", "--json", code=13, secrets=((b"password", b"x"), (b"machine-certpass", b"1234")))
    assert json.loads(done.out.splitlines()[-1])["diagnosis"]["code"] == "no-route", done
    real.run("import-cert", "carded", pem, "--key", key, "--ca", ca)
    assert "machine-token" not in real.about("carded")["settings"]


def test_import_cert_refuses(real, fake):
    """What is of no use changes nothing, and the reason is told; the exit code is the reason's."""
    real.add("uncertified")
    make_certificate(real.folder)
    before = real.stored()
    pem, ca = f"{real.folder}/own.pem", ("--ca", f"{real.folder}/ca.pem")
    for words, data, code, reason in (
            ((f"{real.folder}/own.p12", "--stdin"), b"wrong", 6, "password of the private key"),
            ((f"{real.folder}/own.p12",), b"", 6, "password of the private key"),
            ((pem, "--key", f"{real.folder}/other.key", *ca), b"", 2, "does not belong to the certificate CN=laptop"),
            ((pem, *ca), b"", 2, "private key of the certificate is missing"),
            ((pem, "--key", f"{real.folder}/own.key"), b"", 2, "authority that signed the server's is missing"),
            (("/etc/passwd",), b"", 2, "no certificate or key that Byway knows"),
            (("/dev/zero",), b"", 2, "is no file"),
            ((f"{real.folder}/gone",), b"", 2, "No such file")):
        done = real.run("import-cert", "uncertified", *words, data=data, code=code)
        assert reason in done.err, (reason, done)
    real.run("import-cert", "nobody", pem, code=3)
    assert real.stored() == before


def test_up_by_certificate(real, fake):
    """Read with the user's rights at each connect, and refused before the helper is asked."""
    real.add("bycert")
    make_certificate(real.folder)
    real.run("import-cert", "bycert", f"{real.folder}/own.p12", "--stdin", data=b"open")
    done = real.run("up", "bycert", "--json", code=6, secrets=((b"password", b"x"), (b"machine-certpass", b"wrong")))
    assert json.loads(done.out.splitlines()[-1])["diagnosis"]["code"] == "cert-password", done
    # With the right one the helper goes on, and finds that it has no network.
    done = real.run("up", "bycert", "--json", code=13, secrets=((b"password", b"x"), (b"machine-certpass", b"open")))
    assert json.loads(done.out.splitlines()[-1])["diagnosis"]["code"] == "no-route", done


def test_import_cert_of_user(real, fake):
    """In place of the password; IPsec stays as it is, and the certificate says who logs in."""
    real.run("add", "eap-tls", "gateway=192.0.2.1", "user=", "user-auth=certificate", code=2)
    real.add("eap-tls")
    make_certificate(real.folder)
    own = f"{real.folder}/own.p12"
    done = real.run("import-cert", "eap-tls", own, "--user", "--stdin", data=b"open")
    assert "Login name   laptop, where the connection has none" in done.out, done
    settings = real.about("eap-tls")["settings"]
    assert settings == {"gateway": "192.0.2.1", "user": "alice", "user-auth": "certificate", "user-cert": own}, settings
    real.run("edit", "eap-tls", "user=")
    done = real.run("up", "eap-tls", "--json", code=6, secrets=((b"ipsec-psk", b"x"), (b"user-certpass", b"wrong")))
    assert json.loads(done.out.splitlines()[-1])["diagnosis"]["code"] == "cert-password", done
    done = real.run("up", "eap-tls", "--json", code=13, secrets=((b"ipsec-psk", b"x"), (b"user-certpass", b"open")))
    assert json.loads(done.out.splitlines()[-1])["diagnosis"]["code"] == "no-route", done
    real.run("edit", "eap-tls", "user-auth=password", code=2)  # and then somebody has to be named


def test_show(real, fake):
    real.add("shown", "mtu=1234")
    text = real.run("show", "shown").out
    assert text.startswith(f"shown  {real.about('shown')['uuid']}\n\n"), text
    for line in real.run("--list-options").out.splitlines():
        assert re.search(rf"^{line.split(chr(9))[0]} ", text, re.MULTILINE), line
    assert re.search(r"^mtu +1234 ", text, re.MULTILINE) and re.search(r"^mru +\(1400\) ", text, re.MULTILINE), text


def test_show_by_uuid(real, fake):
    assert real.about(real.about("shown")["uuid"])["name"] == "shown"


def test_show_rendered(real, fake):
    done = real.run("show", "shown", "--rendered")
    assert "vici load-conn" in done.out and "mtu 1234" in done.out and real.about("shown")["uuid"] in done.out, done


def test_show_rendered_for_libreswan(real, fake):
    text = real.run("render", "gateway=192.0.2.1", "ike-daemon=libreswan", "ike=3des-sha1-modp1536", "--user", "alice").out
    for part in ("ipsec.conf", "\tike=3des-sha1-modp1536\n", "\tleftupdown=%disabled\n", "whack --initiate --name byway-"):
        assert part in text, text
    assert "vici" not in text, text


def test_list(real, fake):
    real.add("listed")
    header, *rows = real.run("list").out.splitlines()
    assert header.split() == ["NAME", "STATE", "SERVER", "OWNER"]
    assert ["listed", "down", "192.0.2.1", "root"] in [row.split() for row in rows], rows
    names = real.names()
    assert names == sorted(names) and "listed" in names, names
    objects = json.loads(real.run("list", "--json").out)
    assert [entry["name"] for entry in objects] == names
    about = real.about("listed")
    assert {"name": "listed", "uuid": about["uuid"], "gateway": "192.0.2.1", "state": "down", "system": False,
            "networkmanager": False, "next-try": 0, "lacks": [], "kill-switch": "off"} in objects


def test_status(real, fake):
    real.add("rests")
    assert real.run("status", "rests").out == "rests: down\n"
    status = real.run("status", "rests", "--json").out
    assert '"state":"down"' in status and json.loads(status)["name"] == "rests", status
    assert real.run("status").out == real.run("list").out
    assert real.run("status", "--json").out == real.run("list", "--json").out


def test_log(real, fake):
    done = real.run("log", "rests")
    assert done.out == "" and "Nothing has been tried" in done.err, done
    assert json.loads(real.run("log", "rests", "--json").out) == []


def test_failed_try_is_in_the_log(real, fake):
    real.add("tried")
    real.run("up", "tried", secrets=((b"ipsec-psk", b"7-canary-key"), (b"password", b"7-canary-word")), code=13)
    lines = json.loads(real.run("log", "tried", "--json").out)
    assert lines and real.run("log", "tried").out.splitlines() == lines
    assert "canary" not in "".join(lines)
    assert json.loads(real.run("status", "tried", "--json").out)["state"] == "down"


def test_duplicate(real, fake):
    real.add("first", "mtu=1280", "dns=192.0.2.53")
    real.run("duplicate", "first", "second")
    first, second = real.about("first"), real.about("second")
    assert first["settings"] == second["settings"] and first["uuid"] != second["uuid"]
    real.run("duplicate", "first", "second", code=4)
    real.run("duplicate", "first", "../x", code=2)


def test_delete(real, fake):
    real.add("doomed")
    assert real.run("delete", "doomed", "--yes").out == "Deleted “doomed”.\n"
    assert "doomed" not in real.names()
    real.add("doomed")
    real.run("delete", "-y", "doomed")


def test_delete_wants_a_yes(real, fake):
    real.add("spared")
    done = real.run("delete", "spared", data=b"y\n", code=2)
    assert "byway delete spared --yes" in done.err, done
    assert "spared" in real.names()


def test_not_found(real, fake):
    for words in (("up",), ("down",), ("status",), ("status", "--watch"), ("show",), ("edit", "mtu=1300"), ("duplicate", "copy"),
                  ("delete", "--yes"), ("set-secret", "password", "--stdin"), ("log",)):
        done = real.run(words[0], "nowhere", *words[1:], data=b"x", code=3)
        assert "no connection" in done.err and done.out == "", done


def test_set_secret_refuses(real, fake):
    real.add("secretive")
    for words, code, said in ((("nonsense",), 2, "“nonsense” is no secret"), (("user",), 2, "“user” is no secret"),
                              (("password", "--storage", "nowhere"), 2, "--storage takes save, session or ask"),
                              (("password",), 6, "password was not entered"), (("password", "--stdin"), 2, "password is empty")):
        assert said in real.run("set-secret", "secretive", *words, code=code).err, words
    for data in (b"x" * 256, b"a\nb", b"a\0b", b"\n\n", b"x" * 9000):
        assert real.run("set-secret", "secretive", "password", "--stdin", data=data, code=2).err.startswith("byway: "), data
    assert real.about("secretive")["settings"] == {"gateway": "192.0.2.1", "user": "alice"}


def test_set_secret_without_a_keyring(real, fake):
    done = real.run("set-secret", "secretive", "password", "--stdin", "--storage", "session", data=b"canary", code=1)
    assert "the keyring does not answer" in done.err and "canary" not in done.err, done
    assert real.about("secretive")["settings"] == {"gateway": "192.0.2.1", "user": "alice"}


def test_missing_secrets(real, fake):
    done = real.run("up", "secretive", code=6)
    assert "ipsec-psk, password" in done.err and "byway set-secret secretive" in done.err, done
    done = real.run("up", "secretive", secrets=((b"ipsec-psk", b"x"),), code=6)
    assert "missing: password." in done.err, done
    for lines in (((b"nonsense", b"x"),), ((b"password", b""),), ((b"password\nx", b""),)):
        real.run("up", "secretive", secrets=lines, code=2)
    real.run("up", "secretive", "--secrets-fd", "99", code=2)


def test_down_when_it_is_down(real, fake):
    assert real.run("down", "secretive").out.startswith("secretive is down (")


def try_up(real, name):
    """Which fails: the helper's network has no way to anywhere."""
    return real.run("up", name, secrets=((b"ipsec-psk", b"key"), (b"password", b"word")), code=13)


def kill_switch(real, name):
    return json.loads(real.run("status", name, "--json").out)["kill-switch"]


def test_kill_switch(real, fake):
    real.add("shut", "kill-switch=yes")
    assert kill_switch(real, "shut") == "off" and real.rules() == []
    done = try_up(real, "shut")
    assert "The kill switch is on: nothing leaves this machine" in done.err and "byway lift shut" in done.err, done
    assert kill_switch(real, "shut") == "blocking"
    rules = real.rules()
    assert any("to 192.0.2.1 goto 113" in rule for rule in rules), rules
    assert sum("prohibit" in rule and "ipproto" not in rule for rule in rules) == 4, rules
    listed = real.run("list")
    assert re.search(r"^shut +blocked ", listed.out, re.MULTILINE) and "byway lift shut" in listed.err, listed
    assert "NOTHING LEAVES THIS MACHINE" in real.run("status", "shut").out
    assert real.run("lift", "shut").out.startswith("The kill switch of shut is lifted")
    assert real.rules() == [] and kill_switch(real, "shut") == "off"
    assert real.run("status", "shut").out.startswith("shut: down\n")
    assert real.run("list").err == ""
    assert real.run("lift", "shut").out == "The kill switch of shut is not on.\n"


def test_kill_switch_without_the_local_network(real, fake):
    real.add("strict", "kill-switch=yes", "kill-switch-local=no")
    try_up(real, "strict")
    assert not [rule for rule in real.rules() if "192.168.0.0/16" in rule], real.rules()
    real.run("edit", "strict", "kill-switch-local=")
    try_up(real, "strict")
    assert [rule for rule in real.rules() if "192.168.0.0/16" in rule], real.rules()
    real.run("edit", "strict", "kill-switch=no")  # from the next time on
    assert kill_switch(real, "strict") == "blocking"
    try_up(real, "strict")
    assert kill_switch(real, "strict") == "off" and real.rules() == []


def test_down_lifts_the_kill_switch(real, fake):
    try_up(real, "shut")
    assert kill_switch(real, "shut") == "blocking"
    real.run("down", "shut")
    assert kill_switch(real, "shut") == "off" and real.rules() == []


def test_kill_switch_outlives_the_helper(real, fake):
    try_up(real, "shut")
    rules = real.rules()
    real.kill_helper()
    assert rules and real.rules() == rules
    real.restart_helper()
    assert real.rules() == rules
    assert re.search(r"^shut +blocked ", real.run("list").out, re.MULTILINE)
    assert kill_switch(real, "shut") == "blocking" and kill_switch(real, "strict") == "off"
    real.run("lift", "shut")
    assert real.rules() == []


def test_kill_switch_outlives_a_proper_end(real, fake):
    try_up(real, "shut")
    rules = real.rules()
    real.helper.terminate()
    real.helper.wait(20)
    assert rules and real.rules() == rules
    real.restart_helper()
    assert kill_switch(real, "shut") == "blocking"


def test_kill_switch_goes_with_its_connection(real, fake):
    try_up(real, "shut")
    assert real.rules()
    real.run("delete", "shut", "--yes")
    assert real.rules() == []
    assert not os.path.exists(f"{real.folder}/run/kill-switch")


def test_kill_switch_of_a_connection_that_is_gone(real, fake):
    real.add("lost", "kill-switch=yes")
    try_up(real, "lost")
    real.kill_helper()
    os.unlink(next(path for path, content in real.stored().items() if b"lost" in content))
    real.restart_helper()
    assert real.rules() == [] and "lost" not in real.names()


def test_the_helper_has_no_complaint(real, fake):
    with open(real.log) as log:
        text = log.read()
    assert "CRITICAL" not in text and "canary" not in text, text


# -- the helper that acts as told

def test_up_for_people(real, fake):
    done = fake.up("comes")
    assert [line.split()[:2] for line in done.err.splitlines()] == [["✓", title] for title in TITLES], done
    assert re.search(r"✓ IKE +main mode +318 ms$", done.err, re.MULTILINE) and "1.1 s" in done.err, done
    assert re.fullmatch(r"comes is up \(\d+ ms\)\. All traffic goes through it\.\n", done.out), done


def test_up_as_objects(real, fake):
    done = fake.up("comes", "--json")
    objects = done.objects()
    changes = [("prepare", "done")] + [(stage, state) for stage in STAGES for state in ("running", "done")]
    assert [(entry["stage"], entry["state"]) for entry in objects[:-1]] == changes, done
    assert {"stage": "ike", "state": "done", "ms": 318, "text": "main mode"} in objects
    assert objects[-1]["state"] == "up" and objects[-1]["local"] == "10.9.0.2" and objects[-1]["dns"] == ["10.9.0.53"], done
    assert done.err == "", done


def test_up_says_what_is_weak(real, fake):
    done = fake.up("weak")
    assert "weak by today's measure (3des-sha1-modp1024, ESP aes256-sha256)" in done.err, done
    assert "the server gave no name server" in done.err, done


def test_failures_have_their_codes(real, fake):
    for error, code in (("Failed", 1), ("MissingProgram", 12), ("Resolve", 13), ("Ipsec", 14), ("L2tp", 15), ("Ppp", 16), ("Net", 17),
                        ("Timeout", 18), ("Cancelled", 130), ("NobodyKnows", 1)):
        done = fake.up(f"fails_{error}", code=code)
        assert f"fails_{error} is not up: the pre-shared key is very likely wrong.\n" in done.err, done
        assert re.search(r"^  ✗ IKE ", done.err, re.MULTILINE) and done.out == "", done


def test_failure_has_a_hint(real, fake):
    done = fake.up("fails_Ipsec", code=14)
    assert re.search(r"^  → byway set-secret fails_Ipsec ipsec-psk +enter the pre-shared key again$", done.err, re.MULTILINE), done
    assert "It agreed on 3des-sha1-modp1024." in done.err and "byway why fails_Ipsec" in done.err, done


def test_why_says_more(real, fake):
    fake.up("fails_Ipsec", code=14)
    done = fake.run("why", "fails_Ipsec")
    assert done.out.startswith("fails_Ipsec: the pre-shared key is very likely wrong.\n  At the stage “IKE” (code ike-psk-wrong).\n"), done
    assert "It may also be, likelier first:\n    – " in done.out and done.out.endswith("\n    a line\n"), done
    assert json.loads(fake.run("why", "fails_Ipsec", "--json").out)["code"] == "ike-psk-wrong"


def test_why_without_a_reason(real, fake):
    real.add("calm")
    done = real.run("why", "calm")
    assert done.out == "" and "Nothing has been tried" in done.err, done
    assert json.loads(real.run("why", "calm", "--json").out) == {}
    fake.up("comes")
    assert fake.run("why", "comes").out == "Nothing is wrong with comes.\n"


def test_failure_as_objects(real, fake):
    done = fake.up("fails_Ipsec", "--json", code=14)
    *_, stage, last = done.objects()
    assert (stage["stage"], stage["state"]) == ("ike", "failed"), done
    diagnosis = last.pop("diagnosis")
    assert last == {"state": "failed", "error": f"{NAME}.Error.Ipsec", "message": "the pre-shared key is very likely wrong"}, done
    assert (diagnosis["code"], diagnosis["stage"], diagnosis["evidence"]) == ("ike-psk-wrong", "ike", ["a line"]), done


def test_connect_is_refused(real, fake):
    for error, code in (("Busy", 7), ("Limit", 8)):
        done = fake.up(f"refuses_{error}", code=code)
        assert done.err == "byway: the helper does not want to\n" and done.out == "", done


def test_connect_is_not_allowed(real, fake):
    for error, code, words in (("Denied", 5, "does not allow you to do that"), ("SecretsMissing", 6, "a secret is missing")):
        done = fake.up(f"refuses_{error}", code=code)
        assert f"refuses_{error} is not up: " in done.err and words in done.err and "  → byway " in done.err, done


def test_secrets_arrive_exactly(real, fake):
    fake.run("up", "comes", secrets=((b"ipsec-psk", ODD_PSK), (b"password", ODD_PASSWORD)))
    assert fake.secrets() == [{"ipsec-psk": ODD_PSK, "password": ODD_PASSWORD}]
    fake.run("up", "comes", secrets=((b"password", b"p" * 255), (b"ipsec-psk", b"k" * 1024)))
    assert fake.secrets()[1] == {"ipsec-psk": b"k" * 1024, "password": b"p" * 255}


def start_up(fake, name):
    running = fake.start("up", name, "--json", secrets=((b"ipsec-psk", b"x"), (b"password", b"y")))
    while running.object().get("stage") != "ike":
        pass
    return running


def test_interrupt_waits_for_the_end(real, fake):
    for number in (signal.SIGINT, signal.SIGTERM):
        fake.ensure()
        running = start_up(fake, "slow")
        running.interrupt(number)
        assert running.code() == 130
        assert fake.noted()[-2:] == ["disconnect slow", "undone slow"], fake.noted()


def test_second_interrupt_does_not_wait(real, fake):
    running = start_up(fake, "stuck")
    running.interrupt()
    fake.wait_until("disconnect stuck")
    assert running.process.poll() is None
    running.interrupt()
    assert running.code() == 130


def test_down_during_up(real, fake):
    running = start_up(fake, "hangs")
    fake.run("down", "hangs")
    assert running.code() == 130
    assert "hangs was disconnected before it was up" in running.process.stderr.read().decode()


def test_helper_vanishes(real, fake):
    done = fake.up("dies", code=1)
    assert "the helper bywayd ended" in done.err and done.out == "", done


def test_down(real, fake):
    fake.up("comes")
    assert re.fullmatch(r"comes is down \(\d+ ms\)\.\n", fake.run("down", "comes").out)
    assert fake.noted()[-2:] == ["disconnect comes", "undone comes"]
    assert json.loads(fake.run("status", "comes", "--json").out)["state"] == "down"


def test_down_waits(real, fake):
    fake.run("down", "slow")
    assert fake.noted()[-1] == "undone slow"


def test_status_of_what_is_up(real, fake):
    fake.up("comes")
    text = fake.run("status", "comes").out
    for words in ("comes is up since 1:01:0", "10.9.0.2 on ppp0, the other end is 10.9.0.1", "192.0.2.1 through eth0", "10.9.0.53",
                  "done: main mode, 318 ms"):
        assert words in text, text
    status = json.loads(fake.run("status", "comes", "--json").out)
    assert status["state"] == "up" and status["name"] == "comes" and status["rx-bytes"] == 1, status
    assert "Warning" not in text, text
    fake.up("weak")
    assert re.search(r"Warning +large packets get lost$", fake.run("status", "weak").out, re.MULTILINE), text


def test_status_watches(real, fake):
    watching = fake.start("status", "comes", "--watch", "--json")
    try:
        assert watching.object()["state"] == "down"
        fake.up("comes")
        while watching.object()["state"] != "up":
            pass
        fake.run("down", "comes")
        while watching.object()["state"] != "down":
            pass
    finally:
        watching.end()


def test_status_watches_a_helper_that_ends(real, fake):
    watching = fake.start("status", "comes", "--watch", "--json")
    try:
        watching.object()
        end_process(fake.helper)
        assert watching.code() == 1
        assert "the helper bywayd ended" in watching.process.stderr.read().decode()
    finally:
        watching.end()


def test_monitor(real, fake):
    monitor = fake.start("monitor", "--json")
    try:
        fake.wait_until("watch")
        fake.run("add", "comes", "gateway=192.0.2.1", "user=alice")
        fake.up("comes")
        events = []
        while not events or events[-1]["event"] != "StateChanged":
            events.append(monitor.object())
        assert {event["name"] for event in events} == {"comes"}, events
        assert all(abs(event["time"] - time.time()) < 60 for event in events), events
        assert events[0]["event"] == "ConnectionAdded" and events[0]["object"] == f"{ROOT}/connection/comes", events
        stages = [event["arguments"][:2] for event in events[1:-1]]
        assert stages == [["prepare", "done"]] + [[stage, state] for stage in STAGES for state in ("running", "done")], events
        assert events[-1]["arguments"] == ["up", "", ""] and events[-1]["object"] == f"{ROOT}/session/comes", events
        monitor.interrupt()
        assert monitor.code() == 0
    finally:
        monitor.end()


def test_monitor_for_people(real, fake):
    monitor = fake.start("monitor")
    try:
        fake.wait_until("watch")
        fake.up("fails_Ipsec", code=14)
        lines = [monitor.line()]
        while "very likely wrong" not in lines[-1]:
            lines.append(monitor.line())
        assert re.fullmatch(r"\d\d:\d\d:\d\d  fails_Ipsec: IKE failed  \n", lines[-2]), lines
        assert lines[-1].endswith("  fails_Ipsec: done  the pre-shared key is very likely wrong\n"), lines
    finally:
        monitor.end()


# -- a keyring

def keep_both(fake, name, *words):
    fake.run("set-secret", name, "ipsec-psk", "--stdin", *words, data=ODD_PSK, keyring=True)
    fake.run("set-secret", name, "password", "--stdin", *words, data=ODD_PASSWORD + b"\n", keyring=True)


def test_up_takes_from_the_keyring(real, fake):
    keep_both(fake, "comes")
    assert fake.desktop.kept(uuid_of("comes"), "ipsec-psk") == ("login", ODD_PSK)
    fake.run("up", "comes", keyring=True)
    assert fake.secrets() == [{"ipsec-psk": ODD_PSK, "password": ODD_PASSWORD}]


def test_what_was_given_goes_first(real, fake):
    keep_both(fake, "comes")
    fake.run("up", "comes", secrets=((b"password", b"given"),), keyring=True)
    assert fake.secrets() == [{"ipsec-psk": ODD_PSK, "password": b"given"}]
    assert fake.desktop.kept(uuid_of("comes"), "password") == ("login", ODD_PASSWORD)


def test_set_secret_replaces(real, fake):
    keep_both(fake, "comes")
    done = fake.run("set-secret", "comes", "password", "--stdin", data=b"another", keyring=True)
    assert done.out == "password of “comes” is in your keyring.\n", done
    assert fake.desktop.kept(uuid_of("comes"), "password") == ("login", b"another")


def test_one_connection_knows_not_the_others(real, fake):
    keep_both(fake, "comes")
    fake.run("up", "weak", keyring=True, code=6)


def test_delete_forgets(real, fake):
    keep_both(fake, "comes")
    keep_both(fake, "weak")
    fake.run("delete", "comes", "--yes", keyring=True)
    assert not any(fake.desktop.items(uuid_of("comes"), key) for key in ("ipsec-psk", "password"))
    assert fake.desktop.kept(uuid_of("weak"), "password") == ("login", ODD_PASSWORD)
    fake.run("up", "comes", keyring=True, code=6)


def secret_world(real, name, *words):
    """A new connection of the real helper; its UUID."""
    real.add(name, *words)
    real.env_of(True)
    return real.about(name)["uuid"]


def test_storage_session(real, fake):
    identity = secret_world(real, "fleeting")
    done = real.run("set-secret", "fleeting", "password", "--stdin", "--storage", "session", data=b"word", keyring=True)
    assert done.out == "password of “fleeting” is kept until you log out.\n", done
    assert real.desktop.kept(identity, "password") == ("session", b"word")
    assert real.about("fleeting")["settings"]["password-storage"] == "session"
    real.run("set-secret", "fleeting", "password", "--stdin", data=b"word two", keyring=True)
    assert real.desktop.kept(identity, "password") == ("session", b"word two")


def test_storage_ask(real, fake):
    identity = secret_world(real, "asking")
    real.run("set-secret", "asking", "password", "--stdin", data=b"word", keyring=True)
    assert "password-storage" not in real.about("asking")["settings"]
    done = real.run("set-secret", "asking", "password", "--storage", "ask", keyring=True)
    assert "asked for at each connect" in done.out, done
    assert real.desktop.kept(identity, "password") is None
    assert real.about("asking")["settings"]["password-storage"] == "ask"


def test_storage_moves(real, fake):
    identity = secret_world(real, "moving")
    real.run("set-secret", "moving", "password", "--stdin", data=b"saved", keyring=True)
    real.run("set-secret", "moving", "password", "--stdin", "--storage", "session", data=b"fleeting", keyring=True)
    assert real.desktop.kept(identity, "password") == ("session", b"fleeting")
    real.run("set-secret", "moving", "password", "--stdin", "--storage", "save", data=b"saved again", keyring=True)
    assert real.desktop.kept(identity, "password") == ("login", b"saved again")
    assert real.about("moving")["settings"].get("password-storage", "save") == "save"


def test_duplicate_copies_secrets(real, fake):
    secret_world(real, "original")
    real.run("set-secret", "original", "ipsec-psk", "--stdin", data=ODD_PSK, keyring=True)
    real.run("set-secret", "original", "password", "--stdin", "--storage", "session", data=b"word", keyring=True)
    real.run("duplicate", "original", "copied", keyring=True)
    identity = real.about("copied")["uuid"]
    assert real.desktop.kept(identity, "ipsec-psk") == ("login", ODD_PSK)
    assert real.desktop.kept(identity, "password") == ("session", b"word")


# A PIN that is none counts against the token.
def test_a_token_is_not_sent_what_another_key_took(real, fake):
    token = "pkcs11:id=%01;slot-id=7?module-name=hsm"
    identity = secret_world(real, "pinned")
    make_certificate(real.folder)
    own, pem, ca = (f"{real.folder}/{name}" for name in ("own.p12", "own.pem", "ca.pem"))

    def kept():
        return real.desktop.kept(identity, "machine-certpass")

    def keep(word):
        real.run("set-secret", "pinned", "machine-certpass", "--stdin", data=word, keyring=True)
        assert kept() == ("login", word)

    real.run("import-cert", "pinned", own, "--stdin", data=b"open", keyring=True)
    assert kept() == ("login", b"open")
    real.run("import-cert", "pinned", pem, "--ca", ca, "--token", token, keyring=True)
    assert kept() is None
    keep(b"1234")
    real.run("import-cert", "pinned", pem, "--ca", ca, "--token", token, keyring=True)
    real.run("edit", "pinned", "mtu=1300", f"machine-token={token}", keyring=True)
    assert kept() == ("login", b"1234"), "it is the same token"
    real.run("edit", "pinned", f"machine-token={token}&pin-value=1", keyring=True, code=2)
    assert kept() == ("login", b"1234"), "nothing was changed"
    real.run("edit", "pinned", f"machine-token={token.replace('7', '8')}", keyring=True)
    assert kept() is None
    keep(b"5678")
    real.run("edit", "pinned", "machine-token=", f"machine-cert={own}", "machine-ca=", keyring=True)
    assert kept() is None
    keep(b"open")
    real.run("edit", "pinned", f"machine-cert={pem}", f"machine-ca={ca}", f"machine-token={token}", keyring=True)
    assert kept() is None
    done = real.run("import-cert", "pinned", pem, "--ca", ca, "--token", token, "--stdin", data=b"1234\n", keyring=True)
    assert kept() == ("login", b"1234") and "the token's PIN is in your keyring" in done.out and "1234" not in done.out, done
    before = real.stored()
    other = token.replace("7", "9")
    done = real.run("import-cert", "pinned", pem, "--ca", ca, "--token", other, "--stdin", data=b"", keyring=True, code=2)
    assert "machine-certpass is empty" in done.err and real.stored() == before and kept() == ("login", b"1234"), done
    real.run("import-cert", "pinned", pem, "--ca", ca, "--token", other, "--stdin", data=b"4321", keyring=True)
    assert kept() == ("login", b"4321"), "the PIN that came with it stays"
    real.run("import-cert", "pinned", own, "--stdin", data=b"open", keyring=True)
    assert kept() == ("login", b"open"), "the new one's own password is kept"
    done = real.run("edit", "pinned", f"machine-cert={pem}", f"machine-ca={ca}", f"machine-token={token}")
    assert done.err == "", "no keyring is no error"


# -- files

THEIRS = """[connection]
id=customer

[vpn]
gateway=192.0.2.1
user=alice
ipsec-enabled=true
nodeflate=true
password-flags=2

[ipv4]
method=auto
dns=10.0.0.53;
dns-search=corp.example;
routes=10.0.0.0/8 via 10.0.0.1 metric 5;172.31.18.0/24;
ignore-auto-dns=true
never-default=true
"""
HAD_BY_THEIRS = {"gateway": "192.0.2.1", "user": "alice", "ipsec": "yes", "deflate": "no", "password-storage": "ask",
                 "dns": "10.0.0.53", "dns-search": "corp.example", "routes": "10.0.0.0/8 5,172.31.18.0/24", "dns-auto": "no",
                 "all-traffic": "no", "force-encaps": "no", "refuse-eap": "no", "refuse-mschap": "no"}


def write_conf(world, text, name="file.conf"):
    path = f"{world.folder}/{name}"
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


def test_import(real, fake):
    done = real.run("import", write_conf(real, THEIRS))
    assert done.out == "Added “customer”. Connect with: byway up customer\n", done
    assert "vj-comp=no, not yes" in done.err and "nothing protects" not in done.err, done
    assert real.about("customer")["settings"] == HAD_BY_THEIRS and not real.about("customer")["system"]
    real.run("import", write_conf(real, THEIRS), code=4)
    real.run("import", "-", "--name", "from stdin", "--system", data=THEIRS.encode())
    assert real.about("from stdin")["settings"] == HAD_BY_THEIRS and real.about("from stdin")["system"]
    real.run("import", write_conf(real, THEIRS.replace("id=customer", ""), "by file.conf"))
    assert "by file" in real.names()


def test_import_refuses(real, fake):
    before = real.names()
    for text, words in ((THEIRS.replace("[ipv4]", "shell=x\nleftupdown=y\n[ipv4]"), ("shell: ", "leftupdown: ")),
                        (THEIRS + "rubbish\n", ("line 18: ",)), (THEIRS.replace("alice", "a\\nb"), ("user: ",)),
                        (THEIRS.replace("id=customer", "id=a/b"), ("a/b", "--name")), (b"\0", ("line 1: ",)), ("", ("[vpn]",)),
                        (THEIRS + "#" * (1 << 20), ("1 MiB",)),
                        (THEIRS.replace("user=alice", "user=alice\nmachine-auth-type=tls\nmachine-cert=pkcs11:object=a?pin-value=Hush\n"
                                        "machine-key=pkcs11:object=a?pin-value=Hush"), ("machine-cert: takes", "goes into machine-token")),
                        (THEIRS.replace("true\nnod", "true\nmtu=9\nipsec-ike=rot13\nnod"), ("mtu: ", "ike: "))):
        done = real.run("import", write_conf(real, text, "bad.conf"), code=2)
        assert all(word in done.err for word in words) and "Hush" not in done.err, (words, done)
    assert "nowhere" in real.run("import", f"{real.folder}/nowhere", code=3).err
    assert real.names() == before


def test_import_plain(real, fake):
    """Not by itself; with IPsec, or as it is, where the user says so. And what it means is told."""
    theirs = THEIRS.replace("ipsec-enabled=true\n", "lcp-echo-interval=30\nno-vj-comp=true\n").replace("id=customer", "id=once plain")
    path = write_conf(real, theirs)
    done = real.run("import", path, code=2)
    assert all(word in done.err for word in ("without IPsec", "--with-ipsec", "--plain")), done
    done = real.run("import", path, "--with-ipsec")
    assert real.about("once plain")["settings"].get("ipsec", "yes") == "yes" and "nothing protects" not in done.err, done
    assert real.about("once plain")["settings"]["refuse-eap"] == "no"
    done = real.run("import", path, "--plain", "--name", "still plain")
    assert real.about("still plain")["settings"]["ipsec"] == "no" and "refuse-eap" not in real.about("still plain")["settings"]
    assert "nothing protects" in done.err and "192.0.2.1" in done.err, done
    for difference in ("refuse-eap=yes, not no", "refuse-mschap=yes, not no", "plain-pap=no, not yes", "lcp-echo-failure=3, not 0"):
        assert difference in done.err, done
    assert "opposites" in real.run("import", path, "--plain", "--with-ipsec", "--name", "both", code=2).err
    assert "nothing protects" not in real.run("import", write_conf(real, THEIRS), "--plain", "--name", "with it").err
    assert real.about("with it")["settings"] == HAD_BY_THEIRS


def test_import_our_plain(real, fake):
    """What Byway itself wrote says that it is without IPsec, and is taken as it is; not in silence."""
    real.run("add", "bare", "gateway=192.0.2.1", "user=alice", "ipsec=no", "--no-secrets")
    path = f"{real.folder}/bare.conf"
    real.run("export", "bare", path)
    done = real.run("import", path, "--name", "bare again")
    assert real.about("bare again")["settings"] == real.about("bare")["settings"]
    assert "nothing protects" in done.err and "not yes" not in done.err, done
    real.run("import", path, "--name", "bare no more", "--with-ipsec")
    assert "ipsec" not in real.about("bare no more")["settings"]


def test_export(real, fake):
    """What comes back is the same, to the letter."""
    identity = secret_world(real, "given", "routes=10.0.0.0/8, 2001:db8::/32 20", "dpd-delay=20", "dns=2001:db8::53, 10.0.0.53",
                            "all-traffic=no", "user= tr;icky\\s ", "ipsec-psk-storage=session")
    real.run("set-secret", "given", "ipsec-psk", "--stdin", data=ODD_PSK, keyring=True)
    path = f"{real.folder}/given.conf"
    done = real.run("export", "given", path)
    assert done.out == "" and "without its secrets" in done.err and path in done.err, done
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path, "rb") as file:
        text = file.read()
    assert real.run("export", "given", "-").out.encode() == real.run("export", "given").out.encode() == text
    assert b"secret" not in text.lower() and b"dpd-delay=20\n" in text
    real.run("export", "given", path, code=4)
    real.run("import", path, "--name", "taken home")
    assert real.about("taken home")["settings"] == real.about("given")["settings"]
    assert identity != real.about("taken home")["uuid"]
    real.run("export", "nowhere", code=3)


def test_export_secrets(real, fake):
    secret_world(real, "loud")
    real.run("set-secret", "loud", "ipsec-psk", "--stdin", data=ODD_PSK, keyring=True)
    real.run("set-secret", "loud", "password", "--stdin", data=b"word two", keyring=True)
    path = f"{real.folder}/loud.conf"
    done = real.run("export", "loud", path, "--secrets", keyring=True)
    assert "whoever reads them can connect" in done.err and os.stat(path).st_mode & 0o777 == 0o600, done
    done = real.run("import", path, "--name", "heard", keyring=True)
    assert "its secrets are in your keyring" in done.out, done
    kept = [real.desktop.kept(real.about("heard")["uuid"], key) for key in ("ipsec-psk", "password")]
    assert kept == [("login", ODD_PSK), ("login", b"word two")], kept


# -- a terminal

PSK_QUESTION, PASSWORD_QUESTION, KEEP = "(also called shared secret) (input hidden): ", "Password (input hidden): ", "[n]o: "


def up_at_terminal(fake, name, letter):
    terminal = fake.type_at("up", name, keyring=True)
    terminal.answer_hidden(PSK_QUESTION, "typed key")
    terminal.answer(KEEP, letter)
    terminal.answer_hidden(PASSWORD_QUESTION, "typed word")
    terminal.answer(KEEP, letter)
    code = terminal.end()
    assert "typed" not in terminal.seen, terminal.seen
    assert fake.secrets()[-1] == {"ipsec-psk": b"typed key", "password": b"typed word"}
    return code, [fake.desktop.kept(uuid_of(name), key) for key in ("ipsec-psk", "password")]


def forget(fake, name):
    fake.run("delete", name, "--yes", keyring=True)


def test_no_keeps_nothing(real, fake):
    forget(fake, "comes")
    assert up_at_terminal(fake, "comes", "n") == (0, [None, None])


def test_yes_keeps(real, fake):
    forget(fake, "comes")
    assert up_at_terminal(fake, "comes", "y") == (0, [("login", b"typed key"), ("login", b"typed word")])
    fake.run("up", "comes", keyring=True)
    assert fake.secrets()[-1] == {"ipsec-psk": b"typed key", "password": b"typed word"}


def test_enter_keeps(real, fake):
    forget(fake, "comes")
    assert up_at_terminal(fake, "comes", "")[1] == [("login", b"typed key"), ("login", b"typed word")]


def test_until_log_out(real, fake):
    forget(fake, "comes")
    assert up_at_terminal(fake, "comes", "L")[1] == [("session", b"typed key"), ("session", b"typed word")]
    forget(fake, "comes")


def test_yes_keeps_nothing_that_failed(real, fake):
    assert up_at_terminal(fake, "fails_Ipsec", "y") == (14, [None, None])


def test_only_what_is_missing_is_asked(real, fake):
    fake.run("set-secret", "weak", "ipsec-psk", "--stdin", data=b"kept key", keyring=True)
    fake.run("set-secret", "weak", "password", "--storage", "ask", keyring=True, code=1)  # the fake has no Update
    terminal = fake.type_at("up", "weak", keyring=True)
    terminal.answer_hidden(PASSWORD_QUESTION, "typed word")
    terminal.answer(KEEP, "n")
    assert terminal.end() == 0 and "shared secret" not in terminal.seen, terminal.seen
    assert fake.secrets() == [{"ipsec-psk": b"kept key", "password": b"typed word"}]


def test_storage_ask_is_not_asked_again(real, fake):
    secret_world(real, "always", "ipsec-psk-storage=ask", "password-storage=ask")
    terminal = real.type_at("up", "always", keyring=True)
    terminal.answer_hidden(PSK_QUESTION, "typed key")
    terminal.answer_hidden(PASSWORD_QUESTION, "typed word")
    assert terminal.end() == 13 and KEEP not in terminal.seen, terminal.seen


def test_ctrl_c_at_a_question(real, fake):
    forget(fake, "comes")
    terminal = fake.type_at("up", "comes", keyring=True)
    terminal.expect(PSK_QUESTION)
    wait_for("the echo's end", lambda: not terminal.echoes())
    terminal.type("half\x03")
    terminal.expect("ipsec-psk was not entered")
    assert terminal.end() == 6 and fake.secrets() == []


def test_set_secret_asks(real, fake):
    forget(fake, "comes")
    terminal = fake.type_at("set-secret", "comes", "password", keyring=True)
    terminal.answer_hidden(PASSWORD_QUESTION, "typed ünï")
    assert terminal.end() == 0 and "typed" not in terminal.seen, terminal.seen
    assert fake.desktop.kept(uuid_of("comes"), "password") == ("login", "typed ünï".encode())


def test_add_asks(real, fake):
    real.env_of(True)
    terminal = real.type_at("add", "homely", "gateway=192.0.2.1", "user=alice", keyring=True)
    terminal.answer_hidden("(also called shared secret) (input hidden; Enter: ask at each connect): ", "typed key")
    terminal.answer_hidden("Password (input hidden; Enter: ask at each connect): ", "")
    terminal.expect("Added “homely”, its secrets are in your keyring. Connect with: byway up homely")
    assert terminal.end() == 0 and "typed" not in terminal.seen, terminal.seen
    identity = real.about("homely")["uuid"]
    assert real.desktop.kept(identity, "ipsec-psk") == ("login", b"typed key")
    assert real.desktop.kept(identity, "password") is None


def test_add_does_not_ask(real, fake):
    terminal = real.type_at("add", "silent", "gateway=192.0.2.1", "user=alice", "--no-secrets", keyring=True)
    assert terminal.end() == 0 and "hidden" not in terminal.seen, terminal.seen
    terminal = real.type_at("add", "quiet", "gateway=192.0.2.1", "user=alice", "ipsec-psk-storage=ask", "password-storage=ask",
                            keyring=True)
    assert terminal.end() == 0 and "hidden" not in terminal.seen, terminal.seen


def test_delete_asks(real, fake):
    real.add("hesitant")
    for letter, code in (("", 130), ("n", 130), ("x", 130), ("y", 0)):
        terminal = real.type_at("delete", "hesitant")
        terminal.answer("Delete “hesitant” and its secrets? [y/N] ", letter)
        assert terminal.end() == code, (letter, terminal.seen)
        assert ("hesitant" in real.names()) == (code != 0), letter


def test_interrupt_at_a_terminal(real, fake):
    keep_both(fake, "slow")
    terminal = fake.type_at("up", "slow", keyring=True)
    terminal.expect("IKE")
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "Cancelled; disconnecting …" in terminal.seen, terminal.seen
    assert fake.noted()[-1] == "undone slow"


def test_stages_on_a_terminal(real, fake):
    keep_both(fake, "weak")
    terminal = fake.type_at("up", "weak", keyring=True)
    assert terminal.end() == 0
    ends = re.findall("\033\\[32m✓\033\\[0m (\\w+)", terminal.seen)
    assert ends == TITLES, terminal.seen


TESTS = [test for name, test in list(globals().items()) if name.startswith("test_")]


def play(tests, real, fake):
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            fake.ensure()
            test(real, fake)
            print(f"ok {number} - {test.__name__[5:]}", flush=True)
        except Exception as error:  # one failed test must not hide the others
            failed += 1
            line = error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else 0
            print(f"not ok {number} - {test.__name__[5:]}\n# line {line}: {type(error).__name__} {str(error)[:1500]!r}", flush=True)
    return failed


def main():
    byway, bywayd, *words = sys.argv[1:]
    if byway == "--fake":
        serve_fake(bywayd)
    if os.getuid() != 0:
        raise SystemExit("Bail out! needs root, as the helper does")
    tests = [test for test in TESTS if not words or test.__name__[5:] in words]
    print(f"1..{len(tests)}", flush=True)
    folder = tempfile.mkdtemp(prefix="byway-cli-")
    os.chmod(folder, 0o755)
    for part in ("real", "fake"):
        os.mkdir(f"{folder}/{part}")
    real = RealWorld(os.path.abspath(byway), os.path.abspath(bywayd), f"{folder}/real")
    fake = FakeWorld(os.path.abspath(byway), f"{folder}/fake")
    failed = play(tests, real, fake)
    real.end()
    fake.end()
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
