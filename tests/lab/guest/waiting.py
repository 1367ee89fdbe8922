# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting with a bound, for what has no event to wait for."""

import time


def wait_for(condition, what, seconds=15, step=0.02):
    end = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(step)
    return answer
