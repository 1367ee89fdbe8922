# SPDX-License-Identifier: GPL-2.0-or-later
"""The matrix: every way to connect, each with witnesses that it was this one and no other.

What costs time is shared: a group of cells has one client, whose helper and IKE daemon run, and one server that takes the
key and certificates, whose pppd reads how to log in at each call. A cell is one call.
"""

import dataclasses
import itertools
import json

import certificates
import fault
import layers
import libreswan
import network
import server
from authority import authority
from certificates import LAB, OURS, PASSPHRASE, SERVER
from fault_wire import with_name_server
from steps import modern, pings

OPTIONS = "/etc/ppp/options.xl2tpd"
CONNS = {"psk": "L2TP-PSK", "cert": "L2TP-CERT"}
KIND = "rsa"  # Libreswan's IKEv1 has no ECDSA
TOLD_SECONDS = 5
WISH = dataclasses.replace(SERVER, kind=KIND)
ONLY_IPV6 = "vpn6.example.net"

SETUP = server.Setup(("common", "matrix"))
SWAN = server.Setup(("common", "matrix", "matrix-libreswan"))


@dataclasses.dataclass(frozen=True)
class Login:
    """A way to log in by PPP: what the server's pppd is told, what `byway status` calls it, what the connection needs."""
    name: str
    shown: str
    told: str
    options: dict = dataclasses.field(default_factory=dict, hash=False)
    secrets: bytes = b""
    certified: bool = False  # whether both sides show certificates

    def profile(self):
        """Connections that are alike are one."""
        return self.name if self.options else "office"


CHAP = Login("chap", "CHAP", "require-chap\n")
MSCHAPV2 = Login("mschapv2", "MS-CHAPv2", "require-mschap-v2\n")
PAP = Login("pap", "PAP", "require-pap\n")
EAP_TLS = Login("eaptls", "EAP", "require-eap\n", dict(user="", user_auth="certificate", user_cert=f"{OURS}.p12", refuse_eap="no"),
                f"user-certpass={PASSPHRASE}\n".encode(), certified=True)
LOGINS = (CHAP, MSCHAPV2, PAP, EAP_TLS)


@dataclasses.dataclass(frozen=True)
class Group:
    """Who calls whom, and how their IKE daemons believe each other."""
    engine: str        # the client's
    server: str
    auth: str          # a key of CONNS

    def name(self):
        return f"matrix-{self.engine}-{self.server}-{self.auth}"

    def options(self):
        common = dict(gateway="vpn.example.net" if self.server == "strongswan" else "vpn3.example.net", force_encaps="no",
                      remote_id="@vpn.example.net", ike="aes256-sha256-modp2048", esp="aes256-sha256")
        return modern(**common) if self.auth == "psk" else certificates.by_certificate(**common)

    def secrets(self, world, login):
        known = world.client.secrets() if self.auth == "psk" else certificates.passphrase(world)
        return known + login.secrets

    def vpn(self, world):
        return world.server("srv" if self.server == "strongswan" else "swan")


@dataclasses.dataclass(frozen=True)
class Cell:
    group: Group
    login: Login
    nat: bool

    def name(self):
        """Within its group."""
        return f"{self.login.name}-nat" if self.nat else self.login.name


def cells(group):
    """Those of one wire follow each other."""
    return [Cell(group, login, nat) for nat, login in itertools.product((False, True), LOGINS)]


def all_cells(group):
    """The step that plays them; one that fails does not take the others with it, and each is told by its name."""
    def step(world):
        results, problems = {}, []
        for cell in cells(group):
            try:
                results[cell.name()] = _connected(world, cell)
            except Exception as error:
                results[cell.name()] = "failed"
                problems.append(f"{group.name()}-{cell.name()}: {type(error).__name__}: {error}")
                _hang_up(world, cell)
        network.move(world.client.host, False)
        if group.auth == "psk" and group.server == "strongswan":
            results["ipv6"] = _without_ipv4(world, group, problems)
        world.measures = results
        assert not problems, "\n".join(problems)
    return step


