#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The applet's status and log windows as their users meet them, on made-up values. Usage: test-widgets.py HOST"""

import os
import re
import sys
import threading
import time

from desktop import Desktop, Eyes, select_nothing

HOST = sys.argv[1]
SCREENSHOTS = os.environ.get("BYWAY_SCREENSHOTS", os.path.dirname(HOST))
ID = "byway:7b0f4a2c-5d0e-4f43-9a55-6d1f0f8f1d11"
STAGES = "Stages of the connection"
GRAPH = "Traffic of the last two minutes"
results = []


def check(what, good, found=""):
    results.append(bool(good))
    print(f"{'ok' if good else 'not ok'} {len(results)} - {what}", flush=True)
    if not good:
        print(f"# found: {found!r}", flush=True)


def same(what, found, wanted):
    check(what, found == wanted, {"found": found, "wanted": wanted})


class Window:
    """One window of the host's."""

    def __init__(self, desktop, scene, env=None):
        self.scene = scene
        self.host = desktop.start([HOST, scene], stdin=-1, stdout=-1, text=True, env={**os.environ, **(env or {})})
        self.lines = []
        threading.Thread(target=self.read, daemon=True).start()

    def __enter__(self):
        self.eyes = Eyes("widget-host")
        return self

    def __exit__(self, *_):
        self.host.terminate()
        same(f"{self.scene}: the program ended because it was told to", self.host.wait(10), -15)
        select_nothing(0.1)

    def read(self):
        for line in self.host.stdout:
            self.lines.append(line.rstrip("\n"))

    def count(self, line):
        return self.lines.count(line)

    def tell(self, command):
        before = self.count(f"did {command}")
        self.host.stdin.write(command + "\n")
        self.host.stdin.flush()
        self.eyes.wait(lambda: self.count(f"did {command}") > before, f"“{command}” to be done")

    def press(self, name):
        """The action that was asked for."""
        before = len(self.lines)
        self.eyes.press(name, "push button")
        said = lambda: [line for line in self.lines[before:] if line.startswith("action ")]
        return self.eyes.wait(said, f"what “{name}” does")[0]

    def text_of(self, name):
        node = self.eyes.find(name, visible=False)
        return self.eyes.Atspi.Text.get_text(node, 0, self.eyes.Atspi.Text.get_character_count(node))

    def picture(self, name):
        return self.eyes.find(name, "image").get_description().split("\n")

    def has(self, *texts):
        labels = self.eyes.labels()
        return [text for text in texts if text not in labels]

    def wait_for_poll(self):
        before = self.count("poll")
        self.eyes.wait(lambda: self.count("poll") > before, "the window to ask for counters")

    def wait_for(self, text):
        return self.eyes.find(text, "label")

    def box(self, node):
        return self.eyes.Atspi.Component.get_extents(node, self.eyes.Atspi.CoordType.SCREEN)

    def wakeups(self, seconds):
        """How often the program's main loop woke up. A timer does so each time that one looks."""
        def switches():
            with open(f"/proc/{self.host.pid}/status") as file:
                return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M).group(1))
        before = switches()
        time.sleep(seconds)
        return switches() - before

    def nameless(self):
        """What one can work with or should see, and does not know what it is."""
        roles = ("push button", "toggle button", "text", "image", "check box", "password text")
        return [node.get_role_name() for node in self.eyes.walk(visible=True)
                if node.get_role_name() in roles and not node.get_name()]

    def shoot(self, name):
        self.eyes.shoot(os.path.join(SCREENSHOTS, f"applet-{name}.png"))


