# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario as data, and where scenarios are found: each file of ../scenarios offers some."""

import dataclasses
import importlib.util
from pathlib import Path

import server

FOLDER = Path(__file__).resolve().parent.parent / "scenarios"


@dataclasses.dataclass(frozen=True)
class Scenario:
    about: str                       # one sentence: what is shown to be true
    steps: tuple                     # functions of the world, in order
    after: tuple = ()                # what must be true then; the same kind of functions
    setup: server.Setup = server.DOCUMENTED
    others: dict = dataclasses.field(default_factory=dict)  # other servers: name -> Setup
    delay: int = 0                   # milliseconds each way
    libreswan: bool = False          # whether the client has Libreswan in strongSwan's place
    systemd: bool = False            # whether the client's process 1 is systemd, which starts the rest when it is asked for
    charon: bool = True              # whether the client's IKE daemon runs before the first step
    helper: bool = True              # whether bywayd runs before the first step
    manager: bool = False            # whether NetworkManager does
    in_clear: bool = False           # L2TP is to be seen on the wire, in place of never
    cut_off: bool = False            # PPP does not end in order, so only the client's own packets count
    without: tuple = ()              # kernel modules that this boot has not; "x!" is blacklisted, not absent
    on_demand: bool = False          # too long for every run: only by its name
    waits: bool = False              # it mostly waits, so a boot of such ones disturbs no other beside it
    seconds: int = 60                # what it takes at most where nothing else runs: a bound, not an aim
    weight: int = 10                 # about how long it takes, to share scenarios out

    def bound(self):
        """Seconds after which it hangs. Machines differ; what is claimed of times is a check of the scenario's own."""
        return 3 * self.seconds

    def client(self):
        """What kind of client it wants. A client of that kind may have been another scenario's before."""
        return self.libreswan, self.systemd, self.charon, self.helper, self.manager

    def order(self):
        """Scenarios of one set-up follow each other, so servers are seldom restarted; and those with one kind of client."""
        return self.setup.trees, repr(self.setup), self.client(), self.delay


def all_scenarios():
    """Name -> scenario, in the order in which they are best run."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        found.update(_module(path).SCENARIOS)
    return dict(sorted(found.items(), key=lambda item: item[1].order()))


def _module(path):
    spec = importlib.util.spec_from_file_location(f"scenarios.{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
