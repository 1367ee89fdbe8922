#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The VPN service between a NetworkManager and a helper that are both in here, on a bus of their own.

    test-service.py NM-BYWAY-SERVICE REFUSED-SECRETS [TEST...]

REFUSED-SECRETS prints what the core knows: each failure that another secret may mend, and that secret.
Prints TAP.
"""

import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

import dbus
import dbus.bus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

import buses  # noqa: E402
import certificate  # noqa: E402

SERVICE = os.path.abspath(sys.argv[1])
REFUSED = dict(line.split() for line in subprocess.run([sys.argv[2]], check=True, capture_output=True, text=True).stdout.splitlines())
HELPER, ROOT = "org.byway.Byway1", "/org/byway/Byway1"
CONNECTION, SESSION = f"{ROOT}/connection/office", f"{ROOT}/session/%u"
PLUGIN, PLUGIN_PATH = "org.freedesktop.NetworkManager.VPN.Plugin", "/org/freedesktop/NetworkManager/VPN/Plugin"
TYPE = "org.freedesktop.NetworkManager.byway"
UUID = "5f1c2f5e-0000-4000-8000-000000000001"
USUAL, SECRETS = {"gateway": "vpn.example.net", "user": "alice"}, {"password": "canary-word", "ipsec-psk": "canary-key"}
MOVED = {"ipsec": "yes", "force-encaps": "no", "refuse-eap": "no", "refuse-mschap": "no"}  # what ipsec-enabled=yes alone says
LOGIN_FAILED, CONNECT_FAILED, BAD_IP_CONFIG = 0, 1, 2
STOPPED = 6
AT_ONCE = 2  # seconds; NetworkManager gives 10
UP = {"state": "up", "warnings": dbus.Array(["it is not protected"], signature="s"), "ifname": "ppp7", "local": "192.168.42.41", "remote": "192.168.42.1", "server": "198.51.100.1",
      "mtu": dbus.UInt32(1380), "ipv6": False, "dns": dbus.Array(["192.0.2.53", "192.0.2.54"], "s")}
SERVICE_POLICY = pathlib.Path(__file__).resolve().parents[2] / "plugins/nm/service/nm-byway-service.conf"
def wait_for(what, condition, seconds=10):
    """Whatever comes meanwhile on the bus is handled."""
    context, end = GLib.MainContext.default(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not come"
        if not context.iteration(False):
            time.sleep(0.002)


def settle(seconds=0.3):
    """For what must not come."""
    end = time.monotonic() + seconds
    wait_for("its time", lambda: time.monotonic() > end)


class HelperError(dbus.DBusException):
    def __init__(self, name, text):
        super().__init__(text, name=f"{HELPER}.Error.{name}")


class Session(dbus.service.Object):
    def __init__(self, helper, path):
        super().__init__(helper.bus, path)
        self.helper, self.now = helper, helper.session

    @dbus.service.method(HELPER + ".Session", out_signature="a{sv}")
    def Get(self):
        return {"connection": dbus.ObjectPath(CONNECTION), **self.now}

    @dbus.service.method(HELPER + ".Session", out_signature="a{sv}")
    def Diagnosis(self):
        return self.helper.diagnosis or dbus.Dictionary({}, "sv")

    @dbus.service.signal(HELPER + ".Session", signature="sss")
    def StateChanged(self, state, error, message):
        pass


class Connection(dbus.service.Object):
    def __init__(self, helper):
        super().__init__(helper.bus, CONNECTION)
        self.helper = helper

    @dbus.service.method(HELPER + ".Connection")
    def Disconnect(self):
        self.helper.calls.append("Disconnect")


class Helper(dbus.service.Object):
    """Says what the test wants it to. `answers`: what ConnectTransient does in turn: an error, "later", or a session."""

    def __init__(self, address):
        self.bus = dbus.bus.BusConnection(address)
        self.name = dbus.service.BusName(HELPER, self.bus)
        super().__init__(self.bus, ROOT)
        self.calls, self.answers, self.attempts, self.waiting = [], [], [], []
        self.session, self.diagnosis, self.sessions = {"state": "preparing"}, None, []
        self.office = Connection(self)

    @dbus.service.method(HELPER + ".Manager")
    def Watch(self):
        self.calls.append("Watch")

    @dbus.service.method(HELPER + ".Manager", in_signature="ssua{ss}h", out_signature="o", async_callbacks=("answer", "fail"))
    def ConnectTransient(self, uuid, name, owner, settings, secrets, answer, fail):
        self.calls.append("ConnectTransient")
        self.attempts.append((str(uuid), str(name), int(owner), {str(k): str(v) for k, v in settings.items()}, read(secrets.take())))
        what = self.answers.pop(0) if self.answers else None
        if isinstance(what, Exception):
            fail(what)
        elif what == "later":
            self.waiting.append(answer)
        else:
            answer(self.new_session())

    def new_session(self):
        path = SESSION % len(self.sessions)
        self.sessions.append(Session(self, path))
        return dbus.ObjectPath(path)

    def becomes(self, state, what=()):
        """The newest session changes, and says so."""
        self.sessions[-1].now = {**dict(what), "state": state}
        self.sessions[-1].StateChanged(state, "", "")

    def fails(self, code, sentence):
        self.diagnosis = {"code": code, "sentence": sentence}
        self.becomes("done")

    def goes(self):
        self.bus.close()


def read(fd):
    """The secrets in a memfd: key, NUL, length, value."""
    with os.fdopen(fd, "rb") as file:
        file.seek(0)
        data, found = file.read(), {}
    while data:
        key, rest = data.split(b"\0", 1)
        length = struct.unpack(">H", rest[:2])[0]
        found[key.decode()], data = rest[2:2 + length].decode(errors="replace"), rest[2 + length:]
    return found


class Service:
    """One process, and NetworkManager's side of it."""

    def __init__(self, world, number=1):
        self.world, self.name, self.signals = world, f"{TYPE}.Connection_{number}", []
        self.bus = dbus.bus.BusConnection(world.address)
        self.log = open(f"{world.folder}/log-{time.monotonic()}", "w+b")
        self.process = subprocess.Popen([SERVICE, "--bus-name", self.name], env=world.env, stdout=self.log, stderr=self.log)
        wait_for("the service", lambda: self.bus.name_has_owner(self.name))
        self.bus.add_signal_receiver(lambda *words, member: self.signals.append((member, *words)), dbus_interface=PLUGIN,
                                     bus_name=self.bus.get_name_owner(self.name), member_keyword="member")

    def call(self, method, *arguments):
        """The answer, or the D-Bus error; it must come at once."""
        answers, began = [], time.monotonic()
        plugin = dbus.Interface(self.bus.get_object(self.name, PLUGIN_PATH, introspect=False), PLUGIN)
        getattr(plugin, method)(*arguments, reply_handler=lambda *words: answers.append(words), error_handler=answers.append)
        wait_for(f"an answer to {method}", lambda: answers)
        assert time.monotonic() - began < AT_ONCE, f"{method} took {time.monotonic() - began:.1f} s"
        return answers[0]

    def connect(self, interactive=True, **what):
        words = (profile(**what), dbus.Dictionary({}, "sv")) if interactive else (profile(**what),)
        return self.call("ConnectInteractive" if interactive else "Connect", *words)

    def disconnect(self):
        answer = self.call("Disconnect")
        assert answer == (), (answer, self.signals, self.said())

    def state(self):
        return int(dbus.Interface(self.bus.get_object(self.name, PLUGIN_PATH, introspect=False),
                                  "org.freedesktop.DBus.Properties").Get(PLUGIN, "State"))

    def failure(self):
        """The reason that NetworkManager goes by: the last before the service says that it stopped."""
        wait_for(f"the end; the service sent {self.signals} and said {self.said()}", lambda: ("StateChanged", STOPPED) in self.signals)
        before = self.signals[:self.signals.index(("StateChanged", STOPPED))]
        return next(words[0] for name, *words in reversed(before) if name == "Failure")

    def got(self, member):
        return next((words for name, *words in reversed(self.signals) if name == member), None)

    def wait_for(self, member, seconds=10):
        wait_for(f"{member} from the service; it sent {self.signals} and said {self.said()}", lambda: self.got(member) is not None, seconds)
        return self.got(member)

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as file:
            return file.read()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(10)
        self.bus.close()
        assert code == 0, f"the service ended with {code}: {self.said()}"
        assert "canary" not in self.said(), self.said()
        assert "CRITICAL" not in self.said(), self.said()