def connecting(desktop):
    with Window(desktop, "connecting") as window:
        window.wait_for("Connecting: L2TP")
        same("the stages can be heard", window.picture(STAGES), [
            "resolve: done, 12 ms, vpn.example.net → 198.51.100.1",
            "IKE: done, 360 ms, main mode, aes256-sha256-modp2048, NAT traversal",
            "IPsec: done, 101 ms, ESP aes256-sha256, transport mode, in UDP",
            "L2TP: under way, at most 30 s", "PPP: waiting", "addresses: waiting"])
        same("connecting: everything has a name", window.nameless(), [])
        window.shoot("status-connecting")
        window.tell("stage l2tp done 1204 tunnel 7, session 1")
        window.tell("stage ppp running 0 ")
        window.wait_for("Connecting: PPP")
        same("a stage passes", window.picture(STAGES)[3:5],
             ["L2TP: done, 1.2 s, tunnel 7, session 1", "PPP: under way, at most 30 s"])
        same("what can be done is to cancel", window.press("Cancel"), f"action cancel '{ID}'")
        same("the log", window.press("Log…"), f"action show-log '{ID}'")
        same("the editor", window.press("Edit…"), f"action edit '{ID}'")
        check("connecting: no traffic is shown", not window.eyes.look(GRAPH), window.eyes.labels())
        same("connecting: nobody asks for counters", window.count("poll"), 0)
        window.tell("state up")
        window.wait_for("Connected")
        check("then it is up, and the traffic is there", window.eyes.find(GRAPH, "image"))


def up(desktop):
    with Window(desktop, "up") as window:
        window.wait_for("Connected")
        same("the facts are there", window.has(
            "vpn.example.net (198.51.100.1)", "wlan0", "192.168.42.11 on ppp0", "192.168.42.1", "8.8.8.8 8.8.4.4",
            "1400 bytes", "IKE aes256-sha256-modp2048, ESP aes256-sha256"), [])
        same("a good connection has no warning", window.eyes.look("Warning"), None)
        same("up: everything has a name", window.nameless(), [])
        first = window.wait_for(next(text for text in window.eyes.labels() if re.fullmatch(r"0:42:\d\d", text)))
        check("as long as nobody answers, it shows no rate", "Receives 0 bytes/s, sends 0 bytes/s" == plain(
            window.picture(GRAPH)[0]), window.picture(GRAPH))
        window.tell("traffic 5000000 1000")
        for counters in ("5000000 1000", "7000000 51000"):
            window.wait_for_poll()
            window.tell(f"traffic {counters}")
        window.eyes.find("7.0\u00a0MB in all", "label")
        check("sent in all", not window.has("51.0\u00a0kB in all"), window.eyes.labels())
        rates = re.fullmatch(r"Receives ([12]\.\d)\sMB/s, sends (\d\d\.\d)\skB/s", window.picture(GRAPH)[0])
        check("rates are of that second, and not of all before", rates and 1.2 < float(rates[1]) < 3 and 30 < float(rates[2]) < 75,
              window.picture(GRAPH))
        check("the time goes on", first.get_name() != "0:42:10", first.get_name())
        same("up: what can be done is to disconnect", window.press("Disconnect"), f"action disconnect '{ID}'")
        window.shoot("status-up")
        before = window.count("poll")
        time.sleep(4)
        check("once a second somebody is asked for counters", 3 <= window.count("poll") - before <= 5,
              window.count("poll") - before)


def hidden(desktop):
    """Nothing runs while nobody looks."""
    manager = desktop.start(["xfwm4", "--compositor=off"], stdout=-3, stderr=-3)
    with Window(desktop, "up") as window:
        window.wait_for("Connected")
        for how in ("hide", "minimize"):
            window.eyes.wait(lambda: window.count("poll"), "the timer")
            window.tell(how)
            time.sleep(1)
            before = window.count("poll")
            woken = min(window.wakeups(3) for _ in range(2))  # once may be the end of something else
            same(f"{how}: nobody is asked", window.count("poll") - before, 0)
            same(f"{how}: no timer runs", woken, 0)
            window.tell("show")
            window.eyes.wait(lambda: window.count("poll") >= before + 2, "the timer to run again")
        check("shown: it wakes up", window.wakeups(2) > 0)
        window.tell("hide")
        window.tell("traffic 6000000 6000")
        window.tell("stage ip done 55 10.0.0.7 on ppp0")
        window.tell("show")
        window.wait_for_poll()
        window.tell("traffic 9000000 9000")
        window.wait_for("9.0\u00a0MB in all")
        same("what came meanwhile is there", window.picture(STAGES)[5], "addresses: done, 55 ms, 10.0.0.7 on ppp0")
        window.tell("remove")
        window.eyes.wait(lambda: window.count("gone"), "the window to go with its connection")
        check("it went with its connection", True)
        time.sleep(1)
        same("and its timer, too", min(window.wakeups(3) for _ in range(2)), 0)
    manager.terminate()


