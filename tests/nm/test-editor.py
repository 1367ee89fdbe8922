#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The editor as its users meet it: with a screen reader, with the keyboard, and with profiles of all kinds."""

import os
import pathlib
import subprocess
import sys
import threading

import profiles
from desktop import Desktop, Eyes, select_nothing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import certificate  # noqa: E402

HOST, MODULE = sys.argv[1:3]
SCREENSHOTS = os.environ.get("BYWAY_SCREENSHOTS", os.path.dirname(HOST))
results = []


def check(what, good, found=""):
    results.append(good)
    print(f"{'ok' if good else 'not ok'} {len(results)} - {what}", flush=True)
    if not good:
        print(f"# found: {found!r}", flush=True)


def same(what, found, wanted):
    check(what, found == wanted, {"found": found, "wanted": wanted})


class Session:
    """One editor window on one profile."""

    def __init__(self, desktop, data=None, secrets=None, reopen=None, height=None, env=None, focus=True):
        self.desktop, self.wants_focus = desktop, focus
        self.path = reopen or f"{desktop.dir}/profile-{len(desktop.children)}"
        if reopen is None:
            profiles.write(self.path, data or {}, secrets or {})
        argv = [HOST, MODULE, self.path] + ([str(height)] if height else [])
        self.host = desktop.start(argv, stdout=-1, text=True, env={**os.environ, **(env or {})})
        self.lines = []
        threading.Thread(target=self.read, daemon=True).start()

    def __enter__(self):
        self.eyes = Eyes("editor-host")
        if self.wants_focus:
            self.eyes.wait(self.focus, "the window to have the keyboard")
        return self

    def __exit__(self, *_):
        self.host.terminate()
        same("the program ended because it was told to", self.host.wait(10), -15)
        select_nothing(0.1)

    def read(self):
        for line in self.host.stdout:
            self.lines.append(line.rstrip("\n"))

    def group(self, name):
        return profiles.group(self.path, name)

    def focus(self):
        return next((line[6:] for line in reversed(self.lines) if line.startswith("focus ") and line[6:]), None)

    def save(self):
        """What the module said."""
        before = len(self.lines)
        self.eyes.press("Save")
        said = lambda: [line for line in self.lines[before:] if not line.startswith("focus ")]
        return self.eyes.wait(said, "an outcome")[0]

    def fill(self, values):
        for name, value in values.items():
            if isinstance(value, bool):
                if self.eyes.value(name) != value:
                    self.eyes.press(name)
            elif self.eyes.look(name, "combo box", visible=False):
                self.eyes.choose(name, value)
            else:
                self.eyes.type(name, value)

    def values(self, names):
        return {name: self.eyes.value(name) for name in names}

    def open_advanced(self, tab=None):
        self.eyes.press("Advanced", "toggle button")
        if tab:
            self.open_tab(tab)

    def open_tab(self, name):
        tab = self.eyes.find(name, "page tab", visible=False)
        self.eyes.Atspi.Selection.select_child(tab.get_parent(), tab.get_index_in_parent())
        select_nothing(0.1)

    def shoot(self, name):
        self.eyes.shoot(os.path.join(SCREENSHOTS, f"editor-{name}.png"))


PSK, PASSWORD = "Pre-shared key (shared secret)", "Password"
MAIN = {"Gateway": "vpn.example.net", "User name": "alice"}
# What is done to fields beyond the first page, and what has to come of it in the profile.
ADVANCED = {
    "Our identity": "@branch", "Server’s identity": "198.51.100.1", "IKE daemon": "Libreswan", "IKE version": "2", "Renew IKE after": "28800",
    "Perfect forward secrecy": False, "Compress packets (IPComp)": True,
    "IKE algorithms (phase 1)": "Legacy: for old servers", "Send packet lengths": False,
    "Send a message at most (times)": "7",
    "Windows domain": "OFFICE", "PAP (the password as it is, inside IPsec)": False, "EAP": True,
    "Largest packet sent (MTU)": "1280", "MPPE": "Required, 128 bits", "Address of the server’s end": "10.0.0.1",
    "IPv6 inside the tunnel": True,
}
LEGACY_IKE = ("aes256-sha1-modp2048,aes128-sha1-modp2048,aes256-sha1-modp1536,aes256-sha1-modp1024,"
              "aes128-sha1-modp1024,3des-sha1-modp2048,3des-sha1-modp1536,3des-sha1-modp1024")