def profile(data=USUAL, secrets=SECRETS, name="office", uuid=UUID):
    vpn = {"service-type": TYPE, "data": dbus.Dictionary(data, "ss"), "secrets": dbus.Dictionary(secrets, "ss")}
    return dbus.Dictionary({"connection": dbus.Dictionary({"id": name, "uuid": uuid, "type": "vpn"}, "sv"),
                            "vpn": dbus.Dictionary(vpn, "sv")}, "sa{sv}")


class World:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="byway-service-")
        self.daemon = buses.start(f"{self.folder}/bus", policy=buses.CLOSED, policies=[buses.OUR_POLICY, SERVICE_POLICY])
        self.address = buses.address(f"{self.folder}/bus")
        self.env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.address, "LC_ALL": "C.UTF-8", "G_DEBUG": "fatal-criticals"}
        self.helper = self.service = None

    def begin(self, helper=True):
        self.helper = Helper(self.address) if helper else None
        self.service = Service(self)
        return self.service, self.helper

    def end_one(self):
        if self.service is not None:
            self.service.end()
        if self.helper is not None:
            self.helper.goes()
        self.helper = self.service = None

    def end(self):
        self.daemon.kill()
        self.daemon.wait()
        shutil.rmtree(self.folder)


def address(text):
    return dbus.UInt32(struct.unpack("=I", socket.inet_aton(text))[0])


