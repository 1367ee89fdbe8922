# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that wants to harm: L2TP and PPP of a few lines (RFC 2661, 1661, 1994, 1332, 1877), behind the IPsec of a real one.
What it says and does is its script's; what it has no word of its own for it does as a good server would."""

import contextlib
import dataclasses
import ipaddress
import os
import random
import struct

import lns
from harm import HARM_BYTES
from lns import ACCEPTS, ASSIGNED_SESSION, HEADER, ICRQ, MESSAGE_TYPE, SESSION, avp, encoded

ICRP, ICCN = 11, 12
LCP, IPCP, CHAP = 0xc021, 0x8021, 0xc223
REQUEST, ACK, NAK, REJECT, TERMINATE, TERMINATED, UNKNOWN_PROTOCOL, ECHO, ECHOED = 1, 2, 3, 4, 5, 6, 8, 9, 10
CHALLENGE, RESPONSE, SUCCESS, FAILURE = 1, 2, 3, 4
ADDRESS, DNS, DNS2 = 3, 129, 131
NETWORK = "198.51.100.1"  # by which it is reached
CALLS = {**ACCEPTS, ICRQ: (ICRP, (ASSIGNED_SESSION, SESSION))}


@dataclasses.dataclass(frozen=True)
class Ppp:
    """What it says in PPP."""
    verdict: int = SUCCESS
    words: bytes = b"welcome"
    name: bytes = b"lab"
    client: str = "192.168.42.11"
    server: str = "192.168.42.1"
    dns: tuple = ("8.8.8.8", "8.8.4.4")
    before: tuple = ()     # frames (protocol, body) sent before anything else is said
    noise: int = 0         # frames of noise with each answer
    ends: bytes = b""      # the words of a goodbye in place of addresses


def option(kind, value):
    return bytes([kind, 2 + len(value)]) + value


def packet(code, number, body=b""):
    return struct.pack("!BBH", code, number, 4 + len(body)) + body


def packed(address):
    return ipaddress.IPv4Address(address).packed


def options(body):
    """Of a Configure-Request: [(kind, value)]."""
    found, at = [], 0
    while at + 2 <= len(body) and body[at + 1] >= 2:
        found.append((body[at], body[at + 2:at + body[at + 1]]))
        at += body[at + 1]
    return found


class Talk:
    """One PPP conversation: each frame that comes is answered by some."""

    def __init__(self, ppp):
        self.ppp, self.dice, self.begun = ppp, random.Random(1), False

    def answers(self, protocol, body):
        code, number, length = struct.unpack_from("!BBH", body) if len(body) >= 4 else (0, 0, 0)
        frames = []
        if not self.begun:
            self.begun = True
            frames += [*self.ppp.before, (LCP, packet(REQUEST, 1, option(3, b"\xc2\x23\x05") + option(5, b"rogu")))]
        act = {LCP: self._lcp, CHAP: self._chap, IPCP: self._ipcp}.get(protocol, self._unknown)
        frames += act(code, number, body[4:length], protocol)
        return frames + [self._noise() for _ in range(self.ppp.noise)]

    def _lcp(self, code, number, rest, _protocol):
        if code == REQUEST:
            refused = b"".join(option(*pair) for pair in options(rest) if pair[0] in (7, 8))
            return [(LCP, packet(REJECT, number, refused) if refused else packet(ACK, number, rest))]
        if code == ACK:
            return [(CHAP, packet(CHALLENGE, 1, b"\x10" + b"c" * 16 + self.ppp.name))]
        answer = {TERMINATE: (TERMINATED, b""), ECHO: (ECHOED, b"rogu" + rest[4:])}.get(code)
        return [(LCP, packet(answer[0], number, answer[1]))] if answer else []

    def _chap(self, code, number, _rest, _protocol):
        if code != RESPONSE:
            return []
        frames = [(CHAP, packet(self.ppp.verdict, number, self.ppp.words))]
        if self.ppp.ends:
            return frames + [(LCP, packet(TERMINATE, 9, self.ppp.ends))]
        return frames + [(IPCP, packet(REQUEST, 1, option(ADDRESS, packed(self.ppp.server))))] * (self.ppp.verdict == SUCCESS)

    def _ipcp(self, code, number, rest, _protocol):
        if code != REQUEST:
            return []
        wanted = [(ADDRESS, packed(self.ppp.client))] + [(kind, packed(dns)) for kind, dns in zip((DNS, DNS2) * 100, self.ppp.dns)]
        last = dict(wanted)
        wrong = [pair for pair in options(rest) if pair[0] in last and last[pair[0]] != pair[1]]
        strange = b"".join(option(*pair) for pair in options(rest) if pair[0] not in last)
        if strange:
            return [(IPCP, packet(REJECT, number, strange))]
        return [(IPCP, packet(NAK, number, b"".join(option(*pair) for pair in wanted)) if wrong else packet(ACK, number, rest))]

    def _unknown(self, _code, number, rest, protocol):
        return [(LCP, packet(UNKNOWN_PROTOCOL, number, struct.pack("!H", protocol) + rest))]

    def _noise(self):
        protocol = self.dice.choice((LCP, CHAP, IPCP, 0x8057, 0x80fd, 0x0021, 0xffff, self.dice.randrange(65536)))
        body = self.dice.randbytes(self.dice.randrange(1200))
        return protocol, body if self.dice.random() < 0.5 else packet(self.dice.choice((3, 7, 8, 10, 11, 99)), self.dice.randrange(256), body)


