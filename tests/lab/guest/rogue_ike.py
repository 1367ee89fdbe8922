# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that wants to harm before there is a key: IKE version 1 of a few lines (RFC 2408, 2409, 3947) that lies about lengths,
says what a terminal obeys, and takes what nobody offered. Each of its ways is a function of a message, which gives the answers."""

import contextlib
import random
import selectors
import socket
import struct
import threading

from harm import HARM_BYTES

HEADER = struct.Struct("!8s8sBBBBII")  # cookies, first payload, version, exchange, flags, message id, length
SA, KE, IDENTITY, NOTIFY, VENDOR, NONCE, NAT_D = 1, 4, 5, 11, 13, 10, 20
MAIN, INFORMATIONAL, ENCRYPTED = 2, 5, 1
VERSION, VERSION_2 = 0x10, 0x20
COOKIE = b"rogue's!"
NO_PROPOSAL_CHOSEN, AUTHENTICATION_FAILED = 14, 24
NAT_TRAVERSAL = bytes.fromhex("4a131c81070358455c5728f20e95452f")
PORTS, MARKER = (500, 4500), bytes(4)  # the second one's messages are marked, to tell them from ESP
SIZE_OF_GROUP = {2: 128, 5: 192, 14: 256, 15: 384, 16: 512, 19: 64, 20: 96, 21: 132, 31: 32}
PLAIN_GROUPS = (2, 5, 14, 15, 16)  # any number will do
LARGEST = 60000


# -- messages

def payloads(*parts):
    """The first one's number, and all of them in a chain: (number, body)."""
    numbers = [number for number, _ in parts] + [0]
    return numbers[0], b"".join(struct.pack("!BxH", numbers[at + 1], min(4 + len(body), 65535)) + body
                                for at, (_, body) in enumerate(parts))


def reply(message, first, body, exchange=MAIN, flags=0, version=VERSION, claimed=None):
    number = 0 if exchange == MAIN else 0x12345678
    length = HEADER.size + len(body) if claimed is None else claimed
    return HEADER.pack(message[:8], COOKIE, first, version, exchange, flags, number, length) + body


def is_first(message):
    return message[8:16] == bytes(8)


def offered(message):
    """The transforms of a first message, each as it stands there."""
    at, found = HEADER.size + 12, []
    end = at + struct.unpack_from("!H", message, at + 2)[0]
    at += 8 + message[at + 6]
    while at < end:
        size = struct.unpack_from("!H", message, at + 2)[0]
        found.append(message[at + 4:at + size])
        at += size
    return found


def choice(*transforms, claimed=None):
    """The body of an SA payload with these; `claimed` is how many they are said to be."""
    _, inner = payloads(*((3, transform) for transform in transforms))
    inner = struct.pack("!BBBB", 1, 1, 0, len(transforms) if claimed is None else claimed) + inner
    return struct.pack("!II", 1, 1) + payloads((2, inner))[1]


def attribute(kind, value):
    return struct.pack("!HH", 0x8000 | kind, value)


def notify(kind, data=HARM_BYTES * 20):
    return NOTIFY, struct.pack("!IBBH", 1, 1, 0, kind) + data