# -- the tests

def test_up(world):
    service, helper = world.begin()
    service.connect(data={**USUAL, "dns-search": "corp.example,lab.example"})
    wait_for("the attempt", lambda: helper.attempts)
    settings = {**USUAL, "dns-search": "corp.example,lab.example"}
    assert helper.attempts == [(UUID, "office", 2**32 - 1, settings, SECRETS)], helper.attempts
    helper.becomes("up", UP)
    config, ip4 = service.wait_for("Config")[0], service.wait_for("Ip4Config")[0]
    assert config == {"banner": "Warning: it is not protected", "tundev": "ppp7", "mtu": 1380, "has-ip4": True, "has-ip6": False,
                      "gateway": address("198.51.100.1")}, config
    assert ip4["address"] == address("192.168.42.41") and ip4["ptp"] == address("192.168.42.1") and ip4["prefix"] == 32
    assert list(ip4["dns"]) == [address("192.0.2.53"), address("192.0.2.54")]
    assert list(ip4["domains"]) == ["corp.example", "lab.example"] and "never-default" not in ip4
    service.disconnect()
    wait_for("the end", lambda: helper.calls[-1] == "Disconnect")
    assert service.process.wait(10) == 0  # NetworkManager starts another one


def test_only_some_networks(world):
    service, helper = world.begin()
    service.connect(data={**USUAL, "all-traffic": "no", "routes": "10.0.0.0/8 7"})
    wait_for("the attempt", lambda: helper.attempts)
    helper.becomes("up", UP)
    ip4 = service.wait_for("Ip4Config")[0]
    assert ip4["never-default"] and [[int(n) for n in route] for route in ip4["routes"]] == [[address("10.0.0.0"), 8, 0, 7]], ip4


