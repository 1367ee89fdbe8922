# SPDX-License-Identifier: GPL-2.0-or-later
"""No clear-text L2TP, ever. (Every scenario with Byway is watched for it; here it is provoked.)"""

import charon
import guard
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, up


def restart_charon(world):
    charon.start(world.client.host)


SCENARIOS = {
    "capture-control": Scenario(
        about="the capture that watches for clear-text L2TP would see it",
        helper=False, charon=False, steps=(guard.clear_text_is_seen,)),
    "guard": Scenario(
        about="charon dies and its associations vanish under traffic: nothing leaves in the clear",
        steps=(add(documented()), up, inside_answers, guard.associations_vanish, guard.helper_notices,
               restart_charon, up, inside_answers, down),
        after=(clean,), cut_off=True, seconds=120, weight=25),
}
