# SPDX-License-Identifier: GPL-2.0-or-later
"""The other end of a host's /dev/log: every line into one file, with the time it came."""

import os
import re
import socket
import threading
import time

PRIORITY = re.compile(rb"^<\d+>(\w{3} [ \d]\d \d\d:\d\d:\d\d )?")


class Sink:
    """Made inside a host, so its socket and its file are that host's."""

    def __init__(self, path, log):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)
        os.chmod(path, 0o666)
        self._log = open(log, "ab", buffering=0)
        threading.Thread(target=self._read, daemon=True).start()

    def close(self):
        self._socket.close()

    def _read(self):
        while True:
            try:
                line = self._socket.recv(65536)
            except OSError:
                return
            if not line:
                return
            line = PRIORITY.sub(b"", line).rstrip(b"\0\n").replace(b"\n", b"\\n")
            self._log.write(f"{time.monotonic():.3f} ".encode() + line + b"\n")
