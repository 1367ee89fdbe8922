#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every method on the bus has a row in the bouncer's table and a handler, and there is none besides."""

import re
import sys
import xml.etree.ElementTree

PREFIX = "org.byway.Byway1."


def methods_in_xml(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    return {(interface.get("name").removeprefix(PREFIX), method.get("name"))
            for interface in root.findall("interface") for method in interface.findall("method")}


def rows_in(path, pattern):
    rows = re.findall(pattern, open(path).read(), re.MULTILINE)
    return rows, set(rows)


def main():
    xml_path, bouncer, manager = sys.argv[1:]
    methods = methods_in_xml(xml_path)
    failed = 0
    checks = (("row", bouncer, r'^  \{ "(\w+)", "(\w+)",'),
              ("handler", manager, r'^  \{ INTERFACE \("(\w+)"\), "(\w+)", \w+ \},'))
    print(f"1..{3 * len(checks)}")
    number = 0
    for what, path, pattern in checks:
        rows, found = rows_in(path, pattern)
        for title, bad in ((f"every method has a {what}", methods - found or not methods),
                           (f"no {what} is for a method that is not there", found - methods),
                           (f"no {what} comes twice", len(rows) != len(found))):
            number += 1
            failed += bool(bad)
            print(f"{'not ok' if bad else 'ok'} {number} - {title}")
            if bad:
                print(f"# {bad}")
    sys.exit(1 if failed else 0)


main()
