#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The applet as its user has it: a tray, a keyring, the real helper, and a server that refuses what is wrong.

    test-applet.py BYWAY BYWAYD BYWAY-APPLET KERNEL-PARTS [TEST...]

Prints TAP.
"""

import os
import pathlib
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))
sys.path.append(str(TESTS / "lab/guest"))
sys.dont_write_bytecode = True

import certificate  # noqa: E402
from applet import FIELDS, MAIN, main  # noqa: E402
from harm import ONE_LINE, does_something  # noqa: E402
from world import USER, become, wait_for  # noqa: E402

QUESTION = "Connect to “office”"
KEY, PASSWORD = "Pre-shared key (shared secret)", "Password for alice"
KEY_PASSWORD = "Password or PIN of the machine’s private key"
STEPS = {"ike": "IKE", "sa": "IPsec", "l2tp": "L2TP", "ppp": "PPP"}  # the server's, and the status window's word


def connected(stage, applet):
    applet.tray_says("office: Connected")
    assert stage.state() == "up"


def disconnected(stage, applet):
    wait_for("the end of office", lambda: stage.state() == "down")
    applet.tray_says("office", "Connect")
    assert stage.world.names() == []


def connect(stage, applet):
    applet.click("office", "Connect")
    connected(stage, applet)


def disconnect(stage, applet):
    applet.click("office: Connected", "Disconnect")
    disconnected(stage, applet)


# -- the way through

def test_add_connect_disconnect(stage):
    """Four fields, and it is up: nothing is asked again."""
    applet = stage.start("--hidden")
    applet.tray_says("No connections yet")
    applet.click("Add connection")
    editor = applet.window("New Connection")
    applet.picture("New Connection", "applet-add")
    for name, text in (("Name", "office"), ("Gateway", "vpn.example.net"), ("User name", "alice"), ("Password", "Word of alice"),
                       (KEY, "Key of the office")):
        applet.write(editor, name, text)
    title = editor.get_name()
    applet.press(editor, "Save")
    applet.no_window(title)
    wait_for("office", lambda: stage.names() == ["office"])
    assert stage.settings() == {"gateway": "vpn.example.net", "user": "alice"}, stage.settings()
    applet.tray_says("office")
    connect(stage, applet)
    assert "Disconnect" in applet.tray().words()[1]
    disconnect(stage, applet)


def test_stages_pass(stage):
    """Each is under way, then done; and the picture tells it to those who do not see it."""
    stage.add()
    applet = stage.start("--hidden")
    applet.click("office", "Status")
    window = applet.window("office")
    steps = list(STEPS)
    stage.office.set(hold=" ".join(steps))
    applet.press(window, "Connect")
    while steps:
        name = STEPS[steps[0]]
        wait_for(f"{name} under way", lambda: applet.stages(window).get(name) == "under way")
        applet.reads(window, f"Connecting: {name}")
        applet.tray_says(f"office: Connecting: {name}")
        if name == "L2TP":
            applet.picture("office", "applet-connecting")
        del steps[0]
        stage.office.set(hold=" ".join(steps))
    applet.reads(window, "Connected", "vpn.example.net (192.0.2.1)", "10.9.0.9 on ppp0", "weak")
    applet.has(window, "IKE 3des-sha1-modp1024, ESP 3des-sha1")
    assert set(applet.stages(window).values()) == {"done"}, applet.stages(window)
    applet.press(window, "Disconnect")
    disconnected(stage, applet)


def test_traffic(stage):
    """The graph's numbers are the interface's."""
    stage.add()
    applet = stage.start("--hidden")
    connect(stage, applet)
    applet.click("office", "Status")
    window = applet.window("office")
    stage.office.set(traffic="40 10")
    applet.reads(window, "Received", "Sent", "kB in all")
    for packets in (90, 160, 220, 180, 60, 30, 120, 200):  # a second each: something to see
        time.sleep(1)
        stage.office.set(traffic=f"{packets} {packets // 5}")
    applet.picture("office", "applet-up")
    wait_for("a rate", lambda: any(text.endswith(("kB/s", "MB/s")) and not text.startswith("0") for text in applet.texts(window)))
    disconnect(stage, applet)


def test_cancel(stage):
    """While it is on its way, at each step of it."""
    stage.add()
    applet = stage.start("--hidden")
    for step, name in STEPS.items():
        stage.office.set(hold=step)
        applet.click("office", "Connect")
        applet.tray_says(f"office: Connecting: {name}")
        applet.click("office: Connecting", "Cancel")
        stage.office.set(hold="")
        disconnected(stage, applet)
    assert applet.titles() == [], applet.titles()
    connect(stage, applet)


# -- secrets

def test_asked_once_for_all_that_is_missing(stage):
    """One window for both; and what is given up ends it without a word."""
    stage.add(secrets=False)
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    question = applet.window(QUESTION)
    applet.reads(question, KEY, PASSWORD)
    applet.press(question, "Cancel")
    applet.no_window(QUESTION)
    assert stage.state() == "down"
    applet.click("office", "Connect")
    question = applet.window(QUESTION)
    applet.write(question, KEY, "Key of the office")
    applet.write(question, PASSWORD, "Word of alice")
    applet.picture(QUESTION, "applet-secrets")
    applet.press(question, "Connect")
    connected(stage, applet)
    disconnect(stage, applet)
    connect(stage, applet)  # from the keyring, and nothing is asked


def test_wrong_password(stage):
    """Asked again with the reason; the saved one stays until another has worked."""
    uuid = stage.add()
    stage.keep(uuid, "password", "old word")
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    for typed in ("another wrong one", "Word of alice"):
        question = applet.window(QUESTION)
        applet.reads(question, "The server refused", PASSWORD)
        assert KEY not in applet.texts(question)
        assert stage.kept(uuid, "password") == "old word"
        if typed == "Word of alice":
            applet.picture(QUESTION, "applet-wrong-password")
        applet.write(question, PASSWORD, typed)
        applet.press(question, "Connect")
        applet.no_window(QUESTION)
    connected(stage, applet)
    wait_for("the right word in the keyring", lambda: stage.kept(uuid, "password") == "Word of alice")


def test_wrong_password_given_up(stage):
    """Then the failure stays to be seen, with a button that asks anew."""
    uuid = stage.add()
    stage.keep(uuid, "password", "old word")
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    applet.press(applet.window(QUESTION), "Cancel")
    applet.no_window(QUESTION)
    applet.tray_says("office", "Connect")
    applet.click("office", "Status")
    window = applet.window("office")
    applet.reads(window, "The server refused the user name or the password.", "Enter the password again")
    applet.picture("office", "applet-refused")
    again = next(text for text in applet.texts(window) if text.lower().endswith("enter the password again.") and ": " in text)
    applet.press(window, again)
    question = applet.window(QUESTION)
    applet.write(question, PASSWORD, "Word of alice")
    applet.press(question, "Connect")
    connected(stage, applet)
    wait_for("the right word in the keyring", lambda: stage.kept(uuid, "password") == "Word of alice")


def test_refused_by_itself(stage):
    """What comes back by itself has nobody to look on: the applet asks, once, and nothing is tried before the answer."""
    uuid = stage.add("office", "reconnect=lost")
    applet = stage.start("--hidden")
    connect(stage, applet)
    stage.office.set(password="New word")
    stage.world.lose()
    question = applet.window(QUESTION)
    applet.reads(question, "The server refused", PASSWORD)
    assert KEY not in applet.texts(question)
    assert stage.state() == "down" and stage.kept(uuid, "password") == "Word of alice"
    applet.picture(QUESTION, "applet-refused-by-itself")
    applet.click("office: Failed", "Connect")  # which waits for the same answer, and is no second attempt
    applet.write(question, PASSWORD, "New word")
    applet.press(question, "Connect")
    connected(stage, applet)
    wait_for("the right word in the keyring", lambda: stage.kept(uuid, "password") == "New word")
    stage.office.set(psk="New key")
    stage.world.lose()
    question = applet.window(QUESTION)
    applet.reads(question, "re-shared key is very likely wrong", KEY)
    applet.press(question, "Cancel")
    applet.no_window(QUESTION)
    applet.tray_says("office: Failed")
    assert stage.state() == "down"  # else it would be "waiting"
    assert stage.byway("log", "office").count("now preparing") == 4 and applet.titles() == []


def test_wrong_key(stage):
    uuid = stage.add()
    stage.keep(uuid, "ipsec-psk", "old key")
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    question = applet.window(QUESTION)
    applet.reads(question, "re-shared key is very likely wrong", KEY)
    assert PASSWORD not in applet.texts(question)
    applet.write(question, KEY, "Key of the office")
    applet.press(question, "Connect")
    connected(stage, applet)
    wait_for("the right key in the keyring", lambda: stage.kept(uuid, "ipsec-psk") == "Key of the office")


def with_empty(applet, title, name):
    """The window of that title, if its field of that name has nothing in it."""
    window = applet.window(title)
    field = applet.look(window, name, FIELDS)
    return window if field is not None and applet.desk.atspi.Text.get_character_count(field) == 0 else None


def test_certificate(stage):
    """The applet reads the file; a key that is locked is asked about, alone, and its password kept once it has worked.
    That the certificate is over soon is told though it came up."""
    own = certificate.make(stage.folder, "/CN=laptop", days=20, **become(USER))
    uuid = stage.add("office", "machine-auth=certificate", f"machine-cert={own}")
    stage.keep(uuid, "password", "Word of alice")
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    question = applet.window(QUESTION)
    for typed in ("not this one", "open"):
        applet.reads(question, "password of the private key", KEY_PASSWORD)
        assert PASSWORD not in applet.texts(question)
        applet.write(question, KEY_PASSWORD, typed)
        applet.press(question, "Connect")
        if typed != "open":  # one goes and the next one comes, at once
            question = wait_for("another question", lambda: applet.tried(lambda: with_empty(applet, QUESTION, KEY_PASSWORD)))
    applet.no_window(QUESTION)
    connected(stage, applet)
    wait_for("the key's password in the keyring", lambda: stage.kept(uuid, "machine-certpass") == "open")
    disconnect(stage, applet)
    connect(stage, applet)  # from the keyring, and nothing is asked
    applet.click("office", "Status")
    applet.reads(applet.window("office"), "soon over: CN=laptop, valid until")
    disconnect(stage, applet)
    os.unlink(own)
    applet.click("office", "Connect")
    applet.tray_says("office", "Connect")
    applet.click("office", "Status")
    applet.reads(applet.window("office"), "could not be read", own)


def test_secrets_for_another_program(stage):
    """One that has none: the helper asks the applet. Also the helper that comes after it was killed."""
    stage.add(secrets=False)
    applet = stage.start("--hidden")
    applet.tray_says("office")
    for killed in (False, True):
        if killed:
            stage.world.kill_helper()
            applet.tray_says("The helper bywayd does not answer")
            stage.world.start_helper()
            applet.tray_says("office", "Connect")
        other = stage.begin("office")
        question = applet.window(QUESTION)
        if not killed:  # it is kept
            applet.write(question, KEY, "Key of the office")
        applet.write(question, PASSWORD, "Word of alice")
        applet.choose_item(question, f"Keep: {PASSWORD}", "Not at all: ask every time")
        applet.press(question, "Connect")
        connected(stage, applet)
        assert other.wait(20) == 0
        disconnect(stage, applet)


def test_question_goes_with_who_asked(stage):
    """Another program that has no secrets connects: its question goes when it leaves, and when the user takes the connection down."""
    stage.add(secrets=False)
    applet = stage.start("--hidden")
    applet.tray_says("office")
    for end in (lambda _other: stage.byway("down", "office"), lambda other: other.kill()):
        other = stage.begin("office")
        question = applet.window(QUESTION)
        applet.write(question, KEY, "Key of the office")
        applet.write(question, PASSWORD, "Word of alice")
        end(other)
        applet.no_window(QUESTION)
        assert other.wait(20) != 0 and stage.state() != "up"


# -- messages


def click(stage, number, button, done):
    """Again, where the applet has not heard yet which number its message has."""
    def try_it():
        stage.desk.click_note(number, button)
        end = time.monotonic() + 2
        while not done() and time.monotonic() < end:
            time.sleep(0.1)
        return done()
    wait_for(f"what “{button}” does", try_it)


def test_notifications(stage):
    """One when it is up, one when it is lost; and a click on each does what it says."""
    stage.add()
    applet = stage.start("--hidden")
    connect(stage, applet)
    up = applet.notes("“office” is up")
    click(stage, up, "Disconnect", lambda: stage.state() != "up")
    disconnected(stage, applet)
    stage.office.set(mood="no-proposal")
    applet.click("office", "Connect")
    failed = applet.notes("“office” is not up")
    click(stage, failed, "Show why", lambda: "office" in applet.titles())
    applet.reads(applet.window("office"), "What is wrong")


# -- failures

def test_failure_is_seen(stage):
    """Silence: what was seen, what to do, and the evidence; the icon asks for a look, once."""
    stage.add()
    stage.office.set(mood="no-proposal")
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    applet.tray_says("office: Failed")
    assert applet.tray().get("Status") == "NeedsAttention"
    assert applet.titles() == [], applet.titles()
    applet.click("office", "Status")
    window = applet.window("office")
    applet.reads(window, "What is wrong", "Evidence", "Copy Report")
    assert applet.stages(window)["IPsec"] == "failed", applet.stages(window)
    applet.picture("office", "applet-failure")
    wait_for("a calm icon", lambda: applet.tray().get("Status") == "Active")
    stage.office.reset()
    applet.press(window, "Connect")
    connected(stage, applet)


# -- a server that wants to harm

def all_words(applet, window):
    """Names, descriptions, and text of views: also of what is folded, or has to be scrolled to."""
    found = []
    for thing in applet.desk.all_in(window):
        found += [thing.get_name(), thing.get_description()]
        if "Text" in thing.get_interfaces():
            found.append(applet.desk.atspi.Text.get_text(thing, 0, applet.desk.atspi.Text.get_character_count(thing)))
    return "\n".join(text for text in found if text)


def are_words_only(what, text):
    """They are there, markup too, so nobody took it for markup; and no letter does something."""
    assert "evil" in text and text.count("bold") == text.count("<b>bold</b>"), f"{what}: {text!r}"
    assert not [letter for letter in text if does_something(letter)], f"{what}: {text!r}"


def harmless_window(applet, window):
    wait_for(f"the words in “{window.get_name()}”", lambda: "evil" in (applet.tried(lambda: all_words(applet, window)) or ""))
    are_words_only(window.get_name(), all_words(applet, window))


def test_harmful_words(stage):
    """In windows they stand as they are; a message has no markup at all, since who shows it may read it."""
    stage.add()
    stage.office.set(words=ONE_LINE)
    stage.office.link_is("refused")
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    applet.tray_says("office: Failed")
    note = stage.desk.notifications()[applet.notes("“office” is not up", "evil")]
    shown = note["summary"] + note["body"]
    assert not [letter for letter in shown if letter in "<&" or does_something(letter)], note
    tray = str(applet.tray().words()) + str(applet.tray().get("Title"))
    assert not [letter for letter in tray if does_something(letter)], tray
    for item, title in (("Status", "office"), ("Log", "Log of office")):
        applet.click("office", item)
        harmless_window(applet, applet.window(title))


def test_harmful_words_at_login(stage):
    """As those with which it refuses a password: another one is asked for, and then it is given up."""
    stage.add()
    stage.office.set(words=ONE_LINE, password="another word")
    applet = stage.start("--hidden")
    applet.click("office", "Connect")
    question = applet.window(QUESTION)
    assert not [letter for letter in all_words(applet, question) if does_something(letter)]
    applet.press(question, "Cancel")
    applet.no_window(QUESTION)
    applet.click("office", "Status")
    harmless_window(applet, applet.window("office"))


# -- the kill switch

def refusals(stage):
    """How many of the kernel's rules refuse whatever is not allowed, in the helper's network."""
    text = stage.world.inside("ip", "rule", capture_output=True, text=True).stdout
    return sum("prohibit" in line and "ipproto" not in line for line in text.splitlines())


def test_kill_switch(stage):
    """While it is down nothing leaves: everything says so, and one click lifts it."""
    stage.add("office", "kill-switch=yes")
    applet = stage.start()
    window = applet.window(MAIN)
    stage.office.set(mood="no-proposal")
    applet.click("office", "Connect")
    applet.tray_says("office: Failed – the kill switch lets nothing leave")
    assert applet.tray().get("Status") == "NeedsAttention"
    assert "The kill switch lets nothing leave" in applet.tray().get("Title"), applet.tray().get("Title")
    assert refusals(stage) == 2
    first = applet.notes("“office” is not up", "nothing leaves this machine")
    applet.picture(MAIN, "applet-kill-switch")
    applet.press(window, "Lift the kill switch")
    wait_for("the rules to go", lambda: refusals(stage) == 0)
    wait_for("the end of the message", lambda: first not in stage.desk.notifications())
    applet.click("office", "Connect")
    wait_for("the rules to come", lambda: refusals(stage) == 2)
    failed = applet.notes("“office” is not up", "nothing leaves this machine")
    click(stage, failed, "Lift the kill switch", lambda: refusals(stage) == 0)


def test_kill_switch_of_one_that_is_up(stage):
    """Disconnecting lifts it; a helper that was killed under it leaves it on, and the next one says so."""
    stage.add("office", "kill-switch=yes")
    applet = stage.start("--hidden")
    connect(stage, applet)
    assert refusals(stage) == 2
    disconnect(stage, applet)
    assert refusals(stage) == 0
    connect(stage, applet)
    stage.world.kill_helper()
    assert refusals(stage) == 2
    stage.world.start_helper()
    applet.tray_says("office: Off – the kill switch lets nothing leave")
    applet.notes("“office” is not up")
    applet.click("office: Off – the kill switch lets nothing leave", "Lift the kill switch")
    wait_for("the rules to go", lambda: refusals(stage) == 0)
    applet.tray_says("office")


# -- editing

def test_edit(stage):
    stage.add()
    applet = stage.start("--hidden")
    applet.click("office", "Edit")
    editor = applet.window("Edit “office”")
    applet.picture(editor.get_name(), "applet-edit")
    assert applet.read(editor, "Gateway") == "vpn.example.net"
    applet.write(editor, "User name", "bob")
    applet.write(editor, "Name", "headquarters")
    title = editor.get_name()
    applet.press(editor, "Save")
    applet.no_window(title)
    wait_for("the new name", lambda: stage.names() == ["headquarters"])
    assert stage.settings("headquarters")["user"] == "bob"
    applet.tray_says("headquarters")


def test_delete_and_undo(stage):
    stage.add()
    applet = stage.start()
    window = applet.window(MAIN)
    applet.choose(window, "More about office", "Delete")
    applet.reads(window, "“office” was deleted.")
    assert applet.tray().look("office") is None
    applet.press(window, "Undo")
    applet.tray_says("office")
    assert stage.names() == ["office"]
    connect(stage, applet)
    disconnect(stage, applet)
    applet.choose(window, "More about office", "Delete")
    applet.reads(window, "“office” was deleted.")
    applet.desk.close_window(MAIN)
    wait_for("no connection", lambda: stage.names() == [])


def test_all_windows(stage):
    """Each opens from the tray, has a picture, and closes by Escape."""
    stage.add()
    applet = stage.start("--hidden")
    connect(stage, applet)
    for words, title, name in ((("office", "Log"), "Log of office", "log"), (("Preferences",), "Preferences", "preferences"),
                               (("About",), "About.*", "about"), (("Show all",), MAIN, "window")):
        applet.click(*words)
        title = applet.window_like(title).get_name()
        applet.picture(title, f"applet-{name}")
        applet.focus(title)
        applet.desk.type("Escape")
        applet.no_window(title)


main([test for name, test in list(globals().items()) if name.startswith("test_")])
