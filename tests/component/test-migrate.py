#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Moving profiles between NetworkManager-l2tp and Byway, with a NetworkManager that we hold in hand.

    test-migrate.py BYWAY

Prints TAP.
"""

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from pathlib import Path

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import buses  # noqa: E402

NM, ROOT = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
CONNECTION = f"{NM}.Settings.Connection"
THEIRS, OURS = f"{NM}.l2tp", f"{NM}.byway"
MARK = "org.byway.migrated-from"
NO_REAPPLY = 0x40
SPACE = uuid.UUID("b1a50000-0000-0000-0000-000000000000")
DATA = {"gateway": "vpn.example.net", "user": "alice", "ipsec-enabled": "yes", "refuse-eap": "yes", "nodeflate": "yes",
        "ipsec-ike": "aes256-sha2_256-modp2048", "password-flags": "1", "ipsec-psk-flags": "0"}

class Denied(dbus.DBusException):
    _dbus_error_name = f"{CONNECTION}.PermissionDenied"


class Profile(dbus.service.Object):
    """What NetworkManager keeps; its settings are plain Python but for each property's D-Bus type."""

    def __init__(self, world, name, service, data, secrets, **more):
        self.world, self.secrets, self.updates = world, secrets, []
        self.path = f"{ROOT}/Settings/{len(world.profiles) + 1}"
        self.settings = {
            "connection": {"id": name, "uuid": str(uuid.uuid5(SPACE, name)), "type": "vpn",
                           "permissions": dbus.Array([], signature="s"), "timestamp": dbus.UInt64(1700000000)},
            "vpn": {"service-type": service, "data": dbus.Dictionary(data, signature="ss"), "timeout": dbus.UInt32(60)},
            "ipv4": {"method": "auto", "never-default": True, "dns": dbus.Array([dbus.UInt32(0x0100007f)], signature="u"),
                     "route-data": dbus.Array([dbus.Dictionary({"dest": "10.0.0.0", "prefix": dbus.UInt32(8)}, signature="sv")],
                                              signature="a{sv}")},
            **more}
        super().__init__(world.bus, self.path)

    @property
    def vpn(self):
        return self.settings["vpn"]

    @property
    def data(self):
        return {str(key): str(value) for key, value in self.vpn["data"].items()}

    @property
    def mark(self):
        return self.settings.get("user", {}).get("data", {}).get(MARK)

    @dbus.service.method(CONNECTION, out_signature="a{sa{sv}}")
    def GetSettings(self):
        return self.settings

    @dbus.service.method(CONNECTION, in_signature="s", out_signature="a{sa{sv}}")
    def GetSecrets(self, setting):
        assert setting == "vpn"
        if self.world.denied:
            raise Denied("no secrets for you")
        return {"vpn": {"secrets": dbus.Dictionary(self.secrets, signature="ss")}}

    @dbus.service.method(CONNECTION, in_signature="a{sa{sv}}ua{sv}", out_signature="a{sv}")
    def Update2(self, settings, flags, args):
        if self.world.denied:
            raise Denied("Insufficient privileges")
        self.updates.append((int(flags), dict(args)))
        self.secrets = dict(settings["vpn"].pop("secrets", {})) or self.secrets
        self.settings = settings
        return {}


class Root(dbus.service.Object):
    def __init__(self, world):
        self.world = world
        super().__init__(world.bus, ROOT)

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        assert (interface, name) == (NM, "ActiveConnections")
        return dbus.Array([f"{ROOT}/ActiveConnection/1"] if self.world.active else [], signature="o")


class Active(dbus.service.Object):
    def __init__(self, world):
        self.world = world
        super().__init__(world.bus, f"{ROOT}/ActiveConnection/1")

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        assert (interface, name) == (f"{NM}.Connection.Active", "Connection")
        return dbus.ObjectPath(self.world.active.path)


class Settings(dbus.service.Object):
    def __init__(self, world):
        self.world = world
        super().__init__(world.bus, f"{ROOT}/Settings")

    @dbus.service.method(f"{NM}.Settings", out_signature="ao")
    def ListConnections(self):
        return [dbus.ObjectPath(profile.path) for profile in self.world.profiles]