def test_silent_helper(world):
    """Connect and Disconnect are answered at once."""
    service, helper = world.begin()
    helper.answers = ["later"]
    service.connect()
    wait_for("the attempt", lambda: helper.waiting)
    service.disconnect()
    assert service.process.wait(10) == 0  # and with it goes what it asked for
    assert service.got("Config") is None, service.signals


def test_no_helper(world):
    """NetworkManager has a service to talk to, and the journal says what is wrong."""
    service, _ = world.begin(helper=False)
    service.connect()
    assert service.failure() == CONNECT_FAILED
    assert HELPER in service.said(), service.said()


def test_each_failure_is_told_apart(world):
    for code, failure in (*((code, LOGIN_FAILED) for code in REFUSED), ("ppp-password-expired", LOGIN_FAILED),
                          ("ppp-account-disabled", LOGIN_FAILED), ("ppp-no-dial-in", LOGIN_FAILED), ("ppp-hours", LOGIN_FAILED),
                          ("ppp-cert-refused", LOGIN_FAILED), ("ppp-no-address", BAD_IP_CONFIG), ("ip-failed", BAD_IP_CONFIG),
                          ("ike-silent", CONNECT_FAILED), ("a-newer-helper's", CONNECT_FAILED)):
        service, helper = world.begin()
        service.connect(interactive=False)
        wait_for("the attempt", lambda: helper.sessions)
        helper.fails(code, "the reason in words")
        assert service.failure() == failure, (code, service.signals)
        assert f"the reason in words. More: byway why {UUID}" in service.said(), service.said()
        assert service.got("SecretsRequired") is None
        world.end_one()


def test_wrong_password_then_right(world):
    service, helper = world.begin()
    service.connect()
    wait_for("the attempt", lambda: helper.sessions)
    helper.fails("ppp-login-refused", "the server refused the user name or the password")
    message, hints = service.wait_for("SecretsRequired")
    assert message == "the server refused the user name or the password" and list(hints) == ["password"]
    assert service.got("Failure") is None
    helper.diagnosis = None
    assert service.call("NewSecrets", profile(secrets={**SECRETS, "password": "canary-new"})) == ()
    wait_for("another attempt", lambda: len(helper.sessions) == 2)
    assert helper.attempts[1][4] == {**SECRETS, "password": "canary-new"}
    helper.becomes("up", UP)
    service.wait_for("Ip4Config")


def test_each_refused_secret_is_asked_for(world):
    """Where somebody is there to ask: whatever the core knows another secret for, and that one."""
    assert REFUSED["ike-psk-wrong"] == REFUSED["ike-login-refused"] == "ipsec-psk", REFUSED
    for code, key in REFUSED.items():
        service, helper = world.begin()
        service.connect()
        wait_for("the attempt", lambda: helper.sessions)
        helper.fails(code, "the reason in words")
        message, hints = service.wait_for("SecretsRequired")
        assert message == "the reason in words" and list(hints) == [key], (code, message, hints)
        assert service.call("NewSecrets", profile(secrets={**SECRETS, key: "canary-new"})) == ()
        wait_for("another attempt", lambda: len(helper.attempts) == 2)
        assert helper.attempts[1][4] == {**SECRETS, key: "canary-new"}, (code, helper.attempts)
        assert service.got("Failure") is None, (code, service.signals)
        world.end_one()


LOCKED = {"machine-certpass": {**USUAL, "machine-auth": "certificate"}, "user-certpass": {**USUAL, "user-auth": "certificate"}}


def locked_profile(folder, *keys):
    """The data of a profile whose certificates are in a file that is opened by what these keys name."""
    own, data = certificate.make(folder, "/CN=alice"), {}
    for key in keys:
        whose = key.split("-", maxsplit=1)[0]
        data.update(LOCKED[key], **{f"{whose}-{part}": own for part in ("cert", "key", "ca")})
    return data


