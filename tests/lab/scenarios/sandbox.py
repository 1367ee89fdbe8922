# SPDX-License-Identifier: GPL-2.0-or-later
"""bywayd's unit, with systemd as the client's process 1: its sandbox is in force, and a tunnel lives in it."""

import addressing
import certificates
import eap_tls
import killswitch
import libreswan
import sandbox
import server
from again import fails_at_first, server_returns, vanishes
from certificates import by_certificate
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, is_up, no_charon, up

NAMED = documented(dns="10.99.0.53", dns_search="corp.example")


def in_its_unit(about, *steps, after=(), **more):
    return Scenario(about=about, steps=(sandbox.start_ike, *steps), after=(*after, clean), systemd=True, cut_off=True, seconds=150,
                    **{"weight": 30, **more})


SCENARIOS = {
    "sandbox": in_its_unit(
        "started by the bus in its unit: a tunnel lives, each line of the sandbox is in force, and systemd's score is 3.0 at most",
        addressing.install_resolvconf, add(NAMED), sandbox.is_activated, up, is_up, inside_answers,
        addressing.resolvconf_has("nameserver 10.99.0.53", "corp.example"), sandbox.holds, sandbox.scored, sandbox.refuses, inside_answers,
        down, clean, up, inside_answers, sandbox.killed, sandbox.stop_ike, up, inside_answers, sandbox.stopped,
        after=(no_charon, addressing.resolv_conf_is_left_alone), weight=60),
    "sandbox-libreswan": in_its_unit(
        "Libreswan in its own unit gets a key's link below /etc/ipsec.d", add(documented(ike="3des-sha1-modp1536")), up, is_up,
        inside_answers, sandbox.holds, down, libreswan=True, setup=server.MODP1536),
    "sandbox-libreswan-cert": in_its_unit(
        "Libreswan in its own unit gets a certificate and a key in its database",
        certificates.with_certificates(add(by_certificate()), certificates.up, is_up, libreswan.has_ours, inside_answers, sandbox.holds, down,
                                       kind="rsa"), libreswan=True, setup=certificates.SETUP),
    "sandbox-kill-switch": in_its_unit(
        "the kill switch shuts, and is lifted", add(documented(all_traffic="yes", routes="", kill_switch="yes", kill_switch_local="no")),
        killswitch.at_home(up, is_up, inside_answers, killswitch.nothing_leaves_beside_the_tunnel, sandbox.holds, down, killswitch.is_off,
                           killswitch.everything_leaves, vanishes, fails_at_first, killswitch.is_blocked, killswitch.nothing_leaves,
                           killswitch.lift, killswitch.is_off, killswitch.everything_leaves, server_returns), weight=40, waits=True),
    "sandbox-eap-tls": in_its_unit(
        "pppd opens the certificate of a login", eap_tls.with_certificates(add(eap_tls.by_certificate()), eap_tls.up, is_up, inside_answers,
                                                                           sandbox.holds, down), setup=eap_tls.SETUP),
}
