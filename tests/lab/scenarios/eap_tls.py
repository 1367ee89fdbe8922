# SPDX-License-Identifier: GPL-2.0-or-later
"""Login by certificate (EAP-TLS): up, ping, no trace of the key, down; and each thing that may be wrong, named."""

import eap_tls
from again import kills
from certificates import FOREIGN, THEIR_CA, foreign_authority
from eap_tls import by_certificate, in_files, key_is_nowhere, packed_only, refused, with_certificates
from fault import warned
from scenario import Scenario
from steps import add, clean, down, inside_answers, is_up, pings

USE = (eap_tls.up, is_up, pings("192.168.42.1"), inside_answers)


def login(about, *steps, options=None, cut_off=False, **more):
    return Scenario(about=about, setup=eap_tls.SETUP, after=(clean,), weight=20, seconds=90, cut_off=cut_off,
                    steps=(with_certificates(add(options or by_certificate()), *steps, **more),))


SCENARIOS = {
    "eap-tls": login("a certificate in a PKCS #12 file, which also says who the user is; its key is nowhere to be seen",
                     packed_only, *USE, key_is_nowhere, down, key_is_nowhere),
    "eap-tls-files": login("certificate, key and authority in files of their own, and the server's name looked at; ours is over soon",
                           *USE, warned("cert-expires-soon", 3, "prepare"), down,
                           options=in_files(remote_name="radius.example.net"), of_client=eap_tls.BRIEF),
    "eap-tls-again": login("our pppd is killed, and the connection comes back without asking anybody",
                           eap_tls.up, kills("pppd"), eap_tls.comes_back, is_up, down,
                           options=by_certificate(reconnect="lost"), cut_off=True),
    "eap-tls-fault-untrusted": login("the server's certificate is of an authority that we were not told of",
                                     foreign_authority, refused("ppp-cert-untrusted", 6), options=in_files()),
    "eap-tls-fault-expired": login("the server's certificate is over", refused("ppp-cert-expired", 6), of_server=eap_tls.OVER),
    "eap-tls-fault-name": login("the server's certificate is for another name", refused("ppp-cert-name", 6),
                                options=by_certificate(remote_name="other.example.net")),
    "eap-tls-fault-refused": login("the server does not know the authority of ours", refused("ppp-cert-refused", 6),
                                   options=by_certificate(user_ca=THEIR_CA), client_authority=FOREIGN),
    "eap-tls-fault-user": login("the certificate is another user's", refused("ppp-cert-refused", 6),
                                options=by_certificate(user="bob")),
}
