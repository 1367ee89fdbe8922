# SPDX-License-Identifier: GPL-2.0-or-later
"""IKE by certificates: up, ping, down; and each thing that may be wrong with one, named."""

import dataclasses

import certificates
import libreswan
import smartcard
from certificates import CLIENT, FOREIGN, LAB, SERVER, THEIR_CA, by_certificate, in_files, refused, with_certificates
from fault import guesses, warned, well
from fault_wire import dropping
from scenario import Scenario
from steps import NAME, add, clean, down, inside_answers, is_up, pings

USE = (certificates.up, is_up, pings("192.168.42.1"), inside_answers, down)
ELSEWHERE = dataclasses.replace(SERVER, name="mail.example.net", san="DNS:mail.example.net")


def certified(about, *steps, options=None, **more):
    own = {key: more.pop(key) for key in ("of_server", "of_client", "kind", "client_authority") if key in more}
    return Scenario(about=about, setup=certificates.SETUP, after=(clean,),
                    steps=(with_certificates(add(options or by_certificate()), *steps, **own),),
                    **{"weight": 20, "seconds": 90, **more})


def by_libreswan(about, *steps, **more):
    """The client's IKE daemon is Libreswan; its whole database is compared at the end."""
    return certified(f"Libreswan: {about}", *steps, libreswan=True, **{"kind": "rsa", **more})


# What comes after the server's first answers, and our own questions do not; and what is in more than one packet, or nearly.
IKE_AFTER_ADDRESSES = "-p udp -m udp --sport 4500 --dport 4500 -j DROP"
OVER_1300 = "-p udp -m udp --dport 4500 -m length --length 1300: -j DROP"


def silent(**wish):
    return with_certificates(dropping(IKE_AFTER_ADDRESSES, to=(refused("ike-cert-silent", "ike", 15),)), **wish)


def loses_large(**wish):
    """Our certificate is larger than what gets through, and the server takes IKE in no smaller pieces."""
    return with_certificates(dropping(OVER_1300, to=(refused("ike-large-lost", "ike", 15),)), of_client=certificates.LONG, **wish)


def by_version(number):
    return lambda world: world.client.byway("edit", NAME, f"ike-version={number}")


def each_silence(about, kind, versions, **more):
    """A certificate that was too large is good for a connection when nothing is dropped."""
    faults = (step for version in versions for step in (by_version(version), silent(kind=kind), loses_large(kind=kind)))
    return Scenario(about=about, setup=dataclasses.replace(certificates.SETUP, fragmentation="no"), after=(clean,),
                    steps=(add(by_certificate()), *faults, with_certificates(
                        certificates.up, inside_answers, down, kind=kind, of_client=certificates.LONG)),
                    on_demand=True, weight=80, seconds=200, **more)


def helper_killed(world):
    world.client.kill_helper()
    world.client.start_helper()


def over(wish):
    return dataclasses.replace(wish, over=True)


def each_fault_by_libreswan():
    """One after the other, in one pluto: what one attempt left in its mind would be the next one's hole. It trusts the
    administrator's authority, which may not speak for the server of a connection with one of its own."""
    return Scenario(
        about="Libreswan: each other fault of a certificate, ours and the server's, has its own sentence, and none is let in",
        setup=certificates.SETUP, after=(clean,), libreswan=True, weight=30, seconds=200, steps=(
            certificates.administrators_own(FOREIGN),
            with_certificates(add(in_files()), refused("ike-cert-identity", "ike", 8), kind="rsa", of_server=ELSEWHERE),
            with_certificates(refused("ike-cert-expired", "ike", 8), kind="rsa", of_server=over(SERVER)),
            with_certificates(refused("ike-cert-untrusted", "ike", 8), kind="rsa", server_authority=FOREIGN),
            with_certificates(refused("ike-cert-refused", "ike", 8), kind="rsa", client_authority=FOREIGN),
            with_certificates(refused("cert-expired", "prepare", 2), kind="rsa", of_client=over(CLIENT)),
            with_certificates(certificates.stranger("rsa"), refused("cert-key-mismatch", "prepare", 2), kind="rsa"),
            with_certificates(certificates.up, is_up, inside_answers, down, kind="rsa")))


