# SPDX-License-Identifier: GPL-2.0-or-later
"""Other ways than the usual one: of IPsec, of L2TP, and to log in."""

import dataclasses

import dead
import fault_server
import server
import trouble
import ways
from fault import diagnosed, warned, well
from faults import fault
from scenario import Scenario
from steps import add, clean, documented, down, inside_answers, is_up, modern, named, pings, up

USE = (up, is_up, pings("192.168.42.1"), inside_answers)


def with_trees(*more, base="documented", **changes):
    return dataclasses.replace(server.DOCUMENTED, trees=("common", base, *more), **changes)


def way(about, *steps, options=None, setup=server.DOCUMENTED, **more):
    return Scenario(about=about, setup=setup, after=(clean,),
                    steps=(add(documented() if options is None else options), *USE, *steps, down), **more)


def identity(about, ours, servers):
    """Of either side: what Byway is told, and what stands in the server's ipsec.conf."""
    return way(f"identities: {about}", options=documented(local_id=ours[0], remote_id=servers[0]),
               setup=with_trees("identities", client_id=ours[1], server_id=servers[1]))


def mppe(bits):
    return way(f"PPP's own encryption of {bits} bits", ways.server_says(f"MPPE {bits}-bit stateless compression enabled"),
               setup=with_trees("mschapv2", "mppe", base="modern", bits=bits),
               options=modern(mppe=bits, refuse_pap="yes", refuse_chap="yes"))


def hexed(text):
    return "@#" + text.encode().hex()


GROUP = with_trees("aggressive-psk", client_id=hexed("staff"))
XAUTH = with_trees("xauth-user", xauth="xauth-password-Q5")
XAUTH_GROUP = with_trees("xauth-group", xauth="xauth-password-Q5", client_id="@staff")
PLAIN = with_trees("plain", base="modern")
TUNNEL = with_trees("challenge", tunnel="tunnel-secret")
SHORT = {"ike_lifetime": 40, "esp_lifetime": 40}
SECOND = "second"
LIBRESWAN_SECOND = dataclasses.replace(server.SECOND, trees=("common", "documented", "second", "libreswan"),
                                       proposals="aes256-sha2_256-modp2048")
IN_CLEAR = {"in_clear": True, "charon": False}
MARKED = dataclasses.replace(trouble.marked(), trees=("common", "documented", "challenge", "xauth-user"),
                             xauth="canary-xauth-7b1f0c2d9e", tunnel="canary-tunnel-4d2a8e61f3")


BY_EAP = modern(refuse_eap="no")
KNOWN_DEAD = 30  # seconds: what is claimed of the default options


def plain(**changes):
    return modern(ipsec="no", **changes)


IKEV2 = with_trees("ikev2", base="modern")
BY_DPD_ALONE = {"lcp_echo_interval": 0}
# Each with what is there by default, and with IKE's own questions alone.
DEAD = (dead.Line("version 1", server.DOCUMENTED, documented()),
        dead.Line("version 2", IKEV2, modern(ike_version="2")),
        dead.Line("no IPsec", PLAIN, plain(), in_clear=True),
        dead.Line("version 1, DPD", server.DOCUMENTED, documented(**BY_DPD_ALONE)),
        dead.Line("version 2, DPD", IKEV2, modern(ike_version="2", **BY_DPD_ALONE)))

