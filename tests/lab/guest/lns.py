# SPDX-License-Identifier: GPL-2.0-or-later
"""An L2TP server of a few lines that answers as it is told, for what no real one does on demand (RFC 2661)."""

import contextlib
import socket
import struct
import threading

SCCRQ, SCCRP, STOP_CCN, ICRQ, CDN = 1, 2, 4, 10, 14
MESSAGE_TYPE, RESULT_CODE, VERSION, FRAMING, HOST_NAME, ASSIGNED_TUNNEL, ASSIGNED_SESSION = 0, 1, 2, 3, 7, 9, 14
TUNNEL, SESSION = b"\x12\x34", b"\x56\x78"
CONTROL = 0xc802
HEADER = struct.Struct("!HHHHHH")  # flags, length, tunnel, session, Ns, Nr


def result(code, error, words):
    return RESULT_CODE, struct.pack("!HH", code, error) + words.encode()


ACCEPTS = {SCCRQ: (SCCRP, (VERSION, b"\1\0"), (FRAMING, b"\0\0\0\3"), (HOST_NAME, b"lab"), (ASSIGNED_TUNNEL, TUNNEL))}


def refusing_tunnels(*why):
    return {SCCRQ: (STOP_CCN, (ASSIGNED_TUNNEL, TUNNEL), result(*why))}


def refusing_calls(*why):
    return {**ACCEPTS, ICRQ: (CDN, (ASSIGNED_SESSION, SESSION), result(*why))}


class FakeServer:
    """Each message is answered by its row of the script, and acknowledged where it has none."""

    def __init__(self, script):
        self._script = script

    def listen(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("0.0.0.0", 1701))
        self._socket.settimeout(0.2)  # a socket that is read is not closed
        self._open, self._tunnel, self._sent, self._answers = True, 0, 0, {}
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._open = False
        self._thread.join()

    def _serve(self):
        with self._socket:
            while self._open:
                with contextlib.suppress(TimeoutError):
                    message, peer = self._socket.recvfrom(1500)
                    if message[0] & 0x80 and len(message) > HEADER.size:
                        self._socket.sendto(self._answer(message), peer)

    def _answer(self, message):
        """One that is asked again is answered with the same bytes."""
        number = HEADER.unpack_from(message)[4]
        kind = struct.unpack("!H", avp(message, MESSAGE_TYPE))[0]
        if (kind, number) not in self._answers:
            if kind == SCCRQ:
                self._tunnel = struct.unpack("!H", avp(message, ASSIGNED_TUNNEL))[0]
            self._answers[kind, number] = self._made(kind, number, avp(message, ASSIGNED_SESSION))
        return self._answers[kind, number]

    def _made(self, kind, number, session):
        row = self._script.get(kind)
        body = b"".join(encoded(*pair) for pair in ((MESSAGE_TYPE, struct.pack("!H", row[0])), *row[1:])) if row else b""
        header = HEADER.pack(CONTROL, HEADER.size + len(body), self._tunnel, struct.unpack("!H", session)[0] if session else 0,
                             self._sent, number + 1)
        self._sent += bool(row)
        return header + body


def encoded(kind, value):
    return struct.pack("!HHH", 0x8000 | 6 + len(value), 0, kind) + value


def avp(message, wanted):
    """The value of that attribute; empty when the message has none."""
    at = HEADER.size
    while at + 6 <= len(message):
        length, _, kind = struct.unpack_from("!HHH", message, at)
        length &= 0x3ff
        if kind == wanted or length < 6:
            return message[at + 6:at + length]
        at += length
    return b""


def speaking(script, *steps):
    """While the steps run, this is the server's L2TP service."""
    return serving(lambda: FakeServer(script), *steps)


def serving(make, *steps):
    """The same, of any kind that can listen and close."""
    def step(world):
        fake = make()
        world.srv.stop_xl2tpd()
        world.srv.host.call(fake.listen)
        try:
            for inner in steps:
                inner(world)
        finally:
            fake.close()
            world.srv.restart_xl2tpd()
    return step