def group_of(transform):
    return next((value for kind, value in struct.iter_unpack("!HH", transform[4:4 + (len(transform) - 4) // 4 * 4])
                 if kind == 0x8004), 14)


# -- ways

def refuses(message):
    """In the clear, with words that nobody asked for; also in place of a name for the protocol."""
    return [reply(message, *payloads(notify(NO_PROPOSAL_CHOSEN)), exchange=INFORMATIONAL)]


def lies(message):
    """About lengths, numbers, versions, cookies; and noise. Nothing of it is an answer."""
    dice = random.Random(message)
    body = payloads((VENDOR, HARM_BYTES), notify(NO_PROPOSAL_CHOSEN))
    wrong = [reply(message, *body, claimed=length) for length in (0, 27, 29, 65536, 0xffffffff)]
    wrong += [reply(message, SA, struct.pack("!BxH", VENDOR, length) + HARM_BYTES) for length in (0, 3, 4, 65535)]
    wrong += [reply(message, SA, choice(b"\1\1\0\0" + struct.pack("!HH", 0x000b, 65535) + b"x")[:-2]),
              reply(message, *payloads((SA, choice(b"\1\1\0\0", claimed=255)))),
              reply(message, *payloads((SA, choice(claimed=0)))),
              reply(message, *payloads(*[(VENDOR, HARM_BYTES)] * 90)),
              reply(message, *payloads((VENDOR, bytes(LARGEST)))),
              reply(message, *body, version=VERSION_2, flags=0x20), reply(message, *body, version=0xf0),
              reply(message, *body, flags=ENCRYPTED), reply(b"another!", *body), message[:27], b"", b"\xff", message]
    return wrong + [dice.randbytes(dice.randrange(1, 1400)) for _ in range(20)]


def takes_what_nobody_offered(message):
    strange = b"\1\1\0\0" + attribute(1, 99) + attribute(2, 99) + attribute(3, 1) + attribute(4, 99) + attribute(14, 65535)
    return [reply(message, *payloads((SA, choice(strange)), (VENDOR, HARM_BYTES)))] if is_first(message) else []


def takes_all(message):
    """One after the other, whatever it is, and tells at length who it is."""
    return [reply(message, *payloads((SA, choice(offered(message)[0])), *[(VENDOR, HARM_BYTES)] * 20))] if is_first(message) else []


class Begins:
    """As a good server would, with names that no terminal should see; what is to be proven then, it can't. Where it takes the
    strongest group, which has a curve, its part of the key is none, too."""

    def __init__(self, strongest=False):
        self._strongest, self._group = strongest, 0

    def __call__(self, message):
        if message[19] & ENCRYPTED:
            return [reply(message, IDENTITY, HARM_BYTES * 3, flags=ENCRYPTED), *lies(message),
                    reply(message, *payloads(notify(AUTHENTICATION_FAILED)), exchange=INFORMATIONAL)]
        if is_first(message):
            chosen = next(one for one in offered(message) if self._strongest or group_of(one) in PLAIN_GROUPS)
            self._group = group_of(chosen)
            return [reply(message, *payloads((SA, choice(chosen)), (VENDOR, NAT_TRAVERSAL), (VENDOR, HARM_BYTES)))]
        key = bytes(SIZE_OF_GROUP[self._group] - 1) + b"\4"  # a square: an element of any of these groups, and a point of no curve
        return [reply(message, *payloads((KE, key), (NONCE, HARM_BYTES[:32].ljust(32, b"n")), (NAT_D, bytes(32)), (NAT_D, bytes(32))))]


def breaks_off(message):
    """It begins, and then its part of the key is of no length."""
    if is_first(message):
        return takes_all(message)
    return [reply(message, *payloads((KE, key), (NONCE, nonce))) for key in (b"", b"\0", bytes(5000)) for nonce in (b"", bytes(4000))]


# -- the server

class Rogue:
    def __init__(self, way):
        self._way = way

    def listen(self):
        self._open, self._selector = True, selectors.DefaultSelector()
        for port in PORTS:
            ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            ear.bind(("0.0.0.0", port))
            self._selector.register(ear, selectors.EVENT_READ, MARKER if port == PORTS[1] else b"")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._open = False
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def _serve(self):
        while self._open:
            for key, _ in self._selector.select(0.2):  # a socket that is read is not closed
                message, peer = key.fileobj.recvfrom(65535)
                if message.startswith(key.data) and len(message) >= HEADER.size:
                    self._say(key.fileobj, peer, key.data, message[len(key.data):])

    def _say(self, ear, peer, mark, message):
        for answer in self._way(message):
            with contextlib.suppress(OSError):
                ear.sendto(mark + answer, peer)


def meeting(make):
    """While the steps run it has the ports of IKE; the server's daemon does not run."""
    def holding(*steps):
        def step(world):
            fake = Rogue(make())
            world.srv.host.call(fake.listen)
            try:
                for inner in steps:
                    inner(world)
            finally:
                fake.close()
        return step
    return holding
