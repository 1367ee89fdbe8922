# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of the way between: what the router drops, what the name server does not know."""

import contextlib
import socket
import struct
import subprocess
import threading

import network

NAME_SERVER = "192.0.2.53"
NX_DOMAIN = 3


def dropping(*rules, to=()):
    """While the steps run, the router drops what matches; rules are iptables' own words."""
    def step(world):
        lines = [["FORWARD", *rule.split()] for rule in rules]
        for line in lines:
            subprocess.run(["iptables-legacy", "-I", *line], check=True)
        try:
            for inner in to:
                inner(world)
        finally:
            for line in lines:
                subprocess.run(["iptables-legacy", "-D", *line], check=True)
    return step


def both_ways(rule):
    """A rule about the server's port, for the answers too."""
    return f"{rule} -j DROP", f"{rule.replace('--dport', '--sport')} -j DROP"


def no_route(world):
    world.client.host.run(["ip", "route", "flush", "default"])


def route_again(world):
    """With the source address that it had: the oracle compares."""
    world.client.host.batch([f"route add default via {network.CLIENT_GATEWAY}"])


class NameServer:
    """Answers each question with NXDOMAIN, in the router's place."""

    def __enter__(self):
        subprocess.run(["ip", "address", "add", f"{NAME_SERVER}/32", "dev", network.CLIENT_PORT], check=True)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((NAME_SERVER, 53))
        self._socket.settimeout(0.2)  # a socket that is read is not closed
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._open = False
        self._thread.join()
        subprocess.run(["ip", "address", "del", f"{NAME_SERVER}/32", "dev", network.CLIENT_PORT], check=True)

    def _serve(self):
        flags = struct.pack("!H", 0x8180 | NX_DOMAIN)
        with self._socket:
            while self._open:
                with contextlib.suppress(TimeoutError):
                    question, peer = self._socket.recvfrom(512)
                    self._socket.sendto(question[:2] + flags + question[4:6] + bytes(6) + _question(question), peer)


def _question(message):
    """The question alone, without what an EDNS client adds."""
    end = message.index(b"\0", 12) + 5
    return message[12:end]


def with_name_server(*steps):
    def step(world):
        with NameServer():
            for inner in steps:
                inner(world)
    return step
