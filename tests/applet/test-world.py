#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The world that the applet's tests live in, proved by the command line: the real helper comes up, down and to grief.

    test-world.py BYWAY BYWAYD KERNEL-PARTS

Prints TAP.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from world import USER, World, become, end_process, wait_for

AGENT = Path(__file__).resolve().parent.parent / "lab/fakes/agent/etc/lab/agent.py"
GOOD = (("ipsec-psk", "Key of the office"), ("password", "Word of alice"))


class Line:
    """The command line, of a user that is not root."""

    def __init__(self, world, byway):
        self.world, self.byway = world, os.path.abspath(byway)
        self.env = {**world.env, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        self.env.pop("DBUS_SESSION_BUS_ADDRESS", None)

    def start(self, *words, secrets=None):
        extra, options = [], {}
        if secrets is not None:
            reader, writer = os.pipe()
            os.write(writer, "".join(f"{key}={value}\n" for key, value in secrets).encode())
            os.close(writer)
            extra, options = ["--secrets-fd", str(reader)], {"pass_fds": [reader]}
        process = subprocess.Popen([self.byway, *words, *extra], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True, **options, **become(USER))
        if secrets is not None:
            os.close(reader)
        return process

    def run(self, *words, code=0, secrets=None):
        process = self.start(*words, secrets=secrets)
        out, err = process.communicate(timeout=60)
        assert process.returncode == code, (words, process.returncode, out, err)
        return out + err

    def state(self):
        return json.loads(self.run("status", "office", "--json"))["state"]

    def stages(self):
        return {stage[0]: stage[1] for stage in json.loads(self.run("status", "office", "--json")).get("stages", [])}

    def code(self):
        return json.loads(self.run("why", "office", "--json"))["code"]


def test_up_and_down(world, line):
    line.run("add", "office", "gateway=vpn.example.net", "user=alice")
    said = line.run("up", "office", secrets=GOOD)
    for words in (r"resolve +vpn\.example\.net → 192\.0\.2\.1", "IKE +main mode", "ESP 3des-sha1", "tunnel 5, session 7", "CHAP as alice",
                  "10.9.0.9 on ppp0", "office is up"):
        assert re.search(words, said), (words, said)
    assert world.names() == ["ppp0"]
    assert "dev ppp0" in world.inside("ip", "route", "show", "table", "all", capture_output=True, text=True).stdout
    assert "down" in line.run("down", "office")
    assert line.state() == "down" and world.names() == []


def test_two_at_once(world, line):
    """Not to one server."""
    line.run("add", "other", "gateway=192.0.2.1", "user=bob")
    line.run("up", "office", secrets=GOOD)
    assert "server" in line.run("up", "other", code=7, secrets=GOOD).lower()
    line.run("down", "office")
    line.run("delete", "other", "--yes")


def test_wrong_key(world, line):
    line.run("up", "office", code=14, secrets=(("ipsec-psk", "no key"), GOOD[1]))
    assert line.code() == "ike-psk-wrong", line.code()


def test_wrong_password(world, line):
    line.run("up", "office", code=16, secrets=(GOOD[0], ("password", "no word")))
    assert line.code().startswith("ppp-"), line.code()
    assert "password" in line.run("why", "office")


def hangs(world, line, stage):
    """At that stage it stays, until it is told to stop."""
    attempt = line.start("up", "office", secrets=GOOD)
    wait_for(f"{stage} running", lambda: line.stages().get(stage) == "running")
    line.run("down", "office")
    attempt.communicate(timeout=20)
    assert attempt.returncode != 0 and line.state() == "down" and world.names() == []


def test_hangs_in_ike(world, line):
    world.office.set(mood="endless")
    hangs(world, line, "ike")


def test_hangs_in_l2tp(world, line):
    world.office.link_is("silent")
    hangs(world, line, "l2tp")


def test_hangs_in_ppp(world, line):
    world.office.link_is("lcp-silent")
    hangs(world, line, "ppp")


def test_takes_its_time(world, line):
    steps = ["ike", "sa", "l2tp", "ppp"]
    world.office.set(hold=" ".join(steps))
    attempt = line.start("up", "office", secrets=GOOD)
    while steps:
        wait_for(steps[0], lambda: line.stages().get(steps[0]) == "running")
        assert line.stages()["ip"] != "done"
        del steps[0]
        world.office.set(hold=" ".join(steps))
    attempt.communicate(timeout=20)
    assert attempt.returncode == 0 and line.state() == "up"
    line.run("down", "office")


def test_carries_traffic(world, line):
    line.run("up", "office", secrets=GOOD)
    world.office.set(traffic="50 10")
    before = line.run("status", "office")
    wait_for("traffic", lambda: line.run("status", "office") != before)
    line.run("down", "office")


def test_stays_up(world, line):
    """Beyond the moment at which a server that was not heard is given up."""
    line.run("up", "office", secrets=GOOD)
    begin = time.monotonic()
    while time.monotonic() < begin + 10:
        assert line.state() == "up", line.run("why", "office")
        time.sleep(0.5)
    line.run("down", "office")


def test_helper_killed(world, line):
    """It leaves all behind, and the next one takes it away."""
    line.run("up", "office", secrets=GOOD)
    world.kill_helper()
    world.start_helper()
    assert line.state() == "down"
    wait_for("no interface", lambda: world.names() == [])
    line.run("up", "office", secrets=GOOD)
    line.run("down", "office")


# -- a secret that is refused while nobody looks on

class Agent:
    """The user's; it answers what it is told to, when it is told."""

    def __init__(self, world):
        self.folder = tempfile.mkdtemp(prefix="agent-", dir=world.folder)
        os.chown(self.folder, USER, USER)
        self.journal, self.answer = f"{self.folder}/journal", f"{self.folder}/answer"
        self.process = world.start_ready([sys.executable, AGENT, self.journal, self.answer], **become(USER))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end_process(self.process)

    def asked(self):
        return open(self.journal).read().splitlines() if os.path.exists(self.journal) else []

    def say(self, key, value):
        with open(f"{self.answer}.new", "w") as file:
            file.write(f"{key}={value}")
        os.rename(f"{self.answer}.new", self.answer)


def attempts(line):
    return line.run("log", "office").count("now preparing")


def up_again_by_itself(world, line):
    """As a new one: its log is its own."""
    world.office.reset()
    line.run("delete", "office", "--yes")
    line.run("add", "office", "gateway=vpn.example.net", "user=alice", "reconnect=lost")
    line.run("up", "office", secrets=GOOD)


def lose(world, line):
    """Its xl2tpd dies; it is tried again, once."""
    before = attempts(line)
    world.lose()
    wait_for("another attempt", lambda: attempts(line) > before)


def stays_down(line, tried):
    """It had so many attempts, and there is no next one: then it would be "waiting"."""
    wait_for("it to be down", lambda: line.state() == "down")
    time.sleep(0.3)
    assert (line.state(), attempts(line)) == ("down", tried), (line.state(), attempts(line))


def test_refused_by_itself(world, line):
    """One question, no attempt before the answer, and with it one; of the password, and of the key when that was kept."""
    up_again_by_itself(world, line)
    with Agent(world) as agent:
        for key, option, code in (("password", "password", "ppp-login-refused"), ("ipsec-psk", "psk", "ike-psk-wrong")):
            world.office.set(**{option: f"New {key}"})
            lose(world, line)
            question = f"refused office {key} {code}"
            wait_for("the question", lambda: question in agent.asked())
            stays_down(line, attempts(line))
            before = attempts(line)
            agent.say(key, f"New {key}")
            wait_for("it to be up", lambda: line.state() == "up")
            assert attempts(line) == before + 1
            assert agent.asked().count(question) == 1, agent.asked()
            os.unlink(agent.answer)
    line.run("down", "office")


def test_refused_and_no_other(world, line):
    """The same one as an answer is not sent a second time; another wrong one is, and then it stays down."""
    for answer, more in ((GOOD[1][1], 0), ("another wrong one", 1)):
        up_again_by_itself(world, line)
        with Agent(world) as agent:
            world.office.set(password="New word")
            agent.say("password", answer)
            before = attempts(line)
            lose(world, line)
            wait_for("the question", agent.asked)
            wait_for("all attempts", lambda: attempts(line) == before + 1 + more)
            stays_down(line, before + 1 + more)
            assert agent.asked() == ["refused office password ppp-login-refused"], agent.asked()
        assert line.code() == "ppp-login-refused", line.code()
        assert more or "It stays down" in line.run("log", "office")


def test_refused_and_the_helper_killed(world, line):
    """The next one does not send it again; and a question is over when it is not wanted any more."""
    up_again_by_itself(world, line)
    with Agent(world) as agent:
        world.office.set(password="New word")
        lose(world, line)
        wait_for("the question", agent.asked)
        world.kill_helper()
        world.start_helper()
        stays_down(line, 0)
    up_again_by_itself(world, line)
    with Agent(world) as agent:
        world.office.set(password="New word")
        lose(world, line)
        wait_for("the question", agent.asked)
        line.run("down", "office")
        agent.say("password", "New word")
        stays_down(line, attempts(line))


TESTS = [test for name, test in list(globals().items()) if name.startswith("test_")]


def main():
    if os.getuid() != 0:
        raise SystemExit("Bail out! needs root, as the helper does")
    byway, bywayd, kernel = sys.argv[1:4]
    tests = [test for test in TESTS if len(sys.argv) == 4 or test.__name__[5:] in sys.argv[4:]]
    print(f"1..{len(tests)}", flush=True)
    folder, failed = tempfile.mkdtemp(prefix="byway-world-"), 0
    os.chmod(folder, 0o755)
    world = World(folder, bywayd, kernel)
    line = Line(world, byway)
    try:
        for number, test in enumerate(tests, 1):
            try:
                world.office.reset()
                test(world, line)
                assert line.state() == "down"
                print(f"ok {number} - {test.__name__[5:]}", flush=True)
            except Exception as error:  # one failed test must not hide the others
                failed += 1
                line.start("down", "office").wait(20)
                print(f"not ok {number} - {test.__name__[5:]}\n# {error!r}", flush=True)
    finally:
        world.end()
    if failed:
        print("".join("# " + text for text in open(world.log)))
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


main()