ADVANCED_DATA = {
    "local-id": "@branch", "remote-id": "198.51.100.1", "ike-daemon": "libreswan", "ike-version": "2", "ike-lifetime": "28800", "pfs": "no",
    "ipcomp": "yes", "ike": LEGACY_IKE, "length-bit": "no", "l2tp-max-retries": "7", "domain": "OFFICE",
    "refuse-pap": "yes", "refuse-eap": "no", "mtu": "1280", "mppe": "128", "ipcp-peer-ip": "10.0.0.1", "ipv6": "yes",
}


def four_fields(desktop):
    with Session(desktop) as session:
        eyes = session.eyes
        same("a new connection begins at the gateway", session.focus(), "Gateway")
        check("a new connection blames nobody", not any("needed" in text for text in eyes.labels()), eyes.labels())
        check("an empty connection can't be saved: the key is named", session.save().startswith("gateway: "),
              session.lines)
        session.fill({**MAIN, PASSWORD: "open sesame", PSK: "k'e\"y#;"})
        session.shoot("main")
        same("four fields can be saved", session.save(), "saved")
        same("four fields are four keys, and where the secrets are kept", session.group("vpn"), {
            "gateway": "vpn.example.net", "user": "alice", "password-flags": "1", "ipsec-psk-flags": "1"})
        same("the secrets are secrets", session.group("vpn-secrets"),
             {"password": "open sesame", "ipsec-psk": "k'e\"y#;"})
        return session.path


def reopen_and_go_on(desktop, path):
    with Session(desktop, reopen=path) as session:
        session.eyes.press(f"Show: {PSK}")
        session.eyes.press(f"Show: {PASSWORD}")
        same("the four fields are back", session.values([*MAIN, PASSWORD, PSK]),
             {**MAIN, PASSWORD: "open sesame", PSK: "k'e\"y#;"})
        session.open_advanced()
        session.fill(ADVANCED)
        same("advanced fields can be saved", session.save(), "saved")
        flags = {"password-flags": "1", "ipsec-psk-flags": "1"}
        same("exactly what was changed is written", session.group("vpn"),
             {"gateway": "vpn.example.net", "user": "alice", **ADVANCED_DATA, **flags})
    with Session(desktop, reopen=path) as session:
        for name, value in ADVANCED.items():
            same(f"“{name}” is back", session.eyes.value(name), value)
        session.open_advanced("PPP")
        session.eyes.press("Reset to Defaults: PPP")
        check("a page goes back to its defaults", session.save() == "saved"
              and not {"domain", "refuse-pap", "mtu", "mppe", "ipv6"} & session.group("vpn").keys(),
              session.group("vpn"))
        same("and the other pages do not", session.group("vpn").get("l2tp-max-retries"), "7")
        same("without a name nobody logs in: the user is not reset", session.group("vpn").get("user"), "alice")


def storages(desktop, path):
    with Session(desktop, reopen=path) as session:
        session.fill({f"Storage: {PASSWORD}": "Asked every time", f"Storage: {PSK}": "Stored for all users"})
        same("other storages can be saved", session.save(), "saved")
        same("what is asked for is not kept", session.group("vpn-secrets"), {"ipsec-psk": "k'e\"y#;"})
        same("flags say where", {key: value for key, value in session.group("vpn").items() if key.endswith("-flags")},
             {"password-flags": "2", "ipsec-psk-flags": "0"})
        entry = session.eyes.find(PASSWORD, "password text")
        check("what is asked for can't be typed", not session.eyes.is_(entry, "SENSITIVE"))
    with Session(desktop, reopen=path) as session:
        same("the storages are back", session.values([f"Storage: {PASSWORD}", f"Storage: {PSK}"]),
             {f"Storage: {PASSWORD}": "Asked every time", f"Storage: {PSK}": "Stored for all users"})
        session.eyes.press(f"Show: {PSK}")
        same("a secret can be looked at", session.eyes.find(PSK).get_role_name(), "text")