def failure(desktop):
    with Window(desktop, "wrong-psk") as window:
        eyes = window.eyes
        window.wait_for("Failed")
        same("what is wrong, how that is known, and what else it may be", window.has(
            "The pre-shared key is very likely wrong.",
            "The server answered. It agreed on 3des-sha1-modp1024. Then what one side's key had made could not be read or "
            "checked with the other's, or the server fell silent.", "It may also be, likelier first:",
            "The server has another key for our address or for our identity alice_laptop.",
            "The server's log says for which identity it looked for a key."), [])
        same("the stage that failed", window.picture(STAGES)[1],
             "IKE: failed, 410 ms, the server could not read our third message")
        same("failure: everything has a name", window.nameless(), [])
        same("a secret is a click", window.press("Enter…: Enter the pre-shared key again."),
             f"action set-secret ('{ID}', 'ipsec-psk')")
        same("a setting is a click", window.press("Change…: If you were not told to set an identity, or were told another one."),
             f"action edit-field ('{ID}', 'local-id')")
        same("the report", window.press("Copy Report"), f"action copy-report '{ID}'")
        same("again", window.press("Connect"), f"action connect '{ID}'")
        window.tell("acknowledge")
        select_nothing(0.3)
        same("who has seen it still sees it here", window.has("Failed", "The pre-shared key is very likely wrong."), [])
        same("the keyboard is at what may help", eyes.focused().get_name(), "Enter…: Enter the pre-shared key again.")
        evidence = lambda: eyes.look("What the programs said", "text")
        check("the evidence is folded", not evidence() or not eyes.is_(evidence(), "SHOWING"))
        window.shoot("status-failure")
        eyes.press("Evidence", "toggle button")
        eyes.wait(lambda: evidence() and eyes.is_(evidence(), "SHOWING"), "the evidence")
        check("the evidence is the daemons' own words", window.text_of("What the programs said").endswith(
            "charon: 10[IKE] received PAYLOAD_MALFORMED error notify"), window.text_of("What the programs said"))
        window.shoot("status-evidence")
        window.tell("state done")
        select_nothing(0.3)
        check("what is open stays open", eyes.is_(evidence(), "SHOWING"))
        window.tell("state securing")
        window.wait_for("Connecting")
        same("a new attempt, and nothing is wrong", eyes.look("Copy Report"), None)


def login(desktop):
    with Window(desktop, "login") as window:
        window.wait_for("The server refused the user name or the password.")
        same("certain things have reasons", window.has("What may be behind it, likeliest first:"), [])
        for name, action in (("Enter…: Enter the password again.", f"set-secret ('{ID}', 'password')"),
                             ("Change…: Correct the user name.", f"edit-field ('{ID}', 'user')"),
                             ("Change…: The Windows domain, if there is one.", f"edit-field ('{ID}', 'domain')")):
            same(f"“{name}”", window.press(name), f"action {action}")
        window.shoot("status-login")
        evidence = ("{'code': <'no-xl2tpd'>, 'stage': <'prepare'>, 'facts': <@a{ss} {}>, 'evidence': <@as []>}")
        window.tell(f"diagnosis {evidence}")
        window.wait_for("The program xl2tpd is not installed.")
        same("a command is copied", window.press("Copy: On other systems than Debian: install the package xl2tpd."),
             "action copy 'sudo apt install xl2tpd'")
        same("and can be read", window.has("sudo apt install xl2tpd"), [])
        same("without evidence there is nothing to unfold", window.eyes.look("Evidence", "toggle button"), None)