SCENARIOS = {
    "cert-rsa": certified("RSA certificates, ours in a PKCS #12 file; nothing is to be warned of", certificates.up, well, *USE[1:],
                          kind="rsa"),
    "cert-ecdsa": certified("ECDSA certificates", *USE),
    "cert-files": certified("certificate, key and authority in files of their own; ours is over in 20 days, and that is told",
                            certificates.up, warned("cert-expires-soon", 3, "prepare"), certificates.status_warns, *USE[1:],
                            options=in_files(), of_client=certificates.BRIEF),
    "cert-fault-untrusted": certified("the server's certificate is of an authority that we were not told of",
                                      certificates.foreign_authority, refused("ike-cert-untrusted", "ike", 4), options=in_files()),
    "cert-fault-server-expired": certified("the server's certificate is over", refused("ike-cert-expired", "ike", 4),
                                           of_server=over(SERVER)),
    "cert-fault-identity": certified("the server's certificate is for another name", refused("ike-cert-identity", "ike", 4),
                                     of_server=ELSEWHERE),
    "cert-fault-remote-id": certified("we expect another name than the server's", refused("ike-cert-identity", "ike", 4),
                                      options=by_certificate(remote_id="@other.example.net")),
    "cert-fault-refused": certified("the server does not know the authority of ours", refused("ike-cert-refused", "ike", 4),
                                    options=by_certificate(machine_ca=THEIR_CA), client_authority=FOREIGN),
    "cert-fault-silent": certified("the server says nothing any more when it has seen ours", dropping(
        IKE_AFTER_ADDRESSES, to=(refused("ike-cert-silent", "ike", 15), guesses("authority that signed", "Large packets", "local-id="))),
                                   waits=True),
    "cert-silences": each_silence("silence because the server does not like our certificate, and because that is too large",
                                  "ecdsa", versions="12"),
    "libreswan-cert-silences": each_silence("Libreswan: the same, by version 1 of IKE", "rsa", versions="1", libreswan=True),
    "cert-fault-expired": certified("our certificate is over", refused("cert-expired", "prepare", 2), of_client=over(CLIENT)),
    "cert-fault-key": certified("the key is another certificate's", certificates.stranger("ecdsa"),
                                refused("cert-key-mismatch", "prepare", 2), options=in_files()),
    "cert-fault-password": certified("the password of the key is wrong",
                                     refused("cert-password", "prepare", 2, secrets=certificates.wrong_passphrase)),
    "libreswan-cert": by_libreswan("a certificate; its key is in the database only meanwhile", certificates.up, is_up,
                                   libreswan.has_ours, pings("192.168.42.1"), inside_answers, down, seconds=150),
    "libreswan-cert-kill9": by_libreswan("bywayd is killed while up: its next start removes certificate and key", certificates.up,
                                         libreswan.has_ours, helper_killed, clean, certificates.up, inside_answers, down,
                                         cut_off=True, seconds=200),
    "libreswan-cert-foreign": by_libreswan("an administrator's certificate, key and the same authority stay",
                                           certificates.administrators_own(LAB), certificates.up, libreswan.has_ours,
                                           libreswan.has_no_second_authority, inside_answers, down, seconds=150),
    "libreswan-cert-fault-untrusted": by_libreswan("the server's certificate is of an authority that we were not told of",
                                                   certificates.foreign_rsa_authority, refused("ike-cert-untrusted", "ike", 8),
                                                   options=in_files(), seconds=150),
    "libreswan-cert-faults": each_fault_by_libreswan(),
    "libreswan-cert-fault-ecdsa": by_libreswan("an ECDSA certificate, which its IKE version 1 can't use",
                                               refused("libreswan-unable", "prepare", 4), kind="ecdsa", seconds=150),
    "cert-token": certified("the key is on a token: found or not, its PIN tried once, used, and gone from charon",
                            smartcard.names_key(), refused("token-no-plugin", "prepare", 4),
                            smartcard.plugged_in, smartcard.names_key(module="other"), refused("token-not-found", "prepare", 4),
                            smartcard.names_key(key="02"), refused("token-not-found", "prepare", 4), smartcard.tried(0),
                            smartcard.names_key(),
                            refused("token-pin", "prepare", 4, secrets=certificates.wrong_passphrase), smartcard.tried(1),
                            *USE, smartcard.has_key(0), smartcard.no_pin_in_logs,
                            options=in_files(reconnect="always"), seconds=150, weight=40),
    "cert-token-others": certified("no token that an administrator has opened; its key stays where he loaded it, and goes where a killed helper did",
                                   smartcard.plugged_in, smartcard.names_key(), smartcard.administrator_loads(smartcard.ANOTHER_KEY),
                                   refused("token-taken", "prepare", 4, secrets=certificates.wrong_passphrase), smartcard.has_key(1),
                                   smartcard.administrator_unloads, smartcard.administrator_loads(),
                                   refused("token-taken", "prepare", 4), smartcard.has_key(1), smartcard.administrator_unloads,
                                   certificates.up, smartcard.has_key(1), helper_killed, clean, smartcard.has_key(0), *USE,
                                   options=in_files(), kind="rsa", cut_off=True, seconds=150, weight=40),
    "cert-fault-file": certified("the file is gone", refused("cert-file", "prepare", 2),
                                 options=by_certificate(machine_cert="/root/certs/gone.p12")),
}
