#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin that nmcli and the editors load, through libnm. Usage: test-libnm-plugin.py PLUGIN

Prints TAP.
"""

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import gi

gi.require_version("NM", "1.0")
from gi.repository import GLib, NM  # noqa: E402

SERVICE = "org.freedesktop.NetworkManager.byway"
NO_EDITOR = 0x08
# What NetworkManager-l2tp's exporter writes of a profile with a bit of everything.
THEIRS = """#org.freedesktop.NetworkManager.l2tp

[connection]
id=Office: Nürnberg

[vpn]
gateway=vpn.example.org
user-auth-type=password
user=my_login
domain=OFFICE
mtu=1200
mru=1200
refuse-eap=true
require-mppe=true
nodeflate=true
lcp-echo-failure=5
lcp-echo-interval=30
machine-auth-type=psk
ipsec-enabled=true
ipsec-remote-id=vpn.example.org
ipsec-ike=aes256-sha2_256-modp2048,3des-sha1-modp1024
ipsec-forceencaps=true

[ipv4]
method=auto
dns=192.168.0.1;8.8.8.8;
dns-search=my_domain1;my_domain2;
routes=192.168.0.0/24 via 192.168.0.1 metric 1;192.168.1.0/24;
ignore-auto-routes=true
ignore-auto-dns=true
dhcp-send-hostname=true
never-default=true

