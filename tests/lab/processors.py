# SPDX-License-Identifier: GPL-2.0-or-later
"""Which boot runs on which processor. A guest's kernel and its processes are processes that wait for each other: on one
processor they take turns, on two they wake each other up, which takes far longer. So each boot has one, and shares it only
while there are more boots than processors."""

import contextlib
import os
import statistics
import subprocess
import threading
import time
from pathlib import Path

SESSION = 3  # among the words of /proc/PID/stat that are behind the command's name
PROGRAMS = "i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i + 1)); done"
WORTH = 1.3


class Processors:
    def __init__(self, numbers):
        self._boots = {number: [] for number in numbers}  # their first processes, which lead a session each
        self._lock = threading.Lock()

    def join(self, leader):
        with self._lock:
            least, *_ = self._by_load()
            self._put(leader, least)

    def leave(self, leader):
        """Who shared a processor has one alone as soon as it can."""
        with self._lock:
            next(boots for boots in self._boots.values() if leader in boots).remove(leader)
            loads = self._by_load()
            if len(self._boots[loads[-1]]) > len(self._boots[loads[0]]) + 1:
                self._put(self._boots[loads[-1]].pop(), loads[0])

    def _by_load(self):
        return sorted(self._boots, key=lambda number: len(self._boots[number]))

    def _put(self, leader, number):
        self._boots[number].append(leader)
        for pid in _session(leader):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(pid, {number})


def _session(leader):
    """Its processes and their threads; those that they start later are where these are."""
    found = []
    for task in Path("/proc").glob("[0-9]*/task/[0-9]*"):
        with contextlib.suppress(OSError):
            if int((task / "stat").read_text().rpartition(")")[2].split()[SESSION]) == leader:
                found.append(int(task.name))
    return found


def that_pay(most):
    """How many of at most so many boots should run side by side. A boot is as good as nothing but programs that start and end.
    Where this machine is itself a guest, several processors may do less of that together than one alone."""
    numbers = sorted(os.sched_getaffinity(0))[:most]
    alone, together = (statistics.median(_seconds(some) for _ in range(3)) for some in (numbers[:1], numbers))
    return len(numbers) if len(numbers) * alone / together > WORTH else 1


def _seconds(numbers):
    """Until each of these processors has run its programs, all at once."""
    began = time.monotonic()
    shells = [subprocess.Popen(["/bin/sh", "-c", PROGRAMS]) for _ in numbers]
    for shell, number in zip(shells, numbers):
        os.sched_setaffinity(shell.pid, {number})
    for shell in shells:
        shell.wait()
    return time.monotonic() - began


ALL = Processors(sorted(os.sched_getaffinity(0)))
