# SPDX-License-Identifier: GPL-2.0-or-later
"""A real NetworkManager beside the helper, with Byway's own VPN service."""

import os
import subprocess
from pathlib import Path

from world import as_root, end_process, wait_for

SERVICE = "org.freedesktop.NetworkManager.byway"
FOLDERS = ("/etc/NetworkManager", "/var/lib/NetworkManager", "/run/NetworkManager")
CONFIG = """[main]
auth-polkit=false
dns=none
hostname-mode=none
no-auto-default=*
plugins=keyfile
dhcp=internal
[device]
match-device=interface-name:eth0
"""
NAME = """[VPN Connection]
name=byway
service=org.freedesktop.NetworkManager.byway
program=%s
supports-multiple-connections=true
"""
WIRED = """[connection]
id=wired
type=ethernet
interface-name=eth0
[ipv4]
method=manual
address1=192.0.2.9/24,192.0.2.1
[ipv6]
method=disabled
"""


class Manager:
    @as_root()
    def __init__(self, world, service):
        self.world = world
        for folder in FOLDERS:
            os.makedirs(folder, exist_ok=True)
            world.inside("mount", "-t", "tmpfs", "none", folder)
        world.inside("mount", "-o", "remount,ro", "/sys")  # so it asks no udev, which does not run here
        self.write("NetworkManager.conf", CONFIG)
        self.write("VPN/nm-byway-service.name", NAME % os.path.abspath(service))
        self.write("system-connections/wired.nmconnection", WIRED)
        self.process = world.start([*world.way_in(), "NetworkManager", "--debug"], stdout=open(f"{world.folder}/nm-log", "w"),
                                   stderr=subprocess.STDOUT)
        wait_for("NetworkManager", lambda: "eth0" in self.nmcli("-t", "-f", "DEVICE", "device", check=False))
        self.nmcli("connection", "up", "wired")

    def write(self, name, text):
        self.world.inside("sh", "-c", f'umask 077; mkdir -p "$(dirname "$0")"; cat >"$0"', f"/etc/NetworkManager/{name}",
                          input=text, text=True)

    def nmcli(self, *words, check=True):
        done = subprocess.run(["nmcli", *words], env=self.world.env, capture_output=True, text=True, check=False, timeout=60)
        assert not check or done.returncode == 0, (words, done)
        return done.stdout

    def add(self, name, **secrets):
        """A VPN of ours, with its secrets in NetworkManager's own file."""
        flags = "" if secrets else ", password-flags=1, ipsec-psk-flags=1"
        self.nmcli("connection", "add", "type", "vpn", "con-name", name, "vpn-type", SERVICE, "autoconnect", "no", "vpn.data",
                   "gateway=vpn.example.net, user=alice" + flags,
                   "vpn.secrets", ", ".join(f"{key}={value}" for key, value in secrets.items()))

    def states(self):
        lines = self.nmcli("-t", "-f", "NAME,TYPE,STATE", "connection", "show", "--active").splitlines()
        return {line.split(":")[0]: line.split(":")[2] for line in lines}

    def end(self):
        end_process(self.process)
