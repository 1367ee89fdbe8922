# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that go, secrets that are wrong, secrets that might be seen."""

import base64
import dataclasses
import os
import secrets

import canary
import server
from steps import NAME
from waiting import wait_for

GONE_SECONDS = 45


def marked():
    """Secrets that nothing else on earth holds."""
    return dataclasses.replace(server.DOCUMENTED, psk=f"canary-psk-{secrets.token_hex(12)}".encode(),
                               password=f"canary-password-{secrets.token_hex(12)}")


def server_vanishes(world):
    world.srv.vanish()
    wait_for(lambda: world.client.status(NAME).get("state") != "up", "bywayd to see that the server is gone",
             GONE_SECONDS, step=0.2)


def server_returns(world):
    world.srv.come_back()
    world.srv.restart_ipsec()
    world.srv.restart_xl2tpd()


def nothing_to_see(world):
    setup = world.client.setup
    hits = canary.hits(world.client.host, [secret.encode() if isinstance(secret, str) else secret for secret in
                                           (setup.psk, setup.password, setup.xauth, setup.tunnel) if secret])
    assert not hits, f"a secret is in {', '.join(hits)}"


def canary_sees(world):
    """The control: a secret in a file is found."""
    member, setup = world.client.host, world.client.setup
    for path in ("/var/tmp/note", "/run/note", "/opt/note"):
        member.write(path, b"xx" + setup.psk + b"yy")
        found = canary.hits(member, [setup.psk])
        assert len(found) == 1 and found[0].endswith("/note"), f"{path}: {found}"
        member.call(os.unlink, path)


def report_is_masked(world):
    """It has what the daemons read and said, and nobody's name, address or secret."""
    setup = world.client.setup
    told = world.client.byway("report", NAME)
    for part in ("## Last session", "### xl2tpd.conf", "### options", "### vici load-conn", "lns = <address-", "<server>", "<user>",
                 "xl2tpd: xl2tpd version", "masked, in "):
        assert part in told.out + told.err, f"{part} is not in: {told.out}"
    plain = world.client.byway("report", NAME, "--no-mask").out
    for private in (setup.user, "vpn.example.net", "172.31.18.0", world.client.status(NAME)["server"]):
        assert private in plain, f"{private} is not in: {plain}"
        assert private not in told.out, f"{private} is in: {told.out}"
    for secret in (setup.psk.decode(), setup.password):
        assert secret not in plain + told.out + told.err, f"a secret is in: {plain}"


def wrong_user(world):
    world.client.byway("edit", NAME, "user=nobody")


def wrong_password(world):
    return b"ipsec-psk=" + world.client.setup.psk + b"\npassword=not the password\n"


def wrong_key(world):
    return b"ipsec-psk=not the key\npassword=" + world.client.setup.password.encode() + b"\n"


def coded_key(world):
    """As ipsec.secrets has it."""
    setup = world.client.setup
    return b"ipsec-psk=0s" + base64.b64encode(setup.psk) + b"\npassword=" + setup.password.encode() + b"\n"
