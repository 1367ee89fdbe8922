# SPDX-License-Identifier: GPL-2.0-or-later
"""A token with the client's key: SoftHSM's, for charon's plugin pkcs11. Both packages are unpacked only; the one host that wants
them has them."""

import re
import time
from pathlib import Path

import certificates
import charon
from steps import NAME

UNPACKED = Path("/mnt/unpacked")
MODULE = UNPACKED / "libsofthsm2/usr/lib/softhsm/libsofthsm2.so"
UTIL = UNPACKED / "softhsm2/usr/bin/softhsm2-util"
PLUGINS, PLUGIN = "/usr/lib/ipsec/plugins", "libstrongswan-pkcs11.so"
CONF = "/etc/strongswan.d/charon/pkcs11.conf"
OBJECT = Path(__file__).with_name("pkcs11_object.py")
TOKENS = "/var/lib/softhsm/tokens"
PIN, SECURITY_PIN = certificates.PASSPHRASE, "lab-security-officer"
KEY = "01a7"
ANOTHER_KEY = "0f0f"  # the administrator's, on the same token
NAMED = "softhsm"  # what the administrator calls the module
LOG = "/var/log/syslog"


def plugged_in(world):
    """An administrator installs the plugin and names the module; the token has key and certificate; then charon starts anew."""
    member = world.client.host
    assert MODULE.exists() and UTIL.exists(), "softhsm2 is not unpacked; ./dev lab does it"
    world.slot = _filled_token(member)
    member.call(member.overlay, PLUGINS)
    member.run(["cp", f"{UNPACKED}/libstrongswan-extra-plugins{PLUGINS}/{PLUGIN}", PLUGINS])
    member.write(CONF, f"pkcs11 {{\n load = yes\n modules {{\n  {NAMED} {{\n   path = {MODULE}\n  }}\n }}\n}}\n")
    charon.stop(member)
    charon.start(member)
    world.remember()


def names_key(module=NAMED, key=KEY, slot=None):
    """What the connection says of its key from now on."""
    def step(world):
        handle = "".join(f"%{key[at:at + 2]}" for at in range(0, len(key), 2))
        place = slot if slot is not None else getattr(world, "slot", 0)
        world.client.byway("edit", NAME, "machine-key=", f"machine-token=pkcs11:id={handle};slot-id={place}?module-name={module}")
    return step


def tried(times):
    """So many wrong PINs has the token seen, and it stays so: nobody tries again by itself."""
    def step(world):
        time.sleep(3)
        refusals = re.findall(r"login to .* failed", world.client.host.read(LOG))
        assert len(refusals) == times, f"{len(refusals)} in place of {times}: {refusals}"
    return step


def has_key(count):
    """How many keys charon has."""
    def step(world):
        keys = world.client.host.call(charon.names, "get-keys")
        assert len(keys) == count, keys
    return step


def administrator_loads(key=KEY):
    """By another program, for another connection."""
    def step(world):
        told = world.client.host.call(charon.told, "load-token", handle=key, slot=str(world.slot), module=NAMED, pin=PIN)
        assert b"yes" in told, told
    return step


def administrator_unloads(world):
    for key in world.client.host.call(charon.names, "get-keys"):
        world.client.host.call(charon.told, "unload-key", id=key)


def no_pin_in_logs(world):
    for name in ("syslog", "bywayd.log"):
        assert PIN not in world.client.host.read(f"/var/log/{name}"), f"the PIN is in {name}"


def _filled_token(member):
    """Of the key and the certificate that lie in the client's files; its slot."""
    member.write("/etc/softhsm/softhsm2.conf", f"directories.tokendir = {TOKENS}\nobjectstore.backend = file\n")
    member.run(["mkdir", "-p", TOKENS])
    told = member.out(UTIL, "--module", MODULE, "--init-token", "--free", "--label", "lab", "--so-pin", SECURITY_PIN, "--pin", PIN)
    slot = int(re.search(r"slot (\d+)$", told.strip())[1])
    member.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", f"{certificates.OURS}.key", "-out", "/root/import.key"])
    member.run([UTIL, "--module", MODULE, "--import", "/root/import.key", "--slot", str(slot), "--label", "lab", "--id", KEY, "--pin", PIN])
    member.run(["openssl", "genpkey", "-algorithm", "RSA", "-out", "/root/another.key"])
    member.run([UTIL, "--module", MODULE, "--import", "/root/another.key", "--slot", str(slot), "--label", "another", "--id", ANOTHER_KEY,
                "--pin", PIN])
    member.run(["openssl", "x509", "-in", f"{certificates.OURS}.pem", "-outform", "DER", "-out", "/root/import.der"])
    member.run(["/usr/bin/python3", "-c", OBJECT.read_text(), str(MODULE), str(slot), PIN, KEY, "/root/import.der"])
    member.run(["rm", "/root/import.key", f"{certificates.OURS}.key"])  # from now on it is nowhere else
    return slot
