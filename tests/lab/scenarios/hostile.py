# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that knows the pre-shared key and wants to harm. Nobody falls, nothing that a terminal obeys is printed, and what is
said about it is true."""

import rogue
import rogue_ike
import server
from fault_server import stopped_ike
from harm import HARM, HARM_BYTES, ONE_LINE
from hostility import meets, meets_in_ike, probed, still_lives
from lns import ASSIGNED_TUNNEL, FRAMING, HOST_NAME, SCCRP, SCCRQ, VERSION, refusing_calls, refusing_tunnels
from rogue import FAILURE, LCP, NETWORK, Ppp, Rogue, broken_control, packet, random_bytes
from scenario import Scenario
from steps import add, clean, modern

SHOUT = HARM * 9  # as much as an attribute or a frame can hold
SOME_L2TP = ("up", "l2tp-silent", "l2tp-no-session", "l2tp-refused")  # xl2tpd ends what it finds broken, or goes on
GREETING = {SCCRQ: (SCCRP, (VERSION, b"\1\0"), (FRAMING, b"\0\0\0\3"), (HOST_NAME, HARM_BYTES * 6), (ASSIGNED_TUNNEL, b"\x12\x34"))}
LYING = ((LCP, b"\1\1\xff\xff" + b"\1\0" * 20), (LCP, b"\1\2\0\x08\3\xff\xc2\x23"), (LCP, packet(1, 3, b"\1\4\0\0")), (LCP, b"\1"), (LCP, b""))


def ppp(**words):
    return lambda: Rogue(Ppp(**words))


def hostile(about, *steps, **more):
    return Scenario(about=f"hostile server: {about}", steps=(add(modern()), *steps), after=(still_lives, clean),
                    **{"setup": server.MODERN, "seconds": 240, "weight": 60, "cut_off": True, **more})


def way(function):
    return lambda: function


def in_ike(strange, no_point):
    """What is told where the daemons differ."""
    return (
        meets_in_ike("a refusal with words", way(rogue_ike.refuses), "ike-proposal"),
        meets_in_ike("lies", way(rogue_ike.lies), "ike-malformed"),
        meets_in_ike("an algorithm that nobody offered", way(rogue_ike.takes_what_nobody_offered), strange),
        meets_in_ike("a key of no length", way(rogue_ike.breaks_off), "ike-psk-wrong"),
        meets_in_ike("a key that is no point", lambda: rogue_ike.Begins(strongest=True), no_point),
        meets_in_ike("no proof of the key", rogue_ike.Begins, "ike-psk-wrong"))


PROBED = (
    probed("a refusal with words", way(rogue_ike.refuses), 14, "refuses everything"),
    probed("lies", way(rogue_ike.lies), 18, "does not answer"),
    probed("an algorithm that nobody offered", way(rogue_ike.takes_what_nobody_offered), 14, "refuses everything"),
    probed("everything", way(rogue_ike.takes_all), 0, "aes256-sha256-modp2048", "--json"))
SCENARIOS = {
    "hostile-ike": hostile("lengths that lie, noise, and words for the terminal, in IKE", stopped_ike(
        *PROBED, *in_ike(strange="ike-malformed", no_point="ike-malformed")), waits=True, weight=90),
    "hostile-ike-libreswan": hostile("Libreswan: the same", stopped_ike(
        *in_ike(strange="ike-source-500-blocked", no_point="ike-psk-wrong")), waits=True, libreswan=True, weight=80),
    "hostile-l2tp": hostile(
        "noise, attributes that lie or are enormous, and words for the terminal, in L2TP",
        meets("a refusal with words", lambda: Rogue(script=refusing_tunnels(4, 0, ONE_LINE)), "l2tp-refused", hears="evil"),
        meets("a refusal of many lines", lambda: Rogue(script=refusing_tunnels(4, 0, SHOUT)), "l2tp-refused"),
        meets("a call refused with words", lambda: Rogue(script=refusing_calls(3, 0, SHOUT)), "l2tp-refused"),
        meets("a name for the terminal", lambda: Rogue(script=rogue.CALLS | GREETING), "up"),
        meets("attributes that lie", lambda: Rogue(noise=broken_control), *SOME_L2TP),
        meets("noise", lambda: Rogue(noise=random_bytes), *SOME_L2TP)),
    "hostile-ppp": hostile(
        "noise, options that lie, and words for the terminal, in PPP",
        meets("a refusal with words", ppp(verdict=FAILURE, words=HARM_BYTES * 9), "ppp-login-refused", hears="evil"),
        meets("a welcome with words", ppp(words=HARM_BYTES * 9, name=HARM_BYTES), "up"),
        meets("a goodbye with words", ppp(ends=HARM_BYTES * 9), "ppp-hung-up", hears="evil"),
        meets("options that lie", ppp(before=LYING), "up"),
        meets("noise", ppp(noise=5), "up")),
    "hostile-addresses": hostile(
        "made-up addresses, and a way to the server through itself",
        meets("the server's own address inside", ppp(server=NETWORK), "up"),
        meets("our own address inside", ppp(client="192.0.2.10"), "up"),
        meets("name servers that are ourselves", ppp(dns=("127.0.0.1", "0.0.0.0")), "up"),
        meets("the server as name server", ppp(dns=(NETWORK, "255.255.255.255")), "up"),
        meets("loopback", ppp(client="127.0.0.1", server="127.0.0.2"), "ppp-no-address"),
        meets("everybody's address", ppp(client="255.255.255.255", server="224.0.0.1"), "ppp-no-address")),
    # Neither side ever gives in: each of these takes the 25 s that Byway allows for all of L2TP and PPP.
    "hostile-endless": hostile(
        "no address, and many name servers: agreed on by nobody, and without end",
        meets("many name servers", ppp(dns=tuple(f"10.9.{number}.1" for number in range(120))), "ppp-no-address"),
        meets("no address", ppp(client="0.0.0.0", server="0.0.0.0"), "ppp-no-address"), waits=True),
}
