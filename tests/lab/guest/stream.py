# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams both ways between two hosts, each with a number, so that a lost one is known."""

import contextlib
import selectors
import socket
import struct
import threading
import time

EVERY, SIZE, PORT = 0.1, 200, 7777  # seconds, bytes, UDP
LATE = 2  # seconds in which the last ones may still come


class Stream:
    """Runs while its block does. The sockets are their hosts'; they are served from here."""

    def __init__(self, here, there):
        """Each (host, address)."""
        self._ends = [End(*here, to=there[1]), End(*there, to=here[1])]
        self._open = True
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._open = False
        self._thread.join()

    def sent(self):
        """By the one here, and by the one there."""
        return tuple(end.sent for end in self._ends)

    def came(self):
        """Of those."""
        here, there = self._ends
        return len(there.came), len(here.came)

    def _run(self):
        with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
            for end in self._ends:
                selector.register(stack.enter_context(end.socket), selectors.EVENT_READ, end)
            following = time.monotonic()
            while self._open:
                for end in self._ends:
                    end.say()
                following = max(following + EVERY, time.monotonic())  # what was missed is not made up for in a burst
                _hear(selector, following)
            _hear(selector, time.monotonic() + LATE)


class End:
    def __init__(self, member, address, to):
        self.socket, self.sent, self.came = member.call(_socket, address, to), 0, set()

    def say(self):
        """Whatever keeps it from leaving, it is one that did not come."""
        with contextlib.suppress(OSError):
            self.socket.send(struct.pack("!I", self.sent).ljust(SIZE, b"\0"))
        self.sent += 1

    def hear(self):
        with contextlib.suppress(OSError):
            self.came.add(self.socket.recv(SIZE)[:4])


def _socket(address, to):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.bind((address, PORT))
    made.connect((to, PORT))
    return made


def _hear(selector, until):
    while (left := until - time.monotonic()) > 0:
        for key, _ in selector.select(left):
            key.data.hear()
