# SPDX-License-Identifier: GPL-2.0-or-later
"""systemd as process 1 of a host, in a process namespace of its own, with the units as Debian ships them."""

import os
from pathlib import Path

import host
import sink
from waiting import wait_for

INIT, OWN, GENERATORS = "/lib/systemd/systemd", Path("/etc/systemd/system"), "systemd/system-generators"
BOOT_SECONDS = 60
# Of what each machine starts this one needs no more: it has no devices and disks to care for.
KEPT = {"dbus.service", "dbus.socket", "systemd-journald.service", "systemd-journald.socket"}
SETTINGS = {
    "/etc/systemd/system/lab.target": "[Unit]\nRequires=basic.target\nAfter=basic.target\n",
    "/etc/systemd/journald.conf.d/lab.conf": "[Journal]\nStorage=volatile\nForwardToSyslog=yes\nRateLimitIntervalSec=0\n",
    "/etc/machine-id": "d1b0b29f7a0c4f4b8a3a7d4c5e6f7081\n",  # a machine without one would set itself up first
    "/etc/fstab": "",
}
# The host's thread stays outside of it, what it starts from now on is inside.
AS_FIRST = "mount -t proc proc /proc && exec " + INIT + " --unit=lab.target --show-status=no"


def boot(member):
    """Until the system bus listens; who wants polkit or Byway has them started by it."""
    for path, text in SETTINGS.items():
        member.write(path, text)
    member.call(_mask)
    member.journal = member.call(_journal)
    member.call(_leave)
    member.spawn(["sh", "-c", AS_FIRST], log="systemd.log", env={"container": "lab"})
    wait_for(lambda: member.exists("/run/dbus/system_bus_socket"), "systemd's bus", BOOT_SECONDS, step=0.1)


def _mask():
    wanted = {path.name for path in Path("/lib/systemd/system").glob("*.target.wants/*")} - KEPT
    for name in wanted | {"systemd-logind.service", "tmp.mount"}:
        _hide(OWN / name)
    for path in Path("/lib", GENERATORS).iterdir():
        _hide(Path("/etc", GENERATORS, path.name))
    for folder in OWN.glob("*.wants"):
        for path in folder.iterdir():
            path.unlink()


def _hide(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/null")


def _journal():
    """Into a file that is kept when the scenario fails."""
    os.makedirs("/run/systemd/journal")
    return sink.Sink("/run/systemd/journal/syslog", "/var/log/journal.log")


def _leave():
    host.checked(host.libc.unshare(host.CLONE_NEWPID), "unshare")


# -- asking it

def shown(member, unit, *properties):
    """Of a unit: what each property is."""
    told = member.out("systemctl", "show", unit, *(f"--property={name}" for name in properties))
    return dict(line.split("=", 1) for line in told.splitlines())


def processes(member, unit):
    """Of the unit, with all that they started: numbers as this lab sees them, by the last part of their program's name."""
    group = shown(member, unit, "ControlGroup")["ControlGroup"]
    return {Path(line.split()[0]).name: pid for pid, line in member.processes().items() if _group(pid) == group}


def _group(pid):
    """None when it is gone meanwhile."""
    try:
        return Path(f"/proc/{pid}/cgroup").read_text().strip().removeprefix("0::")
    except OSError:
        return None
