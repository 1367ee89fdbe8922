# SPDX-License-Identifier: GPL-2.0-or-later
"""Words for scenarios with NetworkManager in them. Those of steps.py that look at the host go with them."""

import subprocess
import time

import addressing
import network
import nm
import steps
from steps import NAME, documented
from waiting import wait_for

BYWAY = "org.freedesktop.NetworkManager.byway"
NETWORK_MANAGERS_OWN = ("all_traffic", "routes")
RIGHT = object()
SPLIT = {"ipv4.never-default": "true", "ipv4.routes": "172.31.18.0/24"}
PASSWD_FILE = "/run/lab/passwd-file"
PROMPT = "vpn.secrets.{}"
NOTICED = 20  # seconds for what nobody announces: an end, a cable


# -- profiles

def byway(options=None, name=NAME, flags=None, settings=SPLIT, service=BYWAY):
    """A profile for Byway, as a function of the world. Flags are of each secret; with any but 0 and 4 the
    profile has none."""
    def make(world):
        given = {"user": world.client.setup.user, **(documented() if options is None else options)}
        data = {key.replace("_", "-"): str(value) for key, value in given.items() if key not in NETWORK_MANAGERS_OWN}
        known = secrets(world)
        data |= {} if flags is None else {f"{key}-flags": str(flags) for key in known}
        return nm.Profile(name, service, data, known if flags in (None, 0, 4) else {}, settings)
    return make


def secrets(world):
    setup = world.client.setup
    return {"password": setup.password, "ipsec-psk": setup.psk.decode()}


# -- steps

def start(world):
    """From now on this is the state that has to come back."""
    world.start_manager()
    world.remember()


def stop(world):
    world.nm.stop()


def kill(world):
    world.nm.kill()


def start_again(world):
    world.nm.start()
    world.nm.wired_again()


def add_ann(world):
    nm.add_ann(world.client.host)


def add(profile):
    return lambda world: world.nm.add(profile(world))


def add_file(profile):
    return lambda world: world.nm.add_file(profile(world))


def up(world, name=NAME, words=(), user=()):
    world.measures["up"] = round(world.nm.up(name, *words, user=user).seconds * 1000)


def up_with_passwd_file(world):
    text = "".join(f"{PROMPT.format(key)}:{value}\n" for key, value in secrets(world).items())
    world.client.host.write(PASSWD_FILE, text, 0o600)
    up(world, words=("passwd-file", PASSWD_FILE))


def asked(password=(), ipsec_psk=(), says=(), name=NAME, user=()):
    """`nmcli --ask`, and what is typed when it asks for a secret, in turn; RIGHT is what the server has. It asks so
    often and no more, in whatever order, and says the words."""
    def step(world):
        right, left = secrets(world), {"password": list(password), "ipsec-psk": list(ipsec_psk)}
        prompts = {PROMPT.format(key): key for key in left}
        box = world.nm.asked_up(name, user)
        while prompt := box.wait_for(*prompts, seconds=nm.UP_SECONDS):
            key = prompts[prompt]
            if not left[key]:
                break
            typed = left[key].pop(0)
            box.type(right[key] if typed is RIGHT else typed)
        code = box.end(1 if prompt else nm.UP_SECONDS)
        assert not prompt, f"it asked for {prompt} once more: {box.said}"
        assert code == 0, f"nmcli ended with {code}: {box.said}"
        assert not any(left.values()), f"it did not ask for {left}: {box.said}"
        assert all(words.lower() in box.said.lower() for words in says), f"{says} is not in: {box.said}"
        world.measures["up"] = round(box.seconds * 1000)
    return step


def edit(*words, name=NAME):
    """`connection modify`."""
    return lambda world: world.nm.nmcli("connection", "modify", name, *words)


def refused(seconds, *words, name=NAME):
    """It fails in time, and nmcli or NetworkManager's log has the words."""
    def step(world):
        before = len(world.nm.log())
        result = world.nm.up(name, check=False)
        text = result.out + result.err + world.nm.log()[before:]
        assert result.code != 0, f"it came up: {text}"
        assert result.seconds <= seconds * world.pace, f"it took {result.seconds:.1f} s to be told: {text}"
        assert all(word.lower() in text.lower() for word in words), f"{words} is not in: {text}"
        world.measures["failed"] = round(result.seconds * 1000)
    return step


