#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is installed beside the programs agrees with them. Usage: test-data.py SOURCE BUILD"""

import configparser
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

import tap

SOURCE, BUILD = map(Path, sys.argv[1:3])
DATA = SOURCE / "data"
NSS = re.search(r'^#define BYWAY_NSS_FOLDER "(.*)"$', (SOURCE / "core/byway-nss.h").read_text(), re.M).group(1)
ICONS = DATA / "icons/hicolor"
STANDARD = {f"org.freedesktop.DBus.{name}" for name in ("Introspectable", "Peer", "Properties")}
EXPOSURE = 3.0


def checked_by(*argv):
    return subprocess.run([*map(str, argv)], capture_output=True, text=True, check=False)


def interfaces():
    return {node.get("name") for node in xml.parse(DATA / "org.byway.Byway1.xml").getroot()}


def polkit_actions_are_the_bouncers():
    asked = set(re.findall(r'ACTION \("([a-z-]+)"\)', (SOURCE / "daemon/byway-bouncer.c").read_text()))
    nodes = xml.parse(DATA / "org.byway.Byway1.policy").getroot().findall("action")
    assert {f"org.byway.Byway1.{name}" for name in asked} == {node.get("id") for node in nodes}, asked


def nobody_far_away_is_let_in_without_a_password():
    for action in xml.parse(DATA / "org.byway.Byway1.policy").getroot().findall("action"):
        for who in ("allow_any", "allow_inactive"):
            assert action.find(f"defaults/{who}").text.startswith(("auth_admin", "no")), action.get("id")


def the_bus_lets_through_our_interfaces_only():
    policies = xml.parse(DATA / "org.byway.Byway1.conf").getroot().findall("policy")
    everyone = next(node for node in policies if node.get("context") == "default")
    assert {node.get("send_interface") for node in everyone.findall("allow")} == interfaces() | STANDARD
    assert any(node.get("send_destination") and not node.get("send_interface") for node in everyone.findall("deny"))
    owners = [node.get("user") for node in policies if node.find("allow[@own]") is not None]
    assert owners == ["root"], owners


def activation_names_the_unit():
    service = (BUILD / "data/org.byway.Byway1.service").read_text()
    unit = (BUILD / "data/bywayd.service").read_text()
    program = re.search(r"^Exec=(.*)$", service, re.M).group(1)
    assert "SystemdService=bywayd.service" in service and "Name=org.byway.Byway1" in service and "User=root\n" in service
    assert f"ExecStart={program}\n" in unit and "BusName=org.byway.Byway1\n" in unit and "@" not in program


def the_unit_is_in_a_tight_sandbox():
    with tempfile.TemporaryDirectory() as folder:
        unit = Path(folder) / "bywayd.service"
        unit.write_text((BUILD / "data/bywayd.service").read_text())
        told = checked_by("systemd-analyze", "security", "--offline=true", "--no-pager", unit)
    exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told.stdout)
    assert exposure, told.stdout + told.stderr
    assert float(exposure.group(1)) <= EXPOSURE, exposure.group(0)


def words(text, key):
    return [word for line in re.findall(rf"^{key}=(.*)$", text, re.M) for word in line.split()]


def the_sandbox_lets_a_tunnel_through():
    """What pppd and xl2tpd can't do without, and a lower score would be tempted by."""
    unit = (BUILD / "data/bywayd.service").read_text()
    assert "CAP_NET_ADMIN" in words(unit, "CapabilityBoundingSet")
    assert {"AF_UNIX", "AF_NETLINK", "AF_INET", "AF_INET6", "AF_PPPOX"} <= set(words(unit, "RestrictAddressFamilies"))
    assert "DeviceAllow=/dev/ppp rw\n" in unit and not words(unit, "PrivateDevices")
    assert words(unit, "KillMode") == ["mixed"], "pppd and xl2tpd are taken down by bywayd"
    assert {"/run", "-/etc/resolv.conf"} <= set(words(unit, "ReadWritePaths"))
    assert {"-/etc/ipsec.d", f"-{NSS}"} <= set(words(unit, "ReadWritePaths"))
    assert words(unit, "SystemCallFilter")[-1] == "@setuid", "or pppd can't read its options"


def the_apparmor_profile_has_the_units_capabilities():
    """And under the unit's NoNewPrivileges=, what it starts on a systemd stays in the profile."""
    unit = (BUILD / "data/bywayd.service").read_text()
    profile = (DATA / "apparmor/usr.libexec.bywayd").read_text()
    have = {f"CAP_{name.upper()}" for name in re.findall(r"^ +capability (\w+),$", profile, re.M)}
    assert have == set(words(unit, "CapabilityBoundingSet")), have
    assert words(unit, "NoNewPrivileges") == ["yes"]
    assert f"{NSS}/** rwk,\n" in profile
    leaving = [rule for rule in re.findall(r"^ +(/\S+ \S*[pPcCuU]+x\b.*),$", profile, re.M) if "charon" not in rule]
    assert not leaving, leaving


