#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The real pppd reads what we write for odd but valid connections, and knows every word of it.

    test-injection-pppd.py PLUGIN BYWAY [PPPD]

PLUGIN is the built plugin, BYWAY the built command line. pppd is run as a connect runs it before
it dials (core/byway-plan.c, pppd_check_argv). Prints TAP.
"""

import os
import random
import re
import subprocess
import sys
import tempfile

PLUGIN, BYWAY = (os.path.abspath(path) for path in sys.argv[1:3])
PPPD = sys.argv[3] if len(sys.argv) > 3 else "/usr/sbin/pppd"
SEED = int(os.environ.get("BYWAY_TEST_SEED", "20261123"))
RANDOM_CONNECTIONS = 60

OK, OPTION_ERROR = 0, 2

# The least that renders. An address, so that no name is looked up.
BASE = {"gateway": "192.0.2.1", "user": "alice", "user-cert": "/c.p12"}

SWITCH = ("yes", "no", "true", "false", "1", "0")
PROPOSALS = "3des-sha1-modp1024, aes256-sha256-modp2048!,aes128-sha1-ecp256"
# Every option but the secrets, each with values at the edges of what it takes.
FILES = ("/etc/x.pem", "/a b\" plugin /e.so #", "/pkcs11:token=%0a")
VALUES = {
    "gateway": ("192.0.2.1", "255.255.255.255", "0.0.0.0"),
    "ike": ("aes256-sha256-modp2048", PROPOSALS),
    "esp": ("aes256gcm16", "3des-sha1!, aes256-sha256-modp2048"),
    "local-id": ("@connect /bin/sh", "keyid:\" plugin /e.so #", "@#0a0d22", "%any"),
    "remote-id": ("@%s%n;[lac x]", "a'b\"c\\@x", "2001:db8::1", "\u00e9t\u00e9@x"),
    "force-encaps": SWITCH,
    "ike-lifetime": ("300", "86400", "000300"),
    "esp-lifetime": ("300", "86400"),
    "dpd-delay": ("0", "20"),
    "dpd-timeout": ("20", "3600"),
    "ephemeral-port": SWITCH,
    "length-bit": SWITCH,
    "l2tp-max-retries": ("1", "10", "05"),
    "user": ("\" plugin /e.so \"", "a b#c", "\\n\\0\\x", "'", "\"", "#", "\\", "connect /bin/sh",
             "file /e", "\u00fc\U0001f511", "x" * 255, "@/etc/shadow", "*", "--"),
    "domain": ("CORP", "' connect /bin/sh", "\\", "\"#;=[", "\u00e9" * 32),
    "refuse-pap": SWITCH,
    "refuse-chap": SWITCH,
    "refuse-mschap": SWITCH,
    "refuse-mschapv2": ("no", "false", "0"),  # one way to log in must be left
    "mtu": ("576", "1500", "01400"),
    "mru": ("576", "1500", "01400"),
    "lcp-echo-interval": ("0", "3600"),
    "lcp-echo-failure": ("1", "100", "007"),
    "vj-comp": SWITCH,
    "pcomp": SWITCH,
    "accomp": SWITCH,
    "ipv6": SWITCH,
    "ipsec": SWITCH,
    "ike-daemon": ("auto", "strongswan"),  # what Libreswan has no words for is refused before pppd
    "ike-version": ("1",),  # aggressive mode and XAUTH are only in it
    "aggressive": ("no", "false", "0"),  # only with proposals of one group
    "xauth-user": ("", "\" plugin /e.so \"", "'", "#", "x" * 126, "@#00"),
    "l2tp-auth": SWITCH,
    "hidden-avps": ("no", "false", "0"),  # only with l2tp-auth
    "remote-name": ("", "\" plugin /e.so \"", "a b#c", "\\n\\0\\x", "'", "connect /bin/sh", "\u00fc\U0001f511", "x" * 255, "--"),
    "plain-pap": SWITCH,
    "xauth-password-storage": ("save", "session", "ask"),
    "l2tp-secret-storage": ("save", "session", "ask"),
    "machine-auth": ("psk",),
    "machine-ca": FILES,
    "machine-cert": FILES,
    "machine-key": FILES,
    "machine-token": ("", "pkcs11:id=%0a%22;slot-id=0?module-name=hsm"),
    "pfs": SWITCH,
    "ipcomp": SWITCH,
    "user-auth": ("password", "certificate"),
    "user-ca": FILES,
    "user-cert": FILES,
    "user-key": FILES,
    "refuse-eap": SWITCH,
    "mppe": ("no", "yes", "40", "128"),
    "mppe-stateful": SWITCH,
    "mrru": ("0", "1500", "4500", "01500"),
    "bsdcomp": SWITCH,
    "deflate": SWITCH,
    "ipcp-peer-ip": ("192.0.2.1", "223.255.255.255", "1.0.0.0"),
    "machine-certpass-storage": ("save", "session", "ask"),
    "user-certpass-storage": ("save", "session", "ask"),
    "all-traffic": SWITCH,
    "routes": ("10.0.0.0/8, 2001:db8::/32 20", "0.0.0.0/0"),
    "exclude-routes": ("192.0.2.0/24",),
    "route-metric": ("1", "65535"),
    "block-ipv6": SWITCH,
    "kill-switch": SWITCH,
    "kill-switch-local": SWITCH,
    "dns-auto": SWITCH,
    "wins-auto": SWITCH,
    "reconnect": ("never", "lost", "always"),
    "dns": ("192.0.2.53, 2001:db8::53",),
    "dns-search": ("example.net, b\u00fccher.example",),
    "ipsec-psk-storage": ("save", "session", "ask"),
    "password-storage": ("save", "session", "ask"),
}

# Refused before anything is rendered.
REFUSED = (
    ("user", "a\nplugin /e.so"), ("user", "a\rb"), ("user", "a\tb"), ("user", "x" * 4096),
    ("domain", "a\x1bb"), ("mtu", "1400 connect /bin/sh"), ("mtu", "1400\nconnect"),
    ("local-id", "a@b\nupdown=/bin/sh"), ("plugin", "/e.so"), ("connect /bin/sh", "x"),
    ("gateway", "a b"), ("ike", "aes256-sha256-modp2048\n"), ("vj-comp", "yes connect /bin/sh"),
)


class Tap:
    count = failures = 0

    def say(self, good, name, detail=""):
        self.count += 1
        self.failures += not good
        print(f"{'ok' if good else 'not ok'} {self.count} {name}")
        for line in "" if good else detail.splitlines():
            print("#", line)


def render(settings):
    return subprocess.run([BYWAY, "render", *(f"{key}={value}" for key, value in settings.items())],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=20, encoding="utf-8", errors="surrogateescape",
                          env={**os.environ, "LC_ALL": "C.UTF-8"})


def options_of(text):
    """The text of the block "file .../options", as it would stand in the file."""
    block = re.search(r"(?m)^file \S+/options \(mode 0600\)\n((?:  .*\n)*)\n", text)
    assert block is not None, text
    return re.sub(r"(?m)^  ", "", block.group(1))


def check(folder, text):
    """The exit status and the words of pppd's check of these options."""
    path = os.path.join(folder, "options")
    # The file names the plugin where it will be installed; pppd loads it from there.
    text, found = re.subn(r'\Aplugin ".*"\n', lambda _: f'plugin "{PLUGIN}"\n', text)
    assert found == 1, text
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    done = subprocess.run([PPPD, "plugin", PLUGIN, "byway-check", "file", path], timeout=20,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    return done.returncode, done.stdout


def connections():
    """Each value by itself, and then many at once."""
    for key, values in VALUES.items():
        for value in values if values is not SWITCH else ("yes", "no"):
            yield f"{key}={value[:24]!r}", {**BASE, key: value}
    dice = random.Random(SEED)
    for i in range(RANDOM_CONNECTIONS):
        settings = {**BASE, **{key: dice.choice(values) for key, values in VALUES.items()
                               if dice.random() < 0.8}}
        if len((settings.get("domain", "") + settings["user"]).encode()) > 254:
            settings.pop("domain", None)
        yield f"mixed {i} of seed {SEED}", settings


def test_known(tap, folder):
    rendered = set()
    for name, settings in connections():
        done = render(settings)
        if done.returncode != 0:
            tap.say(False, name, done.stderr)
            continue
        text = options_of(done.stdout)
        rendered.add(text)
        status, words = check(folder, text)
        tap.say(status == OK, name, f"pppd ended with {status}\n{words}\n{text}")
    tap.say(len(rendered) >= 50, f"{len(rendered)} different files")


def test_unknown(tap, folder):
    """The check has teeth: one word that pppd does not know, and it says so."""
    text = options_of(render(BASE).stdout)
    lines = text.splitlines(keepends=True)
    for place in (1, len(lines) // 2, len(lines)):
        status, words = check(folder, "".join(lines[:place] + ["made-up\n"] + lines[place:]))
        tap.say(status == OPTION_ERROR and "'made-up'" in words, f"made-up option in line {place}",
                f"pppd ended with {status}\n{words}")


def test_refused(tap):
    for key, value in REFUSED:
        done = render({**BASE, key: value})
        tap.say(done.returncode > 0 and done.stdout == "" and key.split()[0] in done.stderr,
                f"refused {key!r}={value[:24]!r}", f"{done.returncode}\n{done.stdout}{done.stderr}")


def test_complete(tap):
    """An option that is new in the table is new here."""
    known = subprocess.run([BYWAY, "add", "--help-settings"], stdout=subprocess.PIPE,
                           encoding="utf-8", timeout=20)
    keys = set(re.findall(r"(?m)^  --([a-z0-9-]+)=", known.stdout))
    tap.say(keys == set(VALUES), "every option has values here",
            f"only there: {keys - set(VALUES)}, only here: {set(VALUES) - keys}")


def main():
    if os.geteuid() != 0:
        print("Bail out! pppd takes a plugin from root only")
        return 1
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        test_known(tap, folder)
        test_unknown(tap, folder)
    test_refused(tap)
    test_complete(tap)
    print(f"1..{tap.count}")
    return 1 if tap.failures else 0


if __name__ == "__main__":
    sys.exit(main())
