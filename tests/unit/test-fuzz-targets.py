#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who reads what others wrote is fuzzed, from a corpus that is kept, and `./dev fuzz` tells of a crash. Usage: test-fuzz-targets.py SOURCE"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tap

SOURCE = Path(sys.argv[1])
FUZZ, CORPUS = SOURCE / "tests/fuzz", SOURCE / "tests/fuzz/corpus"
HEADERS = [*(SOURCE / "core").rglob("*.h"), SOURCE / "applet/byway-json.h", SOURCE / "plugins/nm/auth-dialog/byway-auth-reader.h"]
# By its name a function is one that reads; or it is one of these.
READER = re.compile(r"^(?!typedef)[A-Za-z].*?\b(byway_\w+_(?:parse|read|decode|unpack|take|push|from)(?:_\w+)?) \(", re.MULTILINE)
MORE = {"byway_nm_data_to_settings", "byway_migration_plan", "byway_migration_plan_undo", "byway_xl2tpd_clean_line"}
# Whose text goes through another one, which is fuzzed.
WITHIN = {
    "byway_peer_ip_read": "byway_peer_conf_from_data",
    "byway_peer_route_parse": "byway_peer_conf_from_data",
    "byway_settings_from_variant": "byway_migration_plan",
    "byway_cert_unpack_without_key": "byway_cert_unpack",
    "byway_openssl_read_x509": "byway_cert_unpack",
    "byway_openssl_read_key": "byway_cert_unpack",
    "byway_openssl_take_secret": "byway_cert_file_read",
}
# And who reads no text at all.
TYPED = {
    "byway_cause_from_code": "compares a word with a table's",
    "byway_stage_from_string": "compares a word with a table's",
    "byway_diagnosis_new_from_variant": "takes a dictionary of the helper's, by key and type",
    "byway_peer_conf_from_settings": "takes settings that were parsed",
    "byway_peer_ip_take": "takes settings that were parsed",
    "byway_nm_data_take_absent": "adds words of its own",
}
FILE_MOST, ALL_MOST = 8 << 10, 400 << 10
OURS = re.compile(rb"/home/|/root/|/work/|/tmp/|PRIVATE KEY")


def targets():
    return {path.stem.removeprefix("fuzz-"): path.read_text() for path in FUZZ.glob("fuzz-*.c")}


def fuzzed():
    return {name for text in targets().values() for name in re.findall(r"\b(byway_\w+) \(", text)}


def readers():
    return {name for path in HEADERS for name in READER.findall(path.read_text())} | MORE


def every_reader_is_fuzzed():
    found = readers()
    assert len(found) > 40, found
    missing = found - fuzzed() - set(WITHIN) - set(TYPED)
    assert not missing, f"no target: {sorted(missing)}"


def no_exception_is_for_nothing():
    excepted = set(WITHIN) | set(TYPED)
    assert excepted <= readers(), excepted - readers()
    assert not excepted & fuzzed(), excepted & fuzzed()
    assert set(WITHIN.values()) <= fuzzed(), set(WITHIN.values()) - fuzzed()
    declared = " ".join(path.read_text() for path in HEADERS)
    assert all(f"{name} (" in declared for name in MORE), MORE


def every_target_is_built():
    told = (FUZZ / "meson.build").read_text()
    for name in targets():
        assert f"'{name}'" in told or f"'fuzz-{name}'" in told, name


def every_target_has_a_corpus():
    folders = {path.name: list(path.iterdir()) for path in CORPUS.iterdir()}
    assert set(folders) == set(targets()), set(folders) ^ set(targets())
    for name, files in folders.items():
        assert files, name


def the_corpus_is_small_and_nobodys():
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    sizes = {path: path.stat().st_size for path in files}
    assert sum(sizes.values()) <= ALL_MOST, sum(sizes.values())
    assert max(sizes.values()) <= FILE_MOST, max(sizes, key=sizes.get)
    for path in files:
        assert not OURS.search(path.read_bytes()), path


# --- ./dev fuzz, with targets that are played ---------------------------------------------------

TARGET = """#!/bin/sh
# Notes its words, finds something new, and crashes if it is to.
for word in "$@"; do
  case $word in
    -artifact_prefix=*) prefix=${word#*=} ;;
    -*) ;;
    *) folders="$folders $word" ;;
  esac
done
echo "$(basename "$0")$folders" >> "$JOURNAL"
set -- $folders
ls "$2"/seed > /dev/null || exit 2
touch "$1/new"
case $0 in *bad) touch "${prefix}crash-0123"; echo "SUMMARY: it crashed" >&2; exit 77 ;; esac
"""


def play(folder, *names):
    """What `./dev fuzz 1` says of targets with these names; its folder, and its exit code."""
    top = Path(folder) / "byway"
    for part in ("build-san/tests/fuzz", "tools", "tests/fuzz/corpus", "bin"):
        (top / part).mkdir(parents=True)
    shutil.copy(SOURCE / "dev", top / "dev")
    shutil.copy(SOURCE / "tools/failed-tests", top / "tools/failed-tests")
    for name in names:
        program = top / f"build-san/tests/fuzz/fuzz-{name}"
        program.write_text(TARGET)
        program.chmod(0o755)
        (top / f"tests/fuzz/corpus/{name}").mkdir()
        (top / f"tests/fuzz/corpus/{name}/seed").write_text("seed")
    for tool in ("meson", "ninja"):
        (top / "bin" / tool).write_text("#!/bin/sh\n")
        (top / "bin" / tool).chmod(0o755)
    done = subprocess.run([top / "dev", "fuzz", "1"], capture_output=True, text=True, check=False,
                          env={**os.environ, "PATH": f"{top}/bin:{os.environ['PATH']}", "JOURNAL": f"{top}/journal"})
    return top, done


def fuzzing_begins_with_what_is_kept_and_adds_nothing_to_it():
    with tempfile.TemporaryDirectory() as folder:
        top, done = play(folder, "good", "fine")
        assert done.returncode == 0 and sorted(done.stdout.split("\n")) == ["", "ok fuzz-fine", "ok fuzz-good"], done
        assert sorted((top / "journal").read_text().splitlines()) == [
            f"fuzz-{name} {top}/results/fuzz/{name} tests/fuzz/corpus/{name}" for name in ("fine", "good")]
        assert [path.name for path in (top / "tests/fuzz/corpus/good").iterdir()] == ["seed"]


def a_crash_is_an_exit_code_and_its_input_is_kept():
    with tempfile.TemporaryDirectory() as folder:
        top, done = play(folder, "bad", "good")
        assert done.returncode != 0, done
        assert "not ok fuzz-bad" in done.stdout and "ok fuzz-good" in done.stdout and "it crashed" in done.stdout, done
        assert (top / "results/fuzz-bad-crash-0123").exists(), list((top / "results").iterdir())


TESTS = (every_reader_is_fuzzed, no_exception_is_for_nothing, every_target_is_built, every_target_has_a_corpus, the_corpus_is_small_and_nobodys,
         fuzzing_begins_with_what_is_kept_and_adds_nothing_to_it, a_crash_is_an_exit_code_and_its_input_is_kept)


sys.exit(tap.play(TESTS))
