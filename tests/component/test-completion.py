#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the shells offer after `byway`: bash for real, zsh and fish by their syntax where they are installed.

    test-completion.py FOLDER BYWAY

FOLDER has the completion files. A `byway` that knows some connections stands in for the built BYWAY and asks
it for all but their names. Prints TAP.
"""

import os
import shutil
import subprocess
import sys
import tempfile

FOLDER, BYWAY = map(os.path.abspath, sys.argv[1:3])
NAMES = ("home", "office", "office two")

FAKE = """#!/bin/sh
if [ "$*" = "list --names" ]; then
  printf '%%s\\n' %(names)s
else
  exec %(byway)s "$@"
fi
"""

# Completes "$@", the cursor at its end, as bash does; prints the offers.
ASK = """
. "$COMPLETION"
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_byway
((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
exit 0
"""


def offers(*words):
    """What bash offers for the last of the words."""
    with tempfile.TemporaryDirectory(prefix="byway-completion-") as folder:
        with open(f"{folder}/byway", "w") as file:
            file.write(FAKE % {"names": " ".join(f"'{name}'" for name in NAMES), "byway": BYWAY})
        os.chmod(f"{folder}/byway", 0o755)
        env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "COMPLETION": f"{FOLDER}/byway.bash", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(["bash", "--norc", "-c", ASK, "bash", "byway", *words], env=env, cwd=folder, capture_output=True,
                              text=True, check=False)
    assert done.returncode == 0 and done.stderr == "", done
    return done.stdout.splitlines()


def listed(what):
    done = subprocess.run([BYWAY, what], capture_output=True, text=True, check=True)
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


def test_verbs():
    assert offers("") == listed("--list-verbs")
    assert offers("d") == ["down", "duplicate", "delete"]
    assert offers("se") == ["set-secret"]
    assert offers("levitate") == []


def test_names():
    for verb in ("up", "down", "status", "show", "log", "delete", "duplicate", "set-secret", "edit"):
        assert offers(verb, "") == ["home", "office", "office\\ two"], verb
        assert offers(verb, "h") == ["home"], verb
        assert offers(verb, "x") == [], verb


def test_one_name_is_enough():
    for verb in ("up", "down", "status", "show", "log", "delete", "duplicate"):
        assert offers(verb, "home", "") == [], verb


def test_no_names():
    for verb in ("list", "monitor", "levitate"):
        assert offers(verb, "") == [], verb
    assert "home" not in offers("add", "") + offers("render", "")


def test_secrets():
    assert offers("set-secret", "home", "") == ["ipsec-psk", "password"]
    assert offers("set-secret", "home", "p") == ["password"]


def test_settings():
    every = [f"{key}=" for key in listed("--list-options")]
    assert offers("edit", "home", "") == offers("add", "new", "") == offers("render", "") == every
    assert offers("edit", "home", "mt") == offers("edit", "home", "mru=1300", "mt") == ["mtu="]
    assert not any("psk=" in offer or offer == "password=" for offer in every)


def test_options():
    assert set(offers("up", "--")) == {"--help", "--json", "--secrets-fd"}
    assert offers("list", "--n") == ["--names"]
    assert offers("delete", "home", "--y") == ["--yes"]
    assert offers("set-secret", "home", "password", "--st") == ["--stdin", "--storage"]
    assert set(offers("show", "--")) == {"--help", "--json", "--rendered"}


def test_is_registered():
    done = subprocess.run(["bash", "--norc", "-c", f". '{FOLDER}/byway.bash'; complete -p byway"], capture_output=True, text=True,
                          check=True)
    assert done.stdout == "complete -F _byway byway\n", done


class NotHere(Exception):
    """What the test needs is not installed."""


def syntax(shell, file):
    if shutil.which(shell) is None:
        raise NotHere(f"{shell} is not installed")
    done = subprocess.run([shell, "-n", f"{FOLDER}/{file}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == "", done


def test_syntax_of_bash():
    syntax("bash", "byway.bash")


def test_syntax_of_zsh():
    syntax("zsh", "_byway")


def test_syntax_of_fish():
    syntax("fish", "byway.fish")


def test_every_verb_is_in_every_file():
    for name in ("byway.bash", "_byway", "byway.fish"):
        with open(f"{FOLDER}/{name}") as file:
            text = file.read()
        assert "--list-verbs" in text and "list --names" in text and "--list-options" in text, name
        for verb in ("up", "down", "status", "show", "log", "delete", "duplicate", "set-secret", "edit", "add", "render"):
            assert verb in text, (name, verb)


TESTS = [test for name, test in list(globals().items()) if name.startswith("test_")]


def main():
    print(f"1..{len(TESTS)}", flush=True)
    failed = 0
    for number, test in enumerate(TESTS, 1):
        try:
            test()
            print(f"ok {number} - {test.__name__[5:]}", flush=True)
        except NotHere as reason:
            print(f"ok {number} - {test.__name__[5:]} # SKIP {reason}", flush=True)
        except Exception as error:  # one failed test must not hide the others
            failed += 1
            line = error.__traceback__.tb_next.tb_lineno
            print(f"not ok {number} - {test.__name__[5:]}\n# line {line}: {type(error).__name__} {str(error)[:1500]!r}", flush=True)
    sys.exit(1 if failed else 0)


main()
