# SPDX-License-Identifier: GPL-2.0-or-later
"""What an interface has, asked without starting a process. To be called inside a host."""

import fcntl
import socket
import struct
import time

SIOCGIFADDR = 0x8915
RTMGRP_IPV4_IFADDR = 0x10


def address(name):
    """The interface's IPv4 address, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            answer = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", name.encode()))
        except OSError:
            return None
    return socket.inet_ntoa(answer[20:24])


def with_address():
    """Names of the PPP interfaces that have an address; one that only lingers has none."""
    return [name for _, name in socket.if_nameindex() if name.startswith("ppp") and address(name)]


def wait_for_address(wanted=True, seconds=30):
    """Sleeps until a PPP interface has an address, or until none has; the kernel says when to look."""
    end = time.monotonic() + seconds
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as news:
        news.bind((0, RTMGRP_IPV4_IFADDR))
        while bool(found := with_address()) != wanted:
            news.settimeout(max(0.01, end - time.monotonic()))
            news.recv(65536)
        return found
