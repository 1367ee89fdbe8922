# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that come back by themselves: what takes them down, and how soon traffic flows again."""

import base64
import dataclasses
import json
import os
import re
import socket
import time
from subprocess import PIPE

import client
import layers
import network
import server
import trouble
from steps import NAME, inside_answers, up
from waiting import wait_for

MOVED = "192.0.2.11"  # the client's address in the other network
FLOW_SECONDS = 90
QUIET_SECONDS = 6


def from_a_pool():
    """A server that gives each call another address. One that has a fixed one for each user goes on sending to the old
    tunnel, of which nobody could tell it that it is over."""
    return dataclasses.replace(server.DOCUMENTED, address="*")


# -- looking

def state(world):
    return world.client.status(NAME).get("state")


def about(world):
    """The connection as `byway list` has it."""
    return next(one for one in json.loads(world.client.byway("list", "--json").out) if one["name"] == NAME)


def _logged(world, words):
    return world.client.host.read("/var/log/bywayd.log").count(f"{NAME}: {words}")


def at_once(world):
    """Wanted again before it is down, and while what the helper started for the last one may be about to end."""
    up(world)
    before = _logged(world, "now disconnecting")
    going = world.client.host.spawn(["byway", "down", NAME], log="down.log")
    wait_for(lambda: _logged(world, "now disconnecting") > before, "it to go down", step=0.01)
    up(world)
    assert going.wait(5) == 0, "byway down failed"
    inside_answers(world)
    world.client.down(NAME)
    up(world)
    inside_answers(world)
    world.client.down(NAME)


def flows(world):
    return world.client.host.run(["ping", "-n", "-c", "1", "-W", "1", "192.168.42.1"], check=False).code == 0


def seconds_until_traffic(world, seconds=FLOW_SECONDS):
    began = time.monotonic()
    wait_for(lambda: flows(world), "traffic to flow again", seconds, step=0.05)
    return time.monotonic() - began


def first_up(world):
    """Connected; how long that took is what coming back is compared with: machines differ, and so do hours."""
    began = time.monotonic()
    up(world)
    world.first_up = time.monotonic() - began


def traffic_again(name, more=4):
    """Traffic flows again within twice the time of the first connect, and so many seconds more; the time becomes a
    measure."""
    def step(world):
        within, took = 2 * world.first_up + more, seconds_until_traffic(world)
        world.measures[name] = max(world.measures.get(name, 0), round(took * 1000))
        assert took <= within, f"it took {took:.1f} s until traffic flowed again, and {world.first_up:.1f} s at first"
    return step


def waits(world, seconds=60):
    """It is down and will be tried again."""
    wait_for(lambda: about(world).get("state") == "waiting", f"{NAME} to wait for another try", seconds, step=0.1)


def stays_down(world):
    """Nothing is begun by itself any more."""
    wait_for(lambda: about(world).get("state") == "down", "the end of what is under way", 20, step=0.2)
    end = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < end:
        assert state(world) == "down", "it was tried again"
        time.sleep(0.3)


def attempts(world):
    """How many sessions all helpers began; `byway log` has the last lines only."""
    return _logged(world, "now preparing")


# -- taking down

def kills(word):
    """Our xl2tpd or pppd is killed; the connection goes, and is missed."""
    def step(world):
        member = world.client.host
        before = attempts(world)
        member.kill([pid for pid in member.pids(word) if client.RUN_DIR in member.processes().get(pid, "")])
        wait_for(lambda: attempts(world) > before, "another attempt", 30, step=0.05)
    return step


def helper_dies(world):
    """As by a crash; and another one is started, as systemd or the next call does it."""
    world.client.kill_helper()
    world.client.start_helper()


def lacks(*keys):
    """It waits for these secrets, and everybody who asks is told."""
    def step(world):
        wait_for(lambda: about(world).get("lacks") == list(keys), f"{keys} to be missing", 20, step=0.2)
        assert (about(world)["state"], state(world)) == ("waiting", "waiting"), about(world)
        told = world.client.byway("list")
        assert f"byway up {NAME}" in told.err, told.err
        why = world.client.byway("why", NAME)
        assert "secrets-awaited" in why.out and all(key in why.out for key in keys), why.out
        assert not flows(world)
    return step


