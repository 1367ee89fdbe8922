# SPDX-License-Identifier: GPL-2.0-or-later
"""IKE by certificates: up, ping, down; and each thing that may be wrong with one, named."""

import dataclasses

import certificates
from certificates import CLIENT, FOREIGN, SERVER, THEIR_CA, by_certificate, in_files, refused, with_certificates
from scenario import Scenario
from steps import add, clean, down, inside_answers, is_up, pings

USE = (certificates.up, is_up, pings("192.168.42.1"), inside_answers, down)
ELSEWHERE = dataclasses.replace(SERVER, name="mail.example.net", san="DNS:mail.example.net")


def certified(about, *steps, options=None, **more):
    own = {key: more.pop(key) for key in ("of_server", "of_client", "kind", "client_authority") if key in more}
    return Scenario(about=about, setup=certificates.SETUP, after=(clean,), weight=20, seconds=90,
                    steps=(with_certificates(add(options or by_certificate()), *steps, **own),), **more)


def over(wish):
    return dataclasses.replace(wish, over=True)


SCENARIOS = {
    "cert-rsa": certified("RSA certificates, ours in a PKCS #12 file", *USE, kind="rsa"),
    "cert-ecdsa": certified("ECDSA certificates", *USE),
    "cert-files": certified("certificate, key and authority in files of their own", *USE, options=in_files()),
    "cert-fault-untrusted": certified("the server's certificate is of an authority that we were not told of",
                                      certificates.foreign_authority, refused("ike-cert-untrusted", "ike", 4), options=in_files()),
    "cert-fault-server-expired": certified("the server's certificate is over", refused("ike-cert-expired", "ike", 4),
                                           of_server=over(SERVER)),
    "cert-fault-identity": certified("the server's certificate is for another name", refused("ike-cert-identity", "ike", 4),
                                     of_server=ELSEWHERE),
    "cert-fault-remote-id": certified("we expect another name than the server's", refused("ike-cert-identity", "ike", 4),
                                      options=by_certificate(remote_id="@other.example.net")),
    "cert-fault-refused": certified("the server does not know the authority of ours", refused("ike-cert-refused", "ike", 4),
                                    options=by_certificate(machine_ca=THEIR_CA), client_authority=FOREIGN),
    "cert-fault-expired": certified("our certificate is over", refused("cert-expired", "prepare", 2), of_client=over(CLIENT)),
    "cert-fault-key": certified("the key is another certificate's", certificates.stranger,
                                refused("cert-key-mismatch", "prepare", 2), options=in_files()),
    "cert-fault-password": certified("the password of the key is wrong",
                                     refused("cert-password", "prepare", 2, secrets=certificates.wrong_passphrase)),
    "cert-fault-file": certified("the file is gone", refused("cert-file", "prepare", 2),
                                 options=by_certificate(machine_cert="/root/certs/gone.p12")),
}
