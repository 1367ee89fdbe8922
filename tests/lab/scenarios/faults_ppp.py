# SPDX-License-Identifier: GPL-2.0-or-later
"""The fault matrix behind IPsec: L2TP, PPP, addresses, and what ends a connection that is up."""

import dataclasses

import fault_machine
import fault_server
import lns
import server
import trouble
from fault import diagnosed, lost, warned, well, why
from fault_machine import holding, kill_while
from fault_server import build_plugin, dropping_l2tp, with_ending_pppd, with_silent_pppd, without_l2tp
from fault_wire import dropping
from faults import fault
from lns import speaking
from steps import documented, down, inside_answers, is_up, modern, pings, up
from trouble import wrong_user


def documented_with(*more):
    return dataclasses.replace(server.DOCUMENTED, trees=("common", "documented", *more))


def modern_with(*more, **changes):
    return dataclasses.replace(server.DOCUMENTED, trees=("common", "modern", *more), **changes)


def code_is_told(world):
    told = why(world)
    assert "result code 4, error code 0" in told["seen"] and "go away" in told["sentence"], told


def refusal(about, number, code):
    return fault(about, build_plugin, diagnosed(code, "ppp", 3), options=modern(refuse_pap="yes", refuse_chap="yes"),
                 setup=modern_with("mschapv2", "refuses", code=number))


def stalling(about, how, seconds):
    return fault(about, build_plugin, diagnosed("ppp-login-stalled", "ppp", seconds), options=MSCHAPV2,
                 setup=modern_with("mschapv2", "stalls", code=how), weight=20, waits=seconds > 10, cut_off=True)


BARE = documented(force_encaps="no")
MSCHAPV2 = modern(refuse_pap="yes", refuse_chap="yes")

