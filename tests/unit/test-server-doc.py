#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every file that doc/server.md shows is the laboratory's own, so the page can't tell what was never tried.

A block that is no commands has a comment above it, which names a file of tests/lab and what stands
there in the place of a mark:  <!-- file: PATH | @MARK@ = TEXT | ... -->
"""

import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
LAB = ROOT / "tests/lab"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LAB / "guest"))

import layers  # noqa: E402

TREES = ("server/common", "server/documented", "server/modern")
# What the page tells in words only: the file, the one that it shows, and the lines that are other ones.
IN_WORDS = {
    "server/modern/etc/ipsec.conf": None,
    "server/modern/etc/xl2tpd/xl2tpd.conf": ("server/documented/etc/xl2tpd/xl2tpd.conf", set()),
    "server/modern/etc/ppp/options.xl2tpd": ("server/documented/etc/ppp/options.xl2tpd", {"mtu 1400", "mru 1400"}),
}
NOT_OURS = "<!-- not from the laboratory -->"
BLOCK = re.compile(r"^(?P<above>.*)\n```(?P<language>\w*)\n(?P<text>[\s\S]*?\n)```$", re.MULTILINE)
COMMENT = re.compile(r"<!-- file: (?P<path>\S+)(?P<marks>( \| @\w+@ = .+?)*) -->")
NAME = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)


def lines_of(path):
    """Without the licence line, which nobody would type."""
    return [line for line in (LAB / path).read_text().splitlines(keepends=True) if "SPDX-" not in line]


def filled(path, marks):
    text = "".join(lines_of(path))
    for mark in filter(None, marks.split(" | ")):
        name, value = mark.split(" = ", 1)
        text = text.replace(name, value)
    return text


def is_the_labs(block):
    comment = COMMENT.fullmatch(block["above"])
    return comment is not None and filled(comment["path"], comment["marks"]) == block["text"]


def new_lines(path, shown):
    return {line.strip() for line in lines_of(path)} - {line.strip() for line in lines_of(shown)}


def checks(page):
    """(what is claimed, whether it is so) for everything on the page."""
    blocks = [block for block in BLOCK.finditer(page) if block["language"] != "sh"]
    shown = {match["path"] for match in COMMENT.finditer(page)}
    for block in blocks:
        if block["above"] != NOT_OURS:
            yield f"{block['text'].splitlines()[0]}: is the laboratory's", is_the_labs(block)
    yield "every comment has its block", len(shown) == sum(block["above"] != NOT_OURS for block in blocks)
    yield "every fence belongs to a block", page.count("\n```") == 2 * len(BLOCK.findall(page))

    files = {str(path.relative_to(LAB)) for tree in TREES for path in (LAB / tree).rglob("*") if path.is_file()}
    yield "every file of the laboratory's servers is shown or told", files == shown | set(IN_WORDS)
    for path, told in IN_WORDS.items():
        if told:
            yield f"{path} is as the page tells", new_lines(path, told[0]) == told[1]

    names = [match.groups() for match in NAME.finditer(page) if not match[1].isascii()]
    yield "names beyond ASCII are there", len(names) > 1
    for name, form in names:
        yield f"{name} is what pppd looks for", layers.visible(name) == form


def main():
    page = (ROOT / "doc/server.md").read_text()
    results = list(checks(page))
    # The comparison itself: one changed byte must show.
    block = next(block for block in BLOCK.finditer(page) if COMMENT.fullmatch(block["above"]))
    changed = BLOCK.search(block[0].replace("\n```\n", "\n```\nx", 1))
    results.append(("a changed block would be seen", is_the_labs(block) and not is_the_labs(changed)))
    print(f"1..{len(results)}")
    for number, (claim, true) in enumerate(results, 1):
        print(f"{'ok' if true else 'not ok'} {number} - {claim.replace('#', '')}")
    return 0 if all(true for _, true in results) else 1


if __name__ == "__main__":
    sys.exit(main())
