# SPDX-License-Identifier: GPL-2.0-or-later
"""Keyring and bus activation."""

import desktop
import trouble
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, is_up

SCENARIOS = {
    "keyring": Scenario(
        about="secrets come from the user's keyring, and are nowhere but in its file",
        setup=trouble.marked(),
        steps=(desktop.log_in, add(documented()), desktop.keep_secrets, desktop.keyring_holds_them,
               desktop.up_from_keyring, is_up, inside_answers, trouble.nothing_to_see, down),
        after=(trouble.nothing_to_see, clean), weight=20),
    "no-keyring": Scenario(
        about="without a keyring or a terminal the missing secrets are named",
        steps=(add(documented()), desktop.up_without_any_secret), after=(clean,)),
    "activation": Scenario(
        about="the first call on the system bus starts bywayd",
        helper=False, steps=(desktop.start_bus, desktop.activates)),
}