def warnings(desktop):
    with Window(desktop, "weak") as window:
        window.wait_for("Connected")
        check("weak encryption is told", any("weak by today's measure" in text for text in window.eyes.labels()),
              window.eyes.labels())
        window.shoot("status-weak")
    with Window(desktop, "warning") as window:
        window.wait_for("Connected")
        same("up, and all the same something is not good", window.has(
            "Large packets get lost in the tunnel: above 1310 bytes nothing arrives.", "mtu=1310 mru=1310"), [])
        check("it is marked as a warning", window.eyes.look("Warning"))
        same("what to set is a click", window.press("Change…: And connect again."), f"action edit-field ('{ID}', 'mtu')")
        window.shoot("status-warning")


def network_manager(desktop):
    with Window(desktop, "network-manager") as window:
        window.wait_for("Connected")
        same("where it is kept is told", window.has("Kept by NetworkManager"), [])
        check("and since when it is up", any(re.fullmatch(r"1:00:\d\d", text) for text in window.eyes.labels()))
        check("the helper has no log of it", not window.eyes.look("Log…"))
        same("NetworkManager's is disconnected by its id", window.press("Disconnect"),
             f"action disconnect 'nm:{ID.split(':')[1]}'")


def keys(desktop):
    with Window(desktop, "off") as window:
        window.wait_for("Off")
        same("off: what can be done is to connect", window.press("Connect"), f"action connect '{ID}'")
        window.shoot("status-off")
        same("the keyboard is at what can be done", window.eyes.wait(window.eyes.focused, "the keyboard").get_name(), "Connect")
        before = window.count(f"action connect '{ID}'")
        window.eyes.key("Return")
        window.eyes.wait(lambda: window.count(f"action connect '{ID}'") > before, "Enter to connect")
        check("Enter does what is to be done", True)
        window.eyes.key("Escape")
        window.eyes.wait(lambda: window.count("gone"), "the window to close")
        check("Escape closes it", True)


def logs(desktop):
    with Window(desktop, "log") as window:
        eyes = window.eyes
        eyes.find("Nothing was said yet: the log begins with the next attempt.", "label")
        check("nothing to copy or save", not any(eyes.is_(eyes.find(name), "SENSITIVE") for name in ("Copy", "Save…")))
        window.tell("lines 60")
        log = eyes.find("Log", "text")
        same("log: everything has a name", window.nameless(), [])
        same("all lines are there", len(window.text_of("Log").splitlines()), 60)
        bottom = lambda: window.box(log).y + window.box(log).height

        def sees_end():
            last = eyes.Atspi.Text.get_character_count(log) - 2
            at = eyes.Atspi.Text.get_character_extents(log, last, eyes.Atspi.CoordType.SCREEN)
            return 0 < at.y + at.height <= window.box(eyes.app.get_child_at_index(0)).height + 2
        eyes.wait(sees_end, "the end of the log")
        window.tell("lines 3")
        eyes.wait(sees_end, "the new end of the log")
        check("it follows the end", True)
        eyes.type("Search", "chap AUTH")
        eyes.find("found 16 times", "label")
        selected = lambda: eyes.Atspi.Text.get_selection(log, 0)
        first = selected().start_offset
        eyes.press("Next", "push button")
        eyes.wait(lambda: selected().start_offset != first, "the next one")
        eyes.press("Previous", "push button")
        eyes.wait(lambda: selected().start_offset == first, "the one before")
        check("search walks from one to the next", True)
        eyes.wait(lambda: not sees_end(), "the window to scroll to what was found")
        window.shoot("log")
        window.tell("lines 1")
        select_nothing(0.5)
        check("who reads further up is left there when lines come", not sees_end())
        for _ in range(10):
            eyes.press("Next", "push button")
        select_nothing(0.5)
        line = window.text_of("Log").index("(42)")
        height = lambda place: eyes.Atspi.Text.get_character_extents(log, place, eyes.Atspi.CoordType.SCREEN).y
        before = height(line)
        window.tell("roll 9")
        select_nothing(0.5)
        moved = window.text_of("Log").index("(42)")
        check("the helper forgets the first lines", moved < line and "(9)" not in window.text_of("Log"), (line, moved))
        check("and the line that one reads stays where it is, but for the margin", abs(height(moved) - before) < 10,
              (height(moved), before))
        same("what is selected is copied", window.press("Copy"), "action copy 'CHAP auth'")
        eyes.type("Search", "nowhere")
        eyes.find("not found", "label")
        saving(desktop, window)


