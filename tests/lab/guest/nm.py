# SPDX-License-Identifier: GPL-2.0-or-later
"""NetworkManager on the client, its command line, and the profiles it is given."""

import dataclasses
import signal
from pathlib import Path

import bus
import layers
import terminal
from waiting import wait_for

PROGRAM, BUS_NAME, OBJECT = "/usr/sbin/NetworkManager", "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
SERVICE = "nm-byway-service"
CONNECTED_LOCAL = 50  # of NMState
CABLE, WIRED = "eth0", "wired"
PROFILES = "/etc/NetworkManager/system-connections"
LOG = "NetworkManager.log"
START_SECONDS, UP_SECONDS, DOWN_SECONDS = 30, 40, 30
ANN_ID = 4711  # nobody else of this machine
ANN = ("setpriv", f"--reuid={ANN_ID}", f"--regid={ANN_ID}", "--clear-groups")


@dataclasses.dataclass(frozen=True)
class Profile:
    """A VPN profile, as nmcli takes it and as a keyfile has it."""
    name: str
    service: str
    data: dict
    secrets: dict = dataclasses.field(default_factory=dict)
    settings: dict = dataclasses.field(default_factory=dict)  # such as "ipv4.never-default": "true"

    def words(self):
        """What follows `nmcli connection add`."""
        kind = "byway" if self.service.endswith(".byway") else self.service  # the short name, too
        words = ["type", "vpn", "con-name", self.name, "vpn-type", kind, "autoconnect", "no", "vpn.data", _listed(self.data)]
        if self.secrets:
            words += ["vpn.secrets", _listed(self.secrets)]
        return words + [word for pair in self.settings.items() for word in pair]

    def keyfile(self):
        """Where nmcli has a list of routes, a keyfile numbers them."""
        sections = {"connection": {"id": self.name, "type": "vpn", "autoconnect": "false"},
                    "vpn": {"service-type": self.service, **self.data}, "vpn-secrets": self.secrets}
        for path, value in self.settings.items():
            section, key = path.split(".")
            routes = {f"route{number}": one for number, one in enumerate(value.split(","), 1)}
            sections.setdefault(section, {}).update(routes if key == "routes" else {key: value})
        for section in ("ipv4", "ipv6"):
            sections[section] = {"method": "auto", **sections.get(section, {})}
        return "\n".join("\n".join([f"[{name}]", *(f"{key}={_escaped(value)}" for key, value in section.items()), ""])
                         for name, section in sections.items())


def _listed(values):
    """A list in one word of nmcli's, whatever is in it."""
    return ", ".join(f"{key}={value}".replace("\\", "\\\\").replace(",", "\\,") for key, value in values.items())


def _escaped(value):
    return value.replace("\\", "\\\\")


