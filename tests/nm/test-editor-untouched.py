#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who opens a profile in the editor and saves it as it is has the same profile; and who opens hundreds leaves nothing on the screen.

    test-editor-untouched.py EDITOR-HOST MODULE

Prints TAP.
"""

import os
import subprocess
import sys

import profiles
from desktop import Desktop

HOST, MODULE = sys.argv[1:3]
BASE = {"gateway": "vpn.example.net", "user": "alice"}
SECRETS = ("password", "ipsec-psk", "xauth-password", "l2tp-secret", "machine-certpass", "user-certpass")
CERTIFICATE = "/etc/ssl/office.pem"

# Values of the keys that have none to choose from; the host prints the others.
TEXTS = {
    "gateway": ("192.0.2.1", "VPN.Example.NET"), "user": ("alice b", "ALICE@example"), "domain": ("OFFICE",), "remote-name": ("gate",),
    "machine-ca": (CERTIFICATE,), "machine-cert": (CERTIFICATE,), "machine-key": (CERTIFICATE,),
    "machine-token": ("pkcs11:id=%01;slot-id=0?module-name=softhsm",),
    "user-ca": (CERTIFICATE,), "user-cert": (CERTIFICATE,), "user-key": (CERTIFICATE,),
    "ike": ("aes256-sha1-modp2048", "3des-sha1-modp1024,aes256-sha1-modp2048"), "esp": ("aes256-sha256", "aes256gcm16,3des-sha1"),
    "local-id": ("@branch", "keyid:staff"), "remote-id": ("%any", "C=DE, O=Firm, CN=vpn"), "xauth-user": ("alice",),
    "ipcp-peer-ip": ("10.0.0.1",), "routes": ("10.0.0.0/8 20,2001:db8::/32",), "exclude-routes": ("10.9.0.0/16",),
    "dns": ("192.0.2.53, 192.0.2.54",), "dns-search": ("corp.example,lab.example",),
    "machine-auth-type": ("psk", "tls"), "user-auth-type": ("password", "tls"),
    "ipsec-remote-id": ("@gate",), "ipsec-gateway-id": ("@gate",), "ipsec-group-name": ("staff",),
    "ipsec-ike": ("aes256-sha2_256-modp2048,3des-sha1-modp1024!", "aes256-sha1"), "ipsec-esp": ("aes_gcm256-null", "3DES-SHA1!"),
    "ipsec-ikelifetime": ("0", "7200"), "ipsec-salifetime": ("0", "3600"), "xl2tpd-max-retries": ("7",),
    # what neither has a use for
    "unit": ("3",), "x-someone": ("else",), "password": ("in the wrong place",), "password-storage": ("ask",), "other-flags": ("1",),
    "user-name": ("alice",), "persistent": ("true",), "timeout": ("60",),
}
# What some keys go with only, and so not with all of the others.
BESIDE = {
    "aggressive": {"ike": "aes256-sha1-modp1024"}, "hidden-avps": {"l2tp-auth": "yes"}, "dpd-timeout": {"dpd-delay": "0"},
    "user-auth": {"user-cert": CERTIFICATE}, "user-auth-type": {"user-cert": CERTIFICATE}, "refuse-mschapv2": {},
}
BESIDE_CERTIFICATE = {
    "machine-auth": {"machine-cert": CERTIFICATE}, "machine-auth-type": {"machine-cert": CERTIFICATE}, "ike-version": {},
}
# More than one key for the same, and values that mean that there is none.
TOGETHER = (
    {"ipsec-remote-id": "@gate", "remote-id": "@own"}, {"ipsec-remote-id": "@gate", "ipsec-gateway-id": "@old"},
    {"require-mppe": "yes", "require-mppe-40": "yes", "require-mppe-128": "no"}, {"require-mppe": "yes", "mppe": "no"},
    {"lcp-echo-failure": "0", "lcp-echo-interval": "30"}, {"nopcomp": "yes", "pcomp": "yes", "noaccomp": "no"},
    {"remote-id": "", "ipsec-ike": "", "ipsec-psk": ""}, {"user": "bob", "user-name": "alice"},
)
# NetworkManager's bits, and what it reads as none of them.
FLAGS = (None, *"01234567", "01", "always")
WORD = "k'e\"y="


class Case:
    """A profile, and how it is expected to be when it was saved: as it was, if nothing else is said."""

    def __init__(self, data, secrets=(), data_after=None, secrets_after=None):
        self.before = {"vpn": {**BASE, **data}, "vpn-secrets": dict(secrets)}
        self.after = {"vpn": self.before["vpn"] if data_after is None else {**BASE, **data_after},
                      "vpn-secrets": self.before["vpn-secrets"] if secrets_after is None else secrets_after}

    def problem(self, path, said):
        """None, or what the host said, and all that is not as expected."""
        found = {name: profiles.group(path, name) for name in self.after}
        wrong = {key: f"{found[name].get(key)!r} in place of {self.after[name].get(key)!r}"
                 for name in found for key in {**found[name], **self.after[name]} if found[name].get(key) != self.after[name].get(key)}
        return f"{self.before}: {said}: {wrong}" if wrong or said != "saved" else None


def offered_keys():
    """Each key that an option has, its own and others' words for it, with the values that it offers; the latter apart."""
    lines = subprocess.run([HOST, MODULE, "--keys"], check=True, capture_output=True, text=True).stdout.splitlines()
    keys = {key: TEXTS.get(key, ()) + tuple(values) for key, *values in (line.removeprefix("alias ").split() for line in lines)}
    without = [key for key, values in keys.items() if not values]
    assert keys and not without, f"no values to try of {without}"
    aliases = {line.split()[1] for line in lines if line.startswith("alias ")}
    return {key: keys[key] for key in keys if key not in aliases}, {key: keys[key] for key in aliases}


