# SPDX-License-Identifier: GPL-2.0-or-later
"""The client host with Byway on it: the buses, the helper, and the command line."""

import json
import os
import signal
import time
import uuid
from pathlib import Path
from subprocess import PIPE

import bus
from host import CommandFailed
from waiting import wait_for

BUS_NAME = "org.byway.Byway1"
SERVICE_FILE = f"/usr/share/dbus-1/system-services/{BUS_NAME}.service"
POLKIT, POLKIT_NAME = "/usr/lib/polkit-1/polkitd", "org.freedesktop.PolicyKit1"
MACHINE_ID = "/var/lib/dbus/machine-id"
RUN_DIR, STATE_DIR = "/run/byway", "/var/lib/byway"


class Client:
    def __init__(self, member, setup):
        self.host = member
        self.setup = setup
        self.helper = None

    # -- buses and the helper

    def start_bus(self):
        """The system bus, with polkit on it."""
        self.host.call(lambda: Path("/run/dbus").mkdir())
        if not self.host.exists(MACHINE_ID):
            self.host.write(MACHINE_ID, uuid.uuid4().hex + "\n")
        self.host.spawn(["dbus-daemon", "--system", "--nofork", "--nopidfile", "--nosyslog"], log="dbus.log")
        wait_for(lambda: self.host.exists("/run/dbus/system_bus_socket"), "the system bus")
        self.host.spawn([POLKIT, "--no-debug"], log="polkit.log")
        wait_for(lambda: self.owned(POLKIT_NAME), "polkit", step=0.05)

    def owned(self, name):
        return self.host.call(bus.has_owner, name)

    def start_helper(self, env=None):
        self.begin_helper(env)
        self.await_helper()

    def begin_helper(self, env=None):
        """Not waited for; the moment right before."""
        argv, began = self._helper_argv(), time.monotonic()
        self.helper = self.host.spawn(argv, log="bywayd.log", env={"G_MESSAGES_DEBUG": "all", **(env or {})})
        return began

    def await_helper(self):
        """It can be called."""
        wait_for(self._helper_lives, "bywayd's name on the bus", step=0.05)

    def kill_helper(self):
        self.helper.kill()
        self.helper.wait()

    def stop_helper(self, seconds=20):
        """As the system stops it."""
        self.helper.send_signal(signal.SIGTERM)
        self.helper.wait(seconds)

    def _helper_argv(self):
        for line in self.host.read(SERVICE_FILE).splitlines():
            if line.startswith("Exec="):
                return line[len("Exec="):].split()
        raise LookupError(f"{SERVICE_FILE} has no Exec= line")

    def _helper_lives(self):
        if self.helper.poll() is not None:
            raise RuntimeError(f"bywayd ended with {self.helper.returncode}")
        return self.owned(BUS_NAME)

    # -- the command line

    def byway(self, *words, **named):
        return self.host.run(["byway", *words], **named)

    def add(self, name, **options):
        self.byway("add", name, *(f"{key.replace('_', '-')}={value}" for key, value in options.items()))

    def secrets(self):
        """What the user knows, as the command line takes it on a descriptor."""
        known = {"xauth-password": self.setup.xauth, "l2tp-secret": self.setup.tunnel}
        return (b"ipsec-psk=" + self.setup.psk + b"\npassword=" + self.setup.password.encode() + b"\n"
                + "".join(f"{key}={value}\n" for key, value in known.items() if value).encode())

    def up_for_people(self, name, seconds=40):
        """What a person reads on the terminal."""
        read_end = _pipe_with(self.secrets())
        try:
            told = self.byway("up", name, "--secrets-fd", str(read_end), pass_fds=[read_end], timeout=seconds)
            return told.err + told.out
        finally:
            os.close(read_end)

    def start_up(self, name, secrets=None):
        """`byway up` begun; its objects come by `Attempt.stages`."""
        return Attempt(self, name, self.secrets() if secrets is None else secrets)

    def up(self, name, secrets=None, seconds=40):
        """Connected, or CommandFailed; the milliseconds of each stage."""
        return self.start_up(name, secrets).finish(seconds)

    def down(self, name, seconds=30):
        return self.byway("down", name, timeout=seconds)

    def status(self, name):
        return json.loads(self.byway("status", name, "--json").out)


class Attempt:
    """A running `byway up --json`."""

    def __init__(self, client, name, secrets):
        read_end = _pipe_with(secrets)
        self.argv = ["byway", "up", name, "--json", "--secrets-fd", str(read_end)]
        self.began = time.monotonic()
        # Without a buffer, because communicate() would miss what iterating has read ahead.
        self.process = client.host.spawn(self.argv, stdout=PIPE, stderr=PIPE, bufsize=0, pass_fds=[read_end])
        os.close(read_end)
        self.seen = []

    def wait_for_stage(self, stage, state="running"):
        """Returns as the stage gets there; False when the attempt ended before."""
        for line in self.process.stdout:
            if self._note(line).get("stage") == stage and self.seen[-1].get("state") == state:
                return True
        return False

    def finish(self, seconds=40):
        out, err = self.process.communicate(timeout=seconds)
        self.seconds = time.monotonic() - self.began
        for line in out.splitlines():
            self._note(line)
        if self.process.returncode != 0:
            raise CommandFailed(self.argv, self.process.returncode, self.text(), err.decode(errors="replace"))
        return {seen["stage"]: seen["ms"] for seen in self.seen if seen.get("state") == "done"}

    def end(self, seconds=40):
        """Ended in whatever way; its exit code."""
        try:
            self.finish(seconds)
        except CommandFailed:
            pass
        return self.process.returncode

    def text(self):
        return "".join(json.dumps(seen) + "\n" for seen in self.seen)

    def _note(self, line):
        self.seen.append(json.loads(line) if line.strip().startswith(b"{") else {"text": line.decode()})
        return self.seen[-1]


def _pipe_with(content):
    read_end, write_end = os.pipe()
    os.write(write_end, content)
    os.close(write_end)
    return read_end
