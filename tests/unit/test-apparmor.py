#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The AppArmor profile lets bywayd do what its code does. Usage: test-apparmor.py SOURCE

The kernel that tests run on enforces none, so the rules are read here: AppArmor's own parser takes both files, and what the code
calls, starts and opens is looked up in them. A name that is new in the code needs a row."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import tap

SOURCE = Path(sys.argv[1])
APPARMOR = SOURCE / "data/apparmor"
PROFILE, CHARONS = APPARMOR / "usr.libexec.bywayd", APPARMOR / "local/usr.lib.ipsec.charon"
SYSTEM = Path("/etc/apparmor.d")
CODE = {path: path.read_text() for folder in ("core", "daemon") for path in (SOURCE / folder).rglob("*.[ch]")}
NSS = re.search(r'^#define BYWAY_NSS_FOLDER "(.*)"$', CODE[SOURCE / "core/byway-nss.h"], re.M).group(1)

# Each name of others on the bus: whether it is called or heard, its object, interface, and members that the code has.
BUS = {
    "org.freedesktop.DBus": [("send", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                              ("GetConnectionUnixUser", "ListActivatableNames", "NameHasOwner")),
                             ("receive", "/org/freedesktop/DBus", "org.freedesktop.DBus", ("NameOwnerChanged",))],
    "org.freedesktop.PolicyKit1": [("send", "/org/freedesktop/PolicyKit1/Authority", "org.freedesktop.PolicyKit1.Authority",
                                    ("CheckAuthorization", "CancelCheckAuthorization"))],
    "org.freedesktop.login1": [("send", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", ("Inhibit",)),
                               ("receive", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", ("PrepareForSleep",))],
    "org.freedesktop.resolve1": [("send", "/org/freedesktop/resolve1", "org.freedesktop.resolve1.Manager",
                                  ("SetLinkDNS", "SetLinkDomains", "SetLinkDefaultRoute", "RevertLink"))],
    "org.freedesktop.systemd1": [("send", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", ("StartUnit", "StopUnit"))],
    "org.byway.Byway1": [("receive", "/org/byway/Byway1", "org.byway.Byway1.Manager", ()),
                         ("send", "/any/path/of/an/agent", "org.byway.Byway1.Agent", ())],
}
# What GDBus itself wants.
UNSAID = {"NameOwnerChanged"}

# Each program that the code names, and where it may be.
PROGRAMS = {
    "xl2tpd": ["/usr/sbin/xl2tpd"],
    "pppd": ["/usr/sbin/pppd"],
    "resolvconf": ["/usr/sbin/resolvconf", "/sbin/resolvconf"],
    "certutil": ["/usr/bin/certutil"],
    "pk12util": ["/usr/bin/pk12util"],
    "whack": [f"{folder}/whack" for folder in ("/usr/libexec/ipsec", "/usr/lib/ipsec", "/usr/local/libexec/ipsec")],
    "addconn": [f"{folder}/addconn" for folder in ("/usr/libexec/ipsec", "/usr/lib/ipsec", "/usr/local/libexec/ipsec")],
}
PROGRAM = re.compile(r'(?:argv\[\]\s*= \{|byway_command_find \(|\[BYWAY_NSS_\w+\]\s*= \{|g_strv_builder_add \(argv,)\s*"([a-z][a-z0-9]+)"')
# Those that leave the profile.
DAEMON = re.compile(r'"(/usr/[a-z/]+/(?:charon|pluto))"')

# Each path that the code names: a file that it is used for, and how. None: it is shown to people, or looked for and not opened.
UUID = "5f1c2f5e-0000-4000-8000-000000000001"
PATHS = {
    "/dev/null": ("/dev/null", "rw"),
    "/dev/ppp": ("/dev/ppp", "rw"),
    "/etc/ipsec.conf": ("/etc/ipsec.conf", "r"),
    "/etc/ipsec.d": (f"/etc/ipsec.d/byway-{UUID}.secrets", "rw"),
    "/etc/ppp/options": ("/etc/ppp/options", "r"),
    "/proc": ("/proc/", "r"),
    "/proc/%d/comm": ("/proc/4711/comm", "r"),
    "/proc/net/udp": ("/proc/4711/net/udp", "r"),
    "/proc/net/udp6": ("/proc/4711/net/udp6", "r"),
    "/proc/self/fd/%u": ("/memfd:byway", "r"),
    "/proc/self/fd/4": ("/memfd:byway", "r"),
    "/proc/self/fd/5": ("/memfd:byway", "r"),
    "/proc/self/fd/6": ("/memfd:byway", "r"),
    "/run/charon.vici": ("/run/charon.vici", "rw"),
    "/run/pluto/pluto.pid": ("/run/pluto/pluto.pid", "r"),
    "/run/resolvconf/interface": ("/run/resolvconf/interface/", "r"),
    "/run/resolvconf/interfaces": ("/run/resolvconf/interfaces/", "r"),
    "/run/resolvconf/keys": ("/run/resolvconf/keys/", "r"),
    "/run/systemd/resolve": None,
    "/sys/class/net/%s/statistics/%s": ("/sys/devices/virtual/net/ppp0/statistics/rx_bytes", "r"),
    "/usr/lib/ipsec": None,
    "/usr/libexec/ipsec": None,
    "/usr/local/libexec/ipsec": None,
    "/usr/sbin:/usr/bin:/sbin:/bin": None,
    NSS: (f"{NSS}/cert9.db", "rwk"),
}
PATH = re.compile(r'"(/(?:etc|run|var|proc|sys|dev|usr|sbin|lib|bin)\b[^"]*)"')
# And what it makes of the folders that meson.build tells it, and is given.
MORE = [
    ("/run/byway/", "rw"), ("/run/byway/lock", "rwk"), (f"/run/byway/{UUID}/xl2tpd.conf", "rw"), (f"/run/byway/{UUID}/tunnel.A1B2C3", "rw"),
    (f"/run/byway/kill-switch/{UUID}", "rw"), (f"/run/byway/wanted/{UUID}", "rw"), ("/run/byway-charon.A1B2C3", "rw"),
    ("/run/pluto/byway-pluto.A1B2C3", "rw"), ("/run/pluto/pluto.ctl", "rw"), ("/var/lib/byway/", "rw"),
    (f"/var/lib/byway/connections/{UUID}.conf.A1B2C3", "rw"), ("/etc/byway/byway.conf", "r"), ("/proc/4711/cmdline", "r"),
    ("/proc/4711/fd/", "r"), ("/usr/lib/x86_64-linux-gnu/byway/byway-pppd.so", "rm"),
    ("/run/systemd/inhibit/93.ref", "w"),  # logind's lock comes as a descriptor of this pipe
    ("/memfd:byway-secrets", "r"),  # a client's
    # seen in traces of the laboratory's connections
    ("/proc/4711/mounts", "r"), ("/proc/4711/loginuid", "r"), ("/tmp/", "r"), ("/var/tmp/", "r"), ("/usr/bin/run-parts", "rix"),
    ("/etc/ppp/ip-pre-up", "rix"), ("/etc/ppp/ip-pre-up.d/", "r"), ("/etc/resolv.conf", "rw"), ("/run/pppd2.tdb", "rwk"), ("/run/ppp0.pid", "rw"),
    ("/etc/hosts", "r"), ("/etc/resolv.conf", "r"), ("/etc/nsswitch.conf", "r"),  # a server's name
    ("/etc/ssl/openssl.cnf", "r"),  # libcrypto, in bywayd and in pppd
]


# --- rules --------------------------------------------------------------------------------------

VARIABLES = {"PROC": "/proc", "run": "{/run,/var/run}", "etc_ro": "{/etc,/usr/etc}", "pid": "[0-9]*", "multiarch": "*-linux-gnu*",
             "sys": "/sys"}
FILE_RULE = re.compile(r"^(?:owner )?([/@]\S*)\s+([a-zA-Z]+),$")
GLOB = re.compile(r"\*\*|\*|\?|\{|\}|,|\[\^?[^\]]*\]|[^*?{},\[]")


def lines_of(path):
    """With what it includes in its place; a rule of several lines becomes one."""
    lines, held = [], ""
    for line in path.read_text().splitlines():
        line = re.sub(r"(^|\s)#(?!include).*", "", line).strip()
        included = re.match(r"#?include (if exists )?<(.*)>$", line)
        if included:
            found = SYSTEM / included.group(2)
            if not found.exists() and not included.group(1):
                raise AssertionError(f"{path} includes {found}, which is not there")
            lines += lines_of(found) if found.is_file() else []
        else:
            held = f"{held} {line}".strip()
            if held.endswith((",", "{", "}")):
                lines.append(held)
                held = ""
    return lines


RULES = lines_of(PROFILE)


def translated(pattern):
    """A glob of AppArmor's as a regular expression."""
    for name, value in VARIABLES.items():
        pattern = pattern.replace(f"@{{{name}}}", value)
    pattern = re.sub(r"/+", "/", pattern)
    depth, parts = 0, []
    for token in GLOB.findall(pattern):
        depth += (token == "{") - (token == "}")
        parts.append({"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}.get(token) or
                     ("|" if token == "," and depth else token if token.startswith("[") else re.escape(token)))
    return re.compile("".join(parts))


FILES = [(translated(found.group(1)), found.group(2)) for found in map(FILE_RULE.match, RULES) if found]


def lacks(path, wanted):
    """Those of the permissions that no rule gives."""
    given = "".join(permissions for pattern, permissions in FILES if pattern.fullmatch(path))
    return set(wanted) - set(given)


def dbus_rules():
    for rule in RULES:
        if rule.startswith("dbus "):
            access = re.match(r"dbus (?:\(([a-z, ]+)\)|(\w+))", rule)
            yield re.split(r",\s*", access.group(1) or access.group(2)), {key: value.strip('"') for key, value in re.findall(r"(path|interface|member)=(\S+?),?(?=\s|$)", rule)}


def may(access, path, interface, member):
    asked = {"path": path, "interface": interface, "member": member}
    return any(access in accesses and all(translated(value).fullmatch(asked[key]) for key, value in limits.items())
               for accesses, limits in dbus_rules())


# --- the tests ----------------------------------------------------------------------------------

def parser_takes(path):
    done = subprocess.run(["apparmor_parser", "-QK", "--base", SYSTEM, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def the_parser_takes_the_profile():
    parser_takes(PROFILE)


def the_parser_takes_charons_with_what_is_ours():
    """As it is read on a system where our file lies in local/."""
    shipped = (SYSTEM / "usr.lib.ipsec.charon").read_text()
    asked = "#include <local/usr.lib.ipsec.charon>"
    assert asked in shipped
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "usr.lib.ipsec.charon"
        whole.write_text(shipped.replace(asked, CHARONS.read_text()))
        parser_takes(whole)


def rules_are_read_as_the_parser_reads_them():
    """The controls."""
    assert not lacks("/run/byway/x/options", "rw") and lacks("/run/byway/x/options", "x") == {"x"}
    assert lacks("/etc/shadow", "r") and lacks("/root/.ssh/id", "r") and lacks("/usr/sbin/nologin", "x")
    assert not may("send", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "Reboot")
    assert not may("send", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PowerOff")


def what_is_called_on_the_bus_is_allowed():
    named = {name for text in CODE.values() for name in re.findall(r'"(org\.(?:freedesktop|byway)\.[A-Z]\w+1?|org\.freedesktop\.[a-z]+1)"', text)}
    assert named == set(BUS), named ^ set(BUS)
    said = " ".join(CODE.values())
    for name, rows in BUS.items():
        for access, path, interface, members in rows:
            for member in members or ("Anything",):
                assert member in UNSAID | {"Anything"} or f'"{member}"' in said, f"{member} of {name} is not in the code any more"
                assert may(access, path, interface, member), f"{access} {interface}.{member}"


def what_is_started_may_be():
    named = {name for text in CODE.values() for name in PROGRAM.findall(text)}
    assert named == set(PROGRAMS), named ^ set(PROGRAMS)
    for path in (path for paths in PROGRAMS.values() for path in paths):
        assert not lacks(path, "rix"), f"{path} may not be started"


def ike_daemons_leave_the_profile_and_can_be_ended():
    daemons = {path for text in CODE.values() for path in DAEMON.findall(text)}
    assert len(daemons) > 4, daemons
    for path in daemons:
        assert not lacks(path, "PUx"), f"{path} may not be started"
    for peer in ("/usr/lib/ipsec/charon", "unconfined"):
        assert f"signal (send) set=term peer={peer}," in RULES, peer
    assert re.search(r"^signal \(receive\) set=term peer=bywayd,$", CHARONS.read_text(), re.M)


def what_is_opened_may_be():
    named = {path for text in CODE.values() for path in PATH.findall(text) if not DAEMON.fullmatch(f'"{path}"')}
    named = {path for path in named if " " not in path} | {NSS}
    assert named == set(PATHS), named ^ set(PATHS)
    for path, how in [*filter(None, PATHS.values()), *MORE]:
        assert not lacks(path, how), f"{path}: {how}, and no rule gives {''.join(lacks(path, how))}"


TESTS = (the_parser_takes_the_profile, the_parser_takes_charons_with_what_is_ours, rules_are_read_as_the_parser_reads_them,
         what_is_called_on_the_bus_is_allowed, what_is_started_may_be, ike_daemons_leave_the_profile_and_can_be_ended, what_is_opened_may_be)


sys.exit(tap.play(TESTS))
