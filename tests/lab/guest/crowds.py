# SPDX-License-Identifier: GPL-2.0-or-later
"""Many at once: programs that keep the helper busy while a tunnel carries traffic."""

import json
import re
from pathlib import Path
from subprocess import PIPE

from steps import NAME

CALLERS = Path(__file__).resolve().parent / "callers.py"
CLIENTS, HAMMER_SECONDS, ROOM_KIB = 50, 30, 4096


class Questions:
    """Pings of a size, five a second."""
    SIZE = 1000

    def __init__(self, world, address, seconds):
        self._address, self._seconds, self.sent = address, seconds, 5 * seconds
        self._process = world.client.host.spawn(
            ["ping", "-n", "-q", "-i", "0.2", "-c", str(self.sent), "-s", str(self.SIZE), "-W", "5", address], stdout=PIPE, text=True)

    def all_answered(self):
        """Gives the slowest one's milliseconds."""
        told, _ = self._process.communicate(timeout=self._seconds * 4 + 30)
        assert f"{self.sent} packets transmitted, {self.sent} received, 0% packet loss" in told, f"{self._address}: {told}"
        return float(re.search(r"= [\d.]+/[\d.]+/([\d.]+)", told).group(1))


# -- fifty callers

def hammered(world):
    """While a tunnel carries traffic: each call is answered, and rightly, not one packet is lost, and the helper's memory
    after the second half is what it was after the first."""
    questions = Questions(world, "192.168.42.1", HAMMER_SECONDS)
    memory, told = [_memory(world)], []
    for _ in range(2):
        told.append(_hammer(world, HAMMER_SECONDS / 2))
        memory.append(_memory(world))
    slowest = questions.all_answered()
    wrong = sum(half["wrong_count"] for half in told)
    world.measures.update({"calls": sum(half["calls"] for half in told), "slowest call": max(half["slowest_ms"] for half in told),
                           "slowest of root": max(half["slowest_of_root_ms"] for half in told),
                           "slowest ping": round(slowest), "pings": questions.sent, "KiB": memory})
    assert wrong == 0, f"{wrong} answers were wrong: {told}"
    assert memory[2] <= memory[1] + ROOM_KIB, f"the helper grew: {memory} KiB"
    assert memory[2] <= memory[0] + 4 * ROOM_KIB, f"the helper grew: {memory} KiB"


def _hammer(world, seconds):
    told = world.client.host.out("/usr/bin/python3", "-B", str(CALLERS), str(CLIENTS), str(seconds), NAME, timeout=seconds * 6 + 60)
    return json.loads(told)


def _memory(world):
    """KiB."""
    text = Path(f"/proc/{world.client.helper.pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0])