def _move(world, old, new):
    world.client.host.batch([f"address del {old}/24 dev {network.CLIENT_LINK}",
                             f"address add {new}/24 dev {network.CLIENT_LINK}",
                             f"route replace default via {network.CLIENT_GATEWAY}"])


def roams(world):
    """Another network gives us another address, all at once."""
    _move(world, network.CLI, MOVED)


def returns(world):
    _move(world, MOVED, network.CLI)


def loses_its_way(world):
    world.client.host.batch(["route del default"])


def finds_its_way(world):
    world.client.host.batch([f"route add default via {network.CLIENT_GATEWAY}"])


def with_another_password(*steps):
    """The server has another one for us meanwhile: as after the administrator reset it."""
    def step(world):
        path = "/etc/ppp/chap-secrets"
        text = world.srv.host.read(path)
        world.srv.host.write(path, text.replace(world.client.setup.password, "another one"))
        try:
            for one in steps:
                one(world)
        finally:
            world.srv.host.write(path, text)
    return step


def with_another_key(*steps):
    """The same with the pre-shared key."""
    def step(world):
        text = world.srv.host.read(server.SECRETS)
        old, new = (base64.b64encode(key).decode() for key in (world.client.setup.psk, b"another key"))
        assert old in text
        try:
            _put_key(world, text.replace(old, new))
            for one in steps:
                one(world)
        finally:
            _put_key(world, text)
    return step


def _put_key(world, text):
    world.srv.host.write(server.SECRETS, text, 0o600)
    world.srv.host.run(["ipsec", "rereadsecrets"])


def known_dead(within):
    """The server vanishes; it is known within so many seconds."""
    def step(world):
        began = time.monotonic()
        world.srv.vanish()
        wait_for(lambda: state(world) != "up", "bywayd to see that the server is gone", 2 * within, step=0.05)
        took = time.monotonic() - began
        world.measures["dead known"] = max(world.measures.get("dead known", 0), round(took * 1000))
        assert took <= within, f"it took {took:.1f} s to know that the server is dead"
    return step


def vanishes(world):
    world.srv.vanish()


def server_returns(world):
    trouble.server_returns(world)


def fails_at_first(world):
    assert world.client.start_up(NAME).end(40) != 0, "it came up without a server"


def repeated(times, *steps):
    def step(world):
        for _ in range(times):
            for one in steps:
                one(world)
    return step


# -- who is asked for a secret

JOURNAL, ANSWER = "/run/agent-journal", "/run/agent-answer"


def start_agent(world):
    """A program of the user's that can ask him."""
    member = world.client.host
    for path, text in layers.files(["fakes/agent"], world.client.setup).items():
        layers.write(member, path, text)
    world.agent = member.spawn(["/usr/bin/python3", "-B", "/etc/lab/agent.py", JOURNAL, ANSWER], stdout=PIPE)
    assert world.agent.stdout.readline(), "the agent did not start"


def asked(key, code):
    """Once, with the reason; and nothing is tried meanwhile."""
    question = f"refused {NAME} {key} {code}"

    def step(world):
        member = world.client.host
        wait_for(lambda: member.exists(JOURNAL) and question in member.read(JOURNAL), f"“{question}”", 20, step=0.1)
        before = attempts(world)
        stays_down(world)
        assert attempts(world) == before, "it was tried again without an answer"
        assert member.read(JOURNAL).splitlines().count(question) == 1, member.read(JOURNAL)
    return step


def answered(key, value):
    """With that it comes up, at the first attempt."""
    def step(world):
        member, before = world.client.host, attempts(world)
        member.write(f"{ANSWER}.new", f"{key}={value}")
        member.call(os.rename, f"{ANSWER}.new", ANSWER)
        wait_for(lambda: state(world) == "up", "it to be up", 40, step=0.1)
        assert attempts(world) == before + 1, f"{attempts(world) - before} attempts"
        member.call(os.unlink, ANSWER)
    return step


