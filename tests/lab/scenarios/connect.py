# SPDX-License-Identifier: GPL-2.0-or-later
"""Up and down with servers of each kind, and with every character in every secret."""

import dataclasses

import again
import killing
import server
from scenario import Scenario
from steps import (add, clean, documented, down, has_address, inside_answers, inside_is_out_of_reach, is_up, modern,
                   no_charon, pings, up)

USE = (up, is_up, has_address(server.FIXED_ADDRESS), pings("192.168.42.1"), inside_answers, down)


def connects(about, setup, options, *after, **more):
    return Scenario(about=about, setup=setup, steps=(add(options), inside_is_out_of_reach, *USE),
                    after=(clean, inside_is_out_of_reach, *after), **more)


def odd(about, **changes):
    return connects(f"odd characters: {about}", dataclasses.replace(server.DOCUMENTED, **changes), documented())


LONG = "".join(chr(33 + (7 * number) % 94) for number in range(200))

SCENARIOS = {
    "documented": connects("the documented server, up and down", server.DOCUMENTED, documented(), delay=25),
    "modern-modp2048": connects("aes256-sha256-modp2048", server.MODERN,
                                modern(ike="aes256-sha256-modp2048", esp="aes256-sha256")),
    "modern-ecp256": connects("aes256-sha256-ecp256", server.MODERN,
                              modern(ike="aes256-sha256-ecp256", esp="aes256-sha256")),
    "modern-gcm": connects("ESP with AES-GCM", server.MODERN,
                           modern(ike="aes256-sha256-modp2048", esp="aes256gcm16")),
    "modern-automatic": connects("no proposals named: the safe list finds one", server.MODERN, modern()),
    "chap": connects("CHAP, where nothing else is allowed", server.MODERN,
                     modern(refuse_pap="yes", refuse_mschapv2="yes")),
    "mschapv2": connects("MS-CHAPv2", server.MSCHAPV2, modern(refuse_pap="yes", refuse_chap="yes")),
    "pap": connects("PAP inside IPsec", server.PAP, modern()),
    "own-charon": connects("no charon runs: one is started, and stopped again, also when the helper dies meanwhile", server.DOCUMENTED,
                           documented(), no_charon, again.at_once, no_charon, killing.starting_ike, charon=False),
    "odd-quotes": odd("quotes, blanks, #, \\ and $", psk=b"it's \"odd\" #1 \\ $HOME %x `id`; ",
                      user="o'dd \"us er\" #\\$", password=" p\"a's #w\\o$r;d \\n "),
    "odd-non-ascii": odd("letters beyond ASCII", psk="ключ-é-鍵".encode(), user="müller-☃",
                         password="naïve пароль ☃"),
    "odd-long": odd("200 bytes each", psk=LONG.encode(), user=LONG, password=LONG[::-1]),
    "odd-0s": odd("a key that really begins with 0s", psk=b"0sQUJDREVGRw=="),
    "odd-0x": odd("a key that really begins with 0x", psk=b"0x4142434445464748"),
}
