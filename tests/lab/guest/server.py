# SPDX-License-Identifier: GPL-2.0-or-later
"""A VPN server in a host, made of the trees under ../server."""

import dataclasses
from pathlib import Path

import charon
import layers
from waiting import wait_for

FIXED_ADDRESS = "192.168.42.11"
SECRETS = "/etc/ipsec.secrets"
SWANCTL = "/etc/swanctl/conf.d/l2tp.conf"


@dataclasses.dataclass(frozen=True)
class Setup:
    """Which trees a server has, and what is filled into them."""
    trees: tuple = ("common", "documented")
    psk: bytes = b"lab-psk-J7mRk2Qv"
    user: str = "vpnuser"
    password: str = "lab-password-w3Xz"
    address: str = FIXED_ADDRESS
    proposals: str = ""  # of IKE, where the tree "proposals" is among them
    code: str = ""  # of the refusal, where the tree "refuses" is among them
    xauth: str = ""  # xavier's password inside IKE, where a tree with XAUTH is among them
    tunnel: str = ""  # the tunnel secret that the client has
    client_id: str = ""  # in the words of ipsec.conf, where a tree asks for it
    server_id: str = ""
    fragmentation: str = "yes"  # of IKE itself, where the tree "certificate" is among them
    bits: str = "128"  # of MPPE, where the tree "mppe" is among them


DOCUMENTED = Setup()
MODP1536 = Setup(("common", "documented", "proposals"), proposals="3des-sha1-modp1536")  # the old set as Libreswan can do it
MODERN = Setup(("common", "modern"))
MSCHAPV2 = Setup(("common", "modern", "mschapv2"))
PAP = Setup(("common", "modern", "pap"))
WINS = Setup(("common", "modern", "wins"))
SAME_END = Setup(("common", "modern", "same-end"))
SECOND = Setup(("common", "modern", "second"), address="192.168.43.11")


class L2tp:
    """A server's xl2tpd, and the pppds that it starts."""

    def __init__(self, member):
        self._host = member
        self._process = None

    def restart(self):
        self.stop()
        self._host.call(lambda: Path("/run/xl2tpd").mkdir(exist_ok=True))
        self._process = self._host.spawn(["xl2tpd", "-D"], log="xl2tpd.log")
        wait_for(lambda: self._host.exists("/run/xl2tpd/l2tp-control"), "xl2tpd's control pipe")

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._host.kill(self._host.pids("/usr/sbin/pppd"))
            self._process = None


class VpnServer:
    """Starts what a set-up needs, and restarts only what a change of set-up changes; xl2tpd always,
    because a tunnel that an earlier client left open swallows the next one's packets."""

    def __init__(self, member):
        self.host = member
        self._files = {}
        self._l2tp = L2tp(member)
        self._gone = False

    def use(self, setup):
        self.come_back()
        seen = dataclasses.replace(setup, user=layers.visible(setup.user))
        wanted = layers.files([f"server/{tree}" for tree in setup.trees], seen)
        changed = {path for path in {*wanted, *self._files} if wanted.get(path) != self._files.get(path)}
        for path in changed:
            layers.write(self.host, path, wanted.get(path, ""))
        self._files = wanted
        self._restart(changed)

    def restart_ipsec(self):
        charon.stop(self.host)
        charon.start(self.host)
        if self.host.exists(SWANCTL):
            self.host.run(["swanctl", "--load-conns"])

    def half_open(self):
        """IKE associations that somebody began and nobody finished; some moments are given to it."""
        def count():
            return self.host.out("ipsec", "status").count("CONNECTING")
        try:
            wait_for(lambda: count() == 0, "no half-open association", 3, step=0.2)
        except TimeoutError:
            pass
        return count()

    def restart_xl2tpd(self):
        self._l2tp.restart()

    def stop_xl2tpd(self):
        self._l2tp.stop()

    def vanish(self):
        """As when its cable is pulled: no goodbye."""
        self.host.run(["ip", "link", "set", "eth0", "down"])
        self._gone = True

    def come_back(self):
        if self._gone:
            self.host.batch(["link set eth0 up", "route replace default via 198.51.100.254"])
        self._gone = False

    def _restart(self, changed):
        if any("iptables" in path or "sysctl" in path for path in changed):
            self.host.run(["iptables-legacy-restore", "/etc/iptables/rules.v4"])
            self.host.run(["sysctl", "-q", "-p", "/etc/sysctl.d/60-l2tp.conf"])
        ipsec = {path for path in changed if "ipsec" in path or "swanctl" in path}
        if ipsec == {SECRETS}:
            self.host.run(["ipsec", "rereadsecrets"])
        elif ipsec or any("iptables" in path for path in changed):
            # An association that a client left behind would keep plain L2TP of the same ports out.
            self.restart_ipsec()
        self.restart_xl2tpd()