class NetworkManager:
    """It sets the cable up as the laboratory does without it; only metrics are others."""

    def __init__(self, box):
        self.host, self._box, self.process = box.host, box, None

    def start(self):
        if not self.process:
            self._prepare()
        self.process = self.host.spawn([PROGRAM, "--debug"], log=LOG)
        wait_for(self._lives, "NetworkManager's name on the bus", START_SECONDS, step=0.1)
        wait_for(self.connected, "NetworkManager to be connected", START_SECONDS, step=0.2)

    def stop(self, seconds=20):
        """As the system stops it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def wired_again(self):
        """The cable is set up anew. Where NetworkManager ends while a VPN is up, its own routes to the VPN's server
        stay there, whichever VPN it was."""
        self.nmcli("--wait", str(START_SECONDS), "connection", "up", WIRED, timeout=START_SECONDS + 5)

    def connected(self):
        """By its own profile, whatever else there is."""
        state = self.host.call(bus.number, BUS_NAME, OBJECT, BUS_NAME, "State")
        if (state or 0) < CONNECTED_LOCAL:
            return False
        return f"{CABLE}:connected:{WIRED}" in self.out("-t", "-f", "DEVICE,STATE,CONNECTION", "device")

    # -- its command line

    def nmcli(self, *words, user=(), **named):
        return self.host.run([*user, "nmcli", *words], **named)

    def out(self, *words):
        return self.nmcli(*words, check=False, timeout=20).out

    def add(self, profile):
        self.nmcli("connection", "add", *profile.words(), timeout=20)

    def add_file(self, profile):
        path = f"{PROFILES}/{profile.name}.nmconnection"
        layers.write(self.host, path, profile.keyfile())
        self.nmcli("connection", "load", path, timeout=20)

    def up(self, name, *words, user=(), check=True):
        """Connected and known to NetworkManager as such, or CommandFailed."""
        return self.nmcli("--wait", str(UP_SECONDS), "connection", "up", name, *words, user=user, check=check,
                          timeout=UP_SECONDS + 10)

    def asked_up(self, name, user=()):
        """`connection up` on a terminal, where it can ask."""
        return terminal.Terminal(self.host, [*user, "nmcli", "--ask", "--wait", str(UP_SECONDS), "connection", "up", name])

    def begin_up(self, name):
        """`connection up` begun; what it says is in the log."""
        return self.host.spawn(["nmcli", "--wait", str(UP_SECONDS), "connection", "up", name], log="nmcli.log")

    def down(self, name, check=True):
        return self.nmcli("--wait", str(DOWN_SECONDS), "connection", "down", name, check=check, timeout=DOWN_SECONDS + 10)

    def active(self):
        """Name -> state, such as activating or activated, of each VPN that is not down."""
        lines = (line.split(":") for line in self.out("-t", "-f", "NAME,TYPE,STATE", "connection", "show", "--active").splitlines())
        return {name: state for name, kind, state in lines if kind == "vpn"}

    def field(self, name, field):
        """Values of one field of an active connection, such as IP4.DNS."""
        return self.out("-g", field, "connection", "show", name).strip().split(" | ")

    def forget(self):
        """Every profile but the cable's."""
        self.host.call(_remove_others, PROFILES, WIRED)
        self.host.call(bus.do, BUS_NAME, f"{OBJECT}/Settings", f"{BUS_NAME}.Settings", "ReloadConnections")
        wait_for(lambda: not self.host.pids(SERVICE), "the end of our service", START_SECONDS, step=0.05)

    def log(self):
        return self.host.read(f"/var/log/{LOG}")

    def _prepare(self):
        for path, text in layers.files(["nm"], self._box.setup).items():
            layers.write(self.host, path, text)
        self.host.batch([f"link set {CABLE} down", f"address flush dev {CABLE}"])
        # Where /sys can be written it waits for udev, which nobody runs here.
        self.host.run(["mount", "-o", "remount,ro", "/sys"])

    def _lives(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"NetworkManager ended with {self.process.returncode}")
        return self._box.owned(BUS_NAME)


def _remove_others(folder, name):
    for path in Path(folder).iterdir():
        if path.stem != name:
            path.unlink()


def add_ann(member):
    """Somebody who is not root, and logged in as far as logind's files tell it, which NetworkManager reads."""
    member.write("/etc/passwd", member.read("/etc/passwd") + f"ann:x:{ANN_ID}:{ANN_ID}:Ann:/tmp:/bin/sh\n")
    member.write("/etc/group", member.read("/etc/group") + f"ann:x:{ANN_ID}:\n")
    member.run(["mkdir", "-p", *(f"/run/systemd/{what}" for what in ("seats", "sessions", "users", "machines"))])
    member.write(f"/run/systemd/users/{ANN_ID}", "NAME=ann\nSTATE=active\nSESSIONS=1\nACTIVE_SESSIONS=1\nONLINE_SESSIONS=1\n")
    member.write("/run/systemd/sessions/1", f"UID={ANN_ID}\nUSER=ann\nACTIVE=1\nSTATE=active\nREMOTE=0\nTYPE=tty\nCLASS=user\n")
