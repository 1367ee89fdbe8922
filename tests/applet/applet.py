# SPDX-License-Identifier: GPL-2.0-or-later
"""The applet under test, in a world and on a desk of its own: what a user sees of it, does with it, and what it costs."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import dbus

from desk import Desk
from world import USER, World, as_root, become, end_process, wait_for

ID = "org.byway.Applet"
MAIN, TIMELINE = "VPN connections", "Stages of the connection"
BUTTONS = ("push button", "toggle button", "check box", "radio button", "menu item")
# GTK's own: a tab is looked at while its notebook goes. The indicator's: the panel went, as it does where its tray crashes.
NOT_OURS = ("gtk_notebook_get_tab_label", "Unable to connect to the Notification Watcher")
FIELDS = ("text", "password text", "entry")
ICONS = Path(__file__).resolve().parent.parent.parent / "data/icons"


CONNECT = """
import fcntl, os, sys, dbus
bus = dbus.SystemBus()
fd = os.memfd_create("secrets", os.MFD_ALLOW_SEALING)
fcntl.fcntl(fd, 1033, 0xf)  # F_ADD_SEALS: all
path = bus.call_blocking("org.byway.Byway1", "/org/byway/Byway1", "org.byway.Byway1.Manager", "FindConnection", "s", (sys.argv[1],))
bus.call_blocking("org.byway.Byway1", path, "org.byway.Byway1.Connection", "Connect", "h", (dbus.types.UnixFd(fd),), timeout=60)
"""


class Stage:
    """Everything there is, without the applet."""

    def __init__(self, programs):
        """programs: paths of byway, bywayd, byway-applet and kernel-parts.so."""
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="byway-applet-")
        os.chmod(self.folder, 0o755)
        os.chown(self.folder, USER, USER)
        self.world = self.desk = self.applet = None
        try:
            self.world = World(self.folder, programs.bywayd, programs.kernel)
            self.desk = Desk(f"{self.folder}/desk", self.world.address, USER)
            self.prepare_desk()
            self.keyring = self.desk.with_keyring()
        except BaseException:
            self.end()
            raise
        self.office = self.world.office

    def prepare_desk(self):
        """What an installation would put where."""
        share = f"{self.folder}/share"
        os.mkdir(share)
        os.symlink(ICONS, f"{share}/icons")
        self.desk.env |= {"XDG_DATA_DIRS": f"{share}:/usr/local/share:/usr/share", "BYWAY_COMMAND": self.programs.byway,
                          "ASAN_OPTIONS": "detect_leaks=0"}  # GTK and its friends keep what they have

    def start(self, *words, panel=True):
        if panel:
            self.desk.start_panel()
        self.applet = Applet(self, *words)
        return self.applet

    def byway(self, *words):
        """The command line, as the user."""
        done = subprocess.run([self.programs.byway, *words], env=self.desk.env, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=True, timeout=60, **become(USER))
        return done.stdout

    def begin(self, name):
        """Another program of the user's connects, and has no secrets; it ends well when that began."""
        process = subprocess.Popen([sys.executable, "-c", CONNECT, name], env=self.desk.env, **become(USER))
        self.world.processes.append(process)
        return process

    def add(self, name="office", *settings, gateway="vpn.example.net", secrets=True):
        self.byway("add", name, f"gateway={gateway}", "user=alice", *settings)
        uuid = json.loads(self.byway("show", name, "--json"))["uuid"]
        if secrets:
            self.keep(uuid, "ipsec-psk", "Key of the office")
            self.keep(uuid, "password", "Word of alice")
        return uuid

    def keep(self, uuid, key, value):
        """As the keyring has a secret of ours."""
        self.keyring.keep({"uuid": uuid, "key": key}, value.encode(), schema="org.byway.Secret")

    def kept(self, uuid, key):
        """What the keyring has for that, or None."""
        found = self.keyring.service.SearchItems(dbus.Dictionary({"uuid": uuid, "key": key}, signature="ss"))[0]
        if not found:
            return None
        secret = self.keyring.object(found[0], "Item").GetSecret(self.keyring.session)
        return bytes(secret[2]).decode()

    def names(self):
        return self.byway("list", "--names").splitlines()

    def state(self, name="office"):
        return json.loads(self.byway("status", name, "--json"))["state"]

    def settings(self, name="office"):
        return json.loads(self.byway("show", name, "--json"))["settings"]

    def clear(self):
        """As if nothing had been. The panel first: its tray does not outlive each program that ends while it reads its menu."""
        self.desk.stop_panel()
        if self.applet is not None:
            self.applet.end()
        self.desk.forget_notifications()
        self.office.reset()
        if self.world.helper.poll() is not None:
            self.world.start_helper()
        for name in self.names():
            self.byway("down", name)
            self.byway("delete", name, "--yes")
        for item in self.keyring.items():
            self.keyring.object(item, "Item").Delete()

    def nothing_critical(self):
        """The applet has found no mistake of its own."""
        found = [line for line in Path(f"{self.folder}/applet-log").read_text(errors="replace").splitlines()
                 if ("CRITICAL" in line or "WARNING" in line or "ERROR" in line) and not any(word in line for word in NOT_OURS)]
        assert not found, found

    @as_root()
    def logs(self):
        """What was said since the last time."""
        for name in self.names():
            print("".join(f"# {name}: {line}\n" for line in self.byway("log", name).splitlines()[-40:]), end="")
        for name in ("helper-log", "applet-log", "panel-log"):
            path = Path(f"{self.folder}/{name}")
            if path.exists():
                print("".join(f"# {name}: {line}\n" for line in path.read_text(errors="replace").splitlines()[-60:] if line), end="")
                os.truncate(path, 0)

    def end(self):
        if self.applet is not None:
            self.applet.end()
        for part in (self.desk, self.world):
            if part is not None:
                part.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class Applet:
    def __init__(self, stage, *words):
        self.stage, self.desk = stage, stage.desk
        self.process = self.run(*words)
        self.item = None

    def run(self, *words):
        """Starts it; or asks the one that runs, and ends."""
        with open(f"{self.stage.folder}/applet-log", "a") as log:
            return self.desk.start([self.stage.programs.applet, *words], stdout=log, stderr=log)

    def end(self):
        end_process(self.process)

    def is_running(self):
        return self.process.poll() is None

    # -- the tray

    def tray(self):
        if self.item is None:
            self.item = self.desk.tray(ID)
        return self.item

    def click(self, *words):
        """In the tray's menu."""
        self.tray().click(*words)

    def tray_says(self, *words, seconds=20):
        """Its menu has an entry that begins so."""
        wait_for(f"“{' / '.join(words)}” in {self.tray().words()}", lambda: self.tray().look(*words), seconds)

    def notes(self, *words):
        """There is a notification with these words in it: its number."""
        def look():
            return next((number for number, note in self.desk.notifications().items() if all(word in str(note) for word in words)), None)
        return wait_for(f"{words} among {self.desk.notifications()}", look)

    # -- windows

    def titles(self):
        """The panel has none."""
        found = [self.tried(window.get_name) for window in self.desk.windows() if window is not None]
        return [title for title in found if title]

    def window(self, title, seconds=20):
        try:
            return self.desk.window(title, seconds)
        except AssertionError as error:
            raise AssertionError(f"no window “{title}” among {self.titles()}") from error

    def no_window(self, title):
        wait_for(f"the end of the window “{title}”", lambda: title not in self.titles())

    def window_like(self, pattern):
        """The first whose title fits."""
        def look():
            return next((title for title in self.titles() if re.fullmatch(pattern, title)), None)
        return self.window(wait_for(f"a window “{pattern}” among {self.titles()}", look))

    def is_shown(self, thing):
        return thing.get_state_set().contains(self.desk.atspi.StateType.SHOWING)

    def look(self, window, name, roles=None):
        """The first thing that is shown and has that name."""
        for thing in self.desk.all_in(window):
            if (roles is None or thing.get_role_name() in roles) and thing.get_name() == name and self.is_shown(thing):
                return thing
        return None

    def find(self, window, name, roles=None):
        thing = wait_for(f"“{name}” in “{window.get_name()}”", lambda: self.tried(lambda: self.look(window, name, roles)))
        return thing

    def tried(self, function):
        """Its answer, or None where what it looked at has just gone."""
        try:
            return function()
        except Exception as error:  # GLib.Error of AT-SPI: the thing is gone
            if type(error).__module__.startswith(("gi", "dbus")):
                return None
            raise

    def texts(self, window):
        """What can be read in it: labels, and text of fields."""
        return [thing.get_name() for thing in self.desk.all_in(window) if self.is_shown(thing) and thing.get_name()]

    def reads(self, window, *words, seconds=20):
        """All of these can be read somewhere in it."""
        def has_all():
            text = "\n".join(self.tried(lambda: self.texts(window)) or [])
            return all(word in text for word in words)
        try:
            wait_for(f"{words}", has_all, seconds)
        except AssertionError as error:
            raise AssertionError(f"{words} not in “{window.get_name()}”: {self.texts(window)}") from error

    def has(self, window, text):
        """Also where it has to be scrolled to."""
        wait_for(f"“{text}”", lambda: self.tried(lambda: any(thing.get_name() == text for thing in self.desk.all_in(window))))

    def press(self, window, name):
        thing = self.find(window, name, BUTTONS)
        wait_for(f"“{name}” to be sensitive", lambda: self.desk.is_sensitive(thing))
        assert thing.do_action(0)

    def choose(self, window, menu, item):
        """In the menu behind that button."""
        self.press(window, menu)
        self.press(window, item)

    def choose_item(self, window, name, item):
        """In a box with a list behind it."""
        box = self.find(window, name, ("combo box",))
        items = [thing for thing in self.desk.all_in(box) if thing.get_role_name() == "menu item"]
        assert self.desk.atspi.Selection.select_child(box, [thing.get_name() for thing in items].index(item))

    def write(self, window, name, text):
        field = self.find(window, name, FIELDS)
        assert self.desk.atspi.EditableText.set_text_contents(field, text), name

    def read(self, window, name):
        field = self.find(window, name, FIELDS)
        return self.desk.atspi.Text.get_text(field, 0, self.desk.atspi.Text.get_character_count(field))

    def stages(self, window):
        """What the timeline tells a screen reader: {"IKE": "done"}."""
        drawn = self.find(window, TIMELINE)
        return {line.split(": ")[0]: line.split(": ")[1].split(",")[0] for line in drawn.get_description().splitlines() if ": " in line}

    def picture(self, title, name, width=None, height=None):
        """Of that window alone, for people: into the folder that BYWAY_SCREENSHOTS names, if it does."""
        folder = os.environ.get("BYWAY_SCREENSHOTS")
        if folder:
            with as_root():
                os.makedirs(folder, exist_ok=True)
            self.desk.raise_window(title, width, height)
            time.sleep(0.5)  # until all is drawn
            box = self.desk.extents(self.window(title))
            self.desk.cut(f"{folder}/{name}.png", (max(box.x, 0), max(box.y, 0), box.width, box.height))

    def focus(self, title):
        """The keyboard is that window's."""
        window = self.window(title)
        self.desk.raise_window(title)
        wait_for(f"“{title}” active", lambda: self.is_(window, "ACTIVE"))
        return window

    def is_(self, thing, state):
        thing.clear_cache()
        return thing.get_state_set().contains(getattr(self.desk.atspi.StateType, state))

    def focused(self, window):
        """What the keyboard is in."""
        return next((thing for thing in self.desk.all_in(window) if self.is_(thing, "FOCUSED") and
                     thing.get_role_name() not in ("frame", "dialog")), None)

    def tab_to(self, window, name, limit=60):
        for _ in range(limit):
            thing = self.focused(window)
            if thing is not None and thing.get_name() == name:
                return thing
            self.desk.type("Tab")
            time.sleep(0.05)
        raise AssertionError(f"Tab does not come to “{name}” in “{window.get_name()}”")

    def keys(self, text):
        """Types it, where the keyboard is."""
        self.desk.atspi.generate_keyboard_event(0, text, self.desk.atspi.KeySynthType.STRING)

    def nameless(self, window):
        """Roles of what can be used in it and has no name for a screen reader."""
        used = ("push button", "toggle button", "check box", "radio button", "combo box", "text", "password text", "entry", "spin button",
                "table", "tree table", "image", "list box")
        return [thing.get_role_name() for thing in self.desk.all_in(window) if self.is_shown(thing) and thing.get_role_name() in used
                and not thing.get_name() and not thing.get_description()]

    # -- what it costs

    def memory(self):
        return memory(self.process.pid)


