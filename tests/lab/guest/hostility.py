# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold whatever a server says: nobody falls, nothing that a terminal or a label obeys comes through, and it is told
what is wrong."""

import json
import time

import rogue_ike
from fault import why
from harm import does_something
from host import CommandFailed
from rogue import meeting
from steps import NAME, down, inside_answers, up


def meets(what, rogue, *outcomes, hears=""):
    """Byway calls that server, which lies behind IPsec; see _met."""
    return meeting(rogue)(_met(what, outcomes, hears))


def meets_in_ike(what, rogue, *outcomes, hears=""):
    """The same, of a server that lies before there is IPsec."""
    return rogue_ike.meeting(rogue)(_met(what, outcomes, hears))


def probed(what, rogue, code, hears, *more):
    """`byway probe` asks that server; its exit code, and what it says."""
    def step(world):
        words = ("probe", "vpn.example.net", *more)
        found = world.client.byway(*words, check=False, timeout=90)
        text = found.out + found.err
        assert (found.code, hears in text) == (code, True), f"{what}: exit {found.code} in place of {code}: {text}"
        _says_nothing_that_acts(what, " ".join(words), text)
        world.measures[f"{what}, probed"] = f"{found.seconds:.1f} s"
    return rogue_ike.meeting(rogue)(step)


def _met(what, outcomes, hears):
    """Each outcome is "up", or a diagnosis' code. What it hears of the server is told."""
    def step(world):
        daemons, began = _daemons(world), time.monotonic()
        told = _call(world)
        took = time.monotonic() - began
        state, code = world.client.status(NAME).get("state"), why(world).get("code", "nothing wrong")
        found = "up" if state == "up" else code
        world.measures[what] = (found if found != "up" or code == "nothing wrong" else f"up, {code}") + f" ({took:.1f} s)"
        assert _daemons(world) == daemons, f"{what}: bywayd or the IKE daemon fell"
        assert found in outcomes, f"{what}: {found} in place of {outcomes}: {told}"
        assert hears in told, f"{what}: nothing is told of it: {told}"
        harmless(world, what, told)
        world.client.host.run(["byway", "down", NAME], check=False)
    return step


def _daemons(world):
    """The same ones as long as nobody fell."""
    found = world.client.helper.poll(), world.client.host.pids(world.ike.DAEMON)
    assert found[0] is None and found[1], f"bywayd, or the IKE daemon, does not run: {found}"
    return found


def _call(world):
    """What its user reads."""
    try:
        return world.client.up_for_people(NAME, 90)
    except CommandFailed as error:
        return error.err + error.out


def harmless(world, what, told):
    """In nothing that Byway prints is a letter that does something."""
    texts = {"up": told}
    for words in (("why", NAME), ("why", NAME, "--json"), ("status", NAME), ("status", NAME, "--json"), ("log", NAME), ("report", NAME)):
        texts[" ".join(words)] = world.client.byway(*words, check=False).out
    for words, text in texts.items():
        _says_nothing_that_acts(what, words, text)


def _says_nothing_that_acts(what, words, text):
    if words.endswith("--json"):
        text += "".join(_texts(json.loads(text)))
    found = {character for character in text if does_something(character)}
    assert not found, f"{what}: byway {words} prints {found!r}: {text!r}"


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def still_lives(world):
    """After all of it, a good server is met as ever."""
    up(world)
    inside_answers(world)
    down(world)
