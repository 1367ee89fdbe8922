# SPDX-License-Identifier: GPL-2.0-or-later
"""IKE by certificates: a server that has one, a client that has one, and what may be wrong with them."""

import dataclasses

import server
from authority import Authority, Wish
from steps import NAME, modern

SETUP = dataclasses.replace(server.DOCUMENTED, trees=("common", "documented", "certificate"))
PASSPHRASE = "lab-passphrase-T4"
FOLDER = "/root/certs"
OURS = f"{FOLDER}/client"
SERVER = Wish("vpn.example.net", san="DNS:vpn.example.net")
CLIENT = Wish("laptop", san="email:laptop@example.net")
SERVER_FILES = {"/etc/ipsec.d/certs/server.pem": "server.pem", "/etc/ipsec.d/private/server.key": "server.key",
                "/etc/ipsec.d/cacerts/ca.pem": "ca.pem"}
CLIENT_FILES = ("client.pem", "client.key", "client.p12", "ca.pem")


def by_certificate(**changes):
    """The options of a connection that has its certificate in a PKCS #12 file."""
    options = modern(machine_auth="certificate", machine_cert=f"{OURS}.p12") | changes
    return {key: value for key, value in options.items() if key != "remote_id"} | {
        key: value for key, value in changes.items() if key == "remote_id"}


def with_certificates(*steps, of_server=SERVER, of_client=CLIENT, kind="rsa", client_authority=None):
    """While the steps run, both have certificates: of one authority, or the client of another one."""
    def step(world):
        wanted = [dataclasses.replace(wish, kind=kind) for wish in (of_server, of_client)]
        one = Authority(world.srv.host, "/root/ca", kind=kind)
        one.issue("server", wanted[0])
        other = Authority(world.srv.host, "/root/other-ca", client_authority, kind) if client_authority else one
        other.issue("client", wanted[1])
        other.pack("client", PASSPHRASE)
        _hand_out(world, one, other)
        try:
            world.srv.restart_ipsec()
            for inner in steps:
                inner(world)
        finally:
            world.srv.host.run(["rm", "-f", *SERVER_FILES])
            world.srv.restart_ipsec()
    return step


def passphrase(world):
    return f"machine-certpass={PASSPHRASE}\npassword={world.client.setup.password}\n".encode()


def up(world):
    world.measures.update(world.client.up(NAME, secrets=passphrase(world)))


def _hand_out(world, one, other):
    for path, name in SERVER_FILES.items():
        world.srv.host.write(path, one.read(name), 0o600)
    for name in CLIENT_FILES:
        world.client.host.write(f"{FOLDER}/{name}", other.read(name), 0o600)
    world.client.host.write(f"{FOLDER}/server-ca.pem", one.read("ca.pem"))
