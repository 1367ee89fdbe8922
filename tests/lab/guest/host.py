# SPDX-License-Identifier: GPL-2.0-or-later
"""A host: a thread with a network and a mount namespace of its own.

What a thread starts inherits the thread's namespaces, so a host needs no agent and no nsenter: a
function handed to `Host.call` sees that host's files and sockets, and so does what it spawns.
"""

import contextlib
import ctypes
import os
import queue
import signal
import subprocess
import threading
import time
from pathlib import Path

import sink

CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWUTS, CLONE_NEWPID = 0x00020000, 0x40000000, 0x04000000, 0x20000000
MS_NOSUID, MS_BIND, MS_REC, MS_PRIVATE = 0x2, 0x1000, 0x4000, 0x40000
MNT_DETACH = 0x2
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
               "LC_ALL": "C.UTF-8", "HOME": "/root"}
OVERLAID = ("/etc", "/var")
FRESH = (("/run", "mode=755"), ("/tmp", "mode=1777"), ("/root", "mode=700"), ("/dev/shm", "mode=1777"))

libc = ctypes.CDLL(None, use_errno=True)


class CommandFailed(Exception):
    def __init__(self, argv, code, out, err):
        super().__init__(f"{' '.join(map(str, argv))}: exit {code}\n{out}{err}".rstrip())
        self.code, self.out, self.err = code, out, err


class Result:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds


def checked(answer, what):
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source, target, kind, flags=0, data=""):
    checked(libc.mount(source.encode(), target.encode(), kind.encode() if kind else None, flags, data.encode() or None),
            f"mount {target}")


def unmount(target):
    checked(libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


class Host:
    def __init__(self, name, store="/mnt/store/hosts"):
        self.name = name
        self.delay = 0  # of what it sends, in milliseconds
        self.upper = Path(store) / f"{name}-{time.monotonic_ns()}"
        self._jobs = queue.Queue()
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()
        self.call(self._settle)

    # -- work inside the host

    def call(self, function, *arguments, **named):
        """Runs the function inside the host and gives back what it gave."""
        answer = queue.SimpleQueue()
        self._jobs.put((function, arguments, named, answer))
        kind, value = answer.get()
        if kind == "raised":
            raise value
        return value

    def spawn(self, argv, log=None, env=None, **named):
        """Starts a process inside the host; its output goes to the log when one is named."""
        def start():
            with contextlib.ExitStack() as stack:
                if log:
                    file = stack.enter_context(open(f"/var/log/{log}", "ab"))
                    named.update(stdout=file, stderr=subprocess.STDOUT)
                named.setdefault("stdin", subprocess.DEVNULL)
                return subprocess.Popen(argv, env={**ENVIRONMENT, **(env or {})}, cwd="/", **named)
        return self.call(start)

    def run(self, argv, check=True, input=None, timeout=60, **named):
        began = time.monotonic()
        process = self.spawn(argv, stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, **named)
        data = input.encode() if isinstance(input, str) else input
        try:
            out, err = process.communicate(data, timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            err += f"\n(still running after {timeout} s)".encode()
        result = Result(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"),
                        time.monotonic() - began)
        if check and result.code != 0:
            raise CommandFailed(argv, result.code, result.out, result.err)
        return result

    def out(self, *argv, **named):
        return self.run(argv, **named).out

    def batch(self, lines, family=()):
        """Many ip(8) commands for the price of one process."""
        self.run(["ip", *family, "-batch", "-"], input="\n".join(lines) + "\n")

    # -- files inside the host

    def read(self, path):
        return self.call(lambda: Path(path).read_text(errors="replace"))

    def write(self, path, content, mode=0o644):
        def act():
            target = Path(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
            target.chmod(mode)
        self.call(act)

    def exists(self, path):
        return self.call(os.path.exists, path)

    # -- processes inside the host

    def processes(self):
        """The command lines of this host's processes, by process id."""
        return {pid: line for pid, line in self._command_lines()}

    def pids(self, word):
        return [pid for pid, line in self._command_lines() if word in line]

    def kill(self, pids, number=signal.SIGKILL):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def end(self):
        """Everything the host runs dies, and its namespaces with it."""
        for _ in range(100):
            pids = list(self.processes())
            if not pids:
                break
            self.kill(pids)
            time.sleep(0.02)
        self.sink.close()
        self._jobs.put(None)
        self._thread.join(5)

    def _command_lines(self):
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{entry}/ns/net") == self.namespace:
                    line = Path(f"/proc/{entry}/cmdline").read_bytes()
                    if line:
                        yield int(entry), line.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")

    # -- the thread

    def _serve(self):
        checked(libc.unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS), "unshare")
        while (job := self._jobs.get()) is not None:
            function, arguments, named, answer = job
            try:
                answer.put(("returned", function(*arguments, **named)))
            except BaseException as error:  # handed to the caller, whatever it is
                answer.put(("raised", error))

    def _settle(self):
        self.tid = threading.get_native_id()
        self.namespace = os.readlink("/proc/thread-self/ns/net")  # what it starts may have mounts of its own
        mount("none", "/", None, MS_REC | MS_PRIVATE)
        self.upper.mkdir(parents=True)
        for path in OVERLAID:
            self.overlay(path)
        for path, options in FRESH:
            mount(self.name, path, "tmpfs", MS_NOSUID, options)
        mount("sysfs", "/sys", "sysfs")
        for kind in ("all", "default"):
            Path(f"/proc/sys/net/ipv6/conf/{kind}/accept_dad").write_text("0")
        os.makedirs("/run/lab")
        os.makedirs("/run/lock")
        libc.sethostname(self.name.encode(), len(self.name))
        self.sink = sink.Sink("/run/lab/log", "/var/log/syslog")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def cover(self, path, folder):
        """As overlay, and what is in the folder lies above what was there. To be called inside the host."""
        upper, work = self.upper / f"{path[1:]}.cover", self.upper / f"{path[1:]}.cover.work"
        upper.mkdir(parents=True)
        work.mkdir(parents=True)
        mount("overlay", path, "overlay", 0, f"lowerdir={folder}:{path},upperdir={upper},workdir={work}")

    def overlay(self, path):
        """From now on what this host writes below the path is its own. To be called inside the host."""
        upper, work = self.upper / path[1:], self.upper / f"{path[1:]}.work"
        upper.mkdir(parents=True)
        work.mkdir(parents=True)
        mount("overlay", path, "overlay", 0, f"lowerdir={path},upperdir={upper},workdir={work}")