def invalid_values(desktop):
    data = {"gateway": "vpn.example.net", "user": "alice", "mtu": "nine", "pfs": "perhaps", "mppe": "56",
            "dpd-delay": "60"}
    with Session(desktop, data, height=1400) as session:
        eyes = session.eyes
        check("the first invalid key is named", session.save().startswith("pfs: "), session.lines)
        session.open_advanced("PPP")
        eyes.find("“nine” is not a number from 576 to 1500", "label")
        same("what can't be a number stays as it was", eyes.value("Largest packet sent (MTU)"), "nine")
        same("a screen reader hears what is wrong", eyes.find("Largest packet sent (MTU)").get_description(),
             "“nine” is not a number from 576 to 1500")
        same("what is no choice is seen as it was", eyes.value("MPPE"), "56")
        session.shoot("invalid")
        session.fill({"Largest packet sent (MTU)": "1400", "MPPE": "No"})
        eyes.wait(lambda: not eyes.look("“nine” is not a number from 576 to 1500"), "the message to go")
        check("then the next is named", session.save().startswith("pfs: "), session.lines)
        session.open_tab("IPsec")
        eyes.find("Must not be less than “Ask a silent server after”", "label")
        session.fill({"Ask a silent server after": "20", "Perfect forward secrecy": True})
        same("all corrected, it can be saved", session.save(), "saved")
        same("and holds what was corrected", session.group("vpn"),
             {"gateway": "vpn.example.net", "user": "alice", "dpd-delay": "20"})
        session.fill({"Gateway": "bad name"})
        eyes.find("“bad name” is not a host name or an IPv4 address", "label")
        session.fill({"Gateway": ""})
        eyes.find("Is needed", "label")


def others_words(desktop):
    data = {"gateway": "vpn.example.net", "user": "alice", "ipsec-enabled": "yes", "ipsec-ike": "3des-sha1-modp1024!",
            "nopcomp": "yes", "ipsec-remote-id": "@gate", "require-mppe-128": "yes", "ipsec-ikelifetime": "7200",
            "ipsec-psk": "0sb2xkIHBsYWNl", "x-someone": "else", "refuse-eap": "yes"}
    flags = {"password-flags": "5", "l2tp-secret-flags": "4", "xauth-password-flags": "6", "user-certpass-flags": "3"}
    kept = {key.removesuffix("-flags"): "word" for key in flags}
    with Session(desktop, {**data, **flags}, kept, height=1200) as session:
        wanted = {"Protocol field": False, "Server’s identity": "@gate", "MPPE": "Required, 128 bits",
                  "IKE algorithms (phase 1)": "Custom", "List: IKE algorithms (phase 1)": "3des-sha1-modp1024",
                  "Renew IKE after": "7200", PSK: "0sb2xkIHBsYWNl", "EAP": False, "MS-CHAP version 1": True}
        session.eyes.press(f"Show: {PSK}")
        same("NetworkManager-l2tp's words are in the right fields", session.values(wanted), wanted)
        session.open_advanced()
        session.eyes.find("Holds weak algorithms. Ask the server’s administrator for stronger ones.", "label")
        session.shoot("ipsec-weak")
        same("a profile of others can be saved", session.save(), "saved")
        same("as it is, but for the key in the data", session.group("vpn"), {
            key: value for key, value in {**data, **flags}.items() if key != "ipsec-psk"})
        same("that became a secret beside the others", session.group("vpn-secrets"), {**kept, "ipsec-psk": "0sb2xkIHBsYWNl"})
        session.fill({"User name": "bob"})
        same("one that was changed can be saved", session.save(), "saved")
        same("in our words, nothing lost, and the key is in base64 as before", session.group("vpn"), {
            "gateway": "vpn.example.net", "user": "bob", "ipsec-enabled": "yes", "ike": "3des-sha1-modp1024", "pcomp": "no",
            "remote-id": "@gate", "mppe": "128", "ike-lifetime": "7200", "x-someone": "else", "refuse-eap": "yes",
            "refuse-mschap": "no", "force-encaps": "no", **flags})
        same("and no secret either", session.group("vpn-secrets"), {**kept, "ipsec-psk": "0sb2xkIHBsYWNl"})
        session.fill({"Always wrap in UDP": True, "MS-CHAP version 1": False, "EAP": True})
        same("what is set to our default", session.save(), "saved")
        same("is not left out, which would mean something else", {key: session.group("vpn").get(key) for key in (
            "force-encaps", "refuse-mschap", "refuse-eap")}, {"force-encaps": "yes", "refuse-mschap": "yes", "refuse-eap": "no"})