def says_why(*words, name=NAME):
    """`byway why` afterwards, as the journal advises."""
    def step(world):
        told = world.client.byway("why", name, check=False)
        text = told.out + told.err
        assert all(word.lower() in text.lower() for word in words), f"{words} is not in: {text}"
    return step


def down(world, name=NAME):
    world.measures["down"] = round(world.nm.down(name).seconds * 1000)


def cancelled_after(*delays):
    """`connection down` so many seconds after `connection up` began; a clean host each time."""
    def step(world):
        for delay in delays:
            attempt = world.nm.begin_up(NAME)
            wait_for(lambda: NAME in world.nm.active(), "the attempt to begin", step=0.05)
            time.sleep(delay)
            world.nm.down(NAME)
            assert attempt.wait(nm.DOWN_SECONDS) != 0, f"it came up, {delay} s after it began"
            clean(world)
    return step


def helper_killed(world):
    """What was up, or on its way, ends in NetworkManager too; the next helper finds and removes the rest."""
    world.client.kill_helper()
    is_gone(world)
    world.client.start_helper()


def while_connecting(act):
    """It happens as soon as the helper is at it, and the attempt must then fail."""
    def step(world):
        before = _sessions(world)
        attempt = world.nm.begin_up(NAME)
        wait_for(lambda: _sessions(world) > before, "the helper to be at it", nm.UP_SECONDS, step=0.05)
        act(world)
        assert attempt.wait(nm.UP_SECONDS) != 0, "it came up all the same"
    return step


def _sessions(world):
    """How many the helper, and those before it, began: by their log."""
    return world.client.host.read("/var/log/bywayd.log").count(": now preparing")


def link_goes(world):
    """As when the cable is pulled at the other end."""
    _router("link", "set", network.CLIENT_PORT, "down")
    wait_for(lambda: not world.nm.connected(), "NetworkManager to see that the cable is out", NOTICED, step=0.2)


def link_returns(world):
    _router("link", "set", network.CLIENT_PORT, "up")
    _router("address", "replace", f"{network.CLIENT_GATEWAY6}/64", "dev", network.CLIENT_PORT, "nodad")
    wait_for(world.nm.connected, "NetworkManager to be connected", NOTICED, step=0.2)


def _router(*words):
    subprocess.run(["ip", *words], check=True)


# -- checks

def is_active(world, name=NAME):
    assert world.nm.active().get(name) == "activated", world.nm.active()


def is_gone(world, name=NAME, seconds=NOTICED):
    wait_for(lambda: name not in world.nm.active(), f"the end of {name} in NetworkManager", seconds * world.pace, step=0.2)


def has(field, *values, name=NAME):
    """A field of the active connection has these values, and perhaps others."""
    def step(world):
        found = world.nm.field(name, field)
        assert all(any(value in one for one in found) for value in values), f"{field} is {found}"
    return step


def banner_says(words, name=NAME):
    """What desktops show when a VPN is up. nmcli takes a field of that name for the profile's."""
    def step(world):
        path, = world.nm.field(name, "GENERAL.DBUS-PATH")
        banner = world.client.host.out("busctl", "--address=unix:path=/run/dbus/system_bus_socket", "get-property",
                                       "org.freedesktop.NetworkManager", path, "org.freedesktop.NetworkManager.VPN.Connection", "Banner")
        assert words in banner, banner
    return step


def names_are_asked_of(*servers):
    """The first of resolv.conf, in this order."""
    def step(world):
        lines = world.client.host.read(addressing.RESOLV_CONF).splitlines()
        found = [line.split()[1] for line in lines if line.startswith("nameserver ")]
        assert found[:len(servers)] == list(servers), found
    return step


def mtu_is(wanted):
    def step(world):
        lines = [line for line in world.client.host.out("ip", "-o", "link").splitlines() if "ppp" in line.split(":")[1]]
        assert [line.split(" mtu ")[1].split()[0] for line in lines] == [str(wanted)], lines
    return step


def clean(world):
    """NetworkManager has no VPN any more, and the host is as it was."""
    active = world.nm.active()
    assert not active, f"NetworkManager still has {active}"
    steps.clean(world)
