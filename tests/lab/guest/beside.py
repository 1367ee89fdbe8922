# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody else's tunnel carries datagrams, all of them counted, while ours comes and goes in every way."""

import collections

import cycles
import damage
import figures
import foreign
import network
import trouble
from fault import diagnosed
from fault_wire import dropping
from steps import NAME
from stream import SIZE, Stream

ROUNDS = 100
TOLD_SECONDS = 40  # when a failure is told is another scenario's business
STAGES = ("l2tp", "ike", "ppp", "sa")
HEADERS = 28  # of IPv4 and UDP


# -- kinds of rounds: functions of the world and the round's number

def _up_and(end):
    def one(world, _number):
        figures.note(world, "up", cycles.cycle(world, end))
    return one


def _fails(code, stage, secrets=None):
    def one(world, _number):
        diagnosed(code, stage, TOLD_SECONDS, secrets=secrets)(world)
    return one


def _silence(world, number):
    """Our server's, and nobody else's."""
    silent = _fails("ike-silent", "ike")
    dropping(f"-d {network.SRV} -p udp -j DROP", to=(lambda world: silent(world, number),))(world)


def _cancelled(world, number):
    stage = STAGES[number // len(KINDS) % len(STAGES)]
    attempt = world.client.start_up(NAME)
    attempt.wait_for_stage(stage)
    damage.hang_up(world, attempt, stage)


KINDS = {
    "up and down": _up_and(cycles.hung_up),
    "wrong key": _fails("ike-psk-wrong", "ike", trouble.wrong_key),
    "xl2tpd killed": _up_and(cycles.killed("xl2tpd")),
    "wrong password": _fails("ppp-login-refused", "ppp", trouble.wrong_password),
    "cancelled": _cancelled,
    "pppd killed": _up_and(cycles.killed("/usr/sbin/pppd")),
    "silence": _silence,
}


# -- all of them

def rounds(count):
    """One kind after the other, so many in all. Not one datagram of the other tunnel is lost, it stays the same one, and
    its IKE daemon has what it had."""
    def step(world):
        figures.begin(world)
        done, had, before = collections.Counter(), foreign.listed(world), _loads(world)
        with Stream((world.client.host, network.CLI), (world.peer(), foreign.FAR)) as stream:
            for number in range(count):
                kind = list(KINDS)[number % len(KINDS)]
                KINDS[kind](world, number)
                cycles.is_over(world)
                foreign.is_the_same(world)
                done[kind] += 1
        _tell(world, done, stream)
        _nothing_is_lost(stream, [after - first for first, after in zip(before, _loads(world))])
        has = foreign.listed(world)
        assert has == had, f"{[line for line in had if line not in has]} became {[line for line in has if line not in had]}"
    return step


def _loads(world):
    """By the kernel of the client: bytes and packets that went, bytes and packets that came."""
    loads = foreign.loads(world)
    return *loads[network.PEER], *loads[network.CLI]


def _tell(world, done, stream):
    for key in ("failed", "sentence"):
        world.measures.pop(key, None)
    world.measures |= {"rounds": done.total(), **done, "datagrams": sum(stream.sent()), "came": sum(stream.came()),
                       "bytes": SIZE * sum(stream.came())}


def _nothing_is_lost(stream, carried):
    """The stream's own count, and the kernel's of the two associations."""
    assert stream.sent() == stream.came(), f"sent {stream.sent()}, and {stream.came()} came"
    bytes_out, packets_out, bytes_in, packets_in = carried
    assert (packets_out, packets_in) == stream.sent(), f"the kernel carried {carried}, and {stream.sent()} were sent"
    assert min(bytes_out / packets_out, bytes_in / packets_in) >= SIZE + HEADERS, carried
