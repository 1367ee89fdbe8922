# SPDX-License-Identifier: GPL-2.0-or-later
"""IKE by certificates: up, ping, down; and each thing that may be wrong with one, named."""

import certificates
from certificates import CLIENT, FOLDER, OURS, SERVER, by_certificate, with_certificates
from scenario import Scenario
from steps import add, clean, down, inside_answers, is_up, pings

USE = (certificates.up, is_up, pings("192.168.42.1"), inside_answers, down)


def certified(about, *steps, options=None, **more):
    own = {key: more.pop(key) for key in ("of_server", "of_client", "kind", "client_authority") if key in more}
    return Scenario(about=about, setup=certificates.SETUP, after=(clean,), weight=20,
                    steps=(with_certificates(add(options or by_certificate()), *steps, **own),), **more)


SCENARIOS = {
    "cert-rsa": certified("RSA certificates, ours in a PKCS #12 file", *USE),
    "cert-ecdsa": certified("ECDSA certificates", *USE, kind="ecdsa"),
}
