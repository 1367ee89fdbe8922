#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line against the real helper, and against one that acts as it is told. Usage: test-cli.py BYWAY BYWAYD"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import buses  # noqa: E402

BYWAY, BYWAYD = map(os.path.abspath, sys.argv[1:3])
NAME, ROOT = "org.byway.Byway1", "/org/byway/Byway1"
SECRETS = (b"ipsec-psk", b'0s "key" \xc3\xa9#'), (b"password", b" pass'word\\")

class Bus:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="byway-cli-")
        self.process = buses.start(f"{self.dir}/bus", stderr=subprocess.DEVNULL)
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = buses.address(f"{self.dir}/bus")
        for gone in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"):
            os.environ.pop(gone, None)

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


def byway(*words, code=0, **named):
    """Runs it without a terminal; standard output and error."""
    done = subprocess.run([BYWAY, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
                          start_new_session=True, check=False, **named)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr


# -- the real helper

class RealHelper:
    def __init__(self, bus):
        self.process = subprocess.Popen(["unshare", "--net", BYWAYD, "--run-dir", f"{bus.dir}/run", "--store", f"{bus.dir}/store",
                                         "--vici", f"{bus.dir}/no-charon"], stderr=subprocess.DEVNULL)
        for _ in range(200):
            if subprocess.run([BYWAY, "list"], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise SystemExit("Bail out! bywayd did not start")

    def end(self):
        self.process.terminate()
        self.process.wait(10)


def settings():
    return json.loads(byway("show", "office", "--json")[0])["settings"]


def test_add_and_show():
    byway("add", "office", "--gateway", "vpn.example.net", "user=alice", "mtu=1280")
    assert settings() == {"gateway": "vpn.example.net", "user": "alice", "mtu": "1280"}
    text = byway("show", "office")[0]
    assert "vpn.example.net" in text and "(1400)" in text, text
    byway("add", "office", "gateway=a", "user=b", code=4)


def test_edit_changes_and_resets():
    byway("edit", "office", "mtu=", "mru=1300")
    assert settings() == {"gateway": "vpn.example.net", "user": "alice", "mru": "1300"}
    byway("edit", "office", code=2)
    byway("edit", "nowhere", "mtu=1300", code=3)


def test_bad_input_names_every_key():
    before = settings()
    _, err = byway("edit", "office", "mtu=99999", "all-traffic=perhaps", "dns=x", "nonsense=1", code=2)
    for key in ("mtu", "all-traffic", "dns", "nonsense"):
        assert key in err, err
    assert settings() == before
    byway("edit", "office", "password=x", code=2)
    byway("edit", "office", "gateway", code=2)
    for name in ("../x", "-x", "a\nb", "x" * 4096):
        byway("add", "--", name, "gateway=a", "user=b", code=2)


def test_list():
    table, _ = byway("list")
    assert table.splitlines()[1].split()[:3] == ["office", "down", "vpn.example.net"], table
    assert byway("list", "--names")[0] == "office\n"
    assert [entry["name"] for entry in json.loads(byway("list", "--json")[0])] == ["office"]
    assert json.loads(byway("status", "--json")[0])[0]["state"] == "down"


def test_status_and_log():
    assert json.loads(byway("status", "office", "--json")[0])["state"] == "down"
    assert "office: down" in byway("status", "office")[0]
    assert json.loads(byway("log", "office", "--json")[0]) == []
    byway("status", "nowhere", code=3)


def test_duplicate_and_delete():
    byway("duplicate", "office", "office two")
    assert byway("list", "--names")[0] == "office\noffice two\n"
    byway("delete", "office two", code=2)
    byway("delete", "office two", "--yes")
    assert byway("list", "--names")[0] == "office\n"


def test_rendered_plan_hides_secrets():
    text = byway("show", "office", "--rendered")[0]
    assert "vici load-conn" in text and "xl2tpd.conf" in text and "mru 1300" in text, text


def test_secrets_are_missing():
    _, err = byway("up", "office", code=6)
    assert "ipsec-psk" in err and "password" in err, err
    byway("set-secret", "office", "nonsense", code=2)
    byway("set-secret", "office", "password", "--storage", "nowhere", code=2)


def test_down_when_down_is_no_error():
    byway("down", "office")
    byway("down", "nowhere", code=3)


def test_help():
    verbs = [line.split("\t")[0] for line in byway("--list-verbs")[0].splitlines()]
    for verb in verbs:
        assert f"byway {verb}" in byway(verb, "--help")[0], verb
        assert verb in byway("--help")[0]
    assert byway("--version")[0].startswith("byway ")
    assert "gateway\t" in byway("--list-options")[0]
    byway("levitate", code=2)


def test_render_needs_no_bus():
    away = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}
    assert "vici load-conn" in byway("render", "gateway=192.0.2.1", "user=alice", env=away)[0]
    byway("render", "gateway=192.0.2.1", code=2, env=away)
    byway("list", code=1, env=away)


# -- a helper that acts as the connection's name says

def pipe_with(content):
    read_end, write_end = os.pipe()
    os.write(write_end, content)
    os.close(write_end)
    return read_end


def secret_lines():
    return b"".join(key + b"=" + value + b"\n" for key, value in SECRETS)


def start_up(name, *words):
    read_end = pipe_with(secret_lines())
    process = subprocess.Popen([BYWAY, "up", name, "--secrets-fd", str(read_end), *words], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=[read_end])
    os.close(read_end)
    return process


def up_with(name, *words):
    process = start_up(name, *words)
    out, err = process.communicate(timeout=20)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


class FakeSession(dbus.service.Object):
    state, error, message = "preparing", "", ""

    @dbus.service.method(f"{NAME}.Session", out_signature="a{sv}")
    def Get(self):
        return {"state": self.state, "error": self.error, "message": self.message, "ike": "aes256-sha256-modp2048",
                "esp": "aes256-sha256", "local": "10.9.0.2", "ifname": "ppp0", "name": "x", "deadline": dbus.UInt32(20000)}

    @dbus.service.method(f"{NAME}.Session", out_signature="a{sv}")
    def Diagnosis(self):
        if not self.error:
            return dbus.Dictionary({}, signature="sv")
        return {"code": "ike-psk-wrong", "stage": "ike", "sentence": self.message, "error": self.error,
                "facts": dbus.Dictionary({"name": "refuses"}, signature="ss"),
                "evidence": dbus.Array(["a line"], signature="s")}

    @dbus.service.signal(f"{NAME}.Session", signature="ssus")
    def StageChanged(self, stage, state, milliseconds, text):
        pass

    @dbus.service.signal(f"{NAME}.Session", signature="sss")
    def StateChanged(self, state, error, message):
        self.state, self.error, self.message = state, error, message

    def play(self, mood):
        self.StageChanged("resolve", "running", 0, "")
        self.StageChanged("resolve", "done", 7, "vpn → 192.0.2.1")
        self.StageChanged("ike", "running", 0, "")
        if mood == "refuses":
            self.StageChanged("ike", "failed", 300, "")
            self.StateChanged("done", f"{NAME}.Error.Ipsec", "the pre-shared key is very likely wrong")
        elif mood == "comes":
            self.StageChanged("ike", "done", 300, "main mode")
            self.StateChanged("up", "", "")
        elif mood == "dies":
            os._exit(0)
        return False


class FakeConnection(dbus.service.Object):
    def __init__(self, bus, mood, note):
        super().__init__(bus, f"{ROOT}/{mood}")
        self.bus, self.mood, self.note = bus, mood, note
        self.session = FakeSession(bus, f"{ROOT}/session/{mood}")

    @dbus.service.method(f"{NAME}.Connection", out_signature="a{sv}")
    def Get(self):
        return {"name": self.mood, "uuid": "11111111-2222-3333-4444-555555555555", "owner": dbus.UInt32(0), "system": False,
                "settings": dbus.Dictionary({"gateway": "192.0.2.1", "user": "alice"}, signature="ss"),
                "session": dbus.ObjectPath("/")}

    @dbus.service.method(f"{NAME}.Connection", in_signature="h", out_signature="o")
    def Connect(self, secrets):
        fd = secrets.take()
        os.lseek(fd, 0, os.SEEK_SET)
        self.note("secrets " + os.read(fd, 4096).hex())
        os.close(fd)
        GLib.timeout_add(50, self.session.play, self.mood)
        return dbus.ObjectPath(f"{ROOT}/session/{self.mood}")

    @dbus.service.method(f"{NAME}.Connection")
    def Disconnect(self):
        self.note(f"disconnect {self.mood}")


class FakeManager(dbus.service.Object):
    @dbus.service.method(f"{NAME}.Manager", in_signature="s", out_signature="o")
    def FindConnection(self, name):
        return dbus.ObjectPath(f"{ROOT}/{name}")

    @dbus.service.method(f"{NAME}.Manager")
    def Watch(self):
        pass


def serve_fake(journal):
    def note(text):
        with open(journal, "a") as file:
            file.write(text + "\n")
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SystemBus()
    kept = [FakeManager(bus, ROOT), *(FakeConnection(bus, mood, note) for mood in ("comes", "refuses", "hangs", "dies"))]
    kept.append(dbus.service.BusName(NAME, bus))
    note("ready")
    GLib.MainLoop().run()


class Fake:
    def __init__(self, bus):
        self.journal = f"{bus.dir}/journal"
        open(self.journal, "w").close()
        self.pid = os.fork()
        if self.pid == 0:
            serve_fake(self.journal)
        self.wait_for("ready")

    def wait_for(self, words):
        for _ in range(200):
            if words in open(self.journal).read():
                return
            time.sleep(0.05)
        raise AssertionError(f"“{words}” is not in: {open(self.journal).read()}")

    def end(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)


def test_up_for_people(fake):
    done = up_with("comes")
    assert done.returncode == 0, done
    assert [line.split()[:2] for line in done.stderr.splitlines()] == [["✓", "resolve"], ["✓", "IKE"]], done.stderr
    assert done.stdout.startswith("comes is up ("), done.stdout
    sent = b"".join(key + b"\0" + len(value).to_bytes(2, "big") + value for key, value in SECRETS)
    fake.wait_for("secrets " + sent.hex())


def test_up_as_objects(fake):
    done = up_with("comes", "--json")
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(entry.get("stage"), entry["state"]) for entry in objects] == [
        ("resolve", "running"), ("resolve", "done"), ("ike", "running"), ("ike", "done"), (None, "up")], done.stdout
    assert objects[1]["ms"] == 7 and objects[4]["local"] == "10.9.0.2"


