# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong outside of us, and what must never be seen."""

import trouble
from scenario import Scenario
from steps import add, clean, documented, down, fails, inside_answers, up

MARKED = trouble.marked()
IMPATIENT = documented(dpd_delay=2, dpd_timeout=6, lcp_echo_interval=2, lcp_echo_failure=2)

SCENARIOS = {
    "server-vanishes": Scenario(
        about="the server goes silent while up: noticed, cleaned up, and connected again when it is back",
        steps=(add(IMPATIENT), up, inside_answers, trouble.server_vanishes, clean, trouble.server_returns, up,
               inside_answers, down),
        after=(clean,), seconds=150, weight=30, waits=True),
    "wrong-password": Scenario(
        about="a wrong password is told at once, and nothing stays",
        steps=(add(documented()), fails("a wrong password", 8, "password", secrets=trouble.wrong_password)),
        after=(clean,)),
    "wrong-key": Scenario(
        about="a wrong pre-shared key is told in time, and nothing stays",
        steps=(add(documented()), fails("a wrong key", 16, "key", secrets=trouble.wrong_key)),
        after=(clean,), weight=20),
    "canary": Scenario(
        about="no secret in any file, command line, environment or log, while up and after",
        setup=MARKED,
        steps=(trouble.canary_sees, add(documented()), trouble.nothing_to_see, up, trouble.nothing_to_see,
               inside_answers, down),
        after=(trouble.nothing_to_see, clean), weight=20),
    "report": Scenario(
        about="a bug report has what the daemons read and said, without names, addresses and secrets",
        setup=MARKED,
        steps=(add(documented()), up, trouble.report_is_masked, down, trouble.report_is_masked,
               fails("a wrong password", 8, secrets=trouble.wrong_password), trouble.report_is_masked),
        after=(clean,), weight=15),
    "canary-of-failures": Scenario(
        about="no secret leaks from an attempt that failed either",
        setup=MARKED,
        steps=(add(documented()), fails("a wrong password", 8, secrets=trouble.wrong_password)),
        after=(trouble.nothing_to_see, clean), weight=15),
}
