#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The applet and the world around it: no tray, no mouse, NetworkManager, and a helper that is killed or stands still.

    test-applet-desktop.py BYWAY BYWAYD BYWAY-APPLET KERNEL-PARTS NM-BYWAY-SERVICE [TEST...]

Prints TAP.
"""

import os
import time

from applet import ID, MAIN, main
from manager import Manager
from world import wait_for

KEY = "Pre-shared key (shared secret)"
FAST_MS, NOTICED_MS = 100, 1000
SLOWER = 4 if "BYWAY_SANITIZED" in os.environ else 1  # every access of the applet's memory is looked at then


def up(stage, applet, name="office"):
    applet.tray_says(f"{name}: Connected")
    assert stage.state(name) == "up"


# -- instances

def test_single_instance(stage):
    applet = stage.start("--hidden")
    applet.tray()
    assert applet.titles() == []
    second = applet.run()
    assert second.wait(20) == 0
    applet.window(MAIN)
    assert applet.run("--hidden").wait(20) == 0
    assert len(applet.desk.items()) == 1 and applet.titles() == [MAIN], applet.titles()
    assert applet.run("--quit").wait(20) == 0
    assert applet.process.wait(20) == 0


def test_closing_leaves_the_tray(stage):
    stage.add()
    applet = stage.start()
    applet.tray()
    applet.desk.close_window(applet.window(MAIN).get_name())
    applet.no_window(MAIN)
    applet.click("office", "Connect")
    up(stage, applet)
    applet.click("Quit")
    assert applet.process.wait(20) == 0
    assert stage.state() == "up"  # connections stay


def test_without_a_tray(stage):
    """The window is all there is, and does it all; the program goes with it."""
    stage.add()
    applet = stage.start(panel=False)
    window = applet.window(MAIN)
    applet.reads(window, "office", "Off")
    applet.press(window, "Connect")
    applet.reads(window, "Connected 0:00:0")
    applet.press(window, "Disconnect")
    applet.reads(window, "Off")
    applet.desk.close_window(MAIN)
    assert applet.process.wait(20) == 0


def test_deleted_before_the_end(stage):
    """The window closes, and the program with it: what was deleted in it is not back the next time."""
    stage.add()
    applet = stage.start(panel=False)
    window = applet.window(MAIN)
    applet.choose(window, "More about office", "Delete")
    applet.reads(window, "“office” was deleted.")
    applet.desk.close_window(MAIN)
    assert applet.process.wait(20) == 0
    assert stage.names() == []


def test_tray_comes_and_goes(stage):
    stage.add()
    applet = stage.start("--hidden")
    applet.tray_says("office")
    stage.desk.stop_panel()
    stage.desk.start_panel()
    applet.item = None
    applet.tray_says("office")


# -- hands and eyes

def test_keyboard_alone(stage):
    applet = stage.start()
    window = applet.focus(MAIN)
    applet.desk.type(("Control_L", "n"))
    editor = applet.window("New Connection")
    applet.focus("New Connection")
    for name, text in (("Name", "office"), ("Gateway", "vpn.example.net"), ("User name", "alice"), ("Password", "Word of alice"),
                       (KEY, "Key of the office")):
        applet.tab_to(editor, name)
        applet.keys(text)
        wait_for(f"“{text}” in “{name}”", lambda: applet.read(editor, name) == text or name in ("Password", KEY))
    applet.desk.type("Return")
    applet.no_window("New Connection")
    wait_for("office", lambda: stage.names() == ["office"])
    window = applet.focus(MAIN)
    applet.tab_to(window, "Connect")
    applet.desk.type("space")
    up(stage, applet)
    applet.tab_to(window, "Disconnect")
    applet.desk.type("space")
    wait_for("the end", lambda: stage.state() == "down")
    applet.desk.type("Escape")
    applet.no_window(MAIN)


def test_everything_has_a_name(stage):
    stage.add()
    stage.office.set(mood="no-proposal")
    applet = stage.start()
    applet.press(applet.window(MAIN), "Connect")
    applet.tray_says("office: Failed")
    for words in (("office", "Status"), ("office", "Edit"), ("office", "Log"), ("Preferences",), ("About",), ("Add connection",)):
        applet.click(*words)
    wait_for("all windows", lambda: len(applet.titles()) >= 7)
    problems = {window.get_name(): applet.nameless(window) for window in applet.desk.windows() if window.get_name()}
    assert not any(problems.values()), problems


def test_large(stage):
    """At twice the size all is twice the size."""
    stage.add()
    sizes = []
    for scale in ("1", "2"):
        stage.desk.env["GDK_SCALE"] = scale
        applet = stage.start()
        applet.window(MAIN)
        applet.picture(MAIN, f"applet-scale-{scale}")
        sizes.append(applet.desk.frame(MAIN))
        applet.end()
    del stage.desk.env["GDK_SCALE"]
    assert sizes[1] == tuple(2 * number for number in sizes[0]), sizes


# -- more than one

def test_two_connections(stage):
    """Each has its own way; the icon shows the one that needs a look first."""
    stage.add("office")
    stage.add("backup", gateway="backup.example.net")
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    up(stage, applet, "office")
    applet.click("backup", "Connect")
    up(stage, applet, "backup")
    assert sorted(stage.world.names()) == ["ppp0", "ppp1"]
    applet.click("office: Connected", "Disconnect")
    wait_for("the end of office", lambda: stage.state("office") == "down")
    applet.tray_says("office", "Connect")
    assert stage.state("backup") == "up" and applet.tray().look("backup: Connected")
    stage.office.set(mood="no-proposal")
    applet.click("office", "Connect")
    applet.tray_says("office: Failed")
    assert applet.tray().get("Status") == "NeedsAttention" and applet.tray().get("Title") == "office: Failed"


def test_others_change_it(stage):
    """What the command line does is seen at once."""
    applet = stage.start("--hidden")
    applet.tray_says("No connections yet")
    stage.add()
    applet.tray_says("office")
    stage.byway("up", "office")
    applet.tray_says("office: Connected")
    stage.byway("down", "office")
    applet.tray_says("office", "Connect")
    stage.byway("delete", "office", "--yes")
    applet.tray_says("No connections yet")


# -- the helper

def test_helper_killed(stage):
    """While a connection is up. It is told, and the next one is found."""
    stage.add()
    applet = stage.start()
    window = applet.window(MAIN)
    applet.click("office", "Connect")
    up(stage, applet)
    stage.world.kill_helper()
    applet.tray_says("The helper bywayd does not answer")
    applet.reads(window, "The helper bywayd does not answer")
    stage.world.start_helper()
    applet.tray_says("office", "Connect")
    wait_for("no complaint", lambda: "does not answer" not in "".join(applet.texts(window)))
    applet.click("office", "Connect")
    up(stage, applet)


def delay(thing):
    """How long a window takes to answer, ms."""
    begin = time.monotonic()
    thing.clear_cache()
    thing.get_child_count()
    return (time.monotonic() - begin) * 1000


def test_helper_stands_still(stage):
    """Its peer on the bus held: windows open, are drawn and answer as ever."""
    stage.add()
    applet = stage.start()
    window = applet.window(MAIN)
    applet.click("office", "Connect")
    up(stage, applet)
    applet.click("office", "Status")
    status = applet.window("office")
    applet.reads(status, "Connected")
    stage.world.hold_helper(True)
    try:
        applet.press(status, "Disconnect")
        applet.click("office", "Log")
        applet.click("office", "Edit")
        opening = [delay(window)]
        while "Edit “office”" not in applet.titles():
            opening.append(delay(window))
        times, end = [], time.monotonic() + 5
        while time.monotonic() < end:
            times += [delay(window), delay(status)]
            time.sleep(0.01)
    finally:
        stage.world.hold_helper(False)
    times.sort()
    print(f"# {len(times)} questions while the helper stood still: {times[len(times) // 2]:.1f} ms each, "
          f"{times[len(times) * 99 // 100]:.1f} ms at 99 %, {times[-1]:.1f} ms at most; "
          f"{max(opening):.1f} ms at most while windows were made", flush=True)
    assert times[len(times) * 99 // 100] < SLOWER * FAST_MS and max(times + opening) < SLOWER * NOTICED_MS, (times[-20:], opening)
    wait_for("the end", lambda: stage.state() == "down")  # what was wanted meanwhile is done


# -- NetworkManager

def test_network_manager(stage):
    """Its profiles are in the same list, and it brings them up."""
    stage.add()
    applet = stage.start("--hidden")
    manager = Manager(stage.world, stage.programs.service)
    manager.add("lab", password="Word of alice", **{"ipsec-psk": "Key of the office"})
    applet.tray_says("lab (NetworkManager)")
    applet.click("lab (NetworkManager)", "Connect")
    applet.tray_says("lab (NetworkManager): Connected")
    assert manager.states()["lab"] == "activated" and stage.world.names() == ["ppp0"]
    applet.click("lab (NetworkManager)", "Status")
    applet.reads(applet.window("lab"), "Kept by NetworkManager", "Connected")
    applet.picture("lab", "applet-networkmanager")
    applet.click("lab (NetworkManager): Connected", "Disconnect")
    wait_for("the end of lab", lambda: "lab" not in manager.states())
    applet.tray_says("lab (NetworkManager)", "Connect")
    manager.nmcli("connection", "delete", "lab")
    wait_for("lab's end", lambda: applet.tray().look("lab") is None)
    manager.end()
    applet.tray_says("office")


main([test for name, test in list(globals().items()) if name.startswith("test_")])
