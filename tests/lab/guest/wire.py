# SPDX-License-Identifier: GPL-2.0-or-later
"""What passes on the client's cable, seen from the router's side."""

import contextlib
import subprocess
from pathlib import Path

import network
from waiting import wait_for

FOLDER = Path("/run/wire")
CLEAR_L2TP = "udp port 1701"
# A server has no guard: its pppd, left in the middle of LCP, asks for the end again three seconds later.
CLEAR_L2TP_OF_CLIENT = f"udp dst port 1701 and src host {network.CLI}"


class Capture:
    """Packets that match, as text, one a line. Begins only when tcpdump listens."""

    def __init__(self, name, expression, interface=network.CLIENT_PORT):
        FOLDER.mkdir(exist_ok=True)
        self._file = FOLDER / f"{name}.txt"
        self._errors = FOLDER / f"{name}.err"
        with open(self._file, "wb") as out, open(self._errors, "wb") as err:
            self._process = subprocess.Popen(
                ["tcpdump", "-l", "-n", "--immediate-mode", "-tt", "-i", interface, expression],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        wait_for(lambda: b"listening on" in self._errors.read_bytes(), "tcpdump")

    def packets(self):
        return [line for line in self._file.read_text(errors="replace").splitlines() if line.strip()]

    def stop(self):
        assert self._process.poll() is None, f"tcpdump ended by itself: {self._errors.read_text()}"
        self._process.terminate()
        self._process.wait()
        return self.packets()


@contextlib.contextmanager
def something_matches(name, expression, what):
    """Fails when no packet matched while the block ran."""
    capture = Capture(name, expression)
    try:
        yield capture
    finally:
        packets = capture.stop()
    assert packets, f"{what}: not one packet"


@contextlib.contextmanager
def nothing_matches(name, expression, what):
    """Fails when a packet matched while the block ran."""
    capture = Capture(name, expression)
    try:
        yield capture
    finally:
        packets = capture.stop()
    assert not packets, f"{what}: {len(packets)} packets, the first: {packets[0]}"
