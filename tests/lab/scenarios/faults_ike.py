# SPDX-License-Identifier: GPL-2.0-or-later
"""The fault matrix up to the association: each row is broken for real, and named."""

import dataclasses

import fault_machine
import fault_wire
import server
import trouble
from fault import diagnosed, guesses, lost
from faults import fault
from steps import documented, inside_answers, up
from fault_machine import holding
from fault_server import stopped_ike
from fault_wire import both_ways, dropping, with_name_server


def trees(*more):
    return dataclasses.replace(server.DOCUMENTED, trees=("common", "documented", *more))


IMPATIENT = documented(dpd_delay=5, dpd_timeout=15, lcp_echo_interval=5, lcp_echo_failure=3)
PROGRAMS = ("/usr/lib/ipsec/charon",)

SCENARIOS = {
    "fault-name": fault("a server's name that does not exist",
                        with_name_server(diagnosed("name-unknown", "resolve", 3)),
                        options=documented(gateway="nowhere.example.org")),
    "fault-name-server": fault("no name server answers", diagnosed("name-server-silent", "resolve", 15),
                               options=documented(gateway="nowhere.example.org"), waits=True),
    "fault-no-route": fault("no way to the server", fault_wire.no_route, diagnosed("no-route", "resolve", 2),
                            fault_wire.route_again),
    "fault-ike-silent": fault("UDP 500 and 4500 are dropped",
                              dropping("-p udp -m udp --dport 500 -j DROP", "-p udp -m udp --dport 4500 -j DROP",
                                       to=(diagnosed("ike-silent", "ike", 15),)), waits=True),
    "fault-ike-500": fault("only UDP 500 is dropped",
                           dropping(*both_ways("-p udp -m udp --dport 500"), to=(diagnosed("ike-500-blocked", "ike", 15),)),
                           waits=True),
    "fault-ike-rejected": fault("no IKE daemon at the server: ICMP says so",
                                stopped_ike(diagnosed("ike-rejected", "ike", 3))),
    "fault-ike-unreachable": fault("a router says that the server can't be reached",
                                   dropping("-p udp -m udp --dport 500 -j REJECT --reject-with icmp-host-unreachable",
                                            to=(diagnosed("ike-host-unreachable", "ike", 5),))),
    "fault-ike-4500": fault("UDP 500 is open, and 4500 dropped",
                            dropping(*both_ways("-p udp -m udp --dport 4500"), to=(diagnosed("ike-4500-silent", "ike", 15),)),
                            waits=True),
    "fault-key": fault("a wrong pre-shared key: the right one, as another program writes it",
                       diagnosed("ike-psk-wrong", "ike", 2, secrets=trouble.coded_key), guesses("base64", "sed s/^0s//")),
    "fault-key-of-another": fault("the server has a key for another client only", diagnosed("ike-psk-unknown", "ike", 2),
                                  setup=trees("other-identity")),
    "fault-remote-id": fault("the server shows another identity", diagnosed("ike-remote-id", "ike", 2),
                             options=documented(remote_id="@other.example.net")),
    "fault-ike-proposal": fault("no IKE proposal in common", diagnosed("ike-proposal", "ike", 2),
                                options=documented(ike="aes256-sha256-modp2048")),
    "fault-esp-proposal": fault("no ESP proposal in common", diagnosed("esp-proposal", "sa", 3),
                                options=documented(esp="aes256-sha256")),
    "fault-aggressive": fault("the server wants aggressive mode and a group name", diagnosed("ike-refused", "ike", 3),
                              setup=trees("aggressive")),
    "fault-certificates": fault("the server wants certificates", diagnosed("ike-psk-unknown", "ike", 15),
                                setup=trees("certificates"), weight=20),
    "fault-xauth": fault("the server wants XAUTH", diagnosed("ike-refused", "ike", 3), setup=trees("xauth")),
    "fault-selectors": fault("the server protects port 1701 only, and another program holds it here",
                             holding(1701, steps=(diagnosed("esp-selectors", "sa", 3),)), setup=trees("only-1701")),
    "fault-ike-port": fault("another program holds UDP 500", holding(500, steps=(diagnosed("ike-port-taken", "prepare", 5),)),
                            charon=False),
    "fault-nat-t-port": fault("another program holds UDP 4500", holding(4500, steps=(diagnosed("ike-port-taken", "prepare", 5),)),
                              charon=False),
    "fault-no-ike-daemon": fault("no IKE daemon is installed", fault_machine.without(*PROGRAMS),
                                 diagnosed("no-ike-daemon", "prepare", 2), charon=False),
    "lost-charon": fault("our charon is killed while up", up, inside_answers, fault_machine.kill_charon,
                         lost("lost-ike-daemon", 5), fault_machine.start_charon, weight=15),
    "lost-server": fault("the server is killed while up", up, inside_answers, trouble.server_vanishes, lost("lost-server", 5),
                         trouble.server_returns, options=IMPATIENT, seconds=90, weight=30, cut_off=True, waits=True),
}