def test_wrong_password_of_a_certificate(world):
    """The one that does not open its file is asked for, and no other."""
    for key in LOCKED:
        data = locked_profile(world.folder, key)
        service, helper = world.begin()
        assert service.connect(data=data, secrets={**SECRETS, key: "canary-wrong"}) == ()
        message, hints = service.wait_for("SecretsRequired")
        assert "private key" in message and list(hints) == [key], (key, message, hints)
        assert helper.attempts == [] and service.got("Failure") is None, (helper.attempts, service.signals)
        assert service.call("NewSecrets", profile(data, {**SECRETS, key: "open"})) == ()
        wait_for("the attempt", lambda: helper.attempts)
        world.end_one()
        service, helper = world.begin()
        assert service.connect(interactive=False, data=data, secrets={**SECRETS, key: "canary-wrong"}) == ()
        assert service.failure() == LOGIN_FAILED and service.got("SecretsRequired") is None, (key, service.signals)
        world.end_one()


def test_wrong_passwords_of_two_certificates(world):
    """One after the other; one that is given again as it was is not tried again."""
    data = locked_profile(world.folder, *LOCKED)
    service, helper = world.begin()
    service.connect(data=data, secrets={**SECRETS, "machine-certpass": "canary-wrong", "user-certpass": "canary-wrong"})
    assert list(service.wait_for("SecretsRequired")[1]) == ["machine-certpass"]
    service.signals.clear()
    half = {**SECRETS, "machine-certpass": "open", "user-certpass": "canary-wrong"}
    service.call("NewSecrets", profile(data, half))
    assert list(service.wait_for("SecretsRequired")[1]) == ["user-certpass"]
    service.call("NewSecrets", profile(data, half))
    assert service.failure() == LOGIN_FAILED and helper.attempts == [], (service.signals, helper.attempts)
    assert "user-certpass was given once more" in service.said(), service.said()


def test_the_same_once_more(world):
    """An agent that does not ask gives what it has; the account must not be locked by that."""
    service, helper = world.begin()
    service.connect()
    wait_for("the attempt", lambda: helper.sessions)
    helper.fails("ppp-login-refused", "the server refused the user name or the password")
    service.wait_for("SecretsRequired")
    service.call("NewSecrets", profile())
    assert service.failure() == LOGIN_FAILED
    settle()
    assert len(helper.attempts) == 1 and "password was given once more" in service.said(), service.said()


def test_helper_goes(world):
    """While up: the VPN ends, and nobody wakes the helper for that."""
    service, helper = world.begin()
    service.connect()
    wait_for("the attempt", lambda: helper.sessions)
    helper.becomes("up", UP)
    service.wait_for("Ip4Config")
    helper.goes()
    world.helper = None
    assert service.failure() == CONNECT_FAILED
    again = world.helper = Helper(world.address)
    settle()
    assert again.calls == [], again.calls


def test_helper_anew_while_asking(world):
    """Who enters a password for a while may have another helper then, which has to be told who listens."""
    service, helper = world.begin()
    service.connect()
    wait_for("the attempt", lambda: helper.sessions)
    helper.fails("ppp-login-refused", "the server refused the user name or the password")
    service.wait_for("SecretsRequired")
    helper.goes()
    again = world.helper = Helper(world.address)
    service.call("NewSecrets", profile(secrets={**SECRETS, "password": "canary-new"}))
    wait_for("the attempt", lambda: again.sessions)
    assert again.calls == ["Watch", "ConnectTransient"], again.calls
    again.becomes("up", UP)
    service.wait_for("Ip4Config")


def test_helper_goes_while_connecting(world):
    service, helper = world.begin()
    helper.answers = ["later"]
    service.connect()
    wait_for("the attempt", lambda: helper.waiting)
    helper.goes()
    world.helper = None
    assert service.failure() == CONNECT_FAILED


def test_without_an_address(world):
    """What the helper has up, and NetworkManager can't use, is ended."""
    service, helper = world.begin()
    service.connect()
    wait_for("the attempt", lambda: helper.sessions)
    helper.becomes("up", {**UP, "local": ""})
    assert service.failure() == BAD_IP_CONFIG
    wait_for("the end of it", lambda: "Disconnect" in helper.calls)