def prepared(group, *steps):
    """While the steps run the client's home network lies behind an address translation, and all have what they need."""
    def step(world):
        with network.home(world.client.host):
            world.remember()
            if group.auth == "cert" or any(login.certified for login in LOGINS):
                _give_certificates(world, group)
            for login in {login.profile(): login for login in LOGINS}.values():
                world.client.add(login.profile(), **{"user": world.client.setup.user} | group.options() | login.options)
            for inner in steps:
                inner(world)
    return step


# -- a cell

def _connected(world, cell):
    """The milliseconds until it was up."""
    _set_scene(world, cell)
    attempt = world.client.start_up(cell.login.profile(), cell.group.secrets(world, cell.login))
    attempt.finish()
    pings("192.168.42.1", 1)(world)
    _testify(world, cell)
    world.client.down(cell.login.profile())
    return round(attempt.seconds * 1000)


def _set_scene(world, cell):
    network.move(world.client.host, cell.nat)
    common = (layers.TREES / f"server/matrix{OPTIONS}").read_text()
    cell.group.vpn(world).host.write(OPTIONS, common + cell.login.told)


def _hang_up(world, cell):
    world.client.host.run(["byway", "down", cell.login.profile()], check=False)


def _testify(world, cell):
    """What Byway says of PPP and of the wire; what the kernel says of the wire; what the server says of IKE."""
    stages = {stage: detail for stage, _, _, detail in world.client.status(cell.login.profile())["stages"]}
    said = dict(ppp=stages["ppp"].split(" as ")[0], nat="in UDP" in stages["sa"],
                kernel="espinudp" in world.client.host.out("ip", "xfrm", "state"), ike=_conns(cell.group.vpn(world).host))
    wanted = dict(ppp=cell.login.shown, nat=cell.nat, kernel=cell.nat, ike={CONNS[cell.group.auth]})
    assert said == wanted, f"{said} in place of {wanted}: {json.dumps(stages)}"


def _conns(host):
    """The names of the server's connections that are up."""
    if libreswan.runs(host):
        lines = host.out(libreswan.WHACK, "--trafficstatus").splitlines()
        return {line.split('"')[1] for line in lines if '"' in line}
    lines = host.out("swanctl", "--list-sas").splitlines()
    return {line.split(":")[0] for line in lines if "ESTABLISHED" in line}


def _without_ipv4(world, group, problems):
    """IPv6 outside: xl2tpd has none, so it is told at once."""
    try:
        world.client.byway("edit", "office", f"gateway={ONLY_IPV6}")
        with_name_server(fault.diagnosed("name-without-ipv4", "resolve", TOLD_SECONDS, name="office",
                                         secrets=lambda _: group.secrets(world, CHAP)))(world)
        return "name-without-ipv4"
    except Exception as error:
        problems.append(f"{group.name()}-ipv6: {type(error).__name__}: {error}")
        return "failed"


# -- certificates

def _give_certificates(world, group):
    one = authority(world.srv.host, LAB, KIND)
    certificates.give_client(world, one, dataclasses.replace(certificates.CLIENT, kind=KIND))
    _give_ike(world, group, one)
    _give_ppp(group.vpn(world).host, one)


def _give_ike(world, group, one):
    """The server's IKE daemon gets its own, unless it has that already or nobody asks for it."""
    if group.auth != "cert":
        return
    if group.server == "libreswan":
        host = group.vpn(world).host
        libreswan.take_certificate(host, one.pack(WISH, PASSPHRASE), PASSPHRASE, LAB)
        libreswan.add(host, CONNS["cert"])
    elif not world.srv.host.exists(certificates.CERT):
        certificates.give_server(world, one, WISH)
        world.srv.restart_ipsec()


def _give_ppp(host, one):
    """And its pppd."""
    pair = one.issue(WISH)
    for name, content in (("server.pem", pair.cert), ("server.key", pair.key), ("ca.pem", one.cert)):
        host.write(f"/etc/ppp/{name}", content, 0o600)