[ipv6]
method=auto
dns=2001:db8::53;
routes=2001:db8:1::/64 via 2001:db8::1 metric 0;
ignore-auto-routes=false
ignore-auto-dns=false
never-default=false
"""


class World:
    def __init__(self, library):
        self.folder = Path(tempfile.mkdtemp(prefix="byway-libnm-"))
        self.library = self.folder / "lib" / Path(library).name
        self.library.parent.mkdir()
        shutil.copy(library, self.library)
        self.plugin = NM.VpnEditorPlugin.load(str(self.library), SERVICE)

    def write(self, text, name="office.conf"):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def read(self, text, name="office.conf"):
        connection = self.plugin.import_(self.write(text, name))
        connection.normalize(None)
        assert connection.verify()
        return connection

    def refusal(self, text, name="office.conf"):
        try:
            self.read(text, name)
        except GLib.Error as error:
            assert error.domain == "nm-connection-error-quark", error.domain
            return error
        raise AssertionError(f"{name} was taken")

    def export(self, connection, name="out.conf"):
        path = self.folder / name
        path.unlink(missing_ok=True)
        assert self.plugin.export(str(path), connection)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        return path.read_text()


def data(connection):
    vpn = connection.get_setting_vpn()
    return {key: vpn.get_data_item(key) for key in vpn.get_data_keys()}


def routes(setting):
    return [(route.get_dest(), route.get_prefix(), route.get_next_hop(), route.get_metric())
            for route in (setting.get_route(n) for n in range(setting.get_num_routes()))]


def test_who_it_is(world):
    assert world.plugin.props.service == SERVICE
    assert world.plugin.props.name == "Byway (L2TP/IPsec)"
    assert "L2TP" in world.plugin.props.description


def test_capabilities(world):
    """The window may be in a package of its own."""
    editor = world.library.parent / "libnm-gtk4-vpn-plugin-byway-editor.so"
    assert world.plugin.get_capabilities() == 0x07 | NO_EDITOR, world.plugin.get_capabilities()
    editor.write_text("no library")
    assert world.plugin.get_capabilities() == 0x07
    editor.unlink()


def test_no_window(world):
    try:
        world.plugin.get_editor(world.read(THEIRS))
    except GLib.Error as error:
        assert "window" in error.message, error.message
    else:
        raise AssertionError("there is one")


def test_import(world):
    connection = world.read(THEIRS)
    assert connection.get_id() == "Office: Nürnberg"
    assert connection.get_setting_vpn().get_service_type() == SERVICE
    assert data(connection) == {
        "gateway": "vpn.example.org", "user": "my_login", "domain": "OFFICE", "user-auth": "password", "mtu": "1200",
        "mru": "1200", "refuse-eap": "yes", "mppe": "yes", "deflate": "no", "lcp-echo-failure": "5",
        "lcp-echo-interval": "30", "machine-auth": "psk", "ipsec": "yes", "remote-id": "vpn.example.org",
        "ike": "aes256-sha256-modp2048,3des-sha1-modp1024", "force-encaps": "yes",
        "refuse-mschap": "no"}, data(connection)
    ipv4, ipv6 = connection.get_setting_ip4_config(), connection.get_setting_ip6_config()
    assert [ipv4.get_dns(n) for n in range(2)] == ["192.168.0.1", "8.8.8.8"]
    assert [ipv4.get_dns_search(n) for n in range(2)] == ["my_domain1", "my_domain2"]
    assert routes(ipv4) == [("192.168.0.0", 24, "192.168.0.1", 1), ("192.168.1.0", 24, None, -1)], routes(ipv4)
    assert routes(ipv6) == [("2001:db8:1::", 64, "2001:db8::1", 0)], routes(ipv6)
    assert ipv4.get_never_default() and ipv4.get_ignore_auto_dns() and ipv4.get_ignore_auto_routes()
    assert not ipv6.get_never_default() and ipv6.get_method() == "auto"


def test_export(world):
    """Each line of theirs that means something comes out again."""
    text = world.export(world.read(THEIRS))
    idle = ("dhcp-send-hostname=", "#", "ipsec-ike=")
    missing = [line for line in THEIRS.splitlines() if line and not line.startswith(idle) and line not in text.splitlines()]
    assert missing == [], (missing, text)
    assert "ipsec-ike=aes256-sha256-modp2048,3des-sha1-modp1024" in text


def test_there_and_back(world):
    connection = world.read(THEIRS)
    again = world.read(world.export(connection))
    for one in (connection, again):
        one.get_setting_connection().props.uuid = "5f1c2f5e-0000-4000-8000-000000000001"
    assert connection.compare(again, NM.SettingCompareFlags.EXACT)
    assert world.export(again) == world.export(connection)


def test_own_options(world):
    connection = world.read(THEIRS)
    vpn = connection.get_setting_vpn()
    for key, value in (("dpd-delay", "20"), ("ipv6", "yes"), ("exclude-routes", "10.9.0.0/16"), ("bsdcomp", "no")):
        vpn.add_data_item(key, value)
    vpn.remove_data_item("force-encaps")
    text = world.export(connection)
    assert "dpd-delay=20\n" in text and "ipv6=true\n" in text and "exclude-routes=10.9.0.0/16\n" in text
    assert "ipsec-forceencaps=true\n" in text and "force-encaps" in text.split("[byway]")[1], text
    assert data(world.read(text)) == data(connection)


def test_a_moved_profile(world):
    """One whose service type alone was changed has the other program's keys."""
    connection = world.read(THEIRS)
    vpn = connection.get_setting_vpn()
    for key in list(vpn.get_data_keys()):
        vpn.remove_data_item(key)
    for key, value in (("gateway", "vpn.example.org"), ("ipsec-enabled", "yes"), ("nopcomp", "yes"), ("password-flags", "1")):
        vpn.add_data_item(key, value)
    vpn.props.user_name = "from-above"
    assert data(world.read(world.export(connection))) == {
        **data(world.read(world.export(connection))), "gateway": "vpn.example.org", "ipsec": "yes", "pcomp": "no",
        "user": "from-above", "password-flags": "1"}


def test_secrets_stay(world):
    """As with NetworkManager-l2tp, no file that is given away has them."""
    connection = world.read(THEIRS)
    connection.get_setting_vpn().add_secret("password", "s3cret-word")
    connection.get_setting_vpn().add_secret("ipsec-psk", "s3cret-key")
    connection.get_setting_vpn().add_data_item("password-flags", "1")
    text = world.export(connection)
    assert "s3cret" not in text and "password-flags=1" in text


def test_secrets_come(world):
    """From `byway export --secrets`."""
    connection = world.read(THEIRS + "[vpn-secrets]\npassword=s3cret word\nipsec-psk-base64=w7xi\n")
    assert connection.get_setting_vpn().get_secret("password") == "s3cret word"
    assert connection.get_setting_vpn().get_secret("ipsec-psk") == "üb"