def test_failure_has_its_code_and_a_hint(fake):
    done = up_with("refuses")
    assert done.returncode == 14, done
    assert "refuses is not up: the pre-shared key" in done.stderr and "byway set-secret refuses ipsec-psk" in done.stderr, done
    done = up_with("refuses", "--json")
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["state"] == "failed" and last["diagnosis"]["evidence"] == ["a line"], last


def test_interrupt_disconnects(fake):
    process = start_up("hangs", "--json")
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130, (process.returncode, err)
    fake.wait_for("disconnect hangs")


def test_helper_that_dies_is_told(fake):
    done = up_with("dies")
    assert done.returncode == 1 and "bywayd ended" in done.stderr, done


REAL = [test_add_and_show, test_edit_changes_and_resets, test_bad_input_names_every_key, test_list, test_status_and_log,
        test_duplicate_and_delete, test_rendered_plan_hides_secrets, test_secrets_are_missing, test_down_when_down_is_no_error,
        test_help, test_render_needs_no_bus]
FAKED = [test_up_for_people, test_up_as_objects, test_failure_has_its_code_and_a_hint, test_interrupt_disconnects,
         test_helper_that_dies_is_told]


def play(tests, number, *arguments):
    failed = 0
    for number, test in enumerate(tests, number):
        try:
            test(*arguments)
            print(f"ok {number} - {test.__name__[5:]}", flush=True)
        except Exception as error:  # one failed test must not hide the others
            failed += 1
            print(f"not ok {number} - {test.__name__[5:]}\n# {str(error)[:1500]!r}", flush=True)
    return failed


def main():
    print(f"1..{len(REAL) + len(FAKED)}", flush=True)
    bus = Bus()
    helper = RealHelper(bus)
    failed = play(REAL, 1)
    helper.end()
    fake = Fake(bus)
    failed += play(FAKED, 1 + len(REAL), fake)
    fake.end()
    bus.end()
    sys.exit(1 if failed else 0)


main()
