# SPDX-License-Identifier: GPL-2.0-or-later
"""The client's IKE daemon is Libreswan, as Debian builds it: 4.10, without the group modp1024."""

import dataclasses

import again
import beside
import checkup
import damage
import dead
import fault_machine
import fault_server
import foreign
import killing
import libreswan
import server
import trouble
import ways
from fault import diagnosed, lost
from fault_server import stopped_ike
from fault_wire import both_ways, dropping
from faults import fault
from scenario import Scenario
from steps import add, clean, documented, down, fails, has_address, inside_answers, is_up, keeps_answering, modern, named, no_ike_within, pings, up
from trouble import wrong_user

OLD = server.MODP1536
MARKED = dataclasses.replace(OLD, **{key: getattr(trouble.marked(), key) for key in ("psk", "password")})
XAUTH = dataclasses.replace(OLD, trees=("common", "documented", "xauth-user"), xauth="xauth password #Q5")
SWAN = server.Setup(("common", "documented", "libreswan"), proposals="aes256-sha2_256-modp2048,3des-sha1-modp1536")
ANOTHER_LEG = dict(gateway="vpn3.example.net")
ABLE = dict(ike="3des-sha1-modp1536")
NO_PLUTO = no_ike_within(10)
USE = (up, is_up, has_address(server.FIXED_ADDRESS), pings("192.168.42.1"), inside_answers, down)
ODD = dict(psk=b"0sit's \"odd\" #1 \\ $HOME %x `id`; \xff", user="o'dd \"us er\" #\\$", password=" p\"a's #w\\o$r;d \\n ")


def swan(about, *steps, options=None, **more):
    """As fault, with Libreswan on the client."""
    return fault(f"Libreswan: {about}", *steps, options=documented(**ABLE) if options is None else options,
                 **{"libreswan": True, "setup": OLD, "weight": 20, "seconds": 200, **more})


def told(about, code, stage, seconds, options=None, **more):
    return swan(about, diagnosed(code, stage, seconds, **{key: more.pop(key) for key in ("secrets",) if key in more}),
                options=options, **more)


# What each client shows and wants to be shown, and its ESP proposal: of the server's conns, "many-identities".
IDENTITIES = {"address": ("192.0.2.10", "198.51.100.1", "3des-sha1"), "user": ("alice@example.org", "vpn@example.net", "3des-sha1-modp1536")}
silent_ike = dropping("-p udp -m udp --dport 500 -j DROP", "-p udp -m udp --dport 4500 -j DROP",
                      to=(diagnosed("ike-silent", "ike", 15),))
LINES = (dead.Line("version 1", OLD, documented(**ABLE)),
         dead.Line("version 1, DPD", OLD, documented(**ABLE, lcp_echo_interval=0)),
         dead.Line("version 2, DPD", server.Setup(("common", "modern", "ikev2")), modern(ike_version="2", lcp_echo_interval=0)))


def each_connects(kinds):
    """One connection after the other, up, in use, and down; and the server says that it took this one's identities."""
    def steps(kind, local_id, remote_id, esp):
        return (add(documented(**ABLE, local_id=local_id, remote_id=remote_id) | {"esp": esp}, name=kind), named(kind, up), named(kind, is_up),
                inside_answers, ways.server_says(f"IKE_SA of-{kind}[", "established", f"[{remote_id}]", f"[{local_id}]"), named(kind, down))
    return tuple(step for kind, words in kinds.items() for step in steps(kind, *words))


def at_every_stage(about, act, **more):
    return Scenario(about=f"Libreswan: {about}", cut_off=True, libreswan=True, setup=OLD, delay=40, seconds=300, weight=60,
                    steps=(lambda world: damage.add(world, **ABLE), damage.at_every_stage(act)), after=(damage.works_again,), **more)