def test_key_that_is_no_text(world):
    """NetworkManager's secrets are text: it is in base64, in words in which that is so."""
    vpn = world.read(THEIRS + "[vpn-secrets]\nipsec-psk-base64=+/8=\n").get_setting_vpn()
    assert vpn.get_secret("ipsec-psk") == "0s+/8=" and vpn.get_data_item("ipsec-enabled") == "yes"
    assert vpn.get_data_item("ipsec") is None and vpn.get_data_item("refuse-eap") == "yes", vpn.get_data_keys()


def test_key_in_base64(world):
    """In the data it is NetworkManager-l2tp's, and "0s" its way of saying so."""
    for text, key in (("0sYWJj", "abc"), ("0sYWJ", "0sYWJ")):
        vpn = world.read(THEIRS.replace("[vpn]\n", f"[vpn]\nipsec-psk={text}\n")).get_setting_vpn()
        assert vpn.get_secret("ipsec-psk") == key and vpn.get_data_item("ipsec") == "yes", (text, vpn.get_secret("ipsec-psk"))
        assert vpn.get_data_item("ipsec-enabled") is None


def test_not_ours(world):
    for text, name in ((THEIRS, "office.ovpn"), (THEIRS, "office"), ("", "x.conf"), ("[Interface]\nPrivateKey=x\n", "wg0.conf"),
                       ("conn office\n  left=%defaultroute\n", "ipsec.conf"), (b"\0\1\2" * 999, "x.conf"),
                       ("remote vpn.example.net\n", "client.conf"), (THEIRS + "#" * (1 << 20), "big.conf")):
        error = world.refusal(text, name)
        assert error.code == NM.ConnectionError.FAILED and "look like" in error.message, (name, error.message)
    world.read(THEIRS, "office.cnf")


def test_all_problems_at_once(world):
    error = world.refusal(THEIRS.replace("[ipv4]", "leftupdown=/bin/sh\nshell=x\n[ipv4]\naddresses=1.2.3.4/5"))
    assert error.code == NM.ConnectionError.INVALIDPROPERTY
    assert all(key in error.message for key in ("leftupdown", "shell", "ipv4.addresses")), error.message
    error = world.refusal(THEIRS.replace("mtu=1200", "mtu=99999").replace("ipsec-ike=", "ipsec-ike=rot13,"))
    assert "mtu" in error.message and "ike" in error.message, error.message


def test_plain(world):
    """Nobody can be asked here: the file has to say it in our own word."""
    plain = THEIRS.replace("ipsec-enabled=true\n", "")
    error = world.refusal(plain)
    assert all(word in error.message for word in ("without IPsec", "ipsec-enabled=true", "ipsec=false")), error.message
    connection = world.read(plain.replace("[vpn]\n", "[vpn]\nipsec=false\n"))
    assert data(connection)["ipsec"] == "no" and "refuse-mschap" not in data(connection), data(connection)
    assert data(world.read(world.export(connection))) == data(connection)


def test_without_a_name(world):
    assert world.read(THEIRS.replace("id=Office: Nürnberg\n", ""), "customer site.conf").get_id() == "customer site"


def test_unknown_data(world):
    connection = world.read(THEIRS)
    connection.get_setting_vpn().add_data_item("colour", "red")
    try:
        world.plugin.export(str(world.folder / "never.conf"), connection)
    except GLib.Error as error:
        assert "colour" in error.message
    else:
        raise AssertionError("it was left out in silence")
    assert not (world.folder / "never.conf").exists()


def test_suggested_name(world):
    connection = world.read(THEIRS.replace("Office: Nürnberg", "a/b"))
    assert world.plugin.get_suggested_filename(connection) == "a-b (byway).conf"


def test_missing_file(world):
    try:
        world.plugin.import_(str(world.folder / "nowhere.conf"))
    except GLib.Error as error:
        assert "nowhere.conf" in error.message
    else:
        raise AssertionError("it is there")


TESTS = [test for name, test in list(globals().items()) if name.startswith("test_")]


def main():
    world = World(os.path.abspath(sys.argv[1]))
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        try:
            test(world)
            print(f"ok {number} - {test.__name__[5:]}", flush=True)
        except Exception as error:  # one failed test must not hide the others
            failed += 1
            line = error.__traceback__.tb_next.tb_lineno
            print(f"not ok {number} - {test.__name__[5:]}\n# line {line}: {type(error).__name__} {str(error)[:1500]!r}", flush=True)
    shutil.rmtree(world.folder)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
