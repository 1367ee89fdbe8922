# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual steps, with both daemons running already, as the documented set-up has them."""

import time
from pathlib import Path

import charon
import layers
import link
from waiting import wait_for

CONNECTION, LAC = "L2TP-PSK", "vpn"
CONTROL = "/run/xl2tpd/l2tp-control"


def prepare(world):
    """Writes the client's files and starts its xl2tpd; charon reads its part anew."""
    member = world.client.host
    for path, text in layers.files(["manual"], world.client.setup).items():
        layers.write(member, path, text)
    charon.stop(member)
    charon.start(member)
    wait_for(lambda: CONNECTION in member.out("ipsec", "statusall"), "the connection to be loaded")
    start_xl2tpd(member)


def start_xl2tpd(member):
    member.call(lambda: Path("/run/xl2tpd").mkdir(exist_ok=True))
    member.spawn(["xl2tpd", "-D"], log="xl2tpd.log")
    wait_for(lambda: member.exists(CONTROL), "xl2tpd's control pipe")


def up(world):
    """Measures the two halves and the whole, in milliseconds."""
    member = world.client.host
    began = time.monotonic()
    member.run(["ipsec", "up", CONNECTION])
    secured = time.monotonic()
    member.call(_command, f"c {LAC}")
    device = member.call(link.wait_for_address)[0]
    member.run(["ip", "route", "add", "172.31.18.0/24", "dev", device])
    ended = time.monotonic()
    world.measures.update(ike=_ms(began, secured), l2tp_ppp=_ms(secured, ended), up=_ms(began, ended))


def down(world):
    member = world.client.host
    began = time.monotonic()
    member.call(_command, f"d {LAC}")
    member.call(link.wait_for_address, wanted=False)
    member.run(["ipsec", "down", CONNECTION])
    world.measures.update(down=_ms(began, time.monotonic()))


def settle(world):
    """Both sides' pppd linger for six seconds after a disconnect; the next connect must not meet them."""
    for member in (world.client.host, world.srv.host):
        member.kill(member.pids("/usr/sbin/pppd"))
        wait_for(lambda: not member.pids("/usr/sbin/pppd"), "pppd's end")


def _command(line):
    Path(CONTROL).write_text(line + "\n")


def _ms(began, ended):
    return round((ended - began) * 1000)
