# SPDX-License-Identifier: GPL-2.0-or-later
"""Results as TAP while they come, or as JUnit at the end."""

import dataclasses
import xml.etree.ElementTree as xml


@dataclasses.dataclass
class Outcome:
    name: str
    ok: bool
    seconds: float
    problem: str = ""
    measures: dict = dataclasses.field(default_factory=dict)


class Tap:
    def __init__(self, out, count):
        self._out, self._number = out, 0
        self.say("TAP version 13")
        self.say(f"1..{count}")

    def add(self, outcome):
        self._number += 1
        self.say(f"{'ok' if outcome.ok else 'not ok'} {self._number} - {outcome.name} # {outcome.seconds:.1f} s")
        measures = " ".join(f"{key}={value}" for key, value in outcome.measures.items())
        for line in [measures, *(outcome.problem or "").splitlines()]:
            if line:
                self.say(f"# {line}")

    def mention(self, outcome):
        """One that failed, and may get a second chance."""
        self.say(f"# {outcome.name} failed after {outcome.seconds:.1f} s")
        for line in (outcome.problem or "").splitlines():
            self.say(f"# {line}")

    def say(self, line):
        print(line, file=self._out, flush=True)


def table(outcomes, prefix):
    """Lines that show the measures of those whose names begin so: one a row, and a column for each measure."""
    shown = sorted((outcome for outcome in outcomes if outcome.name.startswith(prefix) and outcome.measures), key=lambda one: one.name)
    columns = list(dict.fromkeys(key for outcome in shown for key in outcome.measures))
    rows = [["", *columns], *([outcome.name, *(str(outcome.measures.get(key, "-")) for key in columns)] for outcome in shown)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip() for row in rows] if shown else []


def write_junit(path, outcomes):
    suite = xml.Element("testsuite", name="lab", tests=str(len(outcomes)),
                        failures=str(sum(not outcome.ok for outcome in outcomes)))
    for outcome in outcomes:
        case = xml.SubElement(suite, "testcase", classname="lab", name=outcome.name, time=f"{outcome.seconds:.2f}")
        if not outcome.ok:
            xml.SubElement(case, "failure", message="failed").text = outcome.problem
    xml.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)
