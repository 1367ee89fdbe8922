# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that knows the pre-shared key and wants to harm. Nobody falls, nothing that a terminal obeys is printed, and what is
said about it is true."""

import server
from hostility import meets, still_lives
from rogue import FAILURE, HARM_BYTES, LCP, Ppp, Rogue, packet
from scenario import Scenario
from steps import add, clean, modern

LYING = ((LCP, b"\1\1\xff\xff" + b"\1\0" * 20), (LCP, b"\1\2\0\x08\3\xff\xc2\x23"), (LCP, packet(1, 3, b"\1\4\0\0")), (LCP, b"\1"), (LCP, b""))


def ppp(**words):
    return lambda: Rogue(Ppp(**words))


def hostile(about, *steps, **more):
    return Scenario(about=f"hostile server: {about}", steps=(add(modern()), *steps), after=(still_lives, clean),
                    **{"setup": server.MODERN, "seconds": 240, "weight": 60, "cut_off": True, **more})


SCENARIOS = {
    "hostile-ppp": hostile(
        "noise, options that lie, and words for the terminal, in PPP",
        meets("a refusal with words", ppp(verdict=FAILURE, words=HARM_BYTES * 9), "ppp-login-refused", hears="evil"),
        meets("a welcome with words", ppp(words=HARM_BYTES * 9, name=HARM_BYTES), "up"),
        meets("a goodbye with words", ppp(ends=HARM_BYTES * 9), "ppp-hung-up", hears="evil"),
        meets("options that lie", ppp(before=LYING), "up"),
        meets("noise", ppp(noise=5), "up")),
}
