# SPDX-License-Identifier: GPL-2.0-or-later
"""The fault matrix' client: what is missing, forbidden or locked on this machine."""

import desktop
import fault_machine
from fault import diagnosed
from faults import fault
from scenario import Scenario
from steps import NAME, clean, documented, no_charon

THREE_DES = "/usr/lib/ipsec/plugins/libstrongswan-openssl.so"


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
}
