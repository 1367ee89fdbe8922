# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold whatever a server says: nobody falls, nothing that a terminal or a label obeys comes through, and it is told
what is wrong."""

import json
import unicodedata

from fault import why
from host import CommandFailed
from rogue import meeting
from steps import NAME, down, inside_answers, up


def meets(what, rogue, *outcomes, hears=""):
    """Byway calls that server; each outcome is "up", or a diagnosis' code. What it hears of the server is told."""
    def step(world):
        told = _call(world)
        state, code = world.client.status(NAME).get("state"), why(world).get("code", "nothing wrong")
        found = "up" if state == "up" else code
        world.measures[what] = found if found != "up" or code == "nothing wrong" else f"up, {code}"
        assert world.client.helper.poll() is None, f"{what}: bywayd fell"
        assert found in outcomes, f"{what}: {found} in place of {outcomes}: {told}"
        assert hears in told, f"{what}: nothing is told of it: {told}"
        harmless(world, what, told)
        world.client.host.run(["byway", "down", NAME], check=False)
    return meeting(rogue)(step)


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


def does_something(character):
    return character not in "\t\n" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")


def still_lives(world):
    """After all of it, a good server is met as ever."""
    up(world)
    inside_answers(world)
    down(world)
