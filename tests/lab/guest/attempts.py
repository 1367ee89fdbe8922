#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tries what a unit's sandbox is to refuse, and what it must not, and says how each went. A program of its own: it runs in the
place of bywayd under bywayd's own unit, and once more outside of it. Usage: attempts.py FILE"""

import ctypes
import errno
import json
import mmap
import os
import re
import resource
import socket
import sys
import time
from pathlib import Path

# linux/if_pppox.h, linux/sched.h, linux/personality.h; numbers of system calls on x86-64.
AF_PPPOX, PX_PROTO_OL2TP = 24, 1
CLONE_NEWUTS, ADDR_NO_RANDOMIZE = 0x04000000, 0x0040000
PTRACE, SYSLOG, INIT_MODULE, ADD_KEY, REQUEST_KEY, KEYCTL, UNSHARE, GETPID = 101, 103, 175, 248, 249, 250, 272, 39
OF_PROCESS, OF_SESSION = -2, -3  # keyrings of the kernel's
X32, NONSENSE = 0x40000000, 1
NOTE, SECRET = "lab-note", "/var/tmp/lab-of-nobody"
libc = ctypes.CDLL(None, use_errno=True)


def call(*numbers):
    """A system call, by its number."""
    if libc.syscall(*map(ctypes.c_long, numbers)) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def find_key():
    """One of our own. Where there is none, request_key() starts a program that makes one."""
    kind, name = (ctypes.create_string_buffer(text) for text in (b"user", b"lab-note"))
    call(ADD_KEY, ctypes.addressof(kind), ctypes.addressof(name), ctypes.addressof(name), 1, OF_PROCESS)
    call(REQUEST_KEY, ctypes.addressof(kind), ctypes.addressof(name), 0, 0)


def write(path, text="x"):
    Path(path).write_text(text)


def write_and_remove(folder):
    path = Path(folder, NOTE + "-new")
    write(path)
    path.unlink()


def own_file():
    path = Path("/run", f"{NOTE}-{os.getpid()}")
    write(path)
    return path


def set_mode(mode):
    path = own_file()
    try:
        path.chmod(mode)
    finally:
        path.unlink()


def give_away():
    path = own_file()
    try:
        os.chown(path, -1, -1)
    finally:
        path.unlink()


def same_again(path):
    write(path, Path(path).read_text())


def make_group():
    """A control group below our own."""
    path = Path("/sys/fs/cgroup", Path("/proc/self/cgroup").read_text().strip().removeprefix("0::/"), NOTE)
    path.mkdir()
    path.rmdir()


def set_clock():
    time.clock_settime(time.CLOCK_REALTIME, time.time())


def sees_all_processes():
    """By how /proc is mounted, because the kernel shows root's group all of them nevertheless (proc(5), gid=)."""
    if re.search(r"^(?:\S+ ){4}/proc .*\bhidepid=invisible\b", Path("/proc/self/mountinfo").read_text(), re.M):
        raise FileNotFoundError(errno.ENOENT, "hidden")


def asked(number, *arguments):
    """With nonsense, and the kernel that gets to see it says so: no capability is in it, so that only a filter refuses."""
    try:
        call(number, *arguments)
    except OSError as error:
        if error.errno not in (errno.ENOSYS, errno.EINVAL, errno.ENOEXEC):
            raise


def code_in_data():
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def libc_call(function, *arguments):
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def in_real_time():
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def open_for_both(path):
    os.close(os.open(path, os.O_RDWR))


def new_socket(family, kind, protocol=0):
    socket.socket(family, kind, protocol).close()


def lock_memory():
    with mmap.mmap(-1, 1 << 20) as room:
        libc_call(libc.mlock, ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(room))), ctypes.c_size_t(1 << 20))


def apart(attempt):
    """In a process of its own, which it may change or lose."""
    def act():
        child = os.fork()
        if child == 0:
            try:
                attempt()
            except OSError as error:
                os._exit(error.errno)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != 0:
            raise OSError(status, f"killed by {-status}" if status < 0 else "refused")
    return act


