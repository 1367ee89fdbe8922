#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the applet and the helper cost while nothing happens: memory, and how often they wake up.

    test-applet-idle.py BYWAY BYWAYD BYWAY-APPLET KERNEL-PARTS [TEST...]

Prints TAP, and the figures as comments.
"""

import os
import time

from applet import main, memory, wake_ups, wake_ups_since

SECONDS = 60
QUIET = 18  # s: GLib's threads that have nothing to do end after 15
# Goals, kB: what the machine has less of because the program runs, that is what no other one shares with it.
APPLET_KB, HELPER_KB = 40 * 1024, 6 * 1024
SANITIZED = "BYWAY_SANITIZED" in os.environ  # whose memory says nothing


def watch(stage, applet):
    """Wake-ups of both in a minute, and their memory after it."""
    processes = {"applet": applet.process.pid, "helper": stage.world.helper.pid}
    before = {name: wake_ups(pid) for name, pid in processes.items()}
    time.sleep(SECONDS)
    woken = {name: wake_ups_since(before[name], wake_ups(pid)) for name, pid in processes.items()}
    used = {name: memory(pid) for name, pid in processes.items()}
    for name, values in used.items():
        print(f"# {name}: {values['resident'] / 1024:.1f} MB resident, {values['private'] / 1024:.1f} MB private, "
              f"{values['proportional'] / 1024:.1f} MB proportional; {woken[name]} wake-ups in {SECONDS} s", flush=True)
    return used, woken


def settle(*processes):
    """What follows a connection's end is over."""
    quiet, before = 0, None
    for _ in range(5 * QUIET):
        time.sleep(1)
        now = [wake_ups(process.pid) for process in processes]
        quiet, before = (quiet + 1 if now == before else 0), now
        if quiet == QUIET:
            return
    raise AssertionError(f"{processes} do not come to rest: {now}")


def test_idle(stage):
    """In the tray, nothing up, after a connection has been up."""
    stage.add()
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    applet.tray_says("office: Connected")
    applet.click("office: Connected", "Disconnect")
    applet.tray_says("office", "Connect")
    settle(applet.process, stage.world.helper)
    used, woken = watch(stage, applet)
    assert woken == {"applet": 0, "helper": 0}, woken
    assert SANITIZED or used["applet"]["private"] < APPLET_KB, used
    assert SANITIZED or used["helper"]["private"] < HELPER_KB, used


main([test for name, test in list(globals().items()) if name.startswith("test_")])
