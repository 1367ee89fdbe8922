#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""NetworkManager's auth dialog as its agents call it: on pipes, with a keyring, and as a window on a screen.

    test-auth-dialog.py NM-BYWAY-AUTH-DIALOG

Prints TAP. With BYWAY_SCREENSHOTS=FOLDER the windows are kept as pictures.
"""

import configparser
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from screen import Screen, wait_for

SERVICE = "org.freedesktop.NetworkManager.byway"
UUID = "0b5b1f0e-7d0e-4c43-9d0c-6a4f5a3c1d11"
NAME, TITLE = "office", "Connect to “office”"
USUAL = {"gateway": "vpn.example.net", "user": "alice"}
PSK, PASSWORD, SHOW = "Pre-shared key (shared secret)", "Password for alice", "Show passwords"
REASON, SENTENCE = "the server refused the user name or the password", "The server refused the user name or the password."
ENDING = "\n\n"


def request(data, secrets=()):
    """What an agent writes, as libnm would read it."""
    lines = []
    for kind, pairs in (("DATA", dict(data)), ("SECRET", dict(secrets))):
        for key, value in pairs.items():
            lines += [f"{kind}_KEY={key}", f"{kind}_VAL=" + value.replace("\n", "\n="), ""]
    return "\n".join([*lines, "DONE", "", ""]).encode()


class Dialog:
    """One run of the program, its input kept open as agents do."""

    def __init__(self, program, env, *words, data=USUAL, secrets=(), raw=None, standard=True):
        identity = ["-u", UUID, "-n", NAME, "-s", SERVICE] if standard else []
        if env.get("DISPLAY"):
            # GTK and fontconfig keep much to their end.
            env = {**env, "ASAN_OPTIONS": "detect_leaks=0"}
        self.process = subprocess.Popen([program, *identity, *words], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, start_new_session=True, bufsize=0)
        self.err = ""
        self.say(request(data, secrets) if raw is None else raw)

    def say(self, data):
        with contextlib.suppress(BrokenPipeError):
            while data and self.process.stdin is not None:
                data = data[self.process.stdin.write(data):]

    def hang_up(self):
        self.process.stdin.close()
        self.process.stdin = None

    def answer(self, code=0, quit_with=b"QUIT\n\n", ending=ENDING):
        """Standard output, read as gnome-shell does: two empty lines end it, and it is told to go."""
        out = b""
        while not out.endswith(b"\n" + ending.encode()) and out != ending.encode():
            more = os.read(self.process.stdout.fileno(), 4096)
            if not more:
                break
            out += more
        self.say(quit_with)
        return self.end(code, out)

    def end(self, code=0, out=b""):
        try:
            rest, err = self.process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.err = err.decode()
        assert self.process.returncode == code, (self.process.returncode, out + rest, self.err)
        return (out + rest).decode()


class World:
    def __init__(self, program, folder):
        self.program, self.folder, self.screen, self.keyring_env = program, folder, None, None
        plain = {key: value for key, value in os.environ.items()
                 if key not in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "LANGUAGE")}
        os.makedirs(f"{folder}/nowhere")
        self.bare = {**plain, "LC_ALL": "C.UTF-8", "G_DEBUG": "fatal-criticals", "HOME": f"{folder}/nowhere",
                     "XDG_RUNTIME_DIR": f"{folder}/nowhere", "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/nowhere/bus"}

    def run(self, *words, env=None, code=0, quit_with=b"QUIT\n\n", **named):
        """Without a screen and a keyring, if not told otherwise."""
        return Dialog(self.program, env or self.bare, *words, **named).answer(code, quit_with)

    def window_mode(self, *words, env=None, **named):
        """The key file that it answers with; it does not wait for QUIT."""
        text = Dialog(self.program, env or self.bare, "--external-ui-mode", *words, **named).end()
        file = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=True)
        file.optionxform = str
        file.read_string(text)
        return file

    def show(self, *words, **named):
        self.open_screen()
        dialog = Dialog(self.program, self.screen.env, *words, **named)
        try:
            return dialog, self.screen.window(TITLE)
        except AssertionError:
            dialog.process.kill()
            raise AssertionError(dialog.process.communicate()) from None

    def open_screen(self):
        if self.screen is None:
            self.screen = Screen(f"{self.folder}/screen")
        return self.screen

    def end(self):
        if self.screen is not None:
            self.screen.end()


def asked(file):
    return [group for group in file.sections() if file.has_option(group, "ShouldAsk") and file.getboolean(group, "ShouldAsk")]


# -- the command line and standard input

def test_wrong_command_lines(world):
    for words in ((), ("-u", UUID), ("-u", UUID, "-n", NAME), ("-n", NAME, "-s", SERVICE), ("-u", "", "-n", NAME, "-s", SERVICE),
                  ("-u", UUID, "-n", NAME, "-s", "org.freedesktop.NetworkManager.l2tp"),
                  ("-u", UUID, "-n", NAME, "-s", SERVICE + "2"), ("-u", UUID, "-n", NAME, "-s", SERVICE, "more"),
                  ("-u", UUID, "-n", NAME, "-s", SERVICE, "--password=x"), ("-u", b"\xff", "-n", NAME, "-s", SERVICE)):
        dialog = Dialog(world.program, world.bare, *words, standard=False)
        assert dialog.end(1) == "" and dialog.err.startswith("nm-byway-auth-dialog: "), (words, dialog.err)
    long_words = ("--uuid", UUID, "--name", "Büro", "--service", SERVICE, "--hint", "password", "--allow-interaction",
                  "--reprompt", "--external-ui-mode")
    for locale in ("C", "C.UTF-8"):
        assert "Büro" in Dialog(world.program, {**world.bare, "LC_ALL": locale}, *long_words, standard=False).end()


def test_bad_requests(world):
    for raw in (b"", b"DATA_KEY=gateway\nDATA_VAL=x\n", b"QUIT\n", b"DATA_VAL=x\nDONE\n", b"DATA_KEY=a\0b\nDONE\n",
                b"DATA_KEY=user\nDATA_VAL=\xff\nDONE\n", b"x" * 70000 + b"\nDONE\n",
                b"SECRET_KEY=password\nSECRET_VAL=canary\nDATA_VAL=canary\nDONE\n"):
        dialog = Dialog(world.program, world.bare, raw=raw)
        dialog.hang_up()
        assert dialog.end(1) == "" and "the request" in dialog.err and "canary" not in dialog.err, (raw[:80], dialog.err)


# -- without a window

def test_answers_what_it_has(world):
    assert world.run() == ENDING
    assert world.run(secrets={"password": "word"}) == "password\nword\n" + ENDING
    both = {"password": " pä=ss\\word ", "ipsec-psk": "0s\"key'#"}
    assert world.run(secrets=both) == "ipsec-psk\n0s\"key'#\npassword\n pä=ss\\word \n" + ENDING
    assert world.run("-r", secrets=both) == world.run(secrets=both)
    assert world.run("-i", secrets=both) == world.run(secrets=both)  # nothing to ask
    assert world.run(secrets={"password": "one\ntwo", "ipsec-psk": "key"}) == "ipsec-psk\nkey\n" + ENDING
    assert world.run(secrets={"nonsense": "x", "gateway": "y"}) == ENDING


def test_flags_and_hints_without_a_window(world):
    both = {"password": "word", "ipsec-psk": "key"}
    assert world.run(data={**USUAL, "password-flags": "2"}, secrets=both) == "ipsec-psk\nkey\n" + ENDING
    assert world.run("-i", data={**USUAL, "password-flags": "4"}, secrets=both) == "ipsec-psk\nkey\n" + ENDING
    assert world.run("-i", data={**USUAL, "password-flags": "4", "ipsec-psk-flags": "4"}) == ENDING
    assert world.run("-t", "password", secrets=both) == "password\nword\n" + ENDING
    assert world.run("-i", data={**USUAL, "ipsec": "no"}, secrets=both) == "password\nword\n" + ENDING


def test_the_key_in_its_old_place(world):
    """NetworkManager-l2tp goes by it where there is no secret."""
    old = {**USUAL, "ipsec-psk": "old key"}
    assert world.run(data=old, secrets={"password": "word"}) == "ipsec-psk\nold key\npassword\nword\n" + ENDING
    assert world.run(data=old, secrets={"ipsec-psk": "key"}) == "ipsec-psk\nkey\n" + ENDING


def test_multi_line_data(world):
    assert world.run(data={"odd": "a\nDONE\n\nSECRET_KEY=password\nSECRET_VAL=stolen", **USUAL}) == ENDING
    gnome_shell = b"DATA_KEY=odd\nDATA_VAL=one\ntwo\n\nSECRET_KEY=password\nSECRET_VAL=word\n\nDONE\n\n"
    assert world.run(raw=gnome_shell) == "password\nword\n" + ENDING


def test_waits_until_it_may_go(world):
    dialog = Dialog(world.program, world.bare)
    time.sleep(0.5)
    assert dialog.process.poll() is None
    assert dialog.answer() == ENDING
    dialog = Dialog(world.program, world.bare)
    dialog.hang_up()  # the agent is gone
    assert dialog.end() == ENDING
    dialog = Dialog(world.program, world.bare, raw=request(USUAL) + b"QUIT\n")
    assert dialog.end() == ENDING


def test_waits_no_longer_than_20_seconds(world):
    dialog, start = Dialog(world.program, world.bare), time.monotonic()
    assert os.read(dialog.process.stdout.fileno(), 100) == b"\n\n"
    dialog.process.wait(25)
    assert dialog.process.returncode == 0 and 18 < time.monotonic() - start < 22, time.monotonic() - start
    dialog.end()


def test_a_closed_standard_error_does_no_harm(world):
    """gnome-shell reads none."""
    dialog = Dialog(world.program, world.bare, "-s", "wrong")
    dialog.process.stderr.close()
    dialog.process.stderr = None
    dialog.process.wait(10)
    assert dialog.process.returncode == 1


def test_no_display_is_told(world):
    dialog = Dialog(world.program, world.bare, "-i")
    assert dialog.end(1) == "" and "there is no display" in dialog.err, dialog.err


# -- the agent's own window

def test_window_of_the_agent(world):
    file = world.window_mode("-i", secrets={"password": "word"})
    assert file.sections() == ["VPN Plugin UI", "ipsec-psk", "password"], file.sections()
    assert file["VPN Plugin UI"]["Version"] == "2" and file["VPN Plugin UI"]["Title"] == TITLE
    assert file["VPN Plugin UI"]["Description"]
    assert dict(file["ipsec-psk"]) == {"Value": "", "Label": PSK, "IsSecret": "true", "ShouldAsk": "true"}
    assert dict(file["password"]) == {"Value": "word", "Label": PASSWORD, "IsSecret": "true", "ShouldAsk": "false"}


def test_window_of_the_agent_asks(world):
    both = {"password": "word", "ipsec-psk": "key"}
    assert asked(world.window_mode("-i")) == ["ipsec-psk", "password"]
    assert asked(world.window_mode()) == []
    assert asked(world.window_mode("-i", secrets=both)) == []
    assert asked(world.window_mode("-i", "-r", secrets=both)) == ["ipsec-psk", "password"]
    assert asked(world.window_mode("-i", secrets=both, data={**USUAL, "password-flags": "2"})) == ["password"]
    assert world.window_mode("-i", data={"password-flags": "4", "ipsec": "no"}).sections() == ["VPN Plugin UI"]
    assert asked(world.window_mode("-i", data={"user-auth-type": "tls"}, secrets=both)) == ["user-certpass"]


def test_window_of_the_agent_has_the_reason(world):
    file = world.window_mode("-i", "-t", "password", "-t", f"x-vpn-message:{REASON}", secrets={"password": "old"})
    assert file["VPN Plugin UI"]["Description"] == SENTENCE and asked(file) == ["password"]
    assert file.sections() == ["VPN Plugin UI", "password"] and file["password"]["Value"] == "old"
    for key in ("machine-certpass", "user-certpass"):
        assert world.window_mode("-i", "-t", key, data={"machine-auth": "certificate", "user-auth": "certificate"}).sections()[1:] == [key]
    file = world.window_mode("-i", "-t", "x-vpn-message:one\n[password]\nValue=two.")
    assert file["VPN Plugin UI"]["Description"] == "One [password] Value=two.", dict(file["VPN Plugin UI"])


def test_key_files_tell(world):
    def asked_with(head):
        with open(f"{world.folder}/key.pem", "w") as file:
            file.write(head)
        data = {**USUAL, "machine-auth": "certificate", "machine-key": f"{world.folder}/key.pem"}
        return asked(world.window_mode("-i", data=data, secrets={"password": "word"}))
    assert asked_with("-----BEGIN PRIVATE KEY-----\n") == []
    assert asked_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n") == ["machine-certpass"]
    os.unlink(f"{world.folder}/key.pem")
    os.mkfifo(f"{world.folder}/pipe")
    data = {"machine-auth": "certificate", "machine-key": f"{world.folder}/pipe"}
    assert "machine-certpass" in asked(world.window_mode("-i", data=data))


# -- a window of our own

def test_window_asks_for_what_is_missing(world):
    dialog, window = world.show("-i", data={**USUAL, "user": "alice_b", "password-flags": "2"},
                                secrets={"ipsec-psk": "given"})
    screen = world.screen
    shown = screen.shown_in(window)
    assert ("label", TITLE) in shown and ("label", "Password for alice_b") in shown, shown
    assert not any(name == PSK for _, name in shown), shown
    entry = screen.entry(window, "Password for alice_b")
    wait_for("the focus", lambda: screen.is_focused(entry))
    ok = screen.button(window, "OK")
    assert not screen.is_sensitive(ok)
    entry.set_text_contents("wörd = \\")
    wait_for("OK", lambda: screen.is_sensitive(ok))
    entry.set_text_contents("")
    wait_for("OK's end", lambda: not screen.is_sensitive(ok))
    entry.set_text_contents("wörd = \\")
    screen.press(window, "OK")
    assert dialog.answer() == "ipsec-psk\ngiven\npassword\nwörd = \\\n" + ENDING
    assert dialog.err == "", dialog.err


def test_window_shows_passwords(world):
    dialog, window = world.show("-i", "-r", secrets={"password": "hunter22", "ipsec-psk": "key 1"})
    screen = world.screen
    entry = screen.entry(window, PASSWORD)
    assert entry.get_role_name() == "password text" and entry.get_text(0, -1) != "hunter22", entry.get_text(0, -1)
    world.screen.picture("auth-dialog-hidden")
    screen.press(window, SHOW)
    wait_for("the password", lambda: entry.get_text(0, -1) == "hunter22")
    assert screen.entry(window, PSK).get_text(0, -1) == "key 1"
    screen.picture("auth-dialog-shown")
    screen.press(window, SHOW)
    wait_for("the dots", lambda: entry.get_text(0, -1) != "hunter22")
    screen.entry(window, PSK).set_text_contents("key 2")
    screen.press(window, "OK")
    assert dialog.answer() == "ipsec-psk\nkey 2\npassword\nhunter22\n" + ENDING


def test_window_says_why(world):
    dialog, window = world.show("-i", "-t", "password", "-t", f"x-vpn-message:{REASON}", secrets={"password": "old"})
    shown = world.screen.shown_in(window)
    assert ("label", SENTENCE) in shown and not any(name == PSK for _, name in shown), shown
    world.screen.picture("auth-dialog-refused")
    world.screen.entry(window, PASSWORD).set_text_contents("new")
    world.screen.press(window, "OK")
    assert dialog.answer() == "password\nnew\n" + ENDING


def test_window_cancelled(world):
    dialog, window = world.show("-i", secrets={"password": "canary"})
    world.screen.press(window, "Cancel")
    assert dialog.end(1) == "" and dialog.err == "", dialog.err
    dialog, window = world.show("-i")
    dialog.say(b"QUIT\n\n")  # the agent does not want it any more
    assert dialog.end(1) == ""
    dialog, window = world.show("-i")
    dialog.hang_up()  # … but one that only hangs up still may read
    time.sleep(0.5)
    assert dialog.process.poll() is None
    dialog.process.send_signal(signal.SIGTERM)
    assert dialog.end(-signal.SIGTERM) == ""


def test_window_by_keyboard(world):
    dialog, window = world.show("-i")
    screen = world.screen
    psk, password, check = screen.entry(window, PSK), screen.entry(window, PASSWORD), screen.button(window, SHOW)
    wait_for("the focus", lambda: screen.is_focused(psk))
    screen.type("k", "e", "y", "Return")  # not yet: a password is needed
    screen.type("Tab", "w", "1")
    wait_for("the focus", lambda: screen.is_focused(password))
    screen.type(("Alt_L", "s"))
    wait_for("the passwords", lambda: password.get_text(0, -1) == "w1")
    wait_for("the focus", lambda: screen.is_focused(check))
    screen.type(("Alt_L", "k"))
    wait_for("the focus", lambda: screen.is_focused(psk))
    screen.type("End", "2", ("Alt_L", "p"))
    wait_for("the focus", lambda: screen.is_focused(password))
    screen.type("Return")
    assert dialog.answer() == "ipsec-psk\nkey2\npassword\nw1\n" + ENDING
    dialog, window = world.show("-i")
    wait_for("the focus", lambda: screen.is_focused(screen.entry(window, PSK)))
    screen.type("Escape")
    assert dialog.end(1) == ""


def test_window_with_certificates(world):
    data = {**USUAL, "machine-auth": "certificate", "user-auth": "certificate"}
    dialog, window = world.show("-i", data=data)
    screen = world.screen
    machine, user = "Password or PIN of the machine’s private key", "Password of your private key"
    screen.entry(window, machine).set_text_contents("m")
    world.screen.picture("auth-dialog-certificates")
    screen.press(window, "OK")  # a key may have none
    assert dialog.answer() == "machine-certpass\nm\n" + ENDING
    dialog, window = world.show("-i", "-r", data=data, secrets={"user-certpass": "old", "machine-certpass": "m"})
    screen.entry(window, user).set_text_contents("")
    screen.press(window, "OK")
    assert dialog.answer() == "machine-certpass\nm\n" + ENDING


def test_window_of_long_words(world):
    """A name of any length, and markup that is none, leave a window that fits."""
    user = "someone.with.a.long.name@" + "department." * 20 + "example"
    dialog, window = world.show("-i", "-t", "x-vpn-message:" + "<b>the server</b> said so & more " * 12, data={"user": user})
    box = world.screen.extents(window)
    assert box.width < 900 and box.height < 700, (box.width, box.height)
    world.screen.picture("auth-dialog-long")
    world.screen.press(window, "Cancel")
    dialog.end(1)


def test_window_limits(world):
    dialog, window = world.show("-i", "-t", "password")
    screen = world.screen
    entry = screen.entry(window, PASSWORD)
    entry.set_text_contents("ä" * 200)  # an option holds 255 bytes
    screen.press(window, "OK")
    assert dialog.answer() == "password\n" + "ä" * 127 + "\n" + ENDING
    dialog, window = world.show("-i", "-t", "password")
    screen.entry(window, PASSWORD).set_text_contents("pasted\nwith a line break")
    screen.press(window, "OK")
    assert dialog.answer() == "password\npasted\n" + ENDING


def test_window_is_out_of_the_secrets_way(world):
    """Neither the command line nor the environment of the process has what was entered."""
    dialog, window = world.show("-i", "-t", "password", secrets={"password": "canary1"})
    world.screen.entry(window, PASSWORD).set_text_contents("canary2")
    for name in ("cmdline", "environ"):
        with open(f"/proc/{dialog.process.pid}/{name}", "rb") as file:
            assert b"canary" not in file.read(), name
    world.screen.press(window, "OK")
    assert dialog.answer() == "password\ncanary2\n" + ENDING and "canary" not in dialog.err


# -- a keyring

def attributes(key, identity=UUID):
    return {"connection-uuid": identity, "setting-name": "vpn", "setting-key": key}


def test_keyring(world):
    screen = world.open_screen()
    keyring = screen.with_keyring()
    # Without a screen: what needs no window must not look for one.
    world.keyring_env = {key: value for key, value in screen.env.items() if key != "DISPLAY"}
    assert world.run(env=world.keyring_env) == ENDING
    keyring.keep(attributes("password"), "kept wörd".encode())
    keyring.keep(attributes("ipsec-psk"), b"old agent's", schema=None)
    keyring.keep(attributes("ipsec-psk", "another"), b"another's")
    before = keyring.items()
    kept = "ipsec-psk\nold agent's\npassword\nkept wörd\n" + ENDING
    assert world.run(env=world.keyring_env) == kept
    assert world.run("-i", env=world.keyring_env) == kept
    given = world.run(env=world.keyring_env, secrets={"password": "given"})
    assert given == "ipsec-psk\nold agent's\npassword\ngiven\n" + ENDING
    assert keyring.items() == before  # keeping them is the agent's business


def test_keyring_and_flags(world):
    data = {**USUAL, "password-flags": "2"}
    assert world.run(env=world.keyring_env, data=data) == "ipsec-psk\nold agent's\n" + ENDING
    file = world.window_mode("-i", env=world.keyring_env, data=data)
    assert asked(file) == ["password"] and file["password"]["Value"] == ""
    file = world.window_mode("-i", "-r", env=world.keyring_env)
    assert asked(file) == ["ipsec-psk", "password"] and file["password"]["Value"] == "kept wörd"
    world.screen.keyring.keep(attributes("ipsec-psk"), b"caf\xe9", schema=None)  # no text
    assert world.run(env=world.keyring_env) == "password\nkept wörd\n" + ENDING


def test_keyring_locked(world):
    """The last one: it stays locked."""
    world.screen.keyring.keep(attributes("ipsec-psk"), b"kept key", schema=None)
    world.screen.keyring.lock()
    assert world.run(env=world.keyring_env) == ENDING
    assert world.run(env=world.screen.env) == ENDING  # no window, not even to unlock
    file = world.window_mode("-i", env=world.keyring_env)
    assert asked(file) == ["ipsec-psk", "password"] and "keyring is locked" in file["VPN Plugin UI"]["Description"]


def main():
    folder = tempfile.mkdtemp(prefix="byway-auth-")
    world = World(os.path.abspath(sys.argv[1]), folder)
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    wanted, failed = sys.argv[2:], 0
    tests = [(name, test) for name, test in tests if not wanted or name in wanted]
    print(f"1..{len(tests)}", flush=True)
    try:
        for number, (name, test) in enumerate(tests, 1):
            try:
                test(world)
                print(f"ok {number} - {name[5:].replace('_', ' ')}", flush=True)
            except Exception as error:  # the others shall run
                failed += 1
                print(f"not ok {number} - {name[5:].replace('_', ' ')}", flush=True)
                line = error.__traceback__.tb_next
                text = f"# line {line.tb_lineno if line else '?'}: {type(error).__name__}: {error}"
                print(text.replace("\n", "\n# "), flush=True)
    finally:
        world.end()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
