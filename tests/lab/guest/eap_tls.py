# SPDX-License-Identifier: GPL-2.0-or-later
"""Login by certificate: a server whose pppd does EAP-TLS, and what may be wrong with the certificates."""

import base64
import dataclasses
import os

import again
import canary
import certificates
import server
from authority import Wish, authority
from certificates import LAB, OURS, PASSPHRASE, THEIR_CA
from fault import diagnosed
from steps import NAME, modern

SETUP = dataclasses.replace(server.DOCUMENTED, trees=("common", "modern", "eap", "eap-tls"))
SERVER, CLIENT = Wish("radius.example.net"), Wish("alice")
OVER, BRIEF = dataclasses.replace(SERVER, over=True), dataclasses.replace(CLIENT, days=20)
CERT, KEY, CA = "/etc/ppp/server.pem", "/etc/ppp/server.key", "/etc/ppp/ca.pem"


def by_certificate(**changes):
    """The options of a connection that names no user: the certificate does."""
    return modern(user="", user_auth="certificate", user_cert=f"{OURS}.p12") | changes


def in_files(**changes):
    return by_certificate(user_cert=f"{OURS}.pem", user_key=f"{OURS}.key", user_ca=THEIR_CA, **changes)


def with_certificates(*steps, client_authority=LAB, of_server=SERVER, of_client=CLIENT):
    """While the steps run, both have certificates: of one authority, or the client of another one."""
    def step(world):
        certificates.give_client(world, authority(world.srv.host, client_authority, "ecdsa"), of_client)
        one, host = authority(world.srv.host, LAB, "ecdsa"), world.srv.host
        pair = one.issue(of_server)
        host.write(CERT, pair.cert)
        host.write(KEY, pair.key, 0o600)
        host.write(CA, one.cert)
        for inner in steps:
            inner(world)
    return step


def packed_only(world):
    """Where the user keeps the key it is encrypted."""
    for path in (f"{OURS}.pem", f"{OURS}.key"):
        world.client.host.call(os.unlink, path)


def key_is_nowhere(world):
    host, needles = world.client.host, _pieces_of_key(world)
    assert not (hits := canary.hits(host, needles)), f"the key is in {', '.join(hits)}"
    for needle in needles:
        host.write("/var/tmp/note", b"xx" + needle + b"yy")
        found = canary.hits(host, [needle])
        assert len(found) == 1 and found[0].endswith("/note"), f"the control: {found}"
        host.call(os.unlink, "/var/tmp/note")


def _pieces_of_key(world):
    """The number that is the secret (RFC 5915, within PKCS #8), and the same in PEM, of which the first line is enough."""
    pem = authority(world.srv.host, LAB, "ecdsa").issue(CLIENT).key.decode().splitlines()
    der = base64.b64decode("".join(pem[1:-1]))
    return [der[36:68], pem[1][48:64].encode()]


def login(world):
    return b"ipsec-psk=" + world.client.setup.psk + f"\nuser-certpass={PASSPHRASE}\n".encode()


def up(world):
    world.measures.update(world.client.up(NAME, secrets=login(world)))


def comes_back(world):
    """By itself, with what the helper kept of the files."""
    world.measures["back"] = round(again.seconds_until_traffic(world) * 1000)


def refused(code, seconds):
    return diagnosed(code, "ppp", seconds, secrets=login)