def the_manual_knows_every_option_of_the_helper():
    page = (DATA / "man/bywayd.8").read_text()
    told = set(re.findall(r"^\.It .*Fl -([a-z-]+)", page, re.M))
    known = set(re.findall(r'^  \{ "([a-z-]+)", 0, ', (SOURCE / "daemon/main.c").read_text(), re.M))
    assert len(known) > 5 and told == known | {"help"}, told ^ known


def the_manual_knows_every_setting():
    page = (BUILD / "data/byway-options.5").read_text()
    told = {key.replace("\\-", "-") for key in re.findall(r"^\.It Cm (\S+)$", page, re.M)}
    table = (SOURCE / "core/byway-option.c").read_text()
    known = set(re.findall(r'^  (?:\{|[A-Z]+_OPTION \() ?"([a-z0-9-]+)", ', table, re.M))
    assert len(known) > 30 and told == known, told ^ known


def manual_pages_have_no_warnings():
    pages = [DATA / "man/byway.1", DATA / "man/bywayd.8", BUILD / "data/byway-options.5"]
    told = checked_by("mandoc", "-Tlint", "-Wwarning", *pages)
    assert told.returncode == 0 and not told.stdout, told.stdout


def the_manual_knows_every_verb_and_exit_code():
    page = (DATA / "man/byway.1").read_text()
    verbs = re.findall(r'^  \{ "([a-z-]+)", ', (SOURCE / "client/cli/main.c").read_text(), re.M)
    assert len(verbs) > 10
    for verb in verbs:
        assert f".It Cm {verb}" in page, verb
    codes = re.findall(r'Error\.\w+", (\d+) \}', (SOURCE / "core/byway-error.c").read_text())
    assert len(codes) > 10
    for code in codes:
        assert f"\n.It {code}\n" in page, code


def translators_get_every_file():
    told = {line for line in (SOURCE / "po/POTFILES.in").read_text().splitlines() if not line.startswith("#")}
    marked = {str(path.relative_to(SOURCE)) for folder in ("applet", "client", "core", "plugins")
              for path in (SOURCE / folder).rglob("*.c")
              if re.search(r'\bN?_ ?\("', path.read_text())}
    marked |= {str(path.relative_to(SOURCE)) for kind in ("desktop", "metainfo.xml") for path in DATA.glob(f"*.{kind}.in")}
    assert told == marked, told ^ marked


def desktop_entry(path):
    file = configparser.ConfigParser(interpolation=None)
    file.optionxform = str
    file.read(path)
    return file["Desktop Entry"]


def desktops_take_our_entries():
    entries = sorted((BUILD / "data").glob("*.desktop"))
    assert len(entries) == 2
    for path in entries:
        told = checked_by("desktop-file-validate", path)
        assert told.returncode == 0 and not told.stdout, told.stdout
        assert (ICONS / f"scalable/apps/{desktop_entry(path)['Icon']}.svg").exists(), path


def at_login_no_window_opens():
    main = desktop_entry(BUILD / "data/org.byway.Applet.desktop")["Exec"]
    assert desktop_entry(BUILD / "data/org.byway.Applet-autostart.desktop")["Exec"] == f"{main} --hidden"
    assert '"hidden"' in (SOURCE / "applet/byway-applet.c").read_text()


def software_centres_take_our_description():
    path = BUILD / "data/org.byway.Applet.metainfo.xml"
    told = checked_by("appstreamcli", "validate", "--no-net", path)
    assert told.returncode == 0, told.stdout
    root = xml.parse(path).getroot()
    assert (BUILD / "data" / root.findtext("launchable")).exists()
    assert root.findtext("provides/binary") == desktop_entry(BUILD / "data/org.byway.Applet.desktop")["Exec"]


def every_icon_of_ours_is_drawn():
    named = {name for path in (SOURCE / "applet").rglob("*.c")
             for name in re.findall(r'"(org\.byway\.Applet[\w-]*)"', path.read_text())}
    drawn = {path.stem for path in ICONS.rglob("*.svg")}
    assert len(named) > 4 and named == drawn, named ^ drawn


def symbolic_icons_can_be_given_a_colour():
    """GTK fills paths with the text's colour, and knows nothing of lines."""
    for path in (ICONS / "symbolic").rglob("*.svg"):
        root = xml.parse(path).getroot()
        assert path.stem.endswith("-symbolic") and root.get("viewBox") == "0 0 16 16", path
        shapes = list(root)
        assert {node.tag for node in shapes} == {"{http://www.w3.org/2000/svg}path"}, path
        assert all(set(node.keys()) == {"fill", "d"} for node in shapes), path
        assert len({node.get("fill") for node in shapes}) == 1, path


HELPERS = ("checked_by", "desktop_entry", "interfaces", "words")
TESTS = [value for name, value in list(globals().items())
         if callable(value) and getattr(value, "__module__", "") == "__main__" and name not in HELPERS]


sys.exit(tap.play(TESTS))
