#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long things take at 10, 100 and 1,000 saved connections: the helper's start, "byway list", and the applet's list.

    scale.py [--json] BYWAYD BYWAY SCALE-ROSTER

Prints a table, or JSON; as a test (BYWAY_TAP set) TAP. Milliseconds of the clock, and of the processor that each program itself
used: the latter do not grow because others use the machine, and are what is compared. Fails where 1,000 take more than their share
of what 100 take, or where a start with 1,000 uses more than 100 ms; on a machine that is slower than the one this was written on,
in proportion."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import buses  # noqa: E402

SIZES, TIMES = (10, 100, 1000), 3
NAME = "org.byway.Byway1"
USER = 5
START_MS = 100
# Linear, with this slack; and what is too little to be compared, in milliseconds.
SLACK, GRAIN = 1.6, 4.0
# What `yardstick` takes on a machine that is not slow, in milliseconds.
YARD_MS = 30.0
def fill(folder, count):
    """Saved connections as the helper writes them."""
    os.makedirs(folder, mode=0o700)
    for number in range(count):
        name = str(uuid.uuid4())
        with open(f"{folder}/{name}.conf", "w") as file:
            file.write(f"[connection]\nuuid={name}\nname=connection {number:04}\nowner={USER}\n\n[settings]\n"
                       f"gateway=vpn{number}.example.net\nroutes=10.{number % 250}.0.0/16\nuser=alice\n\n[end]\ncomplete=yes\n")


def yardstick():
    """Work that has nothing to do with Byway, in milliseconds of the processor: the best of some."""
    best = float("inf")
    for _ in range(5):
        begin = time.process_time()
        sum(hash(str(number)) & 1 for number in range(200000))
        best = min(best, (time.process_time() - begin) * 1000)
    return best


def used_by(pid):
    """Milliseconds of the processor, all threads."""
    return sum(int(open(f"/proc/{pid}/task/{task}/schedstat").read().split()[0]) for task in os.listdir(f"/proc/{pid}/task")) / 1e6


class Bus:
    def __init__(self, folder):
        self.folder, self.address = folder, buses.address(f"{folder}/bus")
        self.process = buses.start(f"{folder}/bus", stderr=subprocess.DEVNULL)
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = self.address
        import dbus
        self.dbus = dbus
        self.bus = dbus.bus.BusConnection(self.address)

    def start_helper(self, bywayd, store):
        """The helper, and what its start took: until its name is on the bus."""
        begin = time.monotonic()
        helper = subprocess.Popen(["unshare", "--net", bywayd, "--run-dir", f"{self.folder}/run", "--store", store,
                                   "--vici", f"{self.folder}/no-charon"], stderr=subprocess.DEVNULL)
        while not self.bus.name_has_owner(NAME):
            assert helper.poll() is None, "the helper ended"
            assert time.monotonic() < begin + 60, "the helper did not start"
            time.sleep(0.001)
        return helper, ((time.monotonic() - begin) * 1000, used_by(helper.pid))

    def stop_helper(self, helper):
        helper.terminate()
        helper.wait(30)
        while self.bus.name_has_owner(NAME):
            time.sleep(0.01)

    def end(self):
        self.bus.close()
        self.process.kill()
        self.process.wait()


def run(argv):
    """(milliseconds, of the processor), and what was printed."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True, user=USER, group=USER, extra_groups=[],
                          env={**os.environ, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((time.monotonic() - begin) * 1000,
            (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000), done.stdout


def measure(folder, count, programs):
    """{what: (milliseconds, of the processor)}, the best of some times, and how often the list was drawn."""
    bywayd, byway, roster = programs
    store = f"{folder}/store-{count}"
    fill(store, count)
    bus, found, redraws = Bus(tempfile.mkdtemp(dir=folder)), {}, 0
    os.chmod(bus.folder, 0o755)

    def note(what, times):
        found[what] = tuple(map(min, zip(found[what], times))) if what in found else times
    try:
        for _ in range(TIMES):
            helper, times = bus.start_helper(bywayd, store)
            note("start", times)
            before = used_by(helper.pid)
            times, text = run([byway, "list", "--names"])
            assert len(text.splitlines()) == count, f"{len(text.splitlines())} of {count} are listed"
            note("list", (times[0], times[1] + used_by(helper.pid) - before))
            _, text = run([roster, str(count)])
            clock, processor, redraws = text.split()
            note("roster", (float(clock), float(processor)))
            bus.stop_helper(helper)
    finally:
        bus.end()
    return found, int(redraws)


def grows_too_fast(small, middle, large):
    """What 900 more take, beside what 90 more take."""
    return large - middle > 10 * SLACK * max(middle - small, GRAIN)


def judge(results, yard):
    """(what is wanted, is it so, in figures)"""
    at = {what: [results[size][0][what][1] for size in SIZES] for what in ("start", "list", "roster")}
    for what, figures in at.items():
        yield (f"{what} grows no faster than the number of connections", not grows_too_fast(*figures),
               ", ".join(f"{size}: {figure:.1f} ms" for size, figure in zip(SIZES, figures)))
    allowed = START_MS * max(1.0, yard / YARD_MS)
    yield (f"a start with 1,000 takes less than {START_MS} ms", at["start"][2] < allowed, f"{at['start'][2]:.1f} ms of {allowed:.0f} ms")
    redraws = results[SIZES[-1]][1]
    yield "the applet draws 1,000 connections a few times only", redraws <= 10, f"{redraws} times"


def main():
    programs = [os.path.abspath(path) for path in sys.argv[1:] if not path.startswith("--")]
    if os.getuid() != 0:
        raise SystemExit("Bail out! needs root for a network of its own")
    yard = yardstick()
    with tempfile.TemporaryDirectory(prefix="byway-scale-") as folder:
        os.chmod(folder, 0o755)
        results = {size: measure(folder, size, programs) for size in SIZES}
    verdicts = list(judge(results, yard))
    if "BYWAY_TAP" in os.environ:
        print(f"1..{len(verdicts)}")
        for number, (what, good, figures) in enumerate(verdicts, 1):
            print(f"{'ok' if good else 'not ok'} {number} - {what} # {figures}")
    elif "--json" in sys.argv:
        print(json.dumps({"yardstick_ms": round(yard, 1), "sizes": {
            size: {what: {"ms": round(times[0], 1), "processor_ms": round(times[1], 1)} for what, times in found.items()}
            | {"draws": redraws} for size, (found, redraws) in results.items()},
            "good": all(good for _, good, _ in verdicts)}, indent=2))
    else:
        print(f"{'saved connections':20}" + "".join(f"{size:>18}" for size in SIZES))
        for what, words in (("start", "helper's start"), ("list", "byway list"), ("roster", "applet's list")):
            print(f"{words:20}" + "".join("%8.1f (%6.1f)" % results[size][0][what] + "  " for size in SIZES))
        print("Milliseconds, and those of the processor, that of the helper included for “byway list”.")
        for what, good, figures in verdicts:
            print(f"{'✓' if good else '✗'} {what}: {figures}")
    sys.exit(0 if all(good for _, good, _ in verdicts) else 1)


main()
