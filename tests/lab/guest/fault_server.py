# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of the server behind IPsec: what it lacks, what it wants, how it says no."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import charon
import host

SOURCES = Path(__file__).resolve().parent.parent / "plugin"
LIBRARIES, PPPD = "/usr/lib/lab", "/usr/sbin/pppd"
SILENT_PPPD = "#!/bin/sh\nexec sleep 60\n"
ENDING_PPPD = "#!/bin/sh\nexit 1\n"


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


def _cover(script):
    def cover():
        path = Path("/run/lab/other-pppd")
        path.write_text(script)
        path.chmod(0o755)
        host.mount(str(path), PPPD, None, host.MS_BIND)
    return lambda world: world.srv.host.call(cover)


def _uncover(world):
    world.srv.host.kill(world.srv.host.pids("other-pppd") + world.srv.host.pids("sleep 60"))
    world.srv.host.call(host.unmount, PPPD)


with_silent_pppd = _undone(_cover(SILENT_PPPD), _uncover)
with_ending_pppd = _undone(_cover(ENDING_PPPD), _uncover)


def library(name):
    return f"{LIBRARIES}/lab-{name}.so"


def build(name):
    """One of ../plugin, into the guest's own memory, once a boot; by the guest, since a host's /tmp and /root are its own and
    the source may lie there."""
    if os.path.exists(library(name)):
        return
    with contextlib.suppress(FileExistsError):
        os.mkdir(LIBRARIES)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-w", "-o", library(name), str(SOURCES / f"{name}.c")], check=True)


def build_plugin(_world):
    build("refuse")
    build("prefer")


def ends_ppp(world):
    """The server's pppd is told to end, and says goodbye in PPP's own way."""
    world.srv.host.kill(world.srv.host.pids(PPPD), signal.SIGTERM)


def ends_l2tp(world):
    """The server's xl2tpd is stopped as its unit stops it: with a goodbye in L2TP's way."""
    world.srv.host.kill(world.srv.host.pids("xl2tpd -D"), signal.SIGTERM)


def ends_ipsec(world):
    """The server's IKE daemon is stopped, and deletes its associations in IKE's way."""
    charon.stop(world.srv.host)


def ipsec_again(world):
    world.srv.restart_ipsec()


stopped_ike = _undone(ends_ipsec, ipsec_again)  # while the steps run, the server's IKE daemon does not