def certificates(desktop):
    with Session(desktop, {"gateway": "vpn.example.net", "user": "alice"}, height=1300) as session:
        eyes = session.eyes
        session.open_advanced()
        check("no certificate, no field for it", not eyes.look("Machine certificate"))
        session.fill({"Prove who we are by": "Certificate of this machine"})
        eyes.find("Machine certificate", "text")
        check("and no pre-shared key", not eyes.look(PSK))
        session.fill({"Machine certificate": "relative.pem", "Private key": "pkcs11:object=mine;pin-value=Hush1234"})
        eyes.find("“relative.pem” is not an absolute path", "label")
        eyes.find("Takes an absolute path; a key on a token goes into “Private key on a token”", "label")
        session.shoot("certificate")
        eyes.press("Browse for: Machine certificate")
        eyes.find("Machine certificate", "file chooser")
        session.shoot("chooser")
        eyes.press("Cancel", "push button")
        eyes.wait(lambda: not eyes.look("Machine certificate", "file chooser"), "the chooser to go")
        same("a chooser that is cancelled changes nothing", eyes.value("Machine certificate", "text"), "relative.pem")


CLOSED = "It is closed by a password, and can be looked at once that is here"
CERT, KEY, CA, PASS = "Machine certificate", "Private key", "Certificate authority", "Private key password"


def make_certificates(desktop):
    folder = f"{desktop.dir}/certs"
    os.mkdir(folder)
    certificate.make(folder, "/O=Example/CN=laptop")
    certificate.make_bad(folder)
    return folder


def certificate_files(desktop):
    """What a connect would say of the files is said beside their fields."""
    folder = make_certificates(desktop)
    own, over, other, ca, packed, gone = (
        f"{folder}/{name}" for name in ("own.pem", "over.pem", "other.key", "ca.pem", "own.p12", "gone.pem"))
    data = {"gateway": "vpn.example.net", "user": "alice", "machine-auth": "certificate"}
    with Session(desktop, data, height=1300) as session:
        eyes = session.eyes

        def says(what, text):
            try:
                eyes.wait(lambda: any(label.startswith(text) for label in eyes.labels()), what)
                check(what, True)
            except TimeoutError:
                check(what, False, eyes.labels())

        def says_beside(what, field, text):
            says(what, text)
            heard = eyes.find(field, visible=False).get_description()
            check(f"{what}: a screen reader hears it at “{field}”", heard.startswith(text), heard)

        session.open_advanced()
        session.fill({CERT: own})
        says_beside("a key that is not chosen yet is missed", KEY, "The private key of the certificate is missing")
        session.fill({KEY: f"{folder}/own.key", CA: ca})
        says_beside("a good one says whose it is, and until when", CERT, "CN=laptop,O=Example, valid until 20")
        check("and nothing else is said then", not any("missing" in label for label in eyes.labels()), eyes.labels())
        session.shoot("certificate-good")
        session.fill({KEY: other})
        says_beside("a foreign key is found", KEY, "The private key does not belong to the certificate CN=laptop,O=Example")
        check("what was good is not said any more", not any("valid until" in label for label in eyes.labels()), eyes.labels())
        same("it can be saved all the same: another user may have the files", session.save(), "saved")
        session.fill({CERT: over, KEY: f"{folder}/over.key"})
        says_beside("one that is over is found", CERT, "A certificate is out of its time: CN=over, valid until")
        session.shoot("certificate-over")
        session.fill({CERT: "/etc/passwd"})
        says_beside("what is no certificate is found", CERT, "There is no certificate or key that Byway knows in the file passwd")
        session.fill({CERT: gone})
        says_beside("what can't be read is found", CERT, f"A file of the certificate could not be read: {gone}: No such file")
        session.fill({CERT: packed, KEY: "", CA: ""})
        says_beside("a .p12 without its password waits for it", CERT, CLOSED)
        session.fill({PASS: "wrong"})
        says_beside("a wrong password is found", PASS, "This password does not open own.p12")
        session.fill({PASS: "open"})
        says_beside("the right one opens it", CERT, "CN=laptop,O=Example, valid until 20")
        session.fill({"Prove who we are by": "Pre-shared key"})
        check("where there is no certificate nothing is said of one", not any("valid until" in label for label in eyes.labels()))


