# SPDX-License-Identifier: GPL-2.0-or-later
"""strongSwan's daemon in a host, started and stopped as its own starter does it."""

import os
import stat

from waiting import wait_for

STARTER, CHARON = "/usr/lib/ipsec/starter", "/usr/lib/ipsec/charon"
SOCKET = "/run/charon.vici"


def start(member):
    process = member.spawn([STARTER, "--daemon", "charon", "--nofork"], log="starter.log")
    wait_for(lambda: member.call(_answers), "charon's socket")
    return process


def stop(member):
    """A clean end; the starter takes charon with it."""
    member.kill(member.pids(STARTER), 15)
    wait_for(lambda: not member.pids(CHARON) and not member.pids(STARTER), "charon's end", 20)


def kill(member):
    """Charon and its starter die at once, and nothing tidies up after them."""
    member.kill(member.pids(STARTER))
    member.kill(member.pids(CHARON))
    wait_for(lambda: not member.pids(CHARON), "charon's end")
    member.run(["rm", "-f", "/run/charon.pid", "/run/starter.charon.pid", "/run/charon.vici", "/run/charon.ctl"])


def runs(member):
    return bool(member.pids(CHARON))


def _answers():
    """Its pid file comes last, after the plugins' sockets."""
    return os.path.exists("/run/charon.pid") and stat.S_ISSOCK(os.stat(SOCKET).st_mode)
