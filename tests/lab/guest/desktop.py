# SPDX-License-Identifier: GPL-2.0-or-later
"""A logged-in user's side: a session bus, an unlocked keyring; and the system bus's activation."""

import canary
import client
from steps import NAME
from waiting import wait_for

SESSION_BUS = "/run/lab/session-bus"
SESSION = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={SESSION_BUS}"}
EMPTY_KEYRING = 200
SECRETS = ("ipsec-psk", "password")


def log_in(world):
    """The keyring opens with an empty password, as one without a password does."""
    member = world.client.host
    member.spawn(["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={SESSION['DBUS_SESSION_BUS_ADDRESS']}"],
                 log="session-bus.log")
    wait_for(lambda: member.exists(SESSION_BUS), "the session bus")
    member.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input="\n", env=SESSION)


def keep_secrets(world):
    setup = world.client.setup
    for key, value in zip(SECRETS, (setup.psk, setup.password.encode())):
        world.client.byway("set-secret", NAME, key, "--stdin", "--storage", "save", input=value, env=SESSION)


def up_from_keyring(world):
    world.client.byway("up", NAME, env=SESSION, timeout=40)


def keyring_holds_them(world):
    """Otherwise the scan that leaves the keyring's file out proves nothing."""
    member = world.client.host
    sizes = member.out("sh", "-c", f"stat -c %s /root/{canary.KEYRINGS}login.keyring").split()
    assert int(sizes[0]) > EMPTY_KEYRING, f"the keyring's file has only {sizes[0]} bytes"


def up_without_any_secret(world):
    """No keyring answers, no terminal to ask on: refused, with the names of what is missing."""
    result = world.client.byway("up", NAME, check=False, timeout=20)
    assert result.code != 0, "byway up connected without secrets"
    assert all(key in result.err + result.out for key in SECRETS), result.err + result.out


def activates(world):
    assert not world.client.owned(client.BUS_NAME), "bywayd runs already"
    world.client.byway("list")
    assert world.client.owned(client.BUS_NAME), "byway list did not start bywayd"


def start_bus(world):
    world.client.start_bus()