def proposals(desktop):
    with Session(desktop, {"gateway": "vpn.example.net", "user": "alice"}, height=1200) as session:
        eyes, ike = session.eyes, "IKE algorithms (phase 1)"
        session.open_advanced()
        session.fill({ike: "Custom"})
        check("a list of one's own begins with the automatic one",
              "aes256-sha256-modp2048" in eyes.value(f"List: {ike}"))
        eyes.type(f"List: {ike}", "")
        eyes.press(f"Choose: {ike}")
        session.shoot("choose")
        for name in ("aes256-sha256-ecp256", "3des-sha1-modp1024 (weak)"):
            eyes.press(name, "check box")
        same("what is ticked is in the list", eyes.value(f"List: {ike}"), "aes256-sha256-ecp256,3des-sha1-modp1024")
        eyes.press("3des-sha1-modp1024 (weak)", "check box")
        same("and no longer when it is not", eyes.value(f"List: {ike}"), "aes256-sha256-ecp256")


# A helper that says what two IKE daemons can do, and which one a connection gets by itself.
HELPER = """
import dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
class Manager(dbus.service.Object):
    @dbus.service.method("org.byway.Byway1.Manager", out_signature="a{sv}")
    def Examine(self):
        return {"ike-daemon": "strongswan",
                "strongswan-algorithms": dbus.Array("AES_CBC HMAC_SHA2_256_128 MODP_2048".split(), "s"),
                "libreswan-algorithms": dbus.Array(["ike AES_CBC", "ike 3DES_CBC", "ike HMAC_SHA2_256", "ike MODP2048"], "s")}
name = dbus.service.BusName("org.byway.Byway1", dbus.SystemBus())
Manager(name, "/org/byway/Byway1")
print("ready", flush=True)
GLib.MainLoop().run()
"""


def what_the_machine_can(desktop):
    helper = desktop.start([sys.executable, "-c", HELPER], stdout=-1)
    helper.stdout.readline()
    data = {"gateway": "vpn.example.net", "user": "alice", "ike": "3des-sha256-modp2048"}
    with Session(desktop, data, height=1200) as session:
        eyes, ike = session.eyes, "IKE algorithms (phase 1)"
        session.open_advanced()
        remark = "strongSwan on this machine cannot do 3des-sha256-modp2048: it has no 3des."
        eyes.find(remark, "label")
        eyes.press(f"Choose: {ike}")
        session.shoot("unable")
        unable = eyes.find("aes256-sha256-ecp256 (strongSwan on this machine has no ecp256)", "check box")
        check("what the machine can't do can't be chosen, and says why", not eyes.is_(unable, "SENSITIVE"))
        check("what it can do can be chosen", eyes.is_(eyes.find("aes256-sha256-modp2048", "check box"), "SENSITIVE"))
        same("what it can't do can be saved: another machine may", session.save(), "saved")
        same("as it was", session.group("vpn"), data)
        session.fill({"IKE daemon": "Libreswan"})
        eyes.wait(lambda: not eyes.look(remark, "label"), "what the other one can't do to be no matter")
        unable = eyes.find("aes256-sha1-modp2048 (Libreswan on this machine has no sha1)", "check box", visible=False)
        check("what the chosen one can't do can't be chosen", not eyes.is_(unable, "SENSITIVE"))
        session.fill({"IKE daemon": "Whichever is there"})
        eyes.find(remark, "label")
    helper.terminate()


LAST = {"IPsec": "Compress packets (IPComp)", "L2TP": "Send a message at most (times)",
        "PPP": "Address and control field"}


def keyboard(desktop):
    """Everything that can be reached with Tab on a page, in the order of the page."""
    with Session(desktop) as session:
        eyes = session.eyes

        def press_tab():
            before = len(session.lines)
            eyes.key("Tab")
            eyes.wait(lambda: any(line.startswith("focus ") for line in session.lines[before:]), "the focus to move")
            return session.focus()

        def walk_to(name):
            """All names on the way to the one of that name, and that."""
            way = [press_tab()]
            while way[-1] != name and len(way) < 80:
                way.append(press_tab())
            return way

        walked = [session.focus()] + [press_tab() for _ in range(8)]
        same("the keyboard walks the first page in order", walked, [
            "Gateway", "User name", PASSWORD, f"Show: {PASSWORD}", f"Storage: {PASSWORD}", PSK, f"Show: {PSK}",
            f"Storage: {PSK}", "Advanced"])
        check("who passed a needed field by is told", eyes.look("Is needed", "label"), eyes.labels())
        eyes.key("space")
        eyes.find("Our identity", "text")
        roles = ("text", "check box", "combo box", "password text")
        for number, tab in enumerate(("IPsec", "L2TP", "PPP")):
            walk_to("Advanced settings")
            if number:
                eyes.key("Right")
                select_nothing(0.3)
            page = eyes.find(tab, "page tab", visible=False)
            fields = {node.get_name() for node in eyes.walk(page, visible=True) if node.get_role_name() in roles}
            walked = walk_to("Advanced settings")
            check(f"{tab}: the keyboard reaches every field", not fields - set(walked), (fields - set(walked), walked))
            last = eyes.find(LAST[tab])
            walk_to(LAST[tab])
            eyes.wait(lambda: eyes.is_(last, "SHOWING"), f"“{LAST[tab]}” to come into sight")
            walk_to("Advanced settings")
            check(f"{tab}: each field has a name", "" not in fields and len(fields) > 2, fields)


