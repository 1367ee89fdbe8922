#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times `byway up` beside the documented manual steps, in one boot at 50 ms round trip; and in another boot
`nmcli connection up` of Byway beside that of NetworkManager-l2tp."""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import boot  # noqa: E402

# The restart timer of LCP is 3 s: a link that took longer lost its first frame.
STALL_MS = 3000
NM_SIDES = ["nm-byway", "nm-peer"]
# What the protocols themselves need, by stage.
ROUND_TRIPS = {"byway ike": 3, "byway sa": 1.5, "byway l2tp": 2, "byway ppp": 4.5,
               "manual ike": 4.5, "manual l2tp_ppp": 6.5}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", type=Path, metavar="DIR", help="what `DESTDIR=DIR ninja install` made")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("-n", type=int, default=20, metavar="N", help="connects of each side (20)")
    parser.add_argument("--stalls", type=int, default=0, metavar="N", help="so many connects of Byway in all (100 is a good number)")
    parser.add_argument("--nm", type=int, default=10, metavar="N", help="connects of each side by nmcli (10)")
    parser.add_argument("--manual-only", action="store_true", help="only the reference side")
    return parser.parse_args()


def sides(options):
    if options.manual_only:
        return ["manual"] * options.n
    return ["byway", "manual"] * options.n + ["byway"] * max(0, options.stalls - options.n)


def measure(turns, stage):
    """Side -> the measures of its rounds, in milliseconds."""
    rounds = {side: [] for side in turns}
    results = tempfile.mkdtemp(prefix="byway-bench-")
    for event in boot.Boot(results, {"kind": "rounds", "sides": turns}, stage).events():
        if event["event"] == "round":
            rounds[event["side"]].append(event["measures"])
        elif event["event"] == "end" and not event["ok"]:
            raise SystemExit(f"{event['problem']}\nlogs: {results}")
    return rounds


def line(name, values, unit="ms"):
    return {"name": name, "unit": unit, "n": len(values),
            "median": statistics.median(values) if values else None, "worst": max(values, default=None)}


def stalled(round_):
    return round_.get("ppp", round_.get("l2tp_ppp", 0)) >= STALL_MS


def summary(rounds, count):
    """The first `count` rounds of each side are those that were taken in turn."""
    byway, hand = rounds.get("byway"), rounds["manual"]
    quick = [round_ for round_ in hand if not stalled(round_)]
    lines = [line("manual_up", [round_["up"] for round_ in hand]),
             line("manual_up_unstalled", [round_["up"] for round_ in quick]),
             share("manual_stalls", hand)]
    if byway:
        lines[:0] = [line("byway_up", [round_["up"] for round_ in byway[:count]])]
        lines += [share("byway_stalls", byway), line("byway_down", [round_["down"] for round_ in byway[:count]])]
    return lines + [line("manual_down", [round_["down"] for round_ in hand])]


def managed(rounds):
    """By nmcli, ours and NetworkManager-l2tp's; all values too, and how many attempts came to nothing before."""
    for side in NM_SIDES:
        failures = [round_["failures"] for round_ in rounds[side]]
        yield line(f"{side.replace('-', '_')}_failed", failures, "count") | {"all": failures}
    for what in ("up", "down"):
        for side in NM_SIDES:
            values = [round_[what] for round_ in rounds[side]]
            yield line(f"{side.replace('-', '_')}_{what}", values) | {"all": values}


def share(name, rounds):
    """Stalls are counted: median and worst are both the share of rounds that stalled."""
    part = sum(map(stalled, rounds)) / len(rounds) if rounds else 0
    return {"name": name, "unit": "share", "n": len(rounds), "median": part, "worst": part}


def stages(rounds, count):
    """Stage by stage, with what the protocols need."""
    for side, all_rounds in rounds.items():
        taken = all_rounds[:count]
        for stage in [key for key in (taken[0] if taken else {}) if key not in ("up", "down", "failures")]:
            yield line(f"{side} {stage}", [round_[stage] for round_ in taken if stage in round_]) | {
                "round_trips": ROUND_TRIPS.get(f"{side} {stage}", 0)}


def print_table(lines):
    print(f"{'':24}{'n':>5}{'median':>10}{'worst':>10}  unit   round trips")
    for entry in lines:
        median, worst = (f"{entry[key]:.2f}" if entry["unit"] == "share" else entry[key] for key in ("median", "worst"))
        print(f"{entry['name']:24}{entry['n']:5}{median!s:>10}{worst!s:>10}  {entry['unit']:6} {entry.get('round_trips', '')}")


def main():
    options = arguments()
    rounds = measure(sides(options), options.stage)
    lines = summary(rounds, options.n)
    if options.nm and not options.manual_only:
        lines += managed(measure(NM_SIDES * options.nm, options.stage))
    if options.json:
        for entry in lines:
            print(json.dumps(entry))
    else:
        print_table([*lines, *stages(rounds, options.n)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
