# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that go, secrets that are wrong, secrets that might be seen."""

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
    hits = canary.hits(world.client.host, [setup.psk, setup.password.encode()])
    assert not hits, f"a secret is in {', '.join(hits)}"


def canary_sees(world):
    """The control: a secret in a file is found."""
    member, setup = world.client.host, world.client.setup
    for path in ("/var/tmp/note", "/run/note", "/opt/note"):
        member.write(path, b"xx" + setup.psk + b"yy")
        found = canary.hits(member, [setup.psk])
        assert len(found) == 1 and found[0].endswith("/note"), f"{path}: {found}"
        member.call(os.unlink, path)


def wrong_password(world):
    return b"ipsec-psk=" + world.client.setup.psk + b"\npassword=not the password\n"


def wrong_key(world):
    return b"ipsec-psk=not the key\npassword=" + world.client.setup.password.encode() + b"\n"
