# SPDX-License-Identifier: GPL-2.0-or-later
"""bywayd as its unit has it started: what the kernel holds it and its children to, and that a tunnel lives with that."""

import json
import os
import re
import signal
from pathlib import Path

import attempts
import charon
import libreswan
import systemd
from steps import clean
from waiting import wait_for

IKE = {charon: "strongswan-starter.service", libreswan: "ipsec.service"}
UNIT, TWIN = "bywayd.service", "bywayd-twin.service"
FILE = "/usr/lib/systemd/system/" + UNIT
PROGRAM, TOLD, TOLD_OUTSIDE = "/etc/lab/attempts.py", "/run/lab/attempts.json", "/run/lab/attempts-outside.json"
EXPOSURE = 3.0
OURS = {"bywayd", "xl2tpd", "pppd"}
CAPABILITIES = {"CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13}  # linux/capability.h
# Keys that say how it is started and stopped, and those that are looked at elsewhere than among the attempts.
OTHERS = {"Type", "BusName", "ExecStart", "KillMode", "TimeoutStopSec", "Restart", "RestartSec", "RuntimeDirectory",
          "RuntimeDirectoryMode", "RuntimeDirectoryPreserve", "StateDirectoryMode", "SystemCallErrorNumber"}
LOOKED_AT = {"UMask", "NoNewPrivileges", "LimitCORE", "MemorySwapMax", "PrivateMounts"}


def _keys(text):
    """Of the unit's service: key -> all words that it has."""
    found = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", text.split("[Service]")[1], re.M):
        found.setdefault(key, []).extend(value.split())
    return found


def _status(text):
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


# -- with a live tunnel

def holds(world):
    """The helper, xl2tpd and pppd are in the unit, and the kernel holds all of them to what it says."""
    member = world.client.host
    keys, found = _keys(member.read(FILE)), systemd.processes(member, UNIT)
    assert set(found) == OURS, f"in the unit: {found}"
    wanted = f"{sum(1 << CAPABILITIES[name] for name in keys['CapabilityBoundingSet']):016x}"
    filters = {}
    for name, pid in found.items():
        status = _status(Path(f"/proc/{pid}/status").read_text())
        for kind in ("CapBnd", "CapEff", "CapPrm"):
            assert status[kind] == wanted, f"{name} has {kind} {status[kind]}, not {wanted}"
        assert (status["NoNewPrivs"], status["Seccomp"], status["Umask"]) == ("1", "2", keys["UMask"][0]), (name, status)
        assert os.readlink(f"/proc/{pid}/ns/mnt") != _mounts_of_host(world), f"{name} has the host's mounts"
        filters[name] = int(status["Seccomp_filters"])
    own = filters.pop("bywayd")  # the unit's; and one more keeps what it starts from keys
    assert own > 1 and set(filters.values()) == {own + 1}, (own, filters)
    group = "/sys/fs/cgroup" + systemd.shown(member, UNIT, "ControlGroup")["ControlGroup"]
    assert member.read(f"{group}/memory.swap.max").strip() == keys["MemorySwapMax"][0]


def _mounts_of_host(world):
    return os.readlink(f"/proc/{world.client.host.tid}/ns/mnt")


def scored(world):
    """What systemd thinks of the unit that it runs."""
    told = world.client.host.out("systemd-analyze", "security", "--no-pager", UNIT)
    exposure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", told).group(1))
    world.measures["exposure"] = exposure
    assert exposure <= EXPOSURE, told


# -- each line of the unit

def refuses(world):
    """In a twin of the unit, with another program, each line refuses what it is there for; outside nothing is refused."""
    member, text = world.client.host, world.client.host.read(FILE)
    _notes(member)
    member.write(f"/etc/systemd/system/{TWIN}", re.sub(r"^(Type|BusName|ExecStart)=.*\n", "", text, flags=re.M).replace(
        "[Service]\n", f"[Service]\nType=oneshot\nExecStart=/usr/bin/python3 -B {PROGRAM} {TOLD}\n"))
    member.run(["systemctl", "daemon-reload"])
    member.run(["systemctl", "start", TWIN])
    member.run(["python3", "-B", PROGRAM, TOLD_OUTSIDE])
    inside, outside = (json.loads(member.read(path)) for path in (TOLD, TOLD_OUTSIDE))
    _compare(_keys(text), inside, outside)


def _notes(member):
    """What is to be seen outside only, and the program itself."""
    member.write(PROGRAM, Path(attempts.__file__).read_text())
    for folder in ("/root", "/tmp"):
        member.write(f"{folder}/{attempts.NOTE}", "x")
    member.write(attempts.SECRET, "x", 0o600)
    member.call(os.chown, attempts.SECRET, 65534, 65534)


def _compare(keys, inside, outside):
    unknown = set(keys) - set(attempts.REFUSED) - set(attempts.ALLOWED) - OTHERS - LOOKED_AT
    assert not unknown, f"nobody has looked what {unknown} does"
    for kind in ("refused", "allowed"):
        hindered = {key: told for key, told in outside[kind].items() if set(told) != {"done"}}
        assert not hindered, f"the control: outside too {hindered}"
    let_through = {key: told for key, told in inside["refused"].items() if "done" in told}
    assert not let_through, f"the sandbox let through {let_through}"
    hindered = {key: told for key, told in inside["allowed"].items() if set(told) != {"done"}}
    assert not hindered, f"the sandbox refused {hindered}"
    assert inside["refused"]["SystemCallArchitectures"] in ([f"killed by {signal.SIGSYS}"], ["EPERM"]), inside
    assert inside["limits"] == {"MEMLOCK": 16 << 20, "CORE": 0}, inside["limits"]
    assert _status(inside["status"])["NoNewPrivs"] == "1"


# -- begins and ends

def start_ike(world):
    """By its unit, as it was when the machine started."""
    world.client.host.run(["systemctl", "start", IKE[world.ike]])
    if world.ike is charon:  # systemd is not told when it is ready
        wait_for(lambda: world.client.host.call(charon.answers), "charon's socket", 30)
    world.remember()


def stop_ike(world):
    """The next connect has systemd start it, and stops it at the end."""
    world.client.host.run(["systemctl", "stop", IKE[world.ike]])
    world.remember()



def pid(world):
    return systemd.processes(world.client.host, UNIT).get("bywayd")


def stopped(world):
    """`systemctl stop`, with the tunnel up: all goes in order."""
    world.client.host.run(["systemctl", "stop", UNIT])
    shown = systemd.shown(world.client.host, UNIT, "Result", "ExecMainStatus")
    assert shown == {"Result": "success", "ExecMainStatus": "0"}, shown
    clean(world)


def killed(world):
    """systemd kills its children with it and starts the next one, which removes the rest."""
    before = pid(world)
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: pid(world) not in (None, before) and world.client.owned("org.byway.Byway1"), "the next bywayd", 30, step=0.1)
    clean(world)


def is_activated(world):
    """By the bus, with systemd's help, and by nothing else."""
    assert pid(world), systemd.processes(world.client.host, UNIT)
    shown = systemd.shown(world.client.host, UNIT, "ActiveState", "SubState", "Type")
    assert shown == {"ActiveState": "active", "SubState": "running", "Type": "dbus"}, shown
