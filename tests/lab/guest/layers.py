# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration files as trees that mirror /. Only what an administrator would type into them (the
key, the user, the password, an address) is filled in, in the place of a mark."""

import base64
from pathlib import Path

TREES = Path(__file__).resolve().parent.parent
PRIVATE = ("ipsec.secrets", "chap-secrets", "pap-secrets", "options.l2tpd.client", ".nmconnection")


def files(trees, setup):
    """What the trees put where; a later tree's file replaces an earlier one's."""
    found = {}
    for tree in trees:
        root = TREES / tree
        for path in sorted(root.rglob("*")):
            if path.is_file():
                found["/" + str(path.relative_to(root))] = _filled(path.read_text(), setup)
    return found


def write(member, path, text):
    member.write(path, text, 0o600 if path.endswith(PRIVATE) else 0o644)


def _filled(text, setup):
    marks = {"@PSK@": "0s" + base64.b64encode(setup.psk).decode(), "@USER@": ppp_word(setup.user),
             "@PASSWORD@": ppp_word(setup.password), "@ADDRESS@": setup.address, "@CODE@": setup.code,
             "@PROPOSALS@": setup.proposals, "@XAUTH@": setup.xauth, "@CLIENT-ID@": setup.client_id,
             "@SERVER-ID@": setup.server_id, "@FRAGMENTATION@": setup.fragmentation, "@TUNNEL-SECRET@": setup.tunnel or "tunnel-secret", "@BITS@": setup.bits}
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def ppp_word(text):
    """One word of a pppd file, whatever is in it."""
    return '"' + "".join(_ppp_byte(byte) for byte in text.encode()) + '"'


def _ppp_byte(byte):
    if byte in b'"\\':
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7f else f"\\{byte:03o}"


def visible(name):
    """A user's name as pppd looks for it in its secrets files: with what isn't ASCII written out."""
    return "".join(_visible_byte(byte) for byte in name.encode())


def _visible_byte(byte):
    if byte >= 0x80:
        return "M-" + _visible_byte(byte - 0x80)
    return "^" + chr(byte ^ 0x40) if byte < 0x20 or byte == 0x7f else chr(byte)