class Rogue(lns.FakeServer):
    """`noise`: datagrams of noise sent with each answer, made by the function."""

    def __init__(self, ppp=Ppp(), script=None, noise=None):
        super().__init__(CALLS if script is None else script)
        self._talk, self._noise = Talk(ppp), noise

    def _serve(self):
        with self._socket:
            while self._open:
                with contextlib.suppress(TimeoutError):
                    message, peer = self._socket.recvfrom(65535)
                    for answer in self._answers_to(message):
                        self._socket.sendto(answer, peer)

    def _answers_to(self, message):
        noise = [self._noise(self._tunnel) for _ in range(20)] if self._noise else []
        if message[0] & 0x80:
            if len(message) <= HEADER.size:
                return []
            if avp(message, MESSAGE_TYPE) == struct.pack("!H", ICRQ):
                self._session = struct.unpack("!H", avp(message, ASSIGNED_SESSION))[0]
            return [*noise, self._answer(message), *noise]
        return [*noise, *(self._data(frame) for frame in self._talk.answers(*unframed(message)))]

    def _data(self, frame):
        protocol, body = frame
        return struct.pack("!HHH", 0x0002, self._tunnel, self._session) + b"\xff\x03" + struct.pack("!H", protocol) + body


def unframed(message):
    """Protocol and body of the PPP frame in a data message."""
    flags, at = struct.unpack("!H", message[:2])[0], 6
    at += 2 * bool(flags & 0x4000) + 4 * bool(flags & 0x0800)
    if flags & 0x0200:
        at += 2 + struct.unpack_from("!H", message, at)[0]
    at += 2 * (message[at:at + 2] == b"\xff\x03")
    return struct.unpack_from("!H", message, at)[0], message[at + 2:]


# -- noise in L2TP

def broken_control(tunnel):
    """Control messages for our tunnel whose attributes lie about their length, are hidden, unknown or enormous."""
    dice = random.Random(os.urandom(8))
    kind = encoded(MESSAGE_TYPE, struct.pack("!H", dice.choice([*range(1, 18), 99])))
    broken = dice.choice((struct.pack("!HHH", 0x8000, 0, 9), struct.pack("!HHH", 0x83ff, 0, 8) + b"x", struct.pack("!HHH", 0xc00a, 0, 9) + b"abcd",
                          struct.pack("!HHH", 0x8006, 0, 9), encoded(8, b"V" * 1000), encoded(7, HARM_BYTES * 6), encoded(999, b"x"),
                          dice.randbytes(dice.randrange(900)), encoded(1, b"\0"), encoded(14, b"")))
    body = dice.choice((kind + broken, broken, kind + broken * 3))[:1300]
    length = dice.choice((HEADER.size + len(body), 0, 65535, 13, len(body)))
    return HEADER.pack(0xc802, length, tunnel, dice.randrange(3), dice.randrange(4), dice.randrange(4)) + body


def random_bytes(_tunnel):
    return os.urandom(random.randrange(1, 1300))


def meeting(rogue):
    """While the steps run, this is the server behind IPsec."""
    return lambda *steps: lns.serving(rogue, *steps)
