# SPDX-License-Identifier: GPL-2.0-or-later
"""The network interface of a fake pppd that is up: pppN, and packets on it."""

import os
import socket
import subprocess

FRAME = b"\xff" * 12 + b"\x88\xb5" + bytes(1386)  # of an Ethernet type for experiments: nobody answers


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Interface:
    def __init__(self):
        self.unit = next(number for number in range(64) if not os.path.exists(f"/sys/class/net/ppp{number}"))
        self.name, self.far = f"ppp{self.unit}", f"far{self.unit}"
        ip("link", "add", self.name, "type", "veth", "peer", "name", self.far)
        for name in (self.far, self.name):
            ip("link", "set", name, "up")
        ip("address", "add", f"10.9.{self.unit}.9", "peer", f"10.9.{self.unit}.1", "dev", self.name)
        self.ends = [self.end(self.far), self.end(self.name)]

    def end(self, name):
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        end.bind((name, 0))
        return end

    def carry(self, come, go):
        """So many packets, of 1400 bytes."""
        for end, count in zip(self.ends, (come, go)):
            for _ in range(count):
                try:
                    end.send(FRAME)
                except OSError:
                    pass  # a full queue loses packets, as in life

    def remove(self):
        ip("link", "delete", self.name)
