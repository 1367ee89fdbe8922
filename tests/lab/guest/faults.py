# SPDX-License-Identifier: GPL-2.0-or-later
"""What the fault matrix' scenarios have in common."""

from scenario import Scenario
from steps import add, clean, documented


def fault(about, *steps, options=None, after=(), **more):
    """A connection is made, something is broken while the steps run, and nothing stays."""
    return Scenario(about=about, steps=(add(documented() if options is None else options), *steps), after=(*after, clean),
                    **{"weight": 12, **more})
