# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of the server behind IPsec: what it lacks, what it wants, how it says no."""

import contextlib
import os
import socket
import struct
import threading
from pathlib import Path

import host

PLUGIN_SOURCE = Path(__file__).resolve().parent.parent / "plugin" / "refuse.c"
PLUGIN_FOLDER, PPPD = "/usr/lib/lab", "/usr/sbin/pppd"
MESSAGE_TYPE, RESULT_CODE, ASSIGNED_TUNNEL = 0, 1, 9
SCCRQ, STOP_CCN = 1, 4
SILENT_PPPD = "#!/bin/sh\nexec sleep 60\n"


def _undone(begin, end):
    """A step that holds while others run."""
    def holding(*steps):
        def step(world):
            begin(world)
            try:
                for inner in steps:
                    inner(world)
            finally:
                end(world)
        return step
    return holding


def _input(act, port="1701"):
    """The server's own firewall; UDP 1701 is what comes out of IPsec."""
    return lambda world: world.srv.host.run(["iptables-legacy", act, "INPUT", "-p", "udp", "-m", "udp", "--dport", port,
                                             "-j", "DROP"])


without_l2tp = _undone(lambda world: world.srv.stop_xl2tpd(), lambda world: world.srv.restart_xl2tpd())
dropping_l2tp = _undone(_input("-I"), _input("-D"))
dropping_ike = _undone(_input("-I", "500"), _input("-D", "500"))


def _mute(world):
    def cover():
        script = Path("/run/lab/silent-pppd")
        script.write_text(SILENT_PPPD)
        script.chmod(0o755)
        host.mount(str(script), PPPD, None, host.MS_BIND)
    world.srv.host.call(cover)


def _unmute(world):
    world.srv.host.kill(world.srv.host.pids("silent-pppd") + world.srv.host.pids("sleep 60"))
    world.srv.host.call(host.unmount, PPPD)


with_silent_pppd = _undone(_mute, _unmute)


class RefusingServer:
    """An L2TP server that answers each SCCRQ with StopCCN (RFC 2661, 6.4), as one does that knows us not."""

    def __init__(self, result, error, words):
        self._code = struct.pack("!HH", result, error) + words.encode()

    def listen(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("0.0.0.0", 1701))
        self._socket.settimeout(0.2)  # a socket that is read is not closed
        self._open = True
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
                    if len(message) > 12 and _avp(message, MESSAGE_TYPE) == struct.pack("!H", SCCRQ):
                        self._socket.sendto(self._stop(message), peer)

    def _stop(self, request):
        tunnel = _avp(request, ASSIGNED_TUNNEL)
        body = _encoded(MESSAGE_TYPE, struct.pack("!H", STOP_CCN)) + _encoded(ASSIGNED_TUNNEL, b"\x12\x34") + _encoded(
            RESULT_CODE, self._code)
        return struct.pack("!HH2sHHH", 0xc802, 12 + len(body), tunnel, 0, 0, 1) + body


def _encoded(kind, value):
    return struct.pack("!HHH", 0x8000 | 6 + len(value), 0, kind) + value


def _avp(message, wanted):
    at = 12
    while at + 6 <= len(message):
        length, _, kind = struct.unpack_from("!HHH", message, at)
        length &= 0x3ff
        if kind == wanted or length < 6:
            return message[at + 6:at + length]
        at += length
    return b""


def refusing(result, error, words, *steps):
    """While the steps run, the server's L2TP service only says no."""
    def step(world):
        refuser = RefusingServer(result, error, words)
        world.srv.stop_xl2tpd()
        world.srv.host.call(refuser.listen)
        try:
            for inner in steps:
                inner(world)
        finally:
            refuser.close()
            world.srv.restart_xl2tpd()
    return step


def build_plugin(world):
    """Into the guest's own memory; once a boot."""
    if os.path.exists(f"{PLUGIN_FOLDER}/lab-refuse.so"):
        return
    with contextlib.suppress(FileExistsError):
        os.mkdir(PLUGIN_FOLDER)
    world.srv.host.run(["cc", "-shared", "-fPIC", "-O1", "-w", "-o", f"{PLUGIN_FOLDER}/lab-refuse.so", str(PLUGIN_SOURCE)])
