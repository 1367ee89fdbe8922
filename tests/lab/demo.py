#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots the laboratory, connects to the documented VPN with Byway, and shows what there is to see."""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import boot  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", type=Path, metavar="DIR", required=True, help="what `DESTDIR=DIR ninja install` made")
    options = parser.parse_args()
    results = tempfile.mkdtemp(prefix="byway-demo-")
    print("Booting two hosts, a server and a host behind it ...", flush=True)
    problem = None
    for event in boot.Boot(results, {"kind": "demo"}, options.stage).events():
        if event["event"] == "told":
            print(f"\n$ {event['title']}\n{event['text'].rstrip()}", flush=True)
        elif event["event"] == "end":
            problem = event["problem"]
    if problem:
        print(f"\n{problem}\nlogs: {results}", file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