def pictures(desktop):
    data = {"gateway": "vpn.example.net", "user": "alice"}
    for name, tab, options in (("ipsec", "IPsec", {}), ("l2tp", "L2TP", {"height": 700}), ("ppp", "PPP", {"height": 1560}),
                               ("rtl", "IPsec", {"env": {"BYWAY_TEST_RTL": "1"}})):
        with Session(desktop, data, **{"height": 1150, **options}) as session:
            session.open_advanced(tab)
            session.shoot(name)
    with Session(desktop, data, env={"GDK_DPI_SCALE": "2"}) as session:
        session.open_advanced()
        session.shoot("large")


def gtk4_page(eyes, number):
    """By the keyboard, as there the tabs have no names."""
    eyes.wait(lambda: eyes.is_(eyes.find("Gateway", "text"), "FOCUSED"), "the window to have the keyboard")
    for key in ["Tab"] * 8 + ["space", "Tab"] + ["Right"] * number:
        eyes.key(key)
        select_nothing(0.15)


def gtk4(desktop):
    """The same code built for GTK 4, by the keyboard: its entries take no text from elsewhere."""
    with Session(desktop, focus=False) as session:
        eyes = session.eyes
        eyes.wait(lambda: eyes.is_(eyes.find("Gateway", "text"), "FOCUSED"), "the window to have the keyboard")
        for text, tabs in (("vpn.example.net", 1), ("alice", 1), ("open sesame", 3), ("key;", 0)):
            eyes.keys(text)
            for _ in range(tabs):
                eyes.key("Tab")
                select_nothing(0.1)
        session.shoot("gtk4")
        same("GTK 4: four fields can be saved", session.save(), "saved")
        same("GTK 4: they are in the profile", session.group("vpn"), {
            "gateway": "vpn.example.net", "user": "alice", "password-flags": "1", "ipsec-psk-flags": "1"})
        same("GTK 4: with the secrets", session.group("vpn-secrets"), {"password": "open sesame", "ipsec-psk": "key;"})
    with Session(desktop, reopen=session.path, focus=False) as session:
        eyes = session.eyes
        same("GTK 4: they are back", session.values(MAIN), MAIN)
        eyes.wait(lambda: eyes.is_(eyes.find("Gateway", "text"), "FOCUSED"), "the window to have the keyboard")
        eyes.keys("bad name")
        eyes.find("“bad name” is not a host name or an IPv4 address", "label")
        check("GTK 4: what is wrong can't be saved", session.save().startswith("gateway: "), session.lines)
        eyes.press("Advanced")
        session.shoot("gtk4-advanced")
    with Session(desktop, REFUSED, {"password": "word", "l2tp-secret": "two words"}, focus=False) as session:
        eyes = session.eyes
        eyes.find(UNREADABLE, "label")
        eyes.wait(lambda: eyes.is_(eyes.find("Advanced", "push button"), "EXPANDED"), "the page with the secret that is refused")
        check("GTK 4: it can't be saved", session.save().startswith("l2tp-secret: holds a blank"), session.lines)
    one_style(desktop)
    folder = make_certificates(desktop)
    foreign = {"machine-auth": "certificate", "machine-cert": f"{folder}/own.pem", "machine-key": f"{folder}/other.key",
               "machine-ca": f"{folder}/ca.pem"}
    pages = (("ipsec", 1150, "Encrypt the tunnel with IPsec"), ("l2tp", 700, "Use any free source port, not 1701"),
             ("ppp", 1560, "Windows domain"))
    for number, (name, height, field) in enumerate(pages):
        data = {"gateway": "vpn.example.net", "user": "alice", **(foreign if name == "ipsec" else {})}
        with Session(desktop, data, height=height, focus=False) as session:
            eyes = session.eyes
            gtk4_page(eyes, number)
            if name == "ipsec":
                eyes.find("The private key does not belong to the certificate CN=laptop,O=Example", "label")
            session.shoot(f"gtk4-{name}")
            eyes.key("Tab")
            eyes.wait(lambda: eyes.is_(eyes.find(field), "FOCUSED"), f"the keyboard to come to “{field}”")