# -- sleep

class Logind:
    def __init__(self, world):
        for path, text in layers.files(["fakes/logind"], world.client.setup).items():
            layers.write(world.client.host, path, text)
        world.client.host.run(["dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus", "/",
                               "org.freedesktop.DBus.ReloadConfig"])
        self.process = world.client.host.spawn(["/usr/bin/python3", "-B", "/etc/lab/logind.py"], stdin=PIPE, stdout=PIPE)
        wait_for(lambda: world.client.owned("org.freedesktop.login1"), "the fake logind", step=0.1)

    def say(self, word):
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()

    def said(self):
        return self.process.stdout.readline().decode().split()

    def locks(self):
        """Delays that are held, and how many were ever asked for."""
        self.say("locks")
        return self.held()

    def held(self):
        word, held, _, asked = self.said()
        assert word == "held", word
        return int(held), int(asked)


def start_logind(world):
    world.logind = Logind(world)
    has_one_lock(world)


def has_one_lock(world):
    """One, and taken anew after each time it was given up."""
    nights = getattr(world, "nights", 0)
    wait_for(lambda: world.logind.locks() == (1, nights + 1), f"lock {nights + 1} of ours, and no other", 10, step=0.1)


GOODBYES = {"the tunnel's (StopCCN)": ("xl2tpd.log", re.compile(r"control_finish: Connection closed to .*\(Goodbye!\)")),
            "IKE's (delete)": ("syslog", re.compile(r"received DELETE for IKE_SA"))}


def _log_is_written(member):
    """What was said until now is in its file: lines come in order."""
    mark = f"mark {time.monotonic_ns()}"

    def say():
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
            made.sendto(mark.encode(), "/run/lab/log")
    member.call(say)
    wait_for(lambda: mark in member.read("/var/log/syslog"), "the server's log", 5)


def goodbyes(world):
    """How many of each kind the server has heard."""
    _log_is_written(world.srv.host)
    return {kind: len(words.findall(world.srv.host.read(f"/var/log/{log}"))) for kind, (log, words) in GOODBYES.items()}


def sleeps(within, heard=True):
    """With one lock of ours. All goodbyes are said, and acknowledged, before logind stops waiting; or where nobody hears them
    the lock is given up in time."""
    def step(world):
        before = goodbyes(world)
        world.logind.say("sleep")
        held, _ = world.logind.held()
        assert held == 1, f"{held} locks were held before the machine slept"
        word, *seconds = world.logind.said()
        after = goodbyes(world)  # at once: what comes later came too late
        world.nights = getattr(world, "nights", 0) + 1
        assert word == "waited", f"logind waited for us in vain: {word} {seconds}"
        world.measures["asleep"] = max(world.measures.get("asleep", 0), round(float(seconds[0]) * 1000))
        assert float(seconds[0]) <= within, f"logind had to wait {seconds[0]} s"
        for kind, count in before.items():
            assert after[kind] == count + heard, f"{kind} goodbye: the server heard {after[kind]} in place of {count + heard}"
        assert state(world) == "waiting", world.client.status(NAME)  # until it wakes
        assert world.logind.locks()[0] == 0
    return step


def asleep_for(seconds):
    """Nothing is tried meanwhile."""
    def step(world):
        before = attempts(world)
        time.sleep(seconds)
        assert attempts(world) == before, "it was tried while the machine slept"
    return step


def wakes(world):
    world.logind.say("wake")
    has_one_lock(world)


def wakes_without_a_way(world):
    """As before the network is there: nothing is lost by that."""
    loses_its_way(world)
    wakes(world)
    end = time.monotonic() + QUIET_SECONDS / 2
    while time.monotonic() < end:
        assert about(world).get("state") != "down", "it was given up"
        assert not flows(world)