SCENARIOS = {
    "fault-esp": fault("IKE is fine, and ESP is dropped",
                       dropping("-p 50 -j DROP", to=(diagnosed("esp-silent", "l2tp", 10),)),
                       options=BARE, setup=documented_with("bare-esp"), waits=True),
    "fault-no-l2tp": fault("no L2TP service behind IPsec: ICMP says so", without_l2tp(diagnosed("l2tp-no-server", "l2tp", 10))),
    "fault-l2tp-silent": fault("the L2TP service is not heard", dropping_l2tp(diagnosed("l2tp-silent", "l2tp", 10)), waits=True),
    "fault-l2tp-refused": fault("the server refuses the tunnel (StopCCN, result 4)",
                                speaking(lns.refusing_tunnels(4, 0, "go away"), diagnosed("l2tp-refused", "l2tp", 3),
                                         code_is_told), cut_off=True),
    "fault-l2tp-resources": fault("the server has no room for a tunnel (StopCCN, result 2, error 4)",
                                  speaking(lns.refusing_tunnels(2, 4, ""), diagnosed("l2tp-full", "l2tp", 3)), cut_off=True),
    "fault-call-full": fault("the server has no room for a call (CDN, result 4)",
                             speaking(lns.refusing_calls(4, 0, ""), diagnosed("l2tp-full", "l2tp", 3)), cut_off=True),
    "fault-call-refused": fault("the server refuses the call for its own reasons (CDN, result 3)",
                                speaking(lns.refusing_calls(3, 0, "not for you"), diagnosed("l2tp-refused", "l2tp", 3)),
                                cut_off=True),
    "fault-call-silent": fault("the server makes a tunnel, and answers no call",
                               speaking(lns.ACCEPTS, diagnosed("l2tp-no-session", "l2tp", 15)), waits=True, cut_off=True),
    "fault-l2tp-secret": fault("the server wants a tunnel secret", diagnosed("l2tp-wants-secret", "l2tp", 3),
                               setup=documented_with("challenge")),
    "fault-l2tp-full": fault("the server has no address left", diagnosed("l2tp-full", "l2tp", 5), setup=documented_with("full")),
    "fault-password": fault("a wrong password, by CHAP", diagnosed("ppp-login-refused", "ppp", 3, secrets=trouble.wrong_password)),
    "fault-user": fault("a wrong user, by CHAP", wrong_user, diagnosed("ppp-login-refused", "ppp", 3)),
    "fault-password-mschapv2": fault("a wrong password, by MS-CHAPv2",
                                     diagnosed("ppp-login-refused", "ppp", 3, secrets=trouble.wrong_password),
                                     options=MSCHAPV2, setup=server.MSCHAPV2),
    "fault-user-mschapv2": fault("a wrong user, by MS-CHAPv2", wrong_user, diagnosed("ppp-login-refused", "ppp", 3),
                                 options=MSCHAPV2, setup=server.MSCHAPV2),
    "fault-password-pap": fault("a wrong password, by PAP",
                                diagnosed("ppp-login-refused", "ppp", 5, secrets=trouble.wrong_password),
                                options=modern(), setup=server.PAP),
    "fault-method-pap": fault("the server wants PAP, the connection refuses it", diagnosed("ppp-method", "ppp", 5),
                              options=modern(refuse_pap="yes"), setup=server.PAP),
    "fault-method-eap": fault("the server wants EAP", diagnosed("ppp-method", "ppp", 5), options=modern(), setup=modern_with("eap")),
    "fault-hours": refusal("E=646: not at this hour", "646", "ppp-hours"),
    "fault-disabled": refusal("E=647: the account is disabled", "647", "ppp-account-disabled"),
    "fault-expired": refusal("E=648: the password has expired", "648", "ppp-password-expired"),
    "fault-dial-in": refusal("E=649: no permission to dial in", "649", "ppp-no-dial-in"),
    "fault-mppe": fault("the server demands MPPE", diagnosed("ppp-mppe", "ppp", 5), options=MSCHAPV2, setup=modern_with("mppe")),
    "fault-lcp": fault("LCP never answers", with_silent_pppd(diagnosed("ppp-silent", "ppp", 15)), waits=True, cut_off=True),
    "fault-hang-up": fault("the server's PPP ends as it starts", with_ending_pppd(diagnosed("ppp-hung-up", "ppp", 5)),
                           cut_off=True),
    "fault-login-hangs": stalling("the server never says whether the password is right", "hang", 30),
    "fault-login-hang-up": stalling("the server hangs up in place of a refusal", "hang-up", 5),
    "fault-pppd-killed": fault("our pppd is killed before it is up", with_silent_pppd(
        diagnosed("lost-pppd", "ppp", 5, meanwhile=kill_while("ppp", "/usr/sbin/pppd"))), cut_off=True),
    "fault-xl2tpd-killed": fault("our xl2tpd is killed before it is up", with_silent_pppd(
        diagnosed("l2tp-local", "l2tp", 5, meanwhile=kill_while("ppp", "xl2tpd"))), cut_off=True),
    "fault-ipcp": fault("the server gives no IPv4", diagnosed("ppp-no-address", "ppp", 10), options=modern(),
                        setup=modern_with("noip")),
    "warn-collision": fault("the network behind has the addresses of the one here", up, is_up, warned("ip-collision", 3), down,
                            options=documented(routes="172.31.18.0/24,192.0.2.0/24")),
    "warn-server-inside": fault("the server lies in a network that goes through the tunnel", up, inside_answers,
                                warned("ip-server-inside", 3), pings("192.168.42.1"), down,
                                options=documented(routes="172.31.18.0/24,198.51.100.0/24")),
    "warn-mtu": fault("large packets get lost, small ones live",
                      dropping("-p udp -m length --length 1101: -j DROP", to=(up, pings("192.168.42.1"), warned("ip-mtu", 12), down)),
                      weight=20),
    "well": fault("nothing is wrong: nothing is said", up, inside_answers, well, down),
    "lost-xl2tpd": fault("our xl2tpd is killed while up", up, inside_answers, fault_machine.kill("xl2tpd"), lost("lost-xl2tpd", 3),
                         cut_off=True),
    "lost-pppd": fault("our pppd is killed while up", up, inside_answers, fault_machine.kill("/usr/sbin/pppd"),
                       lost("lost-pppd", 3), cut_off=True),
    "lost-by-ppp": fault("the server's pppd ends while up", up, inside_answers, fault_server.ends_ppp, lost("lost-by-server", 3)),
    "lost-by-l2tp": fault("the server's xl2tpd ends while up", up, inside_answers, fault_server.ends_l2tp,
                          lost("lost-by-server", 3), cut_off=True),
    "lost-by-ipsec": fault("the server's IKE daemon ends while up", up, inside_answers, fault_server.ends_ipsec,
                           lost("lost-by-server", 4), fault_server.ipsec_again, cut_off=True),
    "taken-1701": fault("another program holds 1701: another port does it", holding(1701, steps=(up, inside_answers, down))),
    "fault-no-pppd": fault("pppd is not installed", fault_machine.without("/usr/sbin/pppd"), diagnosed("no-pppd", "prepare", 2)),
    "fault-no-xl2tpd": fault("xl2tpd is not installed", fault_machine.without("/usr/sbin/xl2tpd"),
                             diagnosed("no-xl2tpd", "prepare", 2)),
    "fault-plugin": fault("pppd's plugin is of another pppd", fault_machine.plugin_of_another_pppd,
                          diagnosed("pppd-plugin-mismatch", "prepare", 3)),
}
