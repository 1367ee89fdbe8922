# SPDX-License-Identifier: GPL-2.0-or-later
"""IKE by certificates: a server that has one, a client that has one, and what may be wrong with them."""

import dataclasses

import libreswan
import server
from authority import Wish, authority
from fault import diagnosed
from steps import NAME, modern

SETUP = dataclasses.replace(server.DOCUMENTED, trees=("common", "documented", "certificate"))
PASSPHRASE = "lab-passphrase-T4"
FOLDER = "/root/certs"
OURS = f"{FOLDER}/client"
THEIR_CA = f"{FOLDER}/server-ca.pem"
LAB, FOREIGN = "Lab authority", "Foreign authority"  # the first is in the server's configuration
SERVER = Wish("vpn.example.net", san="DNS:vpn.example.net")
CLIENT = Wish("laptop", san="email:laptop@example.net")
LONG = dataclasses.replace(CLIENT, san=f"{CLIENT.san}," + ",".join(f"DNS:laptop-{n}.of.a.long.name.example.net" for n in range(30)))
BRIEF = dataclasses.replace(CLIENT, days=20)
STRANGER = Wish("stranger")
CERT, KEY, CA = "/etc/ipsec.d/certs/server.pem", "/etc/ipsec.d/private/server.key", "/etc/ipsec.d/cacerts/ca.pem"


def by_certificate(**changes):
    """The options of a connection that has its certificate in a PKCS #12 file."""
    options = modern(machine_auth="certificate", machine_cert=f"{OURS}.p12", remote_id=None) | changes
    return {key: value for key, value in options.items() if value is not None}


def in_files(**changes):
    """The same from three files."""
    return by_certificate(machine_cert=f"{OURS}.pem", machine_key=f"{OURS}.key", machine_ca=THEIR_CA, **changes)


def with_certificates(*steps, of_server=SERVER, of_client=CLIENT, kind="ecdsa", client_authority=LAB, server_authority=LAB):
    """While the steps run, both have certificates: of one authority, or one of them of another one."""
    def step(world):
        ours, theirs = dataclasses.replace(of_client, kind=kind), dataclasses.replace(of_server, kind=kind)
        give_client(world, authority(world.srv.host, client_authority, kind), ours)
        try:
            give_server(world, authority(world.srv.host, server_authority, kind), theirs)
            world.srv.restart_ipsec()
            for inner in steps:
                inner(world)
        finally:
            world.srv.host.run(["rm", "-f", CERT, KEY, CA])
            world.srv.restart_ipsec()
    return step


def stranger(kind):
    """Another key lies where ours was."""
    def step(world):
        pair = authority(world.srv.host, LAB, kind).issue(dataclasses.replace(STRANGER, kind=kind))
        world.client.host.write(f"{OURS}.key", pair.key, 0o600)
    return step


def foreign_authority(world):
    """The authority that we were told of is not the server's."""
    world.client.host.write(THEIR_CA, authority(world.srv.host, FOREIGN, "ecdsa").cert)


def foreign_rsa_authority(world):
    world.client.host.write(THEIR_CA, authority(world.srv.host, FOREIGN, "rsa").cert)


def administrators_own(name):
    """Libreswan's database has that authority, trusted, and a certificate for something else, under names of their own."""
    def step(world):
        packed = authority(world.srv.host, name, "rsa").pack(dataclasses.replace(STRANGER, kind="rsa"), PASSPHRASE)
        libreswan.take_certificate(world.client.host, packed, PASSPHRASE, name)
        world.remember()
    return step


def refused(code, stage, seconds, secrets=None):
    return diagnosed(code, stage, seconds, secrets=secrets or passphrase)


def passphrase(world):
    return f"machine-certpass={PASSPHRASE}\npassword={world.client.setup.password}\n".encode()


def wrong_passphrase(world):
    return f"machine-certpass=not it\npassword={world.client.setup.password}\n".encode()


def up(world):
    world.measures.update(world.client.up(NAME, secrets=passphrase(world)))


def status_warns(world):
    """What everybody reads who looks."""
    text = world.client.byway("status", NAME).out
    assert "soon over: CN=laptop,O=Lab, valid until " in text, text


def give_client(world, one, wish):
    pair, host = one.issue(wish), world.client.host
    host.write(f"{OURS}.pem", pair.cert)
    host.write(f"{OURS}.key", pair.key, 0o600)
    host.write(f"{OURS}.p12", one.pack(wish, PASSPHRASE), 0o600)
    host.write(THEIR_CA, authority(world.srv.host, LAB, wish.kind).cert)


def give_server(world, one, wish):
    """Of its clients it always wants one of the same authority."""
    pair, host = one.issue(wish), world.srv.host
    host.write(CERT, pair.cert)
    host.write(KEY, pair.key, 0o600)
    host.write(CA, authority(host, LAB, wish.kind).cert)
