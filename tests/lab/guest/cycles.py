# SPDX-License-Identifier: GPL-2.0-or-later
"""Connected, used and ended in one way after the other, many times: nothing leaves in the clear, and nothing grows."""

import contextlib
import itertools
import os
import re
from pathlib import Path

import again
import bus
import charon
import client
import damage
import fault_server
import figures
import libreswan
import link
import network
import oracle
import sleeping
import trouble
import wire
from steps import NAME, pings
from waiting import wait_for

END_SECONDS = 30
# By how much it may grow, and how much more with each cycle. Charon keeps its appointments with associations that are gone, two
# for each, until the hour at which these would have been made anew; of ours it has nothing by then.
ROOM = {"KiB": (1024, 0), "pluto's KiB": (1024, 0), "charon's KiB": (1024, 8), "charon's jobs": (10, 3)}
ROOT_OBJECT = "/org/byway/Byway1"
# So that a server that is gone is known within seconds.
IMPATIENT = dict(dpd_delay=2, dpd_timeout=5, lcp_echo_interval=1, lcp_echo_failure=3)


# -- ends, each a function of the world

def hung_up(world):
    world.client.down(NAME)


def killed(word):
    def act(world):
        member = world.client.host
        member.kill([pid for pid in member.pids(word) if client.RUN_DIR in member.processes().get(pid, "")])
    return act


def server_gone(world):
    """Its cable is pulled, and it is there again once that is known."""
    world.srv.vanish()
    is_over(world)
    trouble.server_returns(world)


def uplink_gone(world):
    """Our own cable is."""
    device = f"dev {network.CLIENT_LINK}"
    world.client.host.batch([f"link set {network.CLIENT_LINK} down"])
    is_over(world)
    world.client.host.batch([f"link set {network.CLIENT_LINK} up", f"route add default via {network.CLIENT_GATEWAY}",
                             f"address replace 2001:db8:2::10/64 {device} nodad", f"route replace default via {network.CLIENT_GATEWAY6}"])


def ike_killed(world):
    world.ike.kill(world.client.host)
    is_over(world)
    world.ike.start(world.client.host)


def helper_killed(world):
    world.client.kill_helper()
    damage.next_helper(world)


# After these the server has no word left to say; after those it may, without IPsec.
ORDERLY = (hung_up, fault_server.ends_ppp)
ROUGH = (killed("xl2tpd"), killed("/usr/sbin/pppd"))
RARE = (server_gone, uplink_gone)  # dead peers take their time
FIRST = ORDERLY[:1] + ROUGH + ORDERLY[1:] + RARE  # each once
LIVING = RARE[:1] + ORDERLY * 4 + ROUGH * 4 + RARE[1:] + ORDERLY * 4 + ROUGH * 4
FATAL = (helper_killed, ike_killed, hung_up)


# -- cycles

def cycle(world, end):
    """Connected, used, and ended in that way; the seconds until it was up."""
    attempt = world.client.start_up(NAME)
    attempt.finish()
    pings("192.168.42.1", 1)(world)
    end(world)
    world.client.host.call(link.wait_for_address, wanted=False, seconds=END_SECONDS)
    is_over(world)
    return attempt.seconds


def is_over(world):
    wait_for(lambda: again.state(world) == "down", "the end of the session", END_SECONDS, step=0.1)


def cycles(settled, living, fatal):
    """So many with daemons that are new, as many as it takes until all is as large as it will be; so many in which they live on,
    and so many in which one of them is killed. Then they are new again, and like is compared with like."""
    def step(world):
        _sees_timers(world)
        _begin_anew(world)
        _play(world, FIRST, settled)
        before = _size(world)
        _play(world, LIVING, living)
        lived = _size(world)
        _play(world, FATAL, fatal)
        _begin_anew(world)
        _play(world, FIRST, settled)
        after = _size(world)
        world.measures["cycles"] = 2 * settled + living + fatal
        world.measures.update({key: f"{before[key]} -> {lived[key]}, {after[key]}" for key in before})
        _nothing_grew(before, lived, living)
        _nothing_grew(before, after, 0)
    return step


def _sees_timers(world):
    """The control: while it connects, there is one."""
    attempt = world.client.start_up(NAME)
    attempt.wait_for_stage("ike")
    wait_for(lambda: (sleeping.limit(world.client.helper.pid) or -1) > 0, "a timer of the helper's", 5)
    hung_up(world)
    attempt.end()


def _begin_anew(world):
    world.client.kill_helper()
    world.ike.kill(world.client.host)
    world.ike.start(world.client.host)
    world.client.start_helper()


def _play(world, ends, count):
    rough = True
    for end in itertools.islice(itertools.cycle(ends), count):
        if end in ORDERLY and rough:
            world.srv.restart_xl2tpd()  # or it would go on about the tunnels that nobody told it the end of
        rough = end not in ORDERLY
        with contextlib.nullcontext() if rough else wire.nothing_matches("both-ways", wire.CLEAR_L2TP, "clear-text L2TP, either way"):
            figures.note(world, "connect", cycle(world, end))


def _nothing_grew(before, after, count):
    rooms = {key: ROOM.get(key, (0, 0)) for key in before}
    grown = [key for key, (once, each) in rooms.items() if after[key] > before[key] + once + each * count]
    assert not grown, f"{grown} grew: {before} became {after}"


# -- what may grow

def _size(world):
    """Of the helper, of what it has in the kernel, and of its IKE daemon. When nothing is under way."""
    process = Path(f"/proc/{world.client.helper.pid}")
    member = world.client.host
    return {"timers": int(sleeping.next_timer(world.client.helper.pid) != -1), "descriptors": len(os.listdir(process / "fd")),
            "threads": len(os.listdir(process / "task")), "KiB": _resident(process),
            "states": len(oracle.states(member)), "policies": len(oracle.policies(member)),
            "files": sum(len(names) for _, _, names in member.call(lambda: list(os.walk(client.RUN_DIR)))),
            "objects": member.call(_objects, ROOT_OBJECT)} | _OF_IKE[world.ike](member)


def _of_charon(member):
    count = {what: member.call(charon.listed, what, event).count(bytes([charon.EVENT, len(event)]) + event.encode())
             for what, event in oracle.STREAMS.items()}
    loaded = {what: len(member.call(charon.names, what)) for what in ("get-conns", "get-shared", "get-keys", "get-authorities")}
    jobs = re.search(rb"scheduled\x00.(\d+)", member.call(charon.told, "stats"), re.S).group(1)
    return {"charon's KiB": _resident(f"/proc/{member.pids(charon.CHARON)[0]}"), "charon's jobs": int(jobs)} | count | loaded


def _of_pluto(member):
    return {"pluto's KiB": _resident(f"/proc/{member.pids(libreswan.PLUTO)[0]}"), "connections": len(libreswan.names(member, '"')),
            "keys": sum("PSK" in line for line in member.out(libreswan.WHACK, "--listpsks").splitlines())}


_OF_IKE = {charon: _of_charon, libreswan: _of_pluto}


def _resident(process):
    return int(re.search(r"^VmRSS:\s+(\d+)", Path(process, "status").read_text(), re.M).group(1))


def _objects(path):
    """On the bus, from that one down."""
    children = re.findall(r'<node name="([^"]+)"', bus.text(client.BUS_NAME, path, "org.freedesktop.DBus.Introspectable", "Introspect"))
    return 1 + sum(_objects(f"{path}/{child}") for child in children)
