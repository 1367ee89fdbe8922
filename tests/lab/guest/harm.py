# SPDX-License-Identifier: GPL-2.0-or-later
"""Words that do something to whoever shows them."""

import unicodedata

# What a terminal would obey: its title, its colours, an answer typed for the user, backspaces over what stands there; and
# letters that are not seen or turn the line round. Then what the applet's labels would take for markup.
HARM = "\x1b]0;owned\x07\x1b[2J\x1b[31m\u009b6n\b\b\b\r\n\u202eevil\u2066 <b>bold</b> <a href='x'>&amp;&"
HARM_BYTES = HARM.encode() + b"\x9b5n\xff"
ONE_LINE = HARM.replace("\r\n", "")


def does_something(character):
    return character not in "\t\n" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")
