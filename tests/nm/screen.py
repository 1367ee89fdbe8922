# SPDX-License-Identifier: GPL-2.0-or-later
"""A desktop for tests of windows: an X server, a session bus and a keyring of their own, and what AT-SPI sees and does.

    with Screen(folder) as screen:
        screen.run(...)                 # with screen.env
        window = screen.window("title") # waits
        screen.entry(window, "Password").set_text_contents("word")
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import dbus

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import buses  # noqa: E402

ATSPI_LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
REGISTRY = """[D-BUS Service]
Name=org.a11y.Bus
Exec=%s --launch-immediately
"""


def wait_for(what, condition, seconds=15):
    """The first true answer of `condition`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come")


def end_process(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def become(user):
    """Options of subprocess, to run as the user of that number."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


class Keyring:
    """gnome-keyring-daemon on the bus of `env`; open as after a log-in."""

    PASSWORD = b"login\n"

    def __init__(self, env, address, user=None):
        self.env, self.user, self.connection = env, user, dbus.bus.BusConnection(address)
        self.process = self.start(["--unlock"])
        self.service = self.object("/org/freedesktop/secrets", "Service")
        self.session = self.service.OpenSession("plain", dbus.String("", variant_level=1))[1]

    def start(self, words):
        process = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--components=secrets", *words], env=self.env,
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   **become(self.user))
        process.stdin.write(self.PASSWORD)
        process.stdin.close()
        wait_for("the keyring", lambda: self.connection.name_has_owner("org.freedesktop.secrets"))
        return process

    def object(self, path, interface):
        return dbus.Interface(self.connection.get_object("org.freedesktop.secrets", path), f"org.freedesktop.Secret.{interface}")

    def keep(self, attributes, value, schema="org.freedesktop.NetworkManager.Connection"):
        """As NetworkManager's agents do."""
        secret = dbus.Struct((self.session, dbus.ByteArray(b""), dbus.ByteArray(value), "text/plain"), signature="oayays")
        names = dict(attributes) if schema is None else {**attributes, "xdg:schema": schema}
        properties = {"org.freedesktop.Secret.Item.Label": "a VPN's secret",
                      "org.freedesktop.Secret.Item.Attributes": dbus.Dictionary(names, signature="ss")}
        self.object("/org/freedesktop/secrets/aliases/default", "Collection").CreateItem(properties, secret, True)

    def items(self):
        unlocked, locked = self.service.SearchItems(dbus.Dictionary({}, signature="ss"))
        return sorted([*unlocked, *locked])

    def lock(self):
        self.service.Lock(["/org/freedesktop/secrets/collection/login"])

    def end(self):
        self.connection.close()
        end_process(self.process)


class Screen:
    """`display`: with an X server and AT-SPI, too. `user`: whose session it is, by number."""

    def __init__(self, folder, display=True, user=None, size="1024x768"):
        self.folder, self.user, self.size, self.processes = folder, user, size, []
        for part in ("", "home", "home/data", "runtime", "services"):
            os.makedirs(f"{folder}/{part}", 0o700, exist_ok=True)
            if user is not None:
                os.chown(f"{folder}/{part}", user, user)
        self.env = {key: value for key, value in os.environ.items()
                    if key not in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "LANGUAGE", "AT_SPI_BUS_ADDRESS",
                                   "DBUS_SESSION_BUS_ADDRESS", "NO_AT_BRIDGE", "GTK_MODULES", "GTK_THEME")}
        self.env |= {"HOME": f"{folder}/home", "XDG_DATA_HOME": f"{folder}/home/data", "XDG_RUNTIME_DIR": f"{folder}/runtime",
                     "LC_ALL": "C.UTF-8", "G_DEBUG": "fatal-criticals", "GSETTINGS_BACKEND": "memory", "GDK_BACKEND": "x11"}
        self.keyring = self.atspi = None
        try:
            if display:
                self.start_display()
            self.start_bus()
            if display:
                self.start_accessibility()
        except BaseException:
            self.end()
            raise

    def start(self, argv, **options):
        # Our standard output is TAP; whatever another program has to say there is not.
        options = {"env": self.env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **become(self.user), **options}
        process = subprocess.Popen(argv, **options)
        self.processes.append(process)
        return process

    def start_display(self):
        read_end, write_end = os.pipe()
        # Without -noreset it starts anew when its last client goes, and refuses whoever comes meanwhile.
        self.start(["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{self.size}x24", "-nolisten", "tcp", "-noreset"],
                   pass_fds=[write_end], stdout=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        self.env["DISPLAY"] = f":{number}"

    def start_bus(self):
        path = f"{self.folder}/session-bus"
        launcher = next((name for name in ATSPI_LAUNCHERS if os.path.exists(name)), None)
        if launcher is not None:
            with open(f"{self.folder}/services/org.a11y.Bus.service", "w") as file:
                file.write(REGISTRY % launcher)
        buses.start(path, "session", services=f"{self.folder}/services", popen=self.start)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = buses.address(path)

    def start_accessibility(self):
        """This process becomes AT-SPI's client; its environment has to be the screen's."""
        os.environ.update({key: self.env[key] for key in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME")})
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi
        connection = dbus.bus.BusConnection(self.env["DBUS_SESSION_BUS_ADDRESS"])
        bus = connection.get_object("org.a11y.Bus", "/org/a11y/bus")
        bus.Set("org.a11y.Status", "IsEnabled", True, dbus_interface="org.freedesktop.DBus.Properties")
        connection.close()
        assert Atspi.init() in (0, 1), "AT-SPI did not start"
        self.atspi = Atspi

    def with_keyring(self):
        if self.keyring is None:
            self.keyring = Keyring(self.env, self.env["DBUS_SESSION_BUS_ADDRESS"], self.user)
        return self.keyring

    def end(self):
        if self.keyring is not None:
            self.keyring.end()
        if self.atspi is not None:
            self.atspi.exit()
        for process in reversed(self.processes):
            end_process(process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    # -- what is seen

    def windows(self):
        desktop = self.atspi.get_desktop(0)
        desktop.clear_cache()
        for number in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(number)
            if application is None:
                continue
            for place in range(application.get_child_count()):
                yield application.get_child_at_index(place)

    def window(self, title, seconds=15):
        def look():
            try:
                return next((window for window in self.windows() if window is not None and window.get_name() == title), None)
            except Exception:  # an application that goes while it is looked at
                return None
        return wait_for(f"the window “{title}”", look, seconds)

    def all_in(self, thing):
        yield thing
        for number in range(thing.get_child_count()):
            child = thing.get_child_at_index(number)
            if child is not None:
                yield from self.all_in(child)

    def shown_in(self, window):
        """(role, name) of everything that is shown."""
        return [(thing.get_role_name(), thing.get_name()) for thing in self.all_in(window)
                if thing.get_state_set().contains(self.atspi.StateType.SHOWING)]

    def find(self, window, roles, name):
        found = [thing for thing in self.all_in(window) if thing.get_role_name() in roles and thing.get_name() == name]
        assert len(found) == 1, (roles, name, self.shown_in(window))
        return found[0]

    def entry(self, window, name):
        return self.find(window, ("text", "password text", "entry"), name)

    def button(self, window, name):
        return self.find(window, ("push button", "check box", "radio button", "toggle button"), name)

    def extents(self, thing):
        """x, y, width and height on the screen."""
        return self.atspi.Component.get_extents(thing, self.atspi.CoordType.SCREEN)

    def is_sensitive(self, thing):
        thing.clear_cache()
        return thing.get_state_set().contains(self.atspi.StateType.SENSITIVE)

    def is_focused(self, thing):
        thing.clear_cache()
        return thing.get_state_set().contains(self.atspi.StateType.FOCUSED)

    # -- what is done

    def press(self, window, name):
        thing = self.button(window, name)
        wait_for(f"“{name}” to be sensitive", lambda: self.is_sensitive(thing))
        assert thing.do_action(0)

    def type(self, *keysyms):
        """On the keyboard, into whatever has the focus. A tuple's first ones are held down."""
        for key in keysyms:
            *held, last = key if isinstance(key, tuple) else (key,)
            for holder in held:
                self.key(holder, True)
            self.key(last, True)
            self.key(last, False)
            for holder in reversed(held):
                self.key(holder, False)
            time.sleep(0.03)

    def key(self, keysym, down):
        code = self.keycode(keysym)
        kind = self.atspi.KeySynthType.PRESS if down else self.atspi.KeySynthType.RELEASE
        self.atspi.generate_keyboard_event(code, None, kind)

    def keycode(self, name):
        import gi
        gi.require_version("Gdk", "3.0")
        from gi.repository import Gdk
        value = Gdk.keyval_from_name(name)
        found, keys = Gdk.Keymap.get_for_display(self.gdk_display()).get_entries_for_keyval(value)
        assert found, name
        return keys[0].keycode

    def gdk_display(self):
        import gi
        gi.require_version("Gdk", "3.0")
        from gi.repository import Gdk
        return Gdk.Display.get_default() or Gdk.Display.open(self.env["DISPLAY"])

    def picture(self, name):
        """Of the whole screen, into the folder that BYWAY_SCREENSHOTS names, if it does."""
        folder = os.environ.get("BYWAY_SCREENSHOTS")
        if not folder:
            return
        os.makedirs(folder, exist_ok=True)
        time.sleep(0.5)  # until all is drawn
        script = ("import gi, sys; gi.require_version('Gdk', '3.0'); from gi.repository import Gdk; "
                  "root = Gdk.get_default_root_window(); "
                  "Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height()).savev(sys.argv[1], 'png', [], [])")
        subprocess.run([sys.executable, "-c", script, f"{folder}/{name}.png"], env={**self.env, "NO_AT_BRIDGE": "1"}, check=True)
