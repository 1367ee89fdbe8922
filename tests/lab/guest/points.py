# SPDX-License-Identifier: GPL-2.0-or-later
"""Where programs are killed, by name. A point is a part of what bywayd logs in that moment; or, below INSIDE, of the path of the
file that it has written half of; or, below RESOLVER, what its resolvconf has done half of. plugin/at-line.c, which is preloaded
into bywayd, and the laboratory's resolvconf see to it that no point is missed by a moment."""

import client
import libreswan

SELF = "self"

# "into": before anything of that step is done; "in": when what can be done at once is.
UP = {
    "into preparing": "step preparing", "resolving": "resolve running", "in preparing": "step preparing begun",
    "resolved": "resolve done", "prepared": "prepare done",
    "into securing": "step securing", "IKE begun": "ike running", "in securing": "step securing begun", "IKE agreed": "ike done",
    "ESP begun": "sa running", "ESP agreed": "sa done",
    "into dialing": "step dialing", "in dialing": "step dialing begun", "xl2tpd runs": "l2tp running",
    "L2TP tunnel": "Connection established to", "L2TP up": "l2tp done",
    "pppd runs": "ppp running", "PPP asked to log in": "by CHAP asked for", "PPP let in": "by CHAP passed", "PPP logged in": "ppp done",
    "into configuring": "step configuring", "IP begun": "ip running", "in configuring": "step configuring begun",
    "telling resolvconf": "runs */resolvconf -a", "into up": "step up", "IP done": "ip done", "up": "step up begun",
}
DOWN = {
    "into unconfiguring": "step unconfiguring", "taking back from resolvconf": "runs */resolvconf -d",
    "in unconfiguring": "step unconfiguring begun",
    "into hanging up": "step hanging-up", "in hanging up": "step hanging-up begun", "pppd ended": "pppd ends with",
    "L2TP closed": "Disconnecting from",
    "into unsecuring": "step unsecuring", "in unsecuring": "step unsecuring begun", "into done": "step done", "done": "step done begun",
}
# Of the helper after one that was killed while it was up.
CLEANING = {
    "cleaning begun": "cleaning: programs and files", "files clean": "cleaning: IKE daemons", "IKE clean": "cleaning: routes and DNS",
    "routes clean": "cleaning: the guard", "guard clean": "cleaning: done",
}
INSIDE = {"inside options": "writes */options", "inside xl2tpd.conf": "writes */xl2tpd.conf", "inside secrets": "writes */secrets",
          "inside tunnel": "writes */tunnel.*"}
STARTS_IKE = "IKE daemon started"  # by us, where none ran, and not yet noted by the helper
INSIDE_FOR_PLUTO = {"inside ipsec.secrets": "writes */ipsec.secrets"}
INSIDE_WISHES = {"inside wish": f"writes {client.RUN_DIR}/wanted/*"}  # there is one only where it is to come back
RESOLVER = {"inside resolvconf -a": "-a", "inside resolvconf -a of nothing": "emptied", "inside resolvconf -d": "-d"}

ORDERS = UP | DOWN | CLEANING | INSIDE | INSIDE_FOR_PLUTO | INSIDE_WISHES | {STARTS_IKE: "runs /usr/lib*/ipsec/*"}
GOING_DOWN = {*DOWN, "inside resolvconf -a of nothing", "inside resolvconf -d"}
NOT_WANTED = {*GOING_DOWN, "inside wish"}  # its user was told that it is down, or nothing yet
ALL = "all"


def _from(first, last):
    names = (*UP, *DOWN)
    return names[names.index(first):names.index(last) + 1]


# Who -> its command line's word.
WORDS = {"xl2tpd": f"xl2tpd -D -c {client.RUN_DIR}", "pppd": "/usr/sbin/pppd", "charon": "/usr/lib/ipsec/", "pluto": libreswan.PLUTO,
         "bywayd": SELF}
# Who -> where it runs. What xl2tpd and pppd say of their end may be read later.
RUNS = {"xl2tpd": _from("xl2tpd runs", "in hanging up"), "pppd": _from("pppd runs", "in hanging up"),
        "charon": (*UP, *DOWN), "pluto": (*UP, *DOWN)}


def of(program, pluto, wished):
    """All points of the program, where the IKE daemon is pluto or not, and where a wish is noted or not."""
    if program != "bywayd":
        return RUNS[program]
    return (*UP, *DOWN, *CLEANING, *INSIDE, *(INSIDE_FOR_PLUTO if pluto else ()), *(INSIDE_WISHES if wished else ()), *RESOLVER)