# What a line of the unit is to refuse: all of them, by its key.
REFUSED = {
    "CapabilityBoundingSet": [apart(lambda: os.setuid(65534)), lambda: Path(SECRET).read_text()],
    "ProtectSystem": [lambda: write_and_remove("/usr/share"), lambda: write_and_remove("/etc"),
                      lambda: write_and_remove("/var/lib")],
    "ProtectHome": [lambda: os.stat(f"/root/{NOTE}")],
    "PrivateTmp": [lambda: os.stat(f"/tmp/{NOTE}")],
    "DevicePolicy": [lambda: open_for_both("/dev/net/tun"), lambda: open_for_both("/dev/kmsg")],
    "ProtectKernelModules": [lambda: os.listdir("/usr/lib/modules"), lambda: asked(INIT_MODULE, 0, 0, 0)],
    "ProtectKernelLogs": [lambda: open_for_both("/dev/kmsg"), lambda: call(SYSLOG, 10, 0, 0)],
    "ProtectKernelTunables": [lambda: same_again("/proc/sys/net/ipv4/ip_default_ttl")],
    "ProtectControlGroups": [make_group],
    "ProtectClock": [set_clock],
    "ProtectHostname": [lambda: socket.sethostname(socket.gethostname())],
    "ProtectProc": [sees_all_processes],
    "RestrictNamespaces": [lambda: asked(UNSHARE, CLONE_NEWUTS | NONSENSE)],
    "RestrictRealtime": [in_real_time],
    "RestrictSUIDSGID": [lambda: set_mode(0o4700), lambda: set_mode(0o2700)],
    "LockPersonality": [lambda: libc_call(libc.personality, ADDR_NO_RANDOMIZE)],
    "MemoryDenyWriteExecute": [code_in_data],
    "RestrictAddressFamilies": [lambda: new_socket(socket.AF_PACKET, socket.SOCK_RAW),
                                lambda: new_socket(socket.AF_ALG, socket.SOCK_SEQPACKET)],
    "SystemCallArchitectures": [apart(lambda: asked(X32 | GETPID))],
    "SystemCallFilter": [lambda: os.nice(1), give_away, find_key,
                         apart(lambda: call(PTRACE, 0, 0, 0, 0)), lambda: os.chroot("/")],
}
# What it must not.
ALLOWED = {
    "DeviceAllow": [lambda: open_for_both("/dev/ppp"), lambda: open_for_both("/dev/null")],
    "RestrictAddressFamilies": [lambda: new_socket(AF_PPPOX, socket.SOCK_DGRAM, PX_PROTO_OL2TP),
                                lambda: new_socket(socket.AF_NETLINK, socket.SOCK_RAW),
                                lambda: new_socket(socket.AF_INET6, socket.SOCK_DGRAM),
                                lambda: new_socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)],
    "ReadWritePaths": [lambda: write_and_remove("/run"), lambda: same_again("/etc/resolv.conf"),
                       lambda: write_and_remove("/etc/ipsec.d")],
    "StateDirectory": [lambda: write_and_remove("/var/lib/byway")],
    "LimitMEMLOCK": [lock_memory],
    "SystemCallFilter": [lambda: os.setuid(0), lambda: os.setgid(0), lambda: call(KEYCTL, 0, OF_SESSION, 1)],
}


def went(attempt):
    """"done", the name of the error, or what killed it."""
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno, error.strerror)
    return "done"


def limits():
    return {"MEMLOCK": resource.getrlimit(resource.RLIMIT_MEMLOCK)[0], "CORE": resource.getrlimit(resource.RLIMIT_CORE)[0]}


def main(path):
    told = {name: {key: [went(attempt) for attempt in attempts] for key, attempts in table.items()}
            for name, table in (("refused", REFUSED), ("allowed", ALLOWED))}
    Path(path).write_text(json.dumps(told | {"limits": limits(), "status": Path("/proc/self/status").read_text()}))


if __name__ == "__main__":
    main(sys.argv[1])
