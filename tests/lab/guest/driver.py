# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the scenarios of one boot, inside the guest. Everything it says is one JSON object a line on
the console, each line behind a mark, because the kernel and others write there too."""

import contextlib
import json
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import demonstration  # noqa: E402
import rounds  # noqa: E402
import scenario  # noqa: E402
import world  # noqa: E402

MARK = "@lab "
WARM_UP, WARM_UP_SECONDS = "documented", 240
STAGES, USUAL_MS, SLOWEST = ("prepare", "ike", "l2tp", "ppp", "ip"), 1300, 4  # modules are waited for in "sa"
DEPTH = 3  # the innermost frames say what failed; the rest is always the same


def say(**event):
    print(MARK + json.dumps(event), flush=True)


def play(earth, name, found):
    say(event="start", name=name, seconds=found.bound())
    began, problem = time.monotonic(), None
    try:
        earth.play(found)
    except BaseException as error:  # a scenario must not take the others with it
        problem = "".join(traceback.format_exception(error, limit=-DEPTH))
    say(event="end", name=name, ok=problem is None, seconds=round(time.monotonic() - began, 2),
        problem=problem, measures=earth.measures)
    return problem is None


def warm_up(earth, known, names):
    """The first connect of a boot waits for modules and for every program's first start. What it does is another
    scenario's business. The second one tells the machine's pace: bounds in seconds are those of one on which these stages
    take USUAL_MS, and are as much longer as this one is slower."""
    if names and not known[names[0]].without:
        say(event="start", name="warm-up", seconds=WARM_UP_SECONDS)
        for _ in range(2):
            try:
                earth.play(known[WARM_UP])
                earth.put_away()
            except Exception:
                earth.tidy()
        with contextlib.suppress(KeyError):
            earth.pace = min(max(1, sum(earth.measures[stage] for stage in STAGES) / USUAL_MS), SLOWEST)


def play_scenarios(job, results):
    known = scenario.all_scenarios()
    earth = world.World()
    say(event="booted")
    warm_up(earth, known, job["scenarios"])
    for name in job["scenarios"]:
        ok = play(earth, name, known[name])
        if ok and not job["keep"]:
            say(event="client", changed=earth.put_away())
        else:
            earth.tidy(results / name)


def play_rounds(job, results):
    earth = world.World()
    say(event="booted")
    ok = play(earth, "rounds", rounds.scenario(job["sides"], say))
    earth.tidy(None if ok else results / "rounds")


def play_demo(_job, results):
    earth = world.World()
    say(event="booted")
    ok = play(earth, "demo", demonstration.scenario(say))
    earth.tidy(None if ok else results / "demo")


JOBS = {"scenarios": play_scenarios, "rounds": play_rounds, "demo": play_demo}


def main(results):
    job = json.loads((results / "job.json").read_text())
    JOBS[job["kind"]](job, results)
    say(event="finished")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
