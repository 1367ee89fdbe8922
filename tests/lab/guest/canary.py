# SPDX-License-Identifier: GPL-2.0-or-later
"""Looks for secrets where none may be: every file of every file system that the client has mounted,
every command line and every environment of its processes. Its logs are among those files."""

import base64
import os
import stat
from pathlib import Path

LABS_OWN = ("/mnt/store", "/mnt/results")
KEYRINGS = ".local/share/keyrings/"
WRITABLE = ("tmpfs", "devtmpfs", "ramfs", "hostfs")


def forms(secret):
    """A secret as it is, and as careless code would write it."""
    return {secret, base64.b64encode(secret).rstrip(b"="), secret.hex().encode(),
            secret.hex().upper().encode(), secret.decode(errors="replace").encode("utf-16-le")}


def hits(member, secrets):
    """Where one of the secrets is; empty when all is well."""
    needles = [needle for secret in secrets for needle in forms(secret)]
    return sorted(set(member.call(_scan, member, needles)))


def _scan(member, needles):
    found = [str(path) for root in _roots() for path in _files(root)
             if KEYRINGS not in str(path) and _holds(path, needles)]
    for pid in member.processes():
        found += [str(path) for path in (Path(f"/proc/{pid}/cmdline"), Path(f"/proc/{pid}/environ"))
                  if _holds(path, needles)]
    return found


def _roots():
    """What can have been written to since power-on: a read-only lower side can't."""
    for line in Path("/proc/thread-self/mounts").read_text().splitlines():
        _, target, kind, options, *_ = line.split()
        if target.startswith(LABS_OWN):
            continue
        if kind == "overlay":
            yield _upper(options)
        elif kind in WRITABLE:
            yield target


def _upper(options):
    path = next(option.split("=", 1)[1] for option in options.split(",") if option.startswith("upperdir="))
    return path if path.startswith("/mnt/store") else path.replace("/mnt", "/mnt/store", 1)


def _files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not os.path.ismount(os.path.join(folder, name))]
        for name in names:
            path = Path(folder, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


def _holds(path, needles):
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return any(needle in content for needle in needles)