@as_root()
def memory(pid):
    """kB: resident, and of that what no other process has too."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    numbers = {key: int(value) for key, value in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)}
    return {"resident": numbers["Rss"], "proportional": numbers["Pss"], "private": numbers["Private_Clean"] + numbers["Private_Dirty"]}


def wake_ups(pid):
    """Thread -> how often it has gone to sleep until now."""
    counts = {}
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
            counts[status.parent.name] = int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status.read_text(), re.MULTILINE).group(1))
    return counts


def wake_ups_since(before, now):
    """Of all threads; one that has ended was awake for that."""
    return sum(count - before.get(thread, 0) for thread, count in now.items()) + len(before.keys() - now.keys())


class Programs:
    def __init__(self, words):
        self.byway, self.bywayd, self.applet, self.kernel = map(os.path.abspath, words[:4])
        self.service = os.path.abspath(words[4]) if len(words) > 4 else None


def play(tests, stage, chosen=()):
    """Prints TAP; a failed test is followed by a new beginning."""
    tests = [test for test in tests if not chosen or test.__name__[5:] in chosen]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        begin = time.monotonic()
        try:
            test(stage)
            stage.nothing_critical()
            print(f"ok {number} - {test.__name__[5:]}", flush=True)
        except Exception:  # one failed test must not hide the others
            failed += 1
            story = "".join(f"# {line}\n" for line in traceback.format_exc().splitlines())
            print(f"not ok {number} - {test.__name__[5:]}\n{story}# after {time.monotonic() - begin:.1f} s", flush=True)
            stage.logs()
        stage.clear()
    return failed


def main(tests):
    if os.getuid() != 0:
        raise SystemExit("Bail out! needs root, as the helper does")
    words = [word for word in sys.argv[1:] if os.path.exists(word)]
    stage = Stage(Programs(words))
    try:
        failed = play(tests, stage, sys.argv[1 + len(words):])
    finally:
        stage.end()
    sys.exit(1 if failed else 0)