SCENARIOS = {
    "aggressive": way("aggressive mode with a group name (key id), and the warning that goes with it",
                      warned("ike-aggressive", 3, "ike"), ways.stage_says("ike", "aggressive mode"), setup=GROUP,
                      options=documented(aggressive="yes", local_id="keyid:staff")),
    "aggressive-refused": fault("a server that allows main mode only", diagnosed("ike-aggressive-refused", "ike", 3),
                                options=documented(aggressive="yes", local_id="keyid:staff")),
    "aggressive-group": fault("a server that does not know the group", diagnosed("ike-aggressive-refused", "ike", 3), setup=GROUP,
                              options=documented(aggressive="yes", local_id="keyid:nobody")),
    "aggressive-key": fault("aggressive mode with a wrong key", diagnosed("ike-psk-wrong", "ike", 3, secrets=trouble.wrong_key),
                            setup=GROUP, options=documented(aggressive="yes", local_id="keyid:staff")),
    "xauth": way("a user name and a password inside IKE", ways.server_says("XAuth authentication of 'xavier' successful"),
                 setup=XAUTH, options=documented(xauth_user="xavier")),
    "xauth-group": way("XAUTH behind aggressive mode and a group name", setup=XAUTH_GROUP,
                       options=documented(xauth_user="xavier", aggressive="yes", local_id="@staff")),
    "xauth-password": fault("a wrong XAUTH password",
                            diagnosed("ike-xauth-refused", "ike", 4, secrets=ways.with_wrong("xauth-password")),
                            setup=XAUTH, options=documented(xauth_user="xavier")),
    "xauth-user": fault("a wrong XAUTH user", diagnosed("ike-xauth-refused", "ike", 4), setup=XAUTH,
                        options=documented(xauth_user="nobody")),
    "id-address": identity("addresses", ("192.0.2.10", "192.0.2.10"), ("198.51.100.1", "198.51.100.1")),
    "id-fqdn": identity("names of hosts", ("@client.example.org", "@client.example.org"), ("@vpn.example.net", "@vpn.example.net")),
    "id-user": identity("names of users", ("alice@example.org", "alice@example.org"), ("vpn@example.net", "vpn@example.net")),
    "id-key": identity("key ids", ("keyid:staff", hexed("staff")), ("@#00ff7e", "@#00ff7e")),
    "id-dn": identity("distinguished names", ("C=DE, O=Firm AG, CN=client", "C=DE, O=Firm AG, CN=client"),
                      ("C=DE, O=Firm AG, OU=VPN, CN=vpn.example.net", "C=DE, O=Firm AG, OU=VPN, CN=vpn.example.net")),
    "pfs": way("PFS: a group in the ESP proposal", setup=with_trees("pfs"), options=documented(esp="3des-sha1-modp1024")),
    "pfs-off": fault("a server that wants PFS, and a client that leaves the group out", diagnosed("esp-proposal", "sa", 3),
                     setup=with_trees("pfs"), options=documented(esp="3des-sha1-modp1024", pfs="no")),
    "ikev2": way("IKE version 2 under L2TP", ways.stage_says("ike", "IKE version 2"), setup=with_trees("ikev2", base="modern"),
                 options=modern(ike_version="2")),
    "ikev2-key": fault("IKE version 2 with a wrong key", diagnosed("ike-login-refused", "ike", 3, secrets=trouble.wrong_key),
                       setup=with_trees("ikev2", base="modern"), options=modern(ike_version="2")),
    "ikev2-proposal": fault("IKE version 2, and no ESP proposal in common", diagnosed("esp-proposal", "sa", 3),
                            setup=with_trees("ikev2", base="modern"), options=modern(ike_version="2", esp="aes128-sha1")),
    "plain": way("L2TP without IPsec, and the warning that goes with it", warned("not-protected", 3, "l2tp"), ways.guard_is_off,
                 options=plain(), setup=PLAIN, **IN_CLEAR),
    "plain-pap": fault("without IPsec no password goes by PAP", diagnosed("ppp-method", "ppp", 5), options=plain(),
                       setup=with_trees("plain", "pap", base="modern"), **IN_CLEAR),
    "plain-pap-allowed": way("unless the user says so", options=plain(plain_pap="yes"),
                             setup=with_trees("plain", "pap", base="modern"), **IN_CLEAR),
    "plain-silent": fault("a server that wants IPsec drops plain L2TP", diagnosed("l2tp-plain-silent", "l2tp", 10), options=plain(),
                          setup=server.MODERN, weight=15, **IN_CLEAR),
    "tunnel-secret": way("a tunnel secret, proven by both sides; and an ephemeral port in place of 1701", ways.port_is_ephemeral,
                         setup=TUNNEL, options=documented(l2tp_auth="yes", ephemeral_port="yes")),
    "tunnel-secret-wrong": fault("a wrong tunnel secret",
                                 diagnosed("l2tp-secret-wrong", "l2tp", 5, secrets=ways.with_wrong("l2tp-secret")), setup=TUNNEL,
                                 options=documented(l2tp_auth="yes"), cut_off=True),
    "l2tp-bits": Scenario(
        about="the bits of L2TP's messages, where they can be read: which tell their length, and what xl2tpd hides",
        setup=with_trees("plain", "challenge", base="modern", tunnel="tunnel-secret"),
        steps=(add(plain(l2tp_auth="yes", hidden_avps="yes")), ways.l2tp_messages(*USE, down, see=ways.tell_bits)), after=(clean,), **IN_CLEAR),
    "mppe": mppe("128"),
    "mppe-40": mppe("40"),
    "mppe-missing": fault("a server without MPPE, and a client that demands it", diagnosed("ppp-no-mppe", "ppp", 15),
                          setup=server.MSCHAPV2, options=modern(mppe="128", refuse_pap="yes", refuse_chap="yes")),
    "mschap": way("MS-CHAP version 1, where the user allows it", ways.stage_says("ppp", "MS-CHAP as"),
                  setup=with_trees("mschapv2", "mschap", base="modern"), options=modern(refuse_mschap="no", refuse_chap="yes")),
    "mschap-refused": fault("MS-CHAP version 1 is refused otherwise", diagnosed("ppp-method", "ppp", 5),
                            setup=with_trees("mschapv2", "mschap", base="modern"), options=modern()),
    "domain": way("a Windows domain before the user's name", ways.stage_says("ppp", "CORP\\vpnuser"),
                  setup=dataclasses.replace(server.MSCHAPV2, user="CORP\\vpnuser"), options=modern(domain="CORP", user="vpnuser")),
    "eap": way("EAP (MD5), where the user allows it", ways.stage_says("ppp", "EAP as"), setup=with_trees("eap", base="modern"),
               options=BY_EAP),
    "eap-mschapv2": Scenario(
        about="MS-CHAPv2 within EAP, which a Windows server may ask for", setup=with_trees("eap", "eap-mschapv2", base="modern"),
        steps=(fault_server.build_plugin, add(BY_EAP), *USE, ways.server_says("EAP: MSCHAPv2 success confirmed"), down), after=(clean,)),
    "eap-mschapv2-expired": fault("E=648 by EAP: the password has expired", fault_server.build_plugin,
                                  diagnosed("ppp-password-expired", "ppp", 5), options=BY_EAP,
                                  setup=with_trees("eap", "eap-refuses", base="modern", code="648")),
    "remote-name": way("the server's name in PPP is looked at, and right", options=documented(remote_name="l2tpd")),
    "remote-name-wrong": fault("the server's name in PPP is another", diagnosed("ppp-other-name", "ppp", 3),
                               options=documented(remote_name="other"), cut_off=True),
    "ways-canary": Scenario(
        about="neither the XAUTH password nor any other secret is to be seen, up or down", setup=MARKED,
        steps=(add(documented(xauth_user="xavier", l2tp_auth="yes")), up, inside_answers, trouble.nothing_to_see, down),
        after=(trouble.nothing_to_see, clean), weight=20),
    "dead": Scenario(
        about="a dead server is known within 30 s: by echoes of PPP, and by DPD alone, of either version of IKE",
        steps=(dead.missed(DEAD, KNOWN_DEAD),), after=(clean,), in_clear=True, seconds=150, weight=50, waits=True),
    # Each by who can: strongSwan, asked by IKE version 1, installs what it answered with only when the third message is there
    # (quick_mode.c), and loses what comes before it; Libreswan, and version 2, take it from their answer on.
    "rekey": Scenario(
        about="IKE and ESP live for 40 s, by IKE version 1 and 2 side by side, and not one ping of 5 minutes is lost",
        setup=with_trees("ikev2", base="modern"), others={"swan": LIBRESWAN_SECOND},
        steps=(add(modern(ike_version="2", **SHORT)), add(modern(gateway="vpn3.example.net", routes="10.43.0.0/16", **SHORT), name=SECOND),
               up, named(SECOND, up), ways.pings_without_loss(300, "192.168.42.1", "192.168.43.1"), ways.renewed(6, connections=2), well,
               is_up, named(SECOND, is_up), inside_answers, down, named(SECOND, down)),
        after=(clean,), seconds=420, weight=310, waits=True),
    "rekey-v1": Scenario(
        about="the same by version 1 to strongSwan, ten pings a second: never more than two in a row are lost",
        steps=(add(documented(**SHORT)), up, ways.pings_without_loss(300, "192.168.42.1", interval=0.1, gap=2), ways.renewed(6), well, is_up,
               inside_answers, down), after=(clean,), delay=25, on_demand=True, seconds=420, weight=310, waits=True),
}
