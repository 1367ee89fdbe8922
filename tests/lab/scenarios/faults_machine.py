# SPDX-License-Identifier: GPL-2.0-or-later
"""The fault matrix' client: what is missing, forbidden or locked on this machine."""

import desktop
import fault_machine
from fault import diagnosed
from faults import fault
from scenario import Scenario
from steps import NAME, clean, documented, down, inside_answers, no_charon, up

THREE_DES = "/usr/lib/ipsec/plugins/libstrongswan-openssl.so"
VICI = "/usr/lib/ipsec/plugins/libstrongswan-vici.so"


def add_for_all(world):
    world.client.byway("add", NAME, "--system", *(f"{key.replace('_', '-')}={value}" for key, value in documented(
        user=world.client.setup.user).items()))


SCENARIOS = {
    "fault-no-3des": fault("charon has no 3DES", fault_machine.without(THREE_DES),
                           diagnosed("ike-algorithm-missing", "prepare", 3), after=(no_charon,), charon=False),
    "fault-no-ikev1": fault("charon was built without IKEv1", fault_machine.fake_charon("old-version"),
                            diagnosed("ike-no-ikev1", "ike", 3), charon=False),
    "fault-denied": Scenario(about="polkit says no", steps=(add_for_all, fault_machine.denied), after=(clean,)),
    "fault-keyring": fault("the keyring is locked", desktop.log_in, desktop.keep_secrets, fault_machine.lock_keyring,
                           fault_machine.locked),
    "fault-keyring-cancelled": fault("the keyring is locked, and the question for its password is closed", desktop.log_in,
                                     desktop.keep_secrets, fault_machine.lock_keyring, fault_machine.not_unlocked),
    "fault-no-secrets": fault("no keyring has the secrets, and nobody can be asked", fault_machine.without_secrets),
    "fault-busy": fault("another connection to the same server is up", up, fault_machine.add_another,
                        diagnosed("server-busy", "resolve", 2, name=fault_machine.ANOTHER), inside_answers, down),
    "fault-vici": fault("charon has no vici plugin", fault_machine.without(VICI),
                        diagnosed("ike-daemon-unreachable", "prepare", 12), after=(no_charon,), charon=False, waits=True),
    "fault-xl2tpd": fault("xl2tpd ends as it starts", fault_machine.replacing("/usr/sbin/xl2tpd", "#!/bin/sh\nexit 1\n"),
                          diagnosed("l2tp-local", "l2tp", 5)),
    "fault-pppd-option": fault("/etc/ppp/options has what pppd does not take", fault_machine.foreign_pppd_option,
                               diagnosed("pppd-option-refused", "prepare", 3)),
}
