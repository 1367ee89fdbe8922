# SPDX-License-Identifier: GPL-2.0-or-later
"""A server with Libreswan in it, which can't be installed beside strongSwan: its unpacked package
covers the host's own folders."""

from pathlib import Path

import layers
from waiting import wait_for

LIBEXEC, NSS, CONTROL = "/usr/libexec/ipsec", "/var/lib/ipsec/nss", "/run/pluto/pluto.ctl"
PLUTO = f"{LIBEXEC}/pluto"


class LibreswanServer:
    def __init__(self, member):
        self.host = member
        self._pluto = None
        package = Path("/mnt/unpacked/libreswan")
        member.call(member.cover, "/usr", str(package / "usr"))
        # /etc is covered already, and overlays stack two deep.
        member.run(["cp", "-a", f"{package}/etc/.", "/etc/"])
        member.call(lambda: Path(NSS).mkdir(parents=True, exist_ok=True))
        member.run(["certutil", "-N", "-d", f"sql:{NSS}", "--empty-password"])

    def use(self, setup):
        self._stop()
        for path, text in layers.files([f"server/{tree}" for tree in setup.trees], setup).items():
            layers.write(self.host, path, text)
        self.host.call(lambda: Path("/run/pluto").mkdir(exist_ok=True))
        self._pluto = self.host.spawn([PLUTO, "--config", "/etc/ipsec.conf", "--nofork", "--stderrlog", "--secretsfile",
                                       "/etc/ipsec.secrets", "--nssdir", NSS, "--rundir", "/run/pluto"], log="pluto.log")
        wait_for(lambda: self.host.exists(CONTROL), "pluto's socket", 20)
        self.host.run([f"{LIBEXEC}/addconn", "--ctlsocket", CONTROL, "--config", "/etc/ipsec.conf", "L2TP-PSK"])
        self.host.run(["/usr/libexec/ipsec/whack", "--ctlsocket", CONTROL, "--listen"])
        told = self.host.out("/usr/libexec/ipsec/whack", "--ctlsocket", CONTROL, "--status")
        assert '"L2TP-PSK"' in told, f"pluto does not take the connection: {told}"

    def _stop(self):
        if self._pluto:
            self._pluto.kill()
            self._pluto.wait()
            self.host.run(["rm", "-rf", "/run/pluto"])
            for what in ("state", "policy"):
                self.host.run(["ip", "xfrm", what, "flush"])
