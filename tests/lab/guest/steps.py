# SPDX-License-Identifier: GPL-2.0-or-later
"""What scenarios are written in: steps and checks, each a function of the world."""

import http.client

import inside
import network
import oracle
from host import CommandFailed
from waiting import wait_for

NAME = "office"
CLEAN_SECONDS = 5


def documented(**changes):
    """The options of the documented server's connection."""
    return dict(gateway="vpn.example.net", ike="3des-sha1-modp1024", esp="3des-sha1",
                remote_id="@vpn.example.net", mtu=1280, mru=1280,
                all_traffic="no", routes="172.31.18.0/24") | changes


def modern(**changes):
    """As above, for a modern server: proposals are found automatically unless named."""
    options = documented(mtu=1400, mru=1400)
    return {key: value for key, value in options.items() if key not in ("ike", "esp")} | changes


# -- steps

def add(options, name=NAME):
    def step(world):
        world.client.add(name, **({"user": world.client.setup.user} | options))
    return step


def up(world, name=NAME):
    world.measures.update(world.client.up(name))


def down(world, name=NAME):
    world.measures["down"] = round(world.client.down(name).seconds * 1000)


def up_together(*names):
    """Begun in the same moment."""
    def step(world):
        attempts = [world.client.start_up(name) for name in names]
        for name, attempt in zip(names, attempts):
            assert attempt.end(30) == 0, f"{name} does not come up"
    return step


def named(name, step):
    """The same for another connection."""
    return lambda world: step(world, name)


def fails(what, seconds, *words, secrets=None):
    """The attempt fails in time, and what the user reads has all the words."""
    def step(world):
        attempt = world.client.start_up(NAME, secrets and secrets(world))
        try:
            attempt.finish()
        except CommandFailed as error:
            text = str(error).lower()
            assert all(word in text for word in words), f"{what}: {words} is not in: {text}"
        else:
            raise AssertionError(f"{what}: the connection came up")
        assert attempt.seconds <= seconds * world.pace, f"{what} took {attempt.seconds:.1f} s to be told"
        world.measures["failed"] = round(attempt.seconds * 1000)
    return step


# -- checks

def is_up(world, name=NAME):
    state = world.client.status(name)
    assert state.get("state") == "up", state


def is_down(world, name=NAME):
    state = world.client.status(name)
    assert state.get("state") != "up", state


def has_address(address):
    def step(world):
        addresses = world.client.host.out("ip", "-4", "-o", "address")
        assert f" {address} " in addresses or f" {address}/" in addresses, addresses
    return step


def pings(address, count=2):
    def step(world):
        world.client.host.run(["ping", "-n", "-q", "-i", "0.2", "-c", str(count), "-W", "2", address])
    return step


def keeps_answering(address, seconds):
    """Not one question of all these seconds stays without an answer."""
    def step(world):
        told = world.client.host.out("ping", "-n", "-q", "-i", "0.5", "-c", str(2 * seconds), "-W", "2", address,
                                     timeout=seconds + 20)
        assert " 0% packet loss" in told, told
    return step


def inside_answers(world):
    answer = ask(world, network.INSIDE)
    assert inside.GREETING in answer, answer


def inside_is_out_of_reach(world):
    try:
        answer = ask(world, network.INSIDE, seconds=1)
    except OSError:
        return
    raise AssertionError(f"inside answered without a tunnel: {answer}")


def goes(address, device):
    """Which way a packet to the address takes; the device may end in * (a prefix)."""
    def step(world):
        line = world.client.host.run(["ip", "route", "get", address], check=False).out
        used = line.split(" dev ")[1].split()[0] if " dev " in line else "nowhere"
        right = used.startswith(device[:-1]) if device.endswith("*") else used == device
        assert right, f"{address} goes by {used}, not {device}: {line}"
    return step


def clean(world):
    """Nothing of ours is left, and the host is as it was."""
    clean_within(world, CLEAN_SECONDS * world.pace)


def clean_within(world, seconds):
    def state():
        world.unclean = oracle.leftovers(world.client) or oracle.differences(world.before, oracle.snapshot(world.client))
        return not world.unclean
    try:
        wait_for(state, "a clean host", seconds, step=0.2)
    except TimeoutError:
        raise AssertionError(f"left behind, or changed: {world.unclean}") from None


def no_ike_within(seconds):
    """What the helper started it also stopped."""
    return lambda world: wait_for(lambda: not world.ike.runs(world.client.host), "the end of the IKE daemon that was started", seconds)


no_charon = no_ike_within(CLEAN_SECONDS)


def ask(world, address, port=80, seconds=5):
    """What a web server says to the client."""
    def act():
        connection = http.client.HTTPConnection(address, port, timeout=seconds)
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    return world.client.host.call(act)
