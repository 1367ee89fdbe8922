# SPDX-License-Identifier: GPL-2.0-or-later
"""What an interface has, asked without starting a process. To be called inside a host."""

import fcntl
import socket
import struct

SIOCGIFADDR = 0x8915


def address(name):
    """The interface's IPv4 address, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            answer = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", name.encode()))
        except OSError:
            return None
    return socket.inet_ntoa(answer[20:24])
