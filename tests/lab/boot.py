# SPDX-License-Identifier: GPL-2.0-or-later
"""One boot of the laboratory: a whole Linux as an ordinary process, and what it says."""

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import processors

LAB = Path(__file__).resolve().parent
KERNEL = "linux.uml"
MARK = "@lab "
BOOT_SECONDS, MARGIN_SECONDS = 90, 60
MEMORY = "768M"
UNPACKED = LAB.parents[1] / "build" / "unpacked"  # packages that can't be installed; see ../../dev


class BootFailed(Exception):
    """The guest died, or said nothing for longer than it may."""


class Boot:
    """Events of one boot, in order: `for event in boot.events()`."""

    def __init__(self, results, job, stage=None, without=()):
        self.results = Path(results).resolve()
        self.results.mkdir(parents=True, exist_ok=True)
        (self.results / "job.json").write_text(json.dumps(job))
        self._console = open(self.results / "console.log", "w")
        self._state = tempfile.TemporaryDirectory(prefix="lab-uml-")
        self._lines = queue.Queue()
        self._process = subprocess.Popen(self._argv(stage, without), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True, errors="replace",
                                         start_new_session=True)
        processors.ALL.join(self._process.pid)
        threading.Thread(target=self._read, daemon=True).start()

    def events(self):
        allowed = BOOT_SECONDS
        try:
            while True:
                event = self._next(allowed)
                allowed = MARGIN_SECONDS + event.get("seconds", 0) if event["event"] == "start" else MARGIN_SECONDS
                yield event
                if event["event"] == "finished":
                    return
        finally:
            self._end()

    def _argv(self, stage, without):
        argv = [KERNEL, f"mem={MEMORY}", "rootfstype=hostfs", "root=/dev/root", "rootflags=/", "rw", "quiet",
                f"init={LAB}/guest/init", "con=null", "con0=fd:0,fd:1", f"uml_dir={self._state.name}",
                f"umid=lab-{os.getpid()}-{id(self)}", f"LAB_DIR={LAB}", f"LAB_RESULTS={self.results}"]
        return argv + ([f"LAB_STAGE={Path(stage).resolve()}"] if stage else []) + [f"LAB_WITHOUT={','.join(without)}",
                                                                                   f"LAB_UNPACKED={UNPACKED}"]

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _next(self, seconds):
        end = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise BootFailed(f"the guest said nothing for {seconds} s") from None
            if line is None:
                raise BootFailed("the guest ended early")
            self._console.write(line)
            self._console.flush()
            if MARK in line:
                return json.loads(line.split(MARK, 1)[1])

    def _end(self):
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        processors.ALL.leave(self._process.pid)
        self._console.close()
        self._state.cleanup()