def one_style(desktop):
    paths = [f"{desktop.dir}/styled-{number}" for number in range(2)]
    for path in paths:
        profiles.write(path, {"gateway": "vpn.example.net", "user": "alice"}, {})
    env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # fontconfig keeps what it has
    said = subprocess.run([HOST, MODULE, "--untouched", *paths], env=env, stdout=subprocess.PIPE, text=True, check=True).stdout
    same("GTK 4: all editors share one provider of style", said.splitlines()[-1], "providers 1")


def is_shown(eyes, text):
    label = eyes.look(text, "label")
    return label is not None and eyes.is_(label, "SHOWING")


UNREADABLE = "Holds a blank, “#”, “;” or what is not ASCII, which xl2tpd can't read"
REFUSED = {"gateway": "vpn.example.net", "user": "alice", "password-flags": "0", "xauth-password-flags": "0",
           "l2tp-secret-flags": "0"}


def refused_secrets(desktop):
    """What is kept may be no secret that anybody could use, behind an option that is off, on a page that nobody opened. And
    where none is kept it is not the editor's, and nobody's to correct."""
    data, long = {**REFUSED, "ipsec-psk-flags": "2"}, {"password": "word", "ipsec-psk": "x" * 1025}
    with Session(desktop, data, {**long, "xauth-password": "x" * 256, "l2tp-secret": "two words"}) as session:
        eyes = session.eyes

        def saved(what, secrets, **flags):
            same(what, (session.save(), session.group("vpn"), session.group("vpn-secrets")),
                 ("saved", {**data, "user": "bob", **flags}, {**long, "xauth-password": "good", **secrets}))
        eyes.wait(lambda: is_shown(eyes, "Is too long"), "the first secret that is refused to be in sight")
        same("a page that opens by itself takes no keyboard", session.focus(), "Gateway")
        same("only one is too long: what is not kept is not blamed", eyes.labels().count("Is too long"), 1)
        session.fill({"Password inside IPsec": "good"})
        session.open_tab("L2TP")
        session.fill({"User name": "bob"})
        check("a secret that is refused can't be saved", session.save().startswith("l2tp-secret: holds a blank"), session.lines)
        eyes.Atspi.Component.grab_focus(eyes.find("Tunnel secret"))
        eyes.wait(lambda: session.focus() == "Tunnel secret", "the keyboard to be there")
        session.fill({"Tunnel secret": "one"})
        eyes.wait(lambda: not is_shown(eyes, UNREADABLE), "the message to go")
        check("no field goes from under the keyboard", eyes.is_(eyes.find("Tunnel secret"), "SHOWING"))
        saved("once it is another one, all else can be saved", {"l2tp-secret": "one"})
        session.fill({"Tunnel secret": "two words"})
        check("a refused one that was typed can't be, either", session.save().startswith("l2tp-secret: "), session.lines)
        session.fill({"Tunnel secret": ""})
        saved("and once it is none", {})
        session.fill({"Tunnel secret": "two words", "Storage: Tunnel secret": "Asked every time"})
        saved("and once it is not kept", {}, **{"l2tp-secret-flags": "2"})
        session.fill({f"Storage: {PSK}": "Stored for all users"})
        eyes.wait(lambda: is_shown(eyes, "Is too long"), "one to be blamed where it is to be kept")


def play_all(desktop):
    path = four_fields(desktop)
    reopen_and_go_on(desktop, path)
    storages(desktop, path)
    for play in (invalid_values, others_words, refused_secrets, certificates, certificate_files, proposals,
                 what_the_machine_can, keyboard, pictures):
        play(desktop)


def main():
    with Desktop() as desktop:
        gtk4(desktop) if "--gtk4" in sys.argv else play_all(desktop)
    print(f"1..{len(results)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