class World:
    def __init__(self, byway, folder):
        self.byway, self.profiles, self.denied, self.active = byway, [], False, None
        self.daemon, address = buses.start(f"{folder}/bus"), buses.address(f"{folder}/bus")
        self.environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address, "LC_ALL": "C.UTF-8",
                            "G_DEBUG": "fatal-criticals"}
        dbus.mainloop.glib.threads_init()
        loop = dbus.mainloop.glib.DBusGMainLoop()
        self.bus = dbus.bus.BusConnection(address, mainloop=loop)
        self.objects = [Root(self), Settings(self), Active(self)]
        self.bus.request_name(NM)
        threading.Thread(target=GLib.MainLoop().run, daemon=True).start()

    def clear(self):
        for profile in self.profiles:
            profile.remove_from_connection()
        self.profiles, self.denied, self.active = [], False, None

    def add(self, name="office", service=THEIRS, data=None, secrets=None, **more):
        profile = Profile(self, name, service, DATA if data is None else data, secrets or {}, **more)
        self.profiles.append(profile)
        return profile

    def run(self, *words, code=0):
        done = subprocess.run([self.byway, "migrate", *words], env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done

    def results(self, *words, code=0):
        rows = json.loads(self.run(*words, "--json", code=code).stdout)
        return {row["name"]: row["result"] for row in rows}, {row["name"]: " ".join(row["details"]) for row in rows}

    def end(self):
        self.daemon.terminate()
        self.daemon.wait()


def without_marks(settings):
    """As plain values, to compare; what a move changes left out."""
    plain = json.loads(json.dumps(settings))
    plain["vpn"].pop("service-type")
    plain.pop("user", None)
    return plain


def test_migrate(world):
    """Service type and mark change, and nothing else."""
    profile = world.add()
    before = copy.deepcopy(profile.settings)
    assert world.results("office")[0] == {"office": "migrated"}
    assert profile.vpn["service-type"] == OURS and profile.mark == THEIRS
    assert without_marks(profile.settings) == without_marks(before)
    assert profile.updates == [(NO_REAPPLY, {})]
    assert isinstance(profile.vpn["timeout"], dbus.UInt32) and profile.settings["ipv4"]["dns"].signature == "u"


def test_by_uuid(world):
    one, other = world.add("one"), world.add("other")
    world.run(one.settings["connection"]["uuid"])
    assert one.vpn["service-type"] == OURS and other.vpn["service-type"] == THEIRS


def test_dry_run(world):
    profile = world.add()
    before = copy.deepcopy(profile.settings)
    for words in (("--dry-run",), ("--dry-run", "office"), ("--dry-run", "--all")):
        assert world.results(*words)[0] == {"office": "would-migrate"}
    assert profile.settings == before and not profile.updates


def test_idempotent(world):
    profile = world.add()
    world.run("office")
    assert world.results("office")[0] == {"office": "already"}
    assert world.results("--all")[0] == {}
    assert len(profile.updates) == 1


def test_secrets_survive(world):
    """NetworkManager's own must be written again, or they are lost; an agent's are the agent's."""
    profile = world.add(secrets={"password": "agents", "ipsec-psk": "systems"})
    world.run("office")
    assert profile.secrets == {"ipsec-psk": "systems"}, profile.secrets
    profile.secrets["password"] = "agents"
    world.run("--undo", "office")
    assert profile.secrets == {"ipsec-psk": "systems"} and profile.vpn["service-type"] == THEIRS


def test_no_secrets(world):
    profile = world.add()
    world.run("office")
    assert "secrets" not in profile.vpn and profile.secrets == {}


def test_undo(world):
    profile = world.add(user={"data": dbus.Dictionary({"my.note": "x"}, signature="ss")})
    before = copy.deepcopy(profile.settings)
    world.run("--all")
    assert profile.settings["user"]["data"] == {"my.note": "x", MARK: THEIRS}
    assert world.results("--undo", "--all")[0] == {"office": "undone"}
    assert profile.settings == before


def test_undo_leaves_no_mark(world):
    profile = world.add()
    before = copy.deepcopy(profile.settings)
    world.run("office")
    world.run("--undo", "office")
    assert profile.settings == before and "user" not in profile.settings
    assert world.results("--undo", "office")[0] == {"office": "already"}


def test_undo_after_editing(world):
    """Byway's own keys are put into the other's words; what has none is named."""
    profile = world.add(secrets={"ipsec-psk": "systems"})
    world.run("office")
    profile.vpn["data"] = dbus.Dictionary({
        "gateway": "vpn.example.net", "user": "alice", "ipsec": "yes", "ike": "aes256-sha256-modp2048", "pcomp": "no",
        "dpd-delay": "20", "password-flags": "1", "mppe": "128"}, signature="ss")
    results, details = world.results("--undo", "--dry-run", "office")
    assert results == {"office": "would-undo"} and "without dpd-delay:" in details["office"], details
    results, details = world.results("--undo", "office")
    assert results == {"office": "undone"} and "without dpd-delay:" in details["office"], details
    data = profile.data
    wanted = {"gateway": "vpn.example.net", "user": "alice", "ipsec-enabled": "yes", "ipsec-ike": "aes256-sha256-modp2048",
              "nopcomp": "yes", "require-mppe-128": "yes", "password-flags": "1"}
    assert {key: data.get(key) for key in wanted} == wanted, data
    assert not {"ipsec", "ike", "pcomp", "mppe", "dpd-delay"} & set(data), data
    assert profile.vpn["service-type"] == THEIRS and profile.mark is None and profile.secrets == {"ipsec-psk": "systems"}


def test_undo_only_what_was_moved(world):
    profile = world.add("native", OURS, {"gateway": "vpn.example.net", "user": "alice"})
    results, details = world.results("--undo", "native", code=2)
    assert results == {"native": "left-alone"} and "never moved" in details["native"], details
    assert world.results("--undo", "--all")[0] == {} and not profile.updates


def plain_data(**more):
    return {**{key: value for key, value in DATA.items() if key != "ipsec-enabled"}, **more}


def test_plain(world):
    """Without IPsec is nothing that is taken over without being asked for."""
    for name, more in (("absent", {}), ("off", {"ipsec-enabled": "no"})):
        profile = world.add(name, data=plain_data(**more))
        results, details = world.results(name, code=2)
        assert results == {name: "left-alone"} and all(word in details[name] for word in ("without IPsec", "--plain")), details
        assert not profile.updates
    assert set(world.results("--all")[0].values()) == {"left-alone"}


def test_plain_as_it_is(world):
    """Where it is asked for, the profile says so in our own word, and what that means is told; and it can be undone."""
    for name, more in (("absent", {}), ("off", {"ipsec-enabled": "no"})):
        profile = world.add(name, data=plain_data(**more))
        before = copy.deepcopy(profile.settings)
        for words, result in (((name, "--plain", "--dry-run"), "would-migrate"), ((name, "--plain"), "migrated")):
            results, details = world.results(*words)
            assert results == {name: result}, results
            assert all(word in details[name] for word in ("nothing protects", "vpn.example.net", "refuse-mschap=yes, not no",
                                                          "plain-pap=no, not yes")), details
        assert profile.data == {**plain_data(**more), "ipsec": "no"} and profile.vpn["service-type"] == OURS, profile.data
        world.run("--undo", name)
        assert profile.settings == before


def test_plain_and_others(world):
    """It is about those without IPsec only."""
    world.add("office")
    world.add("bare", data=plain_data())
    results, details = world.results("--all", "--plain")
    assert results == {"office": "migrated", "bare": "migrated"}, results
    assert "nothing protects" in details["bare"] and "nothing protects" not in details["office"], details
    assert "ipsec" not in world.profiles[0].data
    world.run("--all", "--undo", "--plain", code=2)


def test_differences(world):
    """What the profile does not say, and Byway does otherwise."""
    profile = world.add(data={**DATA, "machine-auth-type": "tls", "machine-cert": "/c.pem", "machine-key": "/k.pem", "machine-ca": "/a.pem"})
    details = world.results("--dry-run")[1]["office"]
    for difference in ("lcp-echo-interval=6, not 0", "vj-comp=no, not yes", "remote-id=vpn.example.net, not %any"):
        assert difference in details, details
    profile.vpn["data"].update({"lcp-echo-interval": "30", "lcp-echo-failure": "5", "no-vj-comp": "yes", "ipsec-remote-id": "@gate"})
    assert world.results("--dry-run")[1]["office"] == ""


def test_key_in_base64(world):
    """It stays as it is, because the profile does; one that Byway can't have is told of."""
    for key, told in (("0sYWJj", False), ("0sAGFi", True), ("0sYQpi", True), ("0sYWJ", False), ("abc", False)):
        for data, secrets in ((DATA, {"ipsec-psk": key}), ({**DATA, "ipsec-psk": key}, {})):
            world.clear()
            profile = world.add(data=data, secrets=secrets)
            details = world.results("office")[1]["office"]
            assert ("ipsec-psk: " in details) == told and key not in details, (key, details)
            assert profile.secrets == secrets and profile.data == data


def test_refused(world):
    """All that Byway would say at the first connect, at once."""
    profile = world.add(data={**DATA, "mtu": "99", "ipsec-ike": "rot13", "colour": "red"})
    results, details = world.results("office", code=2)
    assert results == {"office": "left-alone"} and "colour" in details["office"], details
    del profile.vpn["data"]["colour"]
    details = world.results("office", code=2)[1]["office"]
    assert "mtu: " in details and "ike: " in details and not profile.updates, details


def test_key_on_a_token(world):
    """NetworkManager-l2tp takes a URI where a file is named, and a PIN in it; Byway has an option of its own for the token."""
    uri = "pkcs11:object=laptop?module-path=/usr/lib/x.so&pin-value=Hush1234"
    profile = world.add(data={**DATA, "machine-auth-type": "tls", "machine-cert": uri, "machine-key": uri, "machine-ca": "/ca.pem"})
    results, details = world.results("office", code=2)
    assert results == {"office": "left-alone"} and "Hush1234" not in details["office"], details
    assert "machine-cert: " in details["office"] and "machine-key: " in details["office"], details
    assert "goes into machine-token" in details["office"], details
    done = world.run("--all")
    assert "left alone" in done.stdout and "machine-key: " in done.stdout and "Hush1234" not in done.stdout + done.stderr, done
    assert not profile.updates


def test_user_from_above(world):
    """NetworkManager has a place of its own for the user's name."""
    data = {key: value for key, value in DATA.items() if key != "user"}
    profile = world.add(data=data)
    assert "user: " in world.results("office", code=2)[1]["office"]
    profile.vpn["user-name"] = "alice"
    assert world.results("office")[0] == {"office": "migrated"}


def test_user_by_certificate(world):
    """EAP-TLS; the other names all files, also where one has everything, and need not name a user."""
    data = {key: value for key, value in DATA.items() if key not in ("user", "password-flags")}
    files = {"user-ca": "/home/a/a.p12", "user-cert": "/home/a/a.p12", "user-key": "/home/a/a.p12", "user-certpass-flags": "1"}
    profile = world.add(data={**data, **files, "user-auth-type": "tls"})
    assert world.results("office")[0] == {"office": "migrated"}
    before = dict(profile.data)
    assert world.results("--undo", "office")[0] == {"office": "undone"}
    assert profile.data == before and profile.vpn["service-type"] == THEIRS


def test_others(world):
    """Other kinds of profiles are not in question, also where they have the name."""
    world.add("office", f"{NM}.openvpn", {"remote": "x"})
    profile = world.add("office")
    world.add("wired", "", {})
    assert world.results("office")[0] == {"office": "migrated"} and profile.updates
    assert world.run("wired", code=3).stderr.count("wired") == 1


def test_all(world):
    world.add("one")
    world.add("two", data={"gateway": "x", "user": "y"})
    world.add("three", OURS, {"gateway": "x"})
    world.add("four", f"{NM}.openvpn", {"remote": "x"})
    assert world.results("--all")[0] == {"one": "migrated", "two": "left-alone"}


def test_active(world):
    world.active = world.add()
    done = world.run("office")
    assert "active" in done.stdout and "moved to Byway" in done.stdout, done.stdout
    assert json.loads(world.run("office", "--undo", "--json").stdout)[0]["active"] is True


def test_table(world):
    world.add("one")
    world.add("two", data={"gateway": "x", "user": "y"})
    rows = [line.split("  ", 1)[0] for line in world.run("--all").stdout.splitlines()]
    assert rows == ["PROFILE", "one", "two"], rows


def test_denied(world):
    profile = world.add(secrets={"ipsec-psk": "systems"})
    world.denied = True
    results, details = world.results("office", code=5)
    assert results == {"office": "failed"} and "Insufficient" in details["office"], details
    assert profile.vpn["service-type"] == THEIRS and profile.secrets == {"ipsec-psk": "systems"}


def test_unknown(world):
    world.add()
    assert "nowhere" in world.run("nowhere", code=3).stderr
    world.run("office", "nowhere", code=3)


def test_usage(world):
    for words in ((), ("--undo",), ("--all", "office"), ("--everything",)):
        world.run(*words, code=2)


def test_nothing_there(world):
    assert "no profile" in world.run("--all").stderr
    assert json.loads(world.run("--all", "--json").stdout) == []


def test_no_networkmanager(world):
    world.bus.release_name(NM)
    try:
        assert "does not run" in world.run("--all", code=12).stderr
    finally:
        world.bus.request_name(NM)


TESTS = [test for name, test in list(globals().items()) if name.startswith("test_")]


def main():
    folder = tempfile.mkdtemp(prefix="byway-migrate-")
    world = World(os.path.abspath(sys.argv[1]), folder)
    failed = 0
    print(f"1..{len(TESTS)}", flush=True)
    for number, test in enumerate(TESTS, 1):
        try:
            world.clear()
            test(world)
            print(f"ok {number} - {test.__name__[5:]}", flush=True)
        except Exception as error:  # one failed test must not hide the others
            failed += 1
            line = error.__traceback__.tb_next.tb_lineno
            print(f"not ok {number} - {test.__name__[5:]}\n# line {line}: {type(error).__name__} {str(error)[:1500]!r}", flush=True)
    world.end()
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
