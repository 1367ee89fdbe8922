# SPDX-License-Identifier: GPL-2.0-or-later
"""Something is broken, and Byway says what: with the right code, at the right stage, in time."""

import json

from host import CommandFailed
from steps import NAME
from waiting import wait_for


def diagnosed(code, stage, seconds, secrets=None, name=NAME, meanwhile=None):
    """The attempt fails, and so it is told within the seconds; `secrets` as in steps.fails. `meanwhile` is
    a function of the world and the attempt that runs."""
    def step(world):
        attempt = world.client.start_up(name, secrets and secrets(world))
        if meanwhile:
            meanwhile(world, attempt)
        try:
            attempt.finish(seconds=60)
        except CommandFailed as error:
            verdict(world, attempt.seen[-1].get("diagnosis") or {}, code, stage, str(error))
        else:
            raise AssertionError(f"{code}: the connection came up")
        assert attempt.seconds <= seconds * world.pace, f"{code} took {attempt.seconds:.1f} s to be told (pace {world.pace:.1f})"
        world.measures["failed"] = round(attempt.seconds * 1000)
    return step


def why(world):
    """What `byway why` says now."""
    return json.loads(world.client.byway("why", NAME, "--json").out)


def guesses(*words):
    """What else it may be, and what to type, as `byway why` has it."""
    def step(world):
        said = why(world)
        told = json.dumps([said["others"], said["fixes"]])
        assert all(word in told for word in words), said
    return step


def verdict(world, diagnosis, code, stage, context):
    found = diagnosis.get("code"), diagnosis.get("stage")
    assert found == (code, stage), f"{found} in place of {(code, stage)}: {context}"
    assert diagnosis["sentence"] and diagnosis["fixes"], f"nothing is said about it: {diagnosis}"
    assert "{" not in json.dumps([diagnosis["sentence"], diagnosis["seen"]]), f"a hole in the text: {diagnosis}"
    world.measures["sentence"] = diagnosis["sentence"]


def lost(code, seconds):
    """The connection that was up is not any more, and why says so."""
    def step(world):
        wait_for(lambda: world.client.status(NAME).get("state") != "up", "the end to be noticed", seconds * world.pace, step=0.1)
        wait_for(lambda: why(world).get("code"), "a reason", 10)
        verdict(world, why(world), code, "ip", world.client.byway("log", NAME).out)
    return step


def warned(code, seconds, stage="ip"):
    """It is up, and this is not well."""
    def step(world):
        def found():
            diagnosis = why(world)
            return [one for one in (diagnosis, *diagnosis.get("more", [])) if one.get("code") == code]
        wait_for(found, f"the warning {code}", seconds * world.pace, step=0.2)
        diagnosis = found()[0]
        assert diagnosis["severity"] == "warning", diagnosis
        verdict(world, diagnosis, code, stage, world.client.byway("log", NAME).out)
    return step


def well(world):
    """Nothing is wrong with what is up."""
    assert why(world) == {}, why(world)