def saving(desktop, window):
    eyes = window.eyes
    eyes.press("Save…", "push button")
    eyes.wait(lambda: eyes.look("Save the Log"), "the question where to")
    name = eyes.find("Name", "text") if eyes.look("Name", "text") else eyes.wait(
        lambda: next((node for node in eyes.walk(visible=True) if node.get_role_name() == "text"
                      and node.get_name() != "Log" and window_text(eyes, node).endswith(".log")), None), "its name")
    same("a name that every file system takes", window_text(eyes, name), "byway-The office-1.log")
    path = f"{desktop.dir}/saved.log"
    eyes.Atspi.EditableText.set_text_contents(name, path)
    eyes.press("Save", "push button")
    eyes.wait(lambda: os.path.exists(path), "the file")
    select_nothing(0.3)
    with open(path) as file:
        same("the file holds the log", file.read(), window.text_of("Log"))


def plain(text):
    """Numbers and their units do not break apart."""
    return text.replace("\u00a0", " ")


def window_text(eyes, node):
    return eyes.Atspi.Text.get_text(node, 0, eyes.Atspi.Text.get_character_count(node))


def directions_and_sizes(desktop):
    with Window(desktop, "up", {"BYWAY_TEST_RTL": "1"}) as window:
        state, server = window.wait_for("Connected"), window.wait_for("vpn.example.net (198.51.100.1)")
        title = window.wait_for("Server")
        check("right to left: titles stand right of their values", window.box(title).x > window.box(server).x)
        button = window.eyes.find("Disconnect")
        check("right to left: the button is on the other side", window.box(button).x > window.box(
            window.eyes.find("Edit…")).x)
        check("right to left: the state reads from the right", window.box(state).x > 0)
        window.shoot("status-rtl")
    with Window(desktop, "login", {"BYWAY_TEST_RTL": "1"}) as window:
        window.wait_for("Failed")
        window.shoot("status-rtl-failure")
    with Window(desktop, "up", {"GDK_SCALE": "2"}) as window:
        window.wait_for("Connected")
        os.environ["GDK_SCALE"] = "2"
        window.shoot("status-hidpi")
        del os.environ["GDK_SCALE"]
        same("two pixels a point: it is all there", window.has("192.168.42.11 on ppp0"), [])
    with Window(desktop, "wrong-psk", {"GDK_DPI_SCALE": "2"}) as window:
        window.wait_for("Failed")
        box = window.box(window.eyes.app.get_child_at_index(0))
        check("twice the size of text: it fits on a screen", box.width <= 1280 and box.height <= 1000, (box.width, box.height))
        window.shoot("status-large")
    for scene in ("up", "login", "log"):
        with Window(desktop, scene, {"GTK_THEME": "Adwaita:dark"}) as window:
            if scene == "log":
                window.tell("lines 60")
            select_nothing(0.3)
            window.shoot(f"{'status-' if scene != 'log' else ''}{scene}-dark")


def main():
    with Desktop() as desktop:
        for play in (connecting, up, hidden, failure, login, warnings, network_manager, keys, logs, directions_and_sizes):
            play(desktop)
    print(f"1..{len(results)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
