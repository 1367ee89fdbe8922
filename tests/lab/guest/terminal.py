# SPDX-License-Identifier: GPL-2.0-or-later
"""A program on a terminal of its own: what it says is read, and answers are typed."""

import contextlib
import os
import pty
import select
import subprocess
import termios
import time

SIZE = 50, 250  # a line that does not fit is written again and again while somebody types


class Terminal:
    def __init__(self, member, argv, **named):
        self._near, far = pty.openpty()
        termios.tcsetwinsize(far, SIZE)
        self.said, self._seen, self._began = "", 0, time.monotonic()
        self.process = member.spawn(argv, stdin=far, stdout=far, stderr=far, start_new_session=True,
                                    env={"TERM": "dumb"}, **named)
        os.close(far)

    def wait_for(self, *alternatives, seconds=40):
        """Until it says one of these, after what was waited for before; which one. None when it never does."""
        end = time.monotonic() + seconds
        while not (found := [words for words in alternatives if words in self.said[self._seen:]]):
            if not self._read(end - time.monotonic()):
                return None
        first = min(found, key=lambda words: self.said.find(words, self._seen))
        self._seen = self.said.find(first, self._seen) + len(first)
        return first

    def type(self, line):
        os.write(self._near, line.encode() + b"\n")

    def end(self, seconds=40):
        """Its exit code; one that does not end is killed, and has none."""
        end = time.monotonic() + seconds
        while self._read(end - time.monotonic()):
            pass
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, end - time.monotonic()))
        code = self.process.poll()
        self.process.kill()
        self.process.wait()
        self.seconds = time.monotonic() - self._began
        os.close(self._near)
        return code

    def _read(self, seconds):
        """False when nothing more came in time, or ever will."""
        if not select.select([self._near], [], [], max(0, seconds))[0]:
            return False
        try:
            self.said += os.read(self._near, 65536).decode(errors="replace")
        except OSError:  # nobody has the other end any more
            return False
        return True
