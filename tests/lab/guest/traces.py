# SPDX-License-Identifier: GPL-2.0-or-later
"""All that a scenario may have changed on a client. Where nothing was, the next scenario has the same client: making one takes
longer than most scenarios' steps."""

import contextlib
import os
import shutil
from pathlib import Path

import client
import host
import oracle

LOGS = "/var/log"
OWN = (client.RUN_DIR, client.STATE_DIR)  # what a helper leaves at its end, and another one makes again
MANAGERS = ("/run/NetworkManager", "/var/lib/NetworkManager")  # its own notes, written at each change
RESOLV_CONF = "/etc/resolv.conf"  # written anew with the same words, which are compared
PASSING = "nm-dispatcher"  # NetworkManager's: started by the bus at a change, gone a while later
PPPDS = "/run/pppd2.tdb"  # pppd's own note of who runs


def of(box):
    """Equal to the one before, as long as nothing happened."""
    return oracle.snapshot(box) | {"processes": _processes(box), "files": box.host.call(_files, box.host.upper),
                                   "settings": box.host.call(_settings), "mounts": box.host.call(_told, "mounts"),
                                   "firewall": box.host.call(_told, "net/ip_tables_names")}


def changed(before, after):
    """What is not the same: kinds, with the entries where there are such."""
    return [f"{kind}: {_different(before[kind], after[kind])}" for kind in before if before[kind] != after[kind]]


def _different(before, after):
    if isinstance(before, dict):
        return [f"{key} was {before.get(key)} and is {after.get(key)}"
                for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
    return sorted(set(before) ^ set(after)) if isinstance(before, list) else "changed"


def erase(box):
    """The helper, what it and its pppd keep, and everybody's logs."""
    if box.helper and box.helper.poll() is None:
        box.kill_helper()
    box.helper = None
    box.host.call(_erase)


def _processes(box):
    return {pid: line for pid, line in box.host.processes().items() if PASSING not in line}


def _erase():
    for path in OWN:
        shutil.rmtree(path, ignore_errors=True)
    Path(PPPDS).unlink(missing_ok=True)
    for log in Path(LOGS).iterdir():
        if log.is_file():
            os.truncate(log, 0)


def _files(upper):
    """Of everything that this host can write to; a file of an overlay is in its upper side once it was written."""
    found, left_out = {}, tuple(f"{side}{path}" for path in (LOGS, *OWN, *MANAGERS) for side in ("", upper))
    for root in (*(f"{upper}{path}" for path in host.OVERLAID), *(path for path, _ in host.FRESH)):
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if f"{folder}/{name}" not in left_out]
            for path in {f"{folder}/{name}" for name in names} - {f"{upper}{RESOLV_CONF}"}:
                status = os.lstat(path)
                found[path] = status.st_mode, status.st_size, status.st_mtime_ns
    return found


def _settings():
    """The kernel's, of interfaces."""
    found = {}
    for path in Path("/proc/sys/net").glob("ipv[46]/conf/*/*"):
        with contextlib.suppress(OSError):  # some can only be written
            found[str(path)] = path.read_text()
    return found


def _told(name):
    """A file of /proc about this thread, whose namespaces are the host's."""
    path = Path("/proc/thread-self", name)
    return path.read_text() if path.exists() else ""
