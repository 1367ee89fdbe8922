# SPDX-License-Identifier: GPL-2.0-or-later
"""The wire: a router between the client's network and the servers', and a private one behind srv.

    cli 192.0.2.10 ----+            +---- srv  198.51.100.1 ---- inside 172.31.18.41
                       |            |
              192.0.2.1 router 198.51.100.254
                       |            |
    world 203.0.113.80 +            +---- srv2 198.51.100.2
                                    +---- peer 198.51.100.7

All addresses are documentation's or private. The router is the guest itself, outside every host.
"""

import contextlib
import subprocess
from pathlib import Path

import host

SERVERS = {"srv": 1, "srv2": 2, "swan": 3, "peer": 7}
SRV, SRV2, SWAN, PEER = "198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.7"
CLI = "192.0.2.10"
WORLD, WORLD6 = "203.0.113.80", "2001:db8:80::80"
INSIDE, INSIDE6 = "172.31.18.41", "fd00:18::41"
CLIENT_GATEWAY, CLIENT_GATEWAY6 = "192.0.2.1", "2001:db8:2::1"
HOME, HOME_GATEWAY = "192.168.77.10", "192.168.77.1"  # the client's other address, which the router translates
RESOLV_CONF = "nameserver 192.0.2.53\nsearch client.example\n"
CLIENT_PORT, CLIENT_LINK = "to-cli", "eth0"


def _ip(lines):
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", text=True, check=True)


def make_router():
    _ip(["link add servers type bridge",
         "link set servers up",
         "address add 198.51.100.254/24 dev servers",
         "address add 2001:db8:51::fe/64 dev servers nodad",
         "link add world type dummy",
         "link set world up",
         f"address add {WORLD}/24 dev world",
         f"address add {WORLD6}/64 dev world nodad"])
    for name in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
        Path("/proc/sys/net", name).write_text("1")


def _pair(near, member, extra=()):
    """A cable from the router to the host, which sees it as eth0; an old host's goes with that, in its own time."""
    with contextlib.suppress(subprocess.CalledProcessError):
        subprocess.run(["ip", "link", "del", near], stderr=subprocess.DEVNULL, check=True)
    _ip([f"link add {near} type veth peer name {CLIENT_LINK} netns {member.tid}", *extra, f"link set {near} up"])


def make_client():
    client = host.Host("cli")
    _pair(CLIENT_PORT, client, [f"address add {CLIENT_GATEWAY}/24 dev {CLIENT_PORT}",
                                f"address add {CLIENT_GATEWAY6}/64 dev {CLIENT_PORT} nodad"])
    client.batch([f"address add {CLI}/24 dev {CLIENT_LINK}",
                  f"address add 2001:db8:2::10/64 dev {CLIENT_LINK} nodad",
                  f"link set {CLIENT_LINK} up",
                  f"route add default via {CLIENT_GATEWAY}",
                  f"route add default via {CLIENT_GATEWAY6}"])
    client.write("/etc/hosts", "127.0.0.1 localhost cli\n::1 localhost\n"
                               f"{SRV} vpn.example.net\n{SRV2} vpn2.example.net\n{SWAN} vpn3.example.net\n"
                               "2001:db8:51::1 vpn6.example.net\n")
    client.write("/etc/resolv.conf", RESOLV_CONF)
    return client


def make_server(name):
    """One that comes in another's place has its card's address, too: else the router would go on sending to the old one's."""
    server, number = host.Host(name), SERVERS[name]
    _pair(f"to-{name}", server, [f"link set to-{name} master servers"])
    server.batch([f"link set {CLIENT_LINK} address 02:00:c6:33:64:{number:02x}",
                  f"address add 198.51.100.{number}/24 dev {CLIENT_LINK}",
                  f"address add 2001:db8:51::{number}/64 dev {CLIENT_LINK} nodad",
                  f"link set {CLIENT_LINK} up",
                  "route add default via 198.51.100.254",
                  "route add default via 2001:db8:51::fe"])
    return server


def make_inside(server):
    """The host that only the server can reach: it knows no way to anywhere else."""
    inside = host.Host("inside")
    server.batch([f"link add eth1 type veth peer name eth0 netns {inside.tid}",
                  "address add 172.31.18.1/24 dev eth1",
                  "address add fd00:18::1/64 dev eth1 nodad",
                  "link set eth1 up"])
    inside.batch([f"address add {INSIDE}/24 dev eth0",
                  f"address add {INSIDE6}/64 dev eth0 nodad",
                  "link set eth0 up"])
    return inside


def set_delay(hosts, milliseconds):
    """One-way delay on each host's own end; a round trip takes it twice."""
    for member in hosts:
        if milliseconds == member.delay:
            continue
        if milliseconds:
            member.run(["tc", "qdisc", "replace", "dev", CLIENT_LINK, "root", "netem",
                        "limit", "10000", "delay", f"{milliseconds}ms"])
        else:
            member.run(["tc", "qdisc", "del", "dev", CLIENT_LINK, "root"])
        member.delay = milliseconds


@contextlib.contextmanager
def home(client):
    """Meanwhile the client has a second address, and leaves from that one under the router's. Flows of its own keep the
    kernel from going on with a translation, or with none, that was right before."""
    rule = ["POSTROUTING", "-s", f"{HOME}/32", "-j", "MASQUERADE"]
    subprocess.run(["iptables-legacy", "-t", "nat", "-A", *rule], check=True)
    _ip([f"address add {HOME_GATEWAY}/24 dev {CLIENT_PORT}"])
    client.batch([f"address add {HOME}/24 dev {CLIENT_LINK}"])
    try:
        yield
    finally:
        move(client, False)
        client.batch([f"address del {HOME}/24 dev {CLIENT_LINK}"])
        _ip([f"address del {HOME_GATEWAY}/24 dev {CLIENT_PORT}"])
        subprocess.run(["iptables-legacy", "-t", "nat", "-D", *rule], check=True)


def move(client, to_home):
    """Which of its two networks the client goes out by."""
    client.batch([f"route replace default via {HOME_GATEWAY} src {HOME}" if to_home else f"route replace default via {CLIENT_GATEWAY}"])
