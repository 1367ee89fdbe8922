#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A cause that nobody raises is a sentence that nobody will ever read: each one is made somewhere, or has its reason here."""

import re
import sys
from pathlib import Path

import tap

ROOT = Path(sys.argv[1])
CAUSE = re.compile(r"\bBYWAY_CAUSE_([A-Z0-9_]+)\b")
NOISE = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
# Here a cause is only asked about, not made.
ASKED = re.compile(r"[!=]= *BYWAY_CAUSE_\w+|\bcase BYWAY_CAUSE_\w+|\bg_error_matches \([^;]*?\)", re.DOTALL)
TABLE = ("core/byway-diagnosis-table.c", "core/byway-diagnosis.h")
# Cause -> why no line of code makes it.
UNMADE = {}


def texts():
    """Of every C file that is ours and no test, but the table itself."""
    tops = ("core", "daemon", "client", "applet", "plugins")
    files = [path for top in tops for path in sorted((ROOT / top).rglob("*.c"))]
    return [NOISE.sub("", path.read_text()) for path in files if str(path.relative_to(ROOT)) not in TABLE]


def named():
    header = NOISE.sub("", (ROOT / TABLE[1]).read_text())
    return {name for name in CAUSE.findall(header)}


def made(text):
    return set(CAUSE.findall(ASKED.sub("", text)))


def main():
    causes, found = named(), set().union(*map(made, texts()))
    results = {
        "the causes are found": [] if len(causes) > 100 else [f"only {len(causes)}"],
        "a question is not taken for a cause that is made": sorted(made(
            "if (a == BYWAY_CAUSE_X || g_error_matches (e, BYWAY_FAILURE, BYWAY_CAUSE_Y)) switch (c) { case BYWAY_CAUSE_Z: }")),
        "every cause is made somewhere": sorted(causes - found - set(UNMADE)),
        "every exception is a cause that nobody makes": sorted(set(UNMADE) - (causes - found)),
    }
    return tap.tell(results.items())


if __name__ == "__main__":
    sys.exit(main())
