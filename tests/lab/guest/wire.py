# SPDX-License-Identifier: GPL-2.0-or-later
"""What passes on the client's cable, seen from the router's side."""

import contextlib
import ctypes
import errno
import functools
import socket
import struct
import subprocess
import time
from pathlib import Path

import network

FOLDER = Path("/run/wire")
CLEAR_L2TP = "udp port 1701"
# A server has no guard: its pppd, left in the middle of LCP, asks for the end again three seconds later.
CLEAR_L2TP_OF_CLIENT = f"udp dst port 1701 and src host {network.CLI}"
# linux/if_packet.h, asm-generic/socket.h, linux/if_ether.h
SOL_PACKET, PACKET_STATISTICS, SO_ATTACH_FILTER, SO_RCVBUFFORCE, ETH_P_ALL = 263, 6, 26, 33, 3
ROOM, LARGEST = 4 << 20, 65535
PCAP_HEAD = struct.pack("IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, LARGEST, 1)


class Capture:
    """Packets that match. Begins when it is made, without a program: starting one takes longer than a small scenario's step."""

    def __init__(self, name, expression, interface=network.CLIENT_PORT):
        self._name = name
        self._file().unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM)
        _attach(self._socket, _compiled(expression))
        self._socket.bind((interface, ETH_P_ALL))

    def stop(self):
        """All of them as text, one a line."""
        packets = self.frames()
        return self._in_words(packets) if packets else []

    def frames(self):
        """The same, as the bytes of each; for the one who stops it."""
        with self._socket:
            packets = self._read()
            _, lost = struct.unpack("II", self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        assert packets or not lost, "the capture lost packets, and has none"
        return packets

    def _read(self):
        packets = []
        while True:
            try:
                packets.append(self._socket.recv(LARGEST, socket.MSG_DONTWAIT))
            except BlockingIOError:
                return packets
            except OSError as error:  # said once, by a cable that was out meanwhile
                if error.errno != errno.ENETDOWN:
                    raise

    def _in_words(self, packets):
        FOLDER.mkdir(exist_ok=True)
        now = int(time.time())
        self._file().write_bytes(PCAP_HEAD + b"".join(struct.pack("IIII", now, 0, len(one), len(one)) + one for one in packets))
        shown = subprocess.run(["tcpdump", "-n", "-t", "-r", str(self._file())], capture_output=True, text=True, check=True)
        return [line for line in shown.stdout.splitlines() if line.strip()]

    def _file(self):
        return FOLDER / f"{self._name}.pcap"


@functools.cache
def _compiled(expression):
    """Instructions of the kernel's packet filter, as tcpdump compiles them."""
    done = subprocess.run(["tcpdump", "-y", "EN10MB", "-ddd", expression], capture_output=True, text=True, check=True)
    return [tuple(map(int, line.split())) for line in done.stdout.splitlines()[1:]]


def _attach(packets, instructions):
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in instructions))
    packets.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", len(instructions), ctypes.addressof(code)))


@contextlib.contextmanager
def something_matches(name, expression, what):
    """Fails when no packet matched while the block ran."""
    capture = Capture(name, expression)
    try:
        yield capture
    finally:
        packets = capture.stop()
    assert packets, f"{what}: not one packet"


@contextlib.contextmanager
def nothing_matches(name, expression, what):
    """Fails when a packet matched while the block ran."""
    capture = Capture(name, expression)
    try:
        yield capture
    finally:
        packets = capture.stop()
    assert not packets, f"{what}: {len(packets)} packets, the first: {packets[0]}"
