# SPDX-License-Identifier: GPL-2.0-or-later
"""The doctor before, the probe of the server, and the report after."""

import dataclasses

import checkup
import fault_machine
import server
from checkup import doctor_finds, takes
from fault_server import dropping_ike
from faults import fault
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, modern, up

SWAN = ("aes256-sha256-modp2048", "aes128-sha1-modp1536", "3des-sha1-modp1536")
MANY = ("aes256-sha256-modp2048", "aes128-sha256-ecp256", "aes256-sha1-modp1536", "3des-md5-modp1024", "aes192-sha512-modp4096",
        "aes128-sha384-ecp521")


def set_of(*proposals):
    return dataclasses.replace(server.DOCUMENTED, trees=("common", "documented", "proposals"), proposals=",".join(proposals))


def libreswan_of(*proposals):
    return server.Setup(trees=("libreswan",), proposals=",".join(proposals).replace("sha256", "sha2_256"))


def probe(about, setup, *wanted, options=None, **more):
    return Scenario(about=about, setup=setup, after=(clean,), weight=15, **more,
                    steps=(add(documented(ike="aes256-sha256-modp2048") if options is None else options), takes(*wanted),
                           checkup.use_it, up, inside_answers, down))


SCENARIOS = {
    "doctor": fault("the doctor is content, and needs no root", checkup.doctor_is_content, checkup.doctor_without_root),
    "doctor-no-l2tp": fault("the doctor finds a kernel without L2TP", doctor_finds("try-l2tp", "no L2TP"), without=("l2tp_ppp",)),
    "doctor-blacklisted": fault("the doctor finds a blacklisted PPP", doctor_finds("ppp_generic", "no PPP"),
                                without=("ppp_generic!",)),
    "doctor-no-pppd": fault("the doctor finds that pppd is missing", fault_machine.without("/usr/sbin/pppd"),
                            doctor_finds("pppd", "pppd")),
    "probe-documented": probe("the old set, and nothing else", server.DOCUMENTED, "3des-sha1-modp1024"),
    "probe-modern": probe("a modern set", server.MODERN, "aes256-sha256-modp2048", "aes256-sha256-ecp256", options=modern()),
    "probe-many": probe("many kinds at once", set_of(*MANY), *MANY),
    "probe-libreswan": Scenario(about="a Libreswan server, its set and its make", others={"swan": libreswan_of(*SWAN)}, weight=25,
                                steps=(takes(*SWAN, host="vpn3.example.net", make="Libreswan"),), charon=False, helper=False),
    "probe-user": Scenario(about="anybody may ask", setup=set_of(MANY[0]), steps=(takes(MANY[0], user=checkup.NOBODY),)),
    "probe-silent": Scenario(about="a server that drops everything, and a host without IPsec",
                             steps=(dropping_ike(checkup.probe_is_silent),), waits=True),
}