def test_busy(world):
    """The last session may still be on its way down."""
    service, helper = world.begin()
    helper.answers = [HelperError("Busy", "it is up"), HelperError("Busy", "it is up")]
    service.connect()
    wait_for("the third attempt", lambda: helper.sessions)
    assert len(helper.attempts) == 3
    helper.becomes("up", UP)
    service.wait_for("Ip4Config")


def test_busy_and_given_up(world):
    service, helper = world.begin()
    helper.answers = [HelperError("Busy", "it is up")] * 50
    service.connect()
    wait_for("two attempts", lambda: len(helper.attempts) >= 2)
    service.disconnect()
    count = len(helper.attempts)
    settle(0.5)
    assert len(helper.attempts) <= count + 1


def test_refused_profiles(world):
    """Every problem at once, by its key, before anything is asked of the helper."""
    for data, words in (({**USUAL, "colour": "red", "shell": "x"}, ("colour", "shell")), ({**USUAL, "mtu": "9"}, ("mtu",)),
                        ({"gateway": "a..b"}, ("gateway", "user")), ({**USUAL, "exclude-routes": "10.0.0.0/8"}, ("exclude-routes",))):
        for interactive in (True, False):
            service, helper = world.begin()
            error = service.connect(interactive, data=data)
            assert isinstance(error, dbus.DBusException), error
            assert all(word in error.get_dbus_message() for word in words), (error, service.said())
            assert helper.attempts == []
            world.end_one()


def test_needed_secrets(world):
    service, _ = world.begin()
    for data, secrets, setting in ((USUAL, SECRETS, ""), (USUAL, {"password": "canary"}, "vpn"), (USUAL, {}, "vpn"),
                                   ({**USUAL, "password-flags": "4"}, {"ipsec-psk": "canary"}, ""),
                                   ({**USUAL, "ipsec-psk": "canary in the old place"}, {"password": "canary"}, ""),
                                   ({**USUAL, "user-auth": "password"}, {"password": "", "ipsec-psk": "canary"}, "vpn")):
        assert service.call("NeedSecrets", profile(data, secrets)) == (setting,), (data, secrets)


def test_other_programs_words(world):
    """NetworkManager-l2tp's profile, and its old place for the key."""
    service, helper = world.begin()
    service.connect(data={"gateway": "vpn.example.net", "user": "alice", "ipsec-enabled": "yes", "ipsec-psk": "canary in the old place",
                          "nopcomp": "yes", "unit": "3"}, secrets={"password": "canary"})
    wait_for("the attempt", lambda: helper.attempts)
    assert helper.attempts[0][3:] == ({**USUAL, **MOVED, "pcomp": "no"},
                                      {"password": "canary", "ipsec-psk": "canary in the old place"}), helper.attempts


def test_key_in_base64(world):
    """NetworkManager-l2tp's way of saying a key in base64; in our own words it is the key itself, whatever it is."""
    coded, theirs = "0sY2FuYXJ5LWtleQ==", {**USUAL, "ipsec-enabled": "yes"}
    for data, given, sent in ((theirs, coded, "canary-key"), (USUAL, coded, coded), ({**theirs, "ipsec": "yes"}, coded, coded),
                              (theirs, "0scanary-word", "0scanary-word"), (theirs, "0x63616e617279", "0x63616e617279")):
        for secrets, more in (({"ipsec-psk": given}, {}), ({}, {"ipsec-psk": given})):
            service, helper = world.begin()
            service.connect(data={**data, **more}, secrets={"password": "canary", **secrets})
            wait_for("the attempt", lambda: helper.attempts)
            assert helper.attempts[0][4]["ipsec-psk"] == sent, (data, given, helper.attempts)
            assert "canary" not in service.said(), service.said()
            world.end_one()


