#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the laboratory's scenarios: real kernels, real daemons, no privileges outside."""

import argparse
import contextlib
import os
import queue
import sys
import tempfile
import threading
from pathlib import Path

LAB = Path(__file__).resolve().parent
sys.path[:0] = [str(LAB), str(LAB / "guest")]
sys.dont_write_bytecode = True

import boot  # noqa: E402
import processors  # noqa: E402
import report  # noqa: E402
import scenario  # noqa: E402


FEW = 20
MATRIX = "matrix-"  # the measures of these are told as a table, too: milliseconds until a cell was up, or what was told


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="only these; a trailing * is a prefix")
    parser.add_argument("--list", action="store_true", help="say which scenarios there are")
    parser.add_argument("--stage", type=Path, metavar="DIR", help="what `DESTDIR=DIR ninja install` made")
    parser.add_argument("--results", type=Path, metavar="DIR", help="where logs of failures go")
    parser.add_argument("--keep", action="store_true", help="logs of all scenarios, not of failures only")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write JUnit XML")
    parser.add_argument("--boots", type=int, metavar="N",
                        help="boots side by side; else as many as there are processors, where that saves time")
    return parser.parse_args()


def chosen(wanted, known):
    """The names asked for; when none is, all but those on demand. An unknown one is an error."""
    if not wanted:
        return [name for name in known if not known[name].on_demand]
    names = []
    for pattern in wanted:
        found = [name for name in known if name == pattern or pattern[-1] == "*" and name.startswith(pattern[:-1])]
        if not found:
            sys.exit(f"lab: no scenario is called {pattern}; see --list")
        names += [name for name in found if name not in names]
    return [name for name in known if name in names]


def shards(names, known, count):
    """Neighbours stay together, because they share a set-up; the bounds say what weighs how much."""
    total, so_far, cut = sum(known[name].weight for name in names), 0, [[] for _ in range(count)]
    for name in names:
        cut[min(count - 1, so_far * count // total)].append(name)
        so_far += known[name].weight
    return [shard for shard in cut if shard]


def boots(names, known, count):
    """What each boot plays: what waits by itself, the rest with all modules, and one for each set of modules that has to be
    missing."""
    waiting = [name for name in names if known[name].waits]
    others = [name for name in names if not known[name].waits]
    whole = [name for name in others if not known[name].without]
    lacking = sorted({known[name].without for name in others} - {()})
    return ([waiting] if waiting else []) + shards(whole, known, count) + [
        [name for name in others if known[name].without == modules] for modules in lacking]


def run_boot(results, names, without, options, outcomes):
    """Each name gets one outcome, also when the boot dies under it."""
    left = list(names)
    try:
        job = {"kind": "scenarios", "scenarios": names, "keep": options.keep}
        with contextlib.closing(boot.Boot(results, job, options.stage, without).events()) as events:
            for event in events:
                if event["event"] == "end":
                    left.remove(event["name"])
                    outcomes.put(report.Outcome(*(event[key] for key in
                                                  ("name", "ok", "seconds", "problem", "measures"))))
    except Exception as error:
        for name in left:
            outcomes.put(report.Outcome(name, False, 0, f"{error}; see {results}/console.log"))


def play(names, known, options, results, side_by_side, more=0):
    """One outcome for each name, as they come: so many boots side by side, and so many more for what waits."""
    queued, waiting = queue.Queue(), queue.Queue()
    for number, found in enumerate(boots(names, known, side_by_side)):
        waiting.put((results / f"boot-{number}", found, known[found[0]].without, options, queued))

    def work():
        with contextlib.suppress(queue.Empty):
            while True:
                run_boot(*waiting.get_nowait())
    for _ in range(side_by_side + more * any(known[name].waits for name in names)):
        threading.Thread(target=work).start()
    for _ in names:
        yield queued.get()


def run(names, known, options, results):
    """The machines that this runs on are shared, and bounds in seconds are missed now and then: where few scenarios
    failed they are played once more, without others beside them, and a second failure counts. The first one is told."""
    tap, done, failed = report.Tap(sys.stdout, len(names)), [], []
    side_by_side = options.boots or processors.that_pay(os.cpu_count())
    tap.say(f"# boots side by side: {side_by_side}")
    for outcome in play(names, known, options, results, side_by_side, more=1):
        (done if outcome.ok else failed).append(outcome)
        (tap.add if outcome.ok else tap.mention)(outcome)
    if 0 < len(failed) <= FEW:
        failed = list(play([outcome.name for outcome in failed], known, options, results / "again", 1))
    for outcome in failed:
        tap.add(outcome)
    return done + failed


def main():
    options, known = arguments(), scenario.all_scenarios()
    if options.list:
        for name, found in known.items():
            print(f"{name:28} {found.about}")
        return 0
    results = (options.results or Path(tempfile.mkdtemp(prefix="byway-lab-"))).resolve()
    outcomes = run(chosen(options.scenarios, known), known, options, results)
    if options.junit:
        report.write_junit(options.junit, outcomes)
    for line in report.table(outcomes, MATRIX):
        print(f"# {line}", flush=True)
    failed = [outcome.name for outcome in outcomes if not outcome.ok]
    if failed:
        print(f"# {len(failed)} of {len(outcomes)} failed; logs: {results}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
