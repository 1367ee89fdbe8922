# SPDX-License-Identifier: GPL-2.0-or-later
"""For how long a process with a main loop means to sleep, read off the poll(2) that it waits in: a timer that nobody took away
is the time after which it would wake, however far that is."""

import ctypes
import os
import time

from host import checked, libc

# sys/ptrace.h, bits/waitflags.h, asm/unistd_64.h; places in struct user_regs_struct (sys/user.h).
ATTACH, DETACH, GETREGS, WALL = 16, 17, 12, 0x40000000
POLL, POLL_AGAIN = 7, 219  # "restart_syscall", since somebody looked
NUMBER, THIRD_ARGUMENT, REGISTERS = 15, 12, 27
STEP = 0.1

libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def next_timer(pid, seconds=5):
    """Milliseconds until it; -1: there is none. What is under way, or due within the seconds, is waited for."""
    end = time.monotonic() + seconds
    while (found := limit(pid)) != -1:
        if time.monotonic() > end:
            assert found is not None, f"process {pid} does not come to rest"
            break
        time.sleep(STEP)
    return found


def limit(pid):
    """As next_timer, at this moment; None: it is awake."""
    checked(libc.ptrace(ATTACH, pid, None, None), f"ptrace of {pid}")
    try:
        os.waitpid(pid, WALL)
        registers = (ctypes.c_ulong * REGISTERS)()
        checked(libc.ptrace(GETREGS, pid, None, ctypes.byref(registers)), f"registers of {pid}")
        sleeps = registers[NUMBER] in (POLL, POLL_AGAIN)
        return ctypes.c_int(registers[THIRD_ARGUMENT] & 0xffffffff).value if sleeps else None
    finally:
        libc.ptrace(DETACH, pid, None, None)