def test_moved_without_a_word_about_ipsec(world):
    """By its type alone, of NetworkManager-l2tp's: it was made without IPsec there. Nobody turns it off, nor asks for a key
    that never was; what to say is said."""
    theirs, password = {**USUAL, "user-auth-type": "password"}, {"password": "canary"}
    for ask in (lambda service: service.call("NeedSecrets", profile(theirs, password)),
                lambda service: service.connect(data=theirs, secrets=password)):
        service, helper = world.begin()
        error = ask(service)
        assert isinstance(error, dbus.DBusException), error
        assert all(word in error.get_dbus_message() for word in ("ipsec-enabled", "ipsec=no", "without IPsec")), error
        assert helper.attempts == []
        world.end_one()
    service, _ = world.begin()
    for more, secrets, setting in (({"ipsec": "no"}, password, ""), ({}, SECRETS, ""), ({"ipsec-psk-flags": "1"}, password, "vpn")):
        assert service.call("NeedSecrets", profile({**theirs, **more}, secrets)) == (setting,), (more, secrets)


def test_without_ipsec(world):
    """Where the profile says so, in either's words; not without a word about it."""
    for more in ({"ipsec": "no"}, {"ipsec-enabled": "no"}):
        service, helper = world.begin()
        service.connect(data={**USUAL, **more}, secrets={"password": "canary"})
        wait_for("the attempt", lambda: helper.attempts)
        assert helper.attempts[0][3] == {**USUAL, "ipsec": "no"}, helper.attempts
        assert "without IPsec" in service.said(), service.said()
        world.end_one()


def test_user_certificate(world):
    """NetworkManager-l2tp's profile for EAP-TLS: the file is read here, and nobody needs a password or a user's name."""
    certificate.make(world.folder, "/CN=alice")
    service, helper = world.begin()
    own, key = f"{world.folder}/own.p12", {"ipsec-psk": "canary-key"}
    data = {"gateway": "vpn.example.net", "ipsec-enabled": "yes", "user-auth-type": "tls", "user-cert": own, "user-key": own, "user-ca": own}
    assert service.call("NeedSecrets", profile(data, key)) == ("vpn",)
    secrets = {**key, "user-certpass": "open"}
    assert service.call("NeedSecrets", profile(data, secrets)) == ("",)
    service.connect(data=data, secrets=secrets)
    wait_for("the attempt", lambda: helper.attempts)
    assert helper.attempts[0][3]["user-auth"] == "certificate" and "user" not in helper.attempts[0][3], helper.attempts
    assert set(helper.attempts[0][4]) == {"ipsec-psk", "user-certpass", "user-cert", "user-key", "user-ca"}, helper.attempts


def test_two_at_once(world):
    """NetworkManager starts a process for each."""
    service, helper = world.begin()
    other = Service(world, 2)
    service.connect()
    wait_for("the first", lambda: len(helper.sessions) == 1)
    other.connect(name="lab", uuid=UUID[:-1] + "2")
    wait_for("the second", lambda: len(helper.sessions) == 2)
    helper.becomes("up", UP)
    other.wait_for("Ip4Config")
    settle()
    assert service.got("Ip4Config") is None
    other.end()


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    world, failed = World(), 0
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_") and (not sys.argv[3:] or name in sys.argv[3:])]
    print(f"1..{len(tests)}", flush=True)
    try:
        for number, (name, test) in enumerate(tests, 1):
            problem = None
            for act in (lambda: test(world), world.end_one):
                try:
                    act()
                except Exception as error:  # the others shall run
                    line = error.__traceback__.tb_next
                    line = line.tb_next or line
                    problem = (problem or '') + f"line {line.tb_lineno}: {type(error).__name__} {str(error)[:1500]!r}"
            world.helper = world.service = None
            failed += problem is not None
            print(f"{'not ok' if problem else 'ok'} {number} - {name[5:].replace('_', ' ')}", flush=True)
            if problem:
                print(f"# {problem}", flush=True)
    finally:
        world.end()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
