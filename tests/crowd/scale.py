#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long things take at 10, 100 and 1,000 saved connections: the helper's start, "byway list", the menu of the applet's icon,
and a change in it.

    scale.py [--json] BYWAYD BYWAY SCALE-MENU

Prints a table, or JSON; as a test (BYWAY_TAP set) TAP. Milliseconds of the clock, and of the processor that each program itself
used: the latter do not grow because others use the machine, and are what is compared. Fails where 1,000 take more than their share
of what 100 take, or where a start with 1,000 takes more than 100 ms by the clock: at the median of some, and where others had the
machine just then, at that of as many again."""

import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / part) for part in ("", "nm")]
import buses  # noqa: E402
from screen import Screen  # noqa: E402

SIZES, TIMES = (10, 100, 1000), 3
NAME = "org.byway.Byway1"
USER = 5
START_MS, STARTS = 100, 7
# Linear, with this slack; and what is too little to be compared, in milliseconds.
SLACK, GRAIN = 1.6, 4.0
# Of the menu: a connection, its four actions; and what stands below all of them. So often each may be made until all are there.
ITEMS_OF_EACH, ITEMS_BELOW, MADE = 5, 7, 2
# One connection, four times another, its kill switch on: each time its actions, and no other's.
CHANGES, ITEMS_OF_CHANGED = 4, 5


def fill(folder, count):
    """Saved connections as the helper writes them."""
    os.makedirs(folder, mode=0o700)
    for number in range(count):
        name = str(uuid.uuid4())
        with open(f"{folder}/{name}.conf", "w") as file:
            file.write(f"[connection]\nuuid={name}\nname=connection {number:04}\nowner={USER}\n\n[settings]\n"
                       f"gateway=vpn{number}.example.net\nroutes=10.{number % 250}.0.0/16\nuser=alice\n\n[end]\ncomplete=yes\n")


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

    def close(self):
        self.bus.close()
        self.process.kill()
        self.process.wait()


def run(argv, **env):
    """(milliseconds, of the processor), and what was printed."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True, user=USER, group=USER, extra_groups=[],
                          env={**os.environ, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", **env})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((time.monotonic() - begin) * 1000,
            (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000), done.stdout


class Measurement:
    """With so many connections. `found`: {what: (milliseconds, of the processor)}, the best of some times; `starts`: all of the
    clock's; `items` of the menu, how many were `made`, and how many `anew` when one connection changed."""

    def __init__(self, folder, count, programs, display):
        self.count, self.display, self.found, self.starts = count, display, {}, []
        self.bywayd, self.byway, self.menu_program = programs
        self.folder, self.store = folder, f"{folder}/store-{count}"
        fill(self.store, count)
        with self.bus() as bus:
            for _ in range(TIMES):
                helper = self.start(bus)
                self.list(helper)
                self.menu()
                bus.stop_helper(helper)

    def bus(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        os.chmod(folder, 0o755)
        return contextlib.closing(Bus(folder))

    def note(self, what, times):
        self.found[what] = tuple(map(min, zip(self.found[what], times))) if what in self.found else times

    def start(self, bus):
        helper, times = bus.start_helper(self.bywayd, self.store)
        self.starts.append(times[0])
        self.note("start", times)
        return helper

    def start_again(self):
        """The median of as many starts as it takes."""
        with self.bus() as bus:
            while len(self.starts) < STARTS:
                bus.stop_helper(self.start(bus))
        median = statistics.median(self.starts)
        self.starts = []
        return median

    def list(self, helper):
        before = used_by(helper.pid)
        times, text = run([self.byway, "list"])
        assert len(text.splitlines()) == 1 + self.count, f"{len(text.splitlines()) - 1} of {self.count} are listed"
        self.note("list", (times[0], times[1] + used_by(helper.pid) - before))

    def menu(self):
        _, text = run([self.menu_program, str(self.count)], **self.display)
        clock, processor, items, made, *change, later, anew = map(float, text.split())
        self.items, self.made, self.later, self.anew = int(items), int(made), int(later), int(anew)
        self.note("menu", (clock, processor))
        self.note("change", tuple(time / CHANGES for time in change))


def grows_too_fast(small, middle, large):
    """What 900 more take, beside what 90 more take."""
    return large - middle > 10 * SLACK * max(middle - small, GRAIN)


def judge(results):
    """(what is wanted, is it so, in figures)"""
    for what in ("start", "list", "menu"):
        figures = [results[size].found[what][1] for size in SIZES]
        yield (f"{what} grows no faster than the number of connections", not grows_too_fast(*figures),
               ", ".join(f"{size}: {figure:.1f} ms" for size, figure in zip(SIZES, figures)))
    largest = results[SIZES[-1]]
    medians = [largest.start_again()]
    if medians[0] >= START_MS:
        medians.append(largest.start_again())
    yield (f"a start with 1,000 takes less than {START_MS} ms", medians[-1] < START_MS,
           f"by the clock, the median of {STARTS}: {', then '.join(f'{median:.1f} ms' for median in medians)}")
    wanted = largest.count * ITEMS_OF_EACH + ITEMS_BELOW
    yield "the applet's menu has all items of 1,000 connections", largest.items == wanted, f"{largest.items} of {wanted}"
    yield "and each is made a few times only", largest.made <= MADE * wanted, f"{largest.made / wanted:.1f} times"
    yield ("when one connection changes, its own items are made anew, and no others",
           largest.anew <= CHANGES * ITEMS_OF_CHANGED and largest.later == wanted + 1,
           f"{largest.anew} in {CHANGES} changes, {largest.later} in all")


def measured(programs):
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="byway-scale-"))
        os.chmod(folder, 0o755)
        screen = stack.enter_context(Screen(f"{folder}/screen", display=False, user=USER))
        screen.start_display()
        display = {key: screen.env[key] for key in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GDK_BACKEND", "GSETTINGS_BACKEND")}
        display |= {"NO_AT_BRIDGE": "1"}
        results = {size: Measurement(folder, size, programs, display) for size in SIZES}
        return results, list(judge(results))


def print_tap(verdicts):
    print(f"1..{len(verdicts)}")
    for number, (what, good, figures) in enumerate(verdicts, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {what} # {figures}")


def print_json(results, verdicts):
    print(json.dumps({"sizes": {
        size: {what: {"ms": round(times[0], 1), "processor_ms": round(times[1], 1)} for what, times in result.found.items()}
        | {"items": result.items, "made": result.made, "anew": result.anew} for size, result in results.items()},
        "verdicts": {what: figures for what, _, figures in verdicts}, "good": all(good for _, good, _ in verdicts)}, indent=2))


def print_table(results, verdicts):
    print(f"{'saved connections':20}" + "".join(f"{size:>18}" for size in SIZES))
    for what, words in (("start", "helper's start"), ("list", "byway list"), ("menu", "applet's menu"),
                        ("change", "a change in it")):
        print(f"{words:20}" + "".join("%8.1f (%6.1f)" % results[size].found[what] + "  " for size in SIZES))
    print("Milliseconds, and those of the processor, that of the helper included for “byway list”; the best of some.")
    for what, good, figures in verdicts:
        print(f"{'✓' if good else '✗'} {what}: {figures}")


def main():
    programs = [os.path.abspath(path) for path in sys.argv[1:] if not path.startswith("--")]
    if os.getuid() != 0:
        raise SystemExit("Bail out! needs root for a network of its own")
    results, verdicts = measured(programs)
    if "BYWAY_TAP" in os.environ:
        print_tap(verdicts)
    elif "--json" in sys.argv:
        print_json(results, verdicts)
    else:
        print_table(results, verdicts)
    sys.exit(0 if all(good for _, good, _ in verdicts) else 1)


main()