SCENARIOS = {
    "libreswan-modp1536": swan("3des-sha1-modp1536, up and down", *USE),
    "libreswan-modp2048": swan("aes256-sha256-modp2048", *USE, setup=server.MODERN,
                               options=modern(ike="aes256-sha256-modp2048", esp="aes256-sha256")),
    "libreswan-automatic": swan("no proposals named: of the safe list it offers what it can do", *USE, setup=server.MODERN,
                                options=modern()),
    "libreswan-any-id": swan("any identity will do, and the key is found for it", *USE, options=documented(**ABLE, remote_id="")),
    "libreswan-ikev2": swan("IKE version 2", *USE, setup=server.Setup(("common", "modern", "ikev2")),
                            options=modern(ike_version="2")),
    "libreswan-ikev2-key": told("IKE version 2 with a wrong key", "ike-login-refused", "ike", 4, modern(ike_version="2"),
                                setup=server.Setup(("common", "modern", "ikev2")), secrets=trouble.wrong_key),
    "libreswan-aggressive": swan("aggressive mode with a group name", *USE, options=documented(
        **ABLE, aggressive="yes", local_id="keyid:staff"), setup=dataclasses.replace(
            OLD, trees=("common", "documented", "aggressive-psk"), client_id="@#" + b"staff".hex())),
    "libreswan-xauth": swan("a user name and a password inside IKE", *USE, setup=XAUTH,
                            options=documented(**ABLE, xauth_user="xavier")),
    "libreswan-xauth-password": told("a wrong XAUTH password", "ike-xauth-refused", "ike", 5, documented(**ABLE, xauth_user="xavier"),
                                     setup=XAUTH, secrets=ways.with_wrong("xauth-password")),
    "libreswan-identities": Scenario(
        about="Libreswan: identities by address and by user on either side; PFS, which the server wants; and no distinguished name",
        setup=dataclasses.replace(OLD, trees=("common", "documented", "many-identities"), proposals=""),
        steps=(*each_connects(IDENTITIES), ways.server_says("selected proposal: ESP:", "/MODP_1536/"),
               add(documented(**ABLE, local_id="C=DE, O=Firm AG, CN=client"), name="name"),
               diagnosed("libreswan-unable", "prepare", 4, name="name")), after=(clean,), libreswan=True, seconds=200, weight=20),
    "libreswan-odd": swan("odd characters in every secret", *USE, setup=dataclasses.replace(OLD, **ODD)),
    "libreswan-server": swan("a server that is Libreswan too", up, is_up, has_address(server.FIXED_ADDRESS),
                             pings("192.168.42.1"), down, others={"swan": SWAN}, options=modern(**ANOTHER_LEG), weight=30),
    "libreswan-own": swan("no pluto runs: one is started, and stopped again, also when the helper dies meanwhile", *USE,
                          after=(NO_PLUTO, again.at_once, NO_PLUTO, killing.starting_ike), charon=False),
    "libreswan-rekey": swan("IKE and ESP are made anew while up, with any identity", up, inside_answers,
                            libreswan.renewed_by(keeps_answering("192.168.42.1", 60)), inside_answers, down,
                            options=documented(**ABLE, remote_id="", ike_lifetime=60, esp_lifetime=40), seconds=260, weight=75, waits=True),
    "libreswan-dead": Scenario(
        about="Libreswan: a dead server is known within 30 s: by echoes of PPP, and by DPD alone",
        steps=(dead.missed(LINES, 30),), after=(clean,), cut_off=True, libreswan=True, setup=OLD, seconds=150, weight=45, waits=True),
    "libreswan-key": told("a wrong pre-shared key", "ike-psk-wrong", "ike", 4, secrets=trouble.wrong_key),
    "libreswan-user": swan("a wrong user, by CHAP", wrong_user, diagnosed("ppp-login-refused", "ppp", 5)),
    "libreswan-password": told("a wrong password, by CHAP", "ppp-login-refused", "ppp", 5, secrets=trouble.wrong_password),
    "libreswan-remote-id": told("the server shows another identity", "ike-remote-id", "ike", 4,
                                documented(**ABLE, remote_id="@other.example.net")),
    "libreswan-ike-proposal": told("no IKE proposal in common", "ike-proposal", "ike", 4, documented(ike="aes256-sha256-modp2048")),
    # pluto keeps the server's refusal to its own log, and goes on asking.
    "libreswan-esp-proposal": told("no ESP proposal in common", "esp-stalled", "sa", 14, documented(**ABLE, esp="aes256-sha256")),
    "libreswan-silent": swan("UDP 500 and 4500 are dropped", silent_ike),
    # Its retransmit-timeout is the option dpd-timeout: longer than a connect may take.
    "libreswan-ikev2-silent": swan("the same by IKE version 2", silent_ike, options=modern(ike_version="2"), on_demand=True),
    "libreswan-4500": swan("UDP 500 is open, and 4500 dropped", dropping(
        *both_ways("-p udp -m udp --dport 4500"), to=(diagnosed("ike-4500-silent", "ike", 15),))),
    "libreswan-rejected": swan("no IKE daemon at the server: ICMP says so", stopped_ike(diagnosed("ike-rejected", "ike", 4))),
    "libreswan-modp1024": swan("the connection wants modp1024: nothing is sent, and the doctor knows before",
                               checkup.doctor_says("algorithms", "Libreswan", "modp1024"),
                               diagnosed("libreswan-algorithm-missing", "prepare", 4), options=documented()),
    "libreswan-ikev1-off": swan("Debian's settings: IKE version 1 is off", libreswan.with_debians_settings,
                                diagnosed("libreswan-ikev1-off", "prepare", 4), charon=False),
    "libreswan-missing": fault("the connection asks for Libreswan, and strongSwan is here", diagnosed("no-libreswan", "prepare", 2),
                               options=documented(ike_daemon="libreswan"), charon=False),
    "libreswan-port": swan("another program holds UDP 500", fault_machine.holding(500, steps=(
        diagnosed("ike-port-taken", "prepare", 5),)), charon=False),
    "libreswan-dies": swan("pluto is killed while up", up, inside_answers, libreswan.dies, lost("lost-ike-daemon", 5),
                           libreswan.comes_back),
    "libreswan-server-ends": swan("the server's IKE daemon ends while up", up, inside_answers, fault_server.ends_ipsec,
                                  lost("lost-by-server", 5), fault_server.ipsec_again, cut_off=True),
    "libreswan-kill9-bywayd": at_every_stage("bywayd killed at every stage", damage.kill_helper, on_demand=True),
    "libreswan-kill9-pluto": at_every_stage("pluto killed at every stage", damage.kill_ike, on_demand=True),
    "libreswan-down-at-every-stage": at_every_stage("byway down works at any moment", damage.hang_up),
    "libreswan-canary": swan("no secret in any file, command line, environment or log, while up and after", trouble.canary_sees,
                             up, trouble.nothing_to_see, inside_answers, down, trouble.nothing_to_see,
                             fails("a wrong password", 10, secrets=trouble.wrong_password), trouble.nothing_to_see, setup=MARKED),
    "libreswan-foreign": Scenario(
        about="Libreswan: a foreign tunnel of the same pluto, whose key names nobody, loses nothing by ups, failures and downs",
        steps=(add(documented(**ABLE)), foreign.bring_up, up, foreign.still_works, inside_answers, foreign.new_key, down, foreign.still_works,
               beside.rounds(len(beside.KINDS))),
        after=(foreign.still_works, clean, foreign.hang_up), cut_off=True, libreswan=True, setup=OLD, seconds=300, weight=50),
}
