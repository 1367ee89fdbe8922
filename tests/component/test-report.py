#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""byway report: what is in it, and what must not be, against a talkative helper, the real one, and none.

    test-report.py BYWAY BYWAYD CHARON

Prints TAP. (test-report.py --fake JOURNAL is the talkative helper.)
"""

import importlib.util
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import dbus
import dbus.service

SPEC = importlib.util.spec_from_file_location("cli", Path(__file__).with_name("test-cli.py"))
cli = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(cli)

NAME = cli.NAME
SECTIONS = ["Versions", "Last session", "Diagnosis", "Settings that differ from the default", "Files", "Doctor"]
# What tells who somebody is. `hostname` gives the computer its name.
HOST = "laptop7.zuber-ag.example"
SETTINGS = {"gateway": "gate9.zuber.example", "user": "ursula", "domain": "ZUBERAG", "local-id": "@ursula.zuber.example",
            "remote-id": "keyid:Hauptsitz", "routes": "172.31.18.0/24", "dns-search": "intern.zuber.example",
            "all-traffic": "no", "mtu": "1234"}
EVIDENCE = ["received packet: from 203.0.113.77[4500] to 10.55.1.2[4500] (156 bytes)",
            "IKE_SA byway-b1a5f00d-0000-4000-8000-00000000cafe[1] established between 10.55.1.2[Ursula.Zuber.Example]..."
            "203.0.113.77[Hauptsitz]",
            "xl2tpd[1]: xl2tpd version xl2tpd-1.3.18 started on laptop7 PID:1",
            "rcvd [CHAP Challenge id=0x52 <d41d8cd98f00b204e9800998ecf8427e>, name = \"zuber-nas\"]",
            "sent [CHAP Response id=0x52 <d41d8cd98f00b204e9800998ecf8427e00>, name = \"ZUBERAG\\\\ursula\"]",
            "mail ursula.zuber@zuber-mail.example; fe80::5054:ff:fe12:3456 on enx525400123456 has 52:54:00:12:34:56",
            "gate9, of Zuber, host druck.intern.zuber.example"]
FILES = [("xl2tpd.conf", "[global]\nport = 1701\nlisten-addr = 10.55.1.2\n[lac c]\nlns = 203.0.113.77\n"),
         ("options", "plugin /usr/lib/byway/byway-pppd.so\nmtu 1234\n"),
         ("vici load-conn", "byway {\n  remote_addrs [\n    203.0.113.77\n  ]\n  id = @#48617570747369747a\n}\n")]
PERSONAL = ["gate9", "zuber", "ursula", "hauptsitz", "48617570747369747a", "laptop7", "172.31.18", "203.0.113", "10.55.1",
            "b1a5f00d", "fe80:", "525400", "52:54", "d41d8cd9", "druck"]
HELPER_FAILS = "fails_Ppp"


class TalkativeSession(cli.FakeSession):
    @dbus.service.method(f"{NAME}.Session", out_signature="a{sv}")
    def Get(self):
        stages = [("resolve", "done", dbus.UInt32(7), "gate9.zuber.example → 203.0.113.77"),
                  ("ppp", "failed", dbus.UInt32(1350), "as ZUBERAG\\ursula")]
        return {**super().Get(), "server": "203.0.113.77", "local": "10.55.1.2", "stages": dbus.Array(stages, signature="(ssus)"),
                "evidence": dbus.Array(EVIDENCE, signature="s")}

    @dbus.service.method(f"{NAME}.Session", out_signature="a(ss)")
    def GetFiles(self):
        return dbus.Array(FILES, signature="(ss)")

    @dbus.service.method(f"{NAME}.Session", out_signature="a{sv}")
    def Diagnosis(self):
        if self.owner.name == "fails_Ike":
            raise cli.FakeError("Failed", "the helper knows no diagnosis")
        return {"code": "ppp-password", "stage": "ppp", "sentence": "gate9 refuses ursula's password", "error": self.error,
                "evidence": dbus.Array(EVIDENCE, signature="s")}


class TalkativeConnection(cli.FakeConnection):
    @dbus.service.method(f"{NAME}.Connection", out_signature="a{sv}")
    def Get(self):
        return {**super().Get(), "settings": dbus.Dictionary(SETTINGS, signature="ss")}


class NamedWorld(cli.FakeWorld):
    """A computer with a name, and the talkative helper."""

    script = __file__

    def __init__(self, byway, folder):
        super().__init__(byway, folder)
        self.byway_path = f"{folder}/byway"
        with open(self.byway_path, "w") as file:
            file.write(f"#!/bin/sh\nexec unshare --uts sh -c 'hostname {HOST}; exec {byway} \"$@\"' byway \"$@\"\n")
        os.chmod(self.byway_path, 0o755)


def sections(text):
    """Title → content, in order."""
    return dict(re.findall(r"^## (.*)\n\n((?:(?!## ).*\n)*)", text, re.MULTILINE))


def failed(fake, name=HELPER_FAILS):
    """A connect that failed."""
    fake.up(name, code={"fails_Ppp": 16, "fails_Ike": 1}[name])


def personal_in(text):
    return [value for value in PERSONAL if value in text.lower()]


# -- the talkative helper

def test_sections(real, fake):
    failed(fake)
    text = fake.run("report", HELPER_FAILS).out
    parts = sections(text)
    assert list(parts) == SECTIONS and all(parts.values()), text
    versions = parts["Versions"]
    for line in (r"byway: \d+\.\d+", r"kernel: Linux \d+\.\d+", r"distribution: \S+", r"pppd: .*version \d+\.\d+",
                 r"xl2tpd: .*\d+\.\d+", r"charon: .*\d+\.\d+", r"bywayd: \S+", r"package ppp \d+\.\d+"):
        assert re.search(rf"^    {line}", versions, re.MULTILINE), (line, versions)
    server = re.search(r"^    resolve +done +7 ms  <server> → (<address-\d>)$", parts["Last session"], re.MULTILINE)
    assert server, parts
    assert re.search(r"^    ppp +failed +1350 ms  as <name-\d>\\<user>$", parts["Last session"], re.MULTILINE), parts
    for line in ("code: ppp-password", "stage: ppp", "evidence:", f"  received packet: from {server.group(1)}[4500]"):
        assert f"    {line}" in parts["Diagnosis"], (line, parts)
    assert "all-traffic=no\n" in parts["Settings that differ from the default"] and "mtu=1234\n" in text, parts
    assert [line for line in parts["Files"].splitlines() if line.startswith("###")] == [f"### {name}" for name, _ in FILES]
    assert f"    lns = {server.group(1)}\n" in parts["Files"], parts["Files"]


def test_nothing_personal(real, fake):
    failed(fake)
    done = fake.run("report", HELPER_FAILS)
    assert not personal_in(done.out), (personal_in(done.out), done.out)
    for word in ("server", "user", "name-1", "host-2", "address-1", "uuid-1", "mac-1", "mail-1", "hex-1"):
        assert f"<{word}>" in done.out, (word, done.out)
    assert "xl2tpd-1.3.18" in done.out and "@#<name-1>" in done.out, done.out
    advice = re.search(r"masked, in (\d+) places", done.err)
    assert advice and int(advice.group(1)) == len(re.findall(r"<(?:server|user|name|host|address|uuid|mac|mail|hex)(?:-\d+)?>", done.out)), done
    assert "before you paste it" in done.err, done


def test_without_masks(real, fake):
    failed(fake)
    done = fake.run("report", HELPER_FAILS, "--no-mask")
    missing = [value for value in PERSONAL if value not in done.out.lower()]
    assert missing == [], missing
    assert "Nothing is masked" in done.err, done
    assert not re.search(r"<(server|address-\d)>", done.out), done.out


def test_set_in_for_markdown(real, fake):
    failed(fake)
    for line in fake.run("report", HELPER_FAILS).out.splitlines():
        assert re.match(r"$|    |#{1,3} ", line) and ("<" not in line or line.startswith("    ")), line


def test_no_diagnosis_but_a_failure(real, fake):
    failed(fake, "fails_Ike")
    diagnosis = sections(fake.run("report", "fails_Ike").out)["Diagnosis"]
    assert "message: the pre-shared key is very likely wrong" in diagnosis and "xl2tpd-1.3.18" in diagnosis, diagnosis


def test_never_up(real, fake):
    text = fake.run("report", "quiet").out
    parts = sections(text)
    assert list(parts) == [title for title in SECTIONS if title != "Diagnosis"], text
    assert "There was none" in parts["Last session"], text
    assert "Nothing was written" in parts["Files"] and "xl2tpd.conf" in parts["Files"], text
    assert "mtu 1234" in parts["Files"] and "remote_addrs" in parts["Files"], text
    assert not [value for value in PERSONAL if value in text.lower()], text


def test_unknown_connection(real, fake):
    done = fake.run("report", "nowhere", code=3)
    assert done.out == "" and "byway: " in done.err, done


def test_wrong_arguments(real, fake):
    for words in (("report",), ("report", "a", "b"), ("report", "a", "--nonsense")):
        assert fake.run(*words, code=2).out == ""


# -- no helper

def assert_still_a_report(done):
    parts = sections(done.out)
    assert "did not answer" in done.out and "kernel: Linux" in parts["Versions"], done
    assert "Not known" in parts["Last session"] and "Files" not in parts, done
    assert parts["Doctor"] and "before you paste it" in done.err, done
    assert "zubernet" not in done.out.lower(), done


def test_no_helper(real, fake):
    cli.end_process(fake.helper)
    assert_still_a_report(fake.run("report", "zuberNet"))


def test_no_bus(real, fake):
    away = dict(fake.env)
    fake.env = {**away, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}
    try:
        assert_still_a_report(fake.run("report", "zuberNet"))
    finally:
        fake.env = away


# -- the file

def test_file(real, fake):
    failed(fake)
    path = f"{fake.folder}/report.txt"
    old_mask = os.umask(0)
    try:
        done = fake.run("report", HELPER_FAILS, "--output", path)
    finally:
        os.umask(old_mask)
    assert done.out == "" and stat.S_IMODE(os.stat(path).st_mode) == 0o600, done
    text = Path(path).read_text()
    assert list(sections(text)) == SECTIONS and not personal_in(text), text
    done = fake.run("report", HELPER_FAILS, "--output", path, "--no-mask", code=4)
    assert path in done.err and done.out == "" and Path(path).read_text() == text, done


def test_file_that_can_not_be(real, fake):
    link, target = f"{fake.folder}/link", f"{fake.folder}/target"
    os.symlink(target, link)
    fake.run("report", "quiet", "--output", link, code=4)
    assert not os.path.exists(target)
    fake.run("report", "quiet", "--output", f"{fake.folder}/no-such-folder/x", code=1)
    fake.run("report", "quiet", "--output", "/dev/full", code=4)


# -- the real helper

def test_a_real_session(real, fake):
    """Up to its plan and the first words with charon: the files are told after they are gone, and the secrets are nowhere."""
    for words in ("link add up0 type veth peer name up1", "link set up0 up", "link set up1 up", "address add 192.0.2.9/24 dev up0"):
        subprocess.run(["nsenter", "--net", "--target", str(real.helper.pid), "ip", *words.split()], check=True)
    real.run("add", "zuberNet", "gateway=192.0.2.1", "user=ursula", "mtu=1234", "remote-id=@gate9.zuber.example")
    charon = subprocess.Popen([sys.executable, CHARON, f"{real.folder}/no-charon", "no-proposal", f"{real.folder}/journal"],
                              stdout=subprocess.PIPE)
    canaries = {b"ipsec-psk": b"Canary-psk-17", b"password": b"Canary-word-17"}
    try:
        charon.stdout.readline()
        # Without PPP in the kernel it ends as soon as the files are rendered.
        stage, code, words = ("sa", 14, "NO_PROPOSAL_CHOSEN") if os.path.exists("/dev/ppp") else ("(prepare|resolve)", 12, "PPP")
        real.run("up", "zuberNet", code=code, secrets=canaries.items())
    finally:
        cli.end_process(charon)
        charon.stdout.close()
    plain = real.run("report", "zuberNet", "--no-mask").out
    masked = real.run("report", "zuberNet").out
    for text in (plain, masked):
        parts = sections(text)
        assert list(parts) == SECTIONS and "mtu 1234" in parts["Files"] and "### vici load-conn" in parts["Files"], text
        assert re.search(rf"^    {stage} +failed +\d+ ms", parts["Last session"], re.MULTILINE), text
        assert words in parts["Diagnosis"], text
        assert "Nothing was written" not in text and "load-shared" not in text, text
        assert re.search(r"bywayd: \d+\.\d+", text), text
        for canary in canaries.values():
            for spelling in (canary.decode(), canary.hex()):
                assert spelling.lower() not in text.lower(), text
    assert "lns = 192.0.2.1\n" in plain and "ursula" in plain, plain
    assert "lns = <server>\n" in masked and "fqdn:<host-1>" in masked, masked
    assert not [value for value in ("ursula", "zuber", "192.0.2.") if value in masked.lower()], masked


TESTS = [test for name, test in list(globals().items()) if name.startswith("test_")]


def main():
    if sys.argv[1] == "--fake":
        cli.FakeSession, cli.FakeConnection = TalkativeSession, TalkativeConnection
        cli.serve_fake(sys.argv[2])
    if os.getuid() != 0:
        raise SystemExit("Bail out! needs root, as the helper does")
    byway, bywayd = (os.path.abspath(path) for path in sys.argv[1:3])
    tests = [test for test in TESTS if len(sys.argv) == 4 or test.__name__[5:] in sys.argv[4:]]
    print(f"1..{len(tests)}", flush=True)
    folder = tempfile.mkdtemp(prefix="byway-report-")
    os.chmod(folder, 0o755)
    for part in ("real", "fake"):
        os.mkdir(f"{folder}/{part}")
    real, fake = cli.RealWorld(byway, bywayd, f"{folder}/real"), NamedWorld(byway, f"{folder}/fake")
    count = cli.play(tests, real, fake)
    real.end()
    fake.end()
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if count else 0)


CHARON = sys.argv[3] if len(sys.argv) > 3 else None

if __name__ == "__main__":
    main()
