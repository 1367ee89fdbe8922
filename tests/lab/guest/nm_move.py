# SPDX-License-Identifier: GPL-2.0-or-later
"""Profiles that come from elsewhere: moved over from NetworkManager-l2tp, out of a file, and into a window."""

import json
import os

from nm_l2tp import SERVICE as PEERS
from nm_steps import BYWAY
from steps import NAME
from waiting import wait_for

FILE, COPY = "/run/lab/office.conf", "/run/lab/copy.conf"
DISPLAY = {"DISPLAY": ":7", "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1", "LC_ALL": "C.UTF-8"}
WINDOW_SECONDS = 60


def service_is(wanted):
    def step(world):
        found = world.nm.out("-g", "vpn.service-type", "connection", "show", NAME).strip()
        assert found == wanted, f"{NAME} is {found}'s"
    return step


def migrates(*words):
    """byway migrate, and what it says that it did."""
    def step(world):
        rows = json.loads(world.client.byway("migrate", *words, "--json", timeout=30).out)
        assert [row["name"] for row in rows] == [NAME], rows
    return step


is_ours, is_peers = service_is(BYWAY), service_is(PEERS)


def imports(world):
    """A file as NetworkManager-l2tp exports it, by nmcli; secrets never are in one."""
    setup = world.client.setup
    text = "\n".join(["[connection]", f"id={NAME}", "", "[vpn]", "gateway=vpn.example.net", f"user={setup.user}",
                      "ipsec-enabled=yes", "ipsec-remote-id=@vpn.example.net", "ipsec-ike=3des-sha1-modp1024!",
                      "ipsec-esp=3des-sha1!", "mtu=1280", "mru=1280", "no-vj-comp=yes", "", "[ipv4]", "method=auto",
                      "never-default=true", "routes=172.31.18.0/24 via 0.0.0.0 metric 0", ""])
    world.client.host.write(FILE, text, 0o600)
    world.nm.nmcli("connection", "import", "type", "byway", "file", FILE, timeout=20)
    world.nm.nmcli("connection", "modify", NAME, "vpn.secrets", f"password={setup.password}, ipsec-psk={setup.psk.decode()}",
                   timeout=20)


def exports(world):
    """And out again: the new file imports as the same connection, and holds no secret."""
    world.nm.nmcli("connection", "export", NAME, COPY, timeout=20)
    text = world.client.host.read(COPY)
    setup = world.client.setup
    assert setup.password not in text and setup.psk.decode() not in text, text
    before = _data(world, NAME)
    world.nm.nmcli("connection", "modify", NAME, "connection.id", "first", timeout=20)
    world.nm.nmcli("connection", "import", "type", "byway", "file", COPY, timeout=20)
    after = _data(world, NAME)
    assert before == after and after, (before, after)
    world.nm.nmcli("connection", "delete", NAME, timeout=20)
    world.nm.nmcli("connection", "modify", "first", "connection.id", NAME, timeout=20)


def _data(world, name):
    fields = "vpn.data,ipv4.routes,ipv4.never-default,ipv4.method"
    text = world.nm.out("-g", fields, "connection", "show", name)
    head, *rest = text.splitlines()
    return sorted(head.split(", ")), rest


def window_loads(world):
    """nm-connection-editor shows the profile, with both of the plugin's libraries in it."""
    host = world.client.host
    uuid = world.nm.out("-g", "connection.uuid", "connection", "show", NAME).strip()
    server = host.spawn(["Xvfb", DISPLAY["DISPLAY"], "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"], log="Xvfb.log")
    try:
        wait_for(lambda: host.call(_has_socket), "the X server", WINDOW_SECONDS, step=0.2)
        window = host.spawn(["nm-connection-editor", f"--edit={uuid}"], log="nm-connection-editor.log", env=DISPLAY)
        try:
            wait_for(lambda: _mapped(window.pid) >= {"libnm-vpn-plugin-byway.so", "libnm-vpn-plugin-byway-editor.so"},
                     "both libraries in nm-connection-editor", WINDOW_SECONDS, step=0.5)
        finally:
            window.kill()
            window.wait()
    finally:
        server.kill()
        server.wait()
    said = host.read("/var/log/nm-connection-editor.log")
    assert "CRITICAL" not in said and "could not be loaded" not in said.lower(), said


def _has_socket():
    return os.path.exists(f"/tmp/.X11-unix/X{DISPLAY['DISPLAY'][1:]}")


def _mapped(pid):
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            return {line.rsplit("/", 1)[-1].strip() for line in file if "libnm-vpn" in line}
    except OSError:
        return set()