def cases_of_keys(keys):
    """One profile with the first value of each key, one with the second, and so on."""
    for number in range(max(map(len, keys.values()), default=0)):
        data = {}
        for key, values in keys.items():
            if number < len(values):
                data.update({**BESIDE.get(key, BESIDE_CERTIFICATE.get(key, {})), key: values[number]})
        yield Case(data)


def cases_of_data():
    own, aliases = offered_keys()
    strange = {key: values for key, values in TEXTS.items() if key not in own and key not in aliases}
    for keys in (own, aliases, strange):  # apart: an option's own key hides the others
        for choose in (BESIDE.__contains__, BESIDE_CERTIFICATE.__contains__, lambda key: key not in BESIDE and key not in BESIDE_CERTIFICATE):
            yield from cases_of_keys({key: values for key, values in keys.items() if choose(key)})
    yield from map(Case, TOGETHER)


def cases_of_secrets():
    for flags in FLAGS:
        data = {} if flags is None else {f"{key}-flags": flags for key in SECRETS}
        yield Case(data, dict.fromkeys(SECRETS, WORD))
        yield Case(data, dict.fromkeys(SECRETS[::2], ""))
    yield Case({"other-flags": "1"}, {"other": WORD})


def cases_of_the_old_key():
    """A pre-shared key in the data, which everyone can read, becomes a secret where one is kept."""
    for flags in ("0", "1", "4", "5"):
        kept = {"ipsec-psk-flags": flags}
        yield Case({**kept, "ipsec-psk": WORD}, data_after=kept, secrets_after={"ipsec-psk": WORD})
    yield Case({"ipsec-psk": "old"}, {"ipsec-psk": WORD}, data_after={})
    for flags in "2367":
        yield Case({"ipsec-psk-flags": flags, "ipsec-psk": WORD})


def main():
    with Desktop() as desktop:
        cases = [*cases_of_data(), *cases_of_secrets(), *cases_of_the_old_key()]
        paths = [f"{desktop.dir}/profile-{number}" for number in range(len(cases))]
        for case, path in zip(cases, paths):
            profiles.write(path, case.before["vpn"], case.before["vpn-secrets"])
        # GTK and fontconfig keep much to their end.
        done = subprocess.run([HOST, MODULE, "--untouched", *paths], env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}, text=True,
                              stdout=subprocess.PIPE, check=False)
        said = [line for line in done.stdout.splitlines() if not line.startswith("focus ")]
        providers = said.pop() if said else None
        problems = [case.problem(*what) for case, *what in zip(cases, paths, said)]
    problems = [problem for problem in problems if problem]
    if done.returncode or len(said) != len(cases):
        problems.append(f"the host ended with {done.returncode} after {len(said)} of {len(cases)} profiles")
    print(f"1..2\n{'not ok' if problems else 'ok'} 1 - {len(cases)} profiles are as they were")
    for problem in problems:
        print(f"# {problem}")
    shared = providers == "providers 1"
    print(f"{'ok' if shared else 'not ok'} 2 - all editors share one provider of style # {providers}")
    return 0 if shared and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
