# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of the server behind IPsec: what it lacks, what it wants, how it says no."""

import contextlib
import os
from pathlib import Path

import host

PLUGIN_SOURCE = Path(__file__).resolve().parent.parent / "plugin" / "refuse.c"
PLUGIN_FOLDER, PPPD = "/usr/lib/lab", "/usr/sbin/pppd"
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


def _input(act):
    """The server's own firewall, and UDP 1701 out of IPsec."""
    return lambda world: world.srv.host.run(["iptables-legacy", act, "INPUT", "-p", "udp", "-m", "udp", "--dport", "1701",
                                             "-j", "DROP"])


without_l2tp = _undone(lambda world: world.srv.stop_xl2tpd(), lambda world: world.srv.restart_xl2tpd())
dropping_l2tp = _undone(_input("-I"), _input("-D"))


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


def build_plugin(world):
    """Into the guest's own memory; once a boot."""
    if os.path.exists(f"{PLUGIN_FOLDER}/lab-refuse.so"):
        return
    with contextlib.suppress(FileExistsError):
        os.mkdir(PLUGIN_FOLDER)
    world.srv.host.run(["cc", "-shared", "-fPIC", "-O1", "-w", "-o", f"{PLUGIN_FOLDER}/lab-refuse.so", str(PLUGIN_SOURCE)])
