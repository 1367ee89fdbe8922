# SPDX-License-Identifier: GPL-2.0-or-later
"""Libreswan in a host, where it can't be installed beside strongSwan: its unpacked package covers the host's own folders."""

import os
import re
import threading
from pathlib import Path

import layers
import netlink
import server
from waiting import wait_for

LIBEXEC, NSS, CONTROL = "/usr/libexec/ipsec", "/var/lib/ipsec/nss", "/run/pluto/pluto.ctl"
PLUTO, WHACK, ADDCONN = f"{LIBEXEC}/pluto", f"{LIBEXEC}/whack", f"{LIBEXEC}/addconn"
DAEMON = PLUTO
CONF, DROP_IN = "/etc/ipsec.conf", "/etc/ipsec.d"
CHARON = "/usr/lib/ipsec/charon"


def install(member):
    """In strongSwan's place, as Debian's package does it: with IKE version 1 switched off."""
    package = Path("/mnt/unpacked/libreswan")

    def act():
        member.cover("/usr", str(package / "usr"))
        os.unlink(CHARON)
        Path(NSS).mkdir(parents=True, exist_ok=True)
    member.call(act)
    # /etc is covered already, and overlays stack two deep.
    member.run(["cp", "-a", f"{package}/etc/.", "/etc/"])
    member.run(["cp", f"{package}/lib/systemd/system/ipsec.service", "/etc/systemd/system/"])
    # What it looks at and loads before, a program for each module, takes minutes here, and is there.
    member.write("/etc/systemd/system/ipsec.service.d/lab.conf", "[Service]\nExecStartPre=\n")
    member.run(["certutil", "-N", "-d", f"sql:{NSS}", "--empty-password"])


def allow_ikev1(member):
    """What an administrator has to write, once."""
    member.write(CONF, member.read(CONF).replace("config setup\n", "config setup\n\tikev1-policy=accept\n", 1))


def start(member):
    """As its unit does; and it listens, with all connections of its file loaded."""
    member.call(lambda: Path("/run/pluto").mkdir(exist_ok=True))
    process = member.spawn([PLUTO, "--config", CONF, "--nofork", "--stderrlog"], log="pluto.log")
    threading.Thread(target=process.wait, daemon=True).start()  # buried at once
    wait_for(lambda: member.exists(CONTROL), "pluto's socket", 20)
    wait_for(lambda: member.run([WHACK, "--listen"], check=False).code == 0, "pluto to listen", 20)


def add(member, name):
    """That connection of its file."""
    member.run([ADDCONN, "--ctlsocket", CONTROL, "--config", CONF, name])
    assert names(member, f'"{name}"'), f"pluto does not take the connection {name}"


def take_certificate(member, packed, password, authority):
    """A PKCS #12 file's content; its authority, by its name, is one to trust from now on."""
    member.write("/root/server.p12", packed, 0o600)
    member.run(["pk12util", "-i", "/root/server.p12", "-d", f"sql:{NSS}", "-W", password])
    member.run(["certutil", "-M", "-d", f"sql:{NSS}", "-n", authority, "-t", "CT,,"])


def certificates(member):
    """What its database has: nicknames with their trust, and keys."""
    if not member.exists(f"{NSS}/cert9.db"):
        return []
    names = member.out("certutil", "-L", "-d", f"sql:{NSS}").splitlines()
    keys = member.run(["certutil", "-K", "-d", f"sql:{NSS}"], check=False).out.splitlines()  # fails when there is none
    return [line.strip() for line in names + keys if line.strip()]


def stop(member):
    member.run([WHACK, "--shutdown"], check=False)
    wait_for(lambda: not runs(member), "pluto's end", 20)


def kill(member):
    """At once, and nothing tidies up after it."""
    member.kill(member.pids(PLUTO))
    wait_for(lambda: not runs(member), "pluto's end")
    member.run(["rm", "-rf", "/run/pluto"])


def runs(member):
    return bool(member.pids(PLUTO))


def names(member, word):
    """What pluto says about connections and associations with that word in their name."""
    if not runs(member):
        return []
    return [line for line in member.run([WHACK, "--status"], check=False).out.splitlines() if word in line]


# -- steps on the client

def with_debians_settings(world):
    """As its package left it."""
    world.client.host.run(["cp", "/mnt/unpacked/libreswan/etc/ipsec.conf", CONF])
    start(world.client.host)
    world.remember()  # it comes with policies of its own


def dies(world):
    kill(world.client.host)


def comes_back(world):
    start(world.client.host)


def has_ours(world):
    """The control: what has to be gone at the end is seen meanwhile, a certificate and a key of one nickname."""
    ours = [line for line in certificates(world.client.host) if "byway-" in line]
    assert any("u,u,u" in line for line in ours), f"no certificate of ours: {ours}"
    assert any("rsa" in line for line in ours), f"no key of ours: {ours}"


def has_no_second_authority(world):
    """The one that was there is enough, and trusted as before."""
    ours = [line for line in certificates(world.client.host) if "byway-" in line]
    assert len(ours) == 2, f"more than a certificate and its key: {ours}"


def renewed_by(step):
    """After the step there are other associations of IKE and ESP than before, by pluto's numbers and the kernel's SPIs."""
    def renewing(world):
        before = _associations(world.client.host)
        step(world)
        after = _associations(world.client.host)
        world.measures |= {kind: f"{sorted(before[kind])} to {sorted(after[kind])}" for kind in before}
        kept = {kind: before[kind] & after[kind] for kind in before}
        assert all(before.values()) and all(after.values()) and not any(kept.values()), f"{before} became {after}"
    return renewing


def _associations(member):
    told = "\n".join(names(member, "byway-"))
    return {"IKE": set(re.findall(r"#(\d+): .*\((?:IKE|ISAKMP) SA established\)", told)),
            "ESP": {one["spi"] for one in member.call(netlink.states)}}


class LibreswanServer:
    """A VPN server, with the same xl2tpd and pppd as the others have."""

    def __init__(self, member):
        self.host = member
        self._l2tp = server.L2tp(member)
        install(member)

    def use(self, setup):
        kill(self.host)
        for what in ("state", "policy"):
            self.host.run(["ip", "xfrm", what, "flush"])
        wanted = layers.files([f"server/{tree}" for tree in setup.trees], setup)
        for path, text in wanted.items():
            layers.write(self.host, path, text)
        start(self.host)
        add(self.host, "L2TP-PSK")
        if "/etc/xl2tpd/xl2tpd.conf" in wanted:
            self._l2tp.restart()
