# SPDX-License-Identifier: GPL-2.0-or-later
"""A desktop for one test: an X server, a session bus and an accessibility bus of its own; and hands and eyes for it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time


class Desktop:
    """What is started in here ends with it. Enter it before anything of gi's is imported."""

    def __init__(self, size="1280x1600"):
        self.size, self.children = size, []

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="byway-desktop-")
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = f"{self.dir}/{name}"
            os.mkdir(os.environ[name], 0o700)
        os.environ.update(GSETTINGS_BACKEND="memory", GIO_USE_VFS="local", GDK_BACKEND="x11", GTK_THEME="Adwaita",
                          LC_ALL="C.UTF-8", GTK_A11Y="atspi")
        for name in ("WAYLAND_DISPLAY", "NO_AT_BRIDGE", "AT_SPI_BUS_ADDRESS"):
            os.environ.pop(name, None)
        os.environ["DISPLAY"] = ":" + self.read_line(
            ["Xvfb", "-displayfd", "{fd}", "-screen", "0", f"{self.size}x24", "-nolisten", "tcp"])
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.read_line(
            ["dbus-daemon", "--session", "--nofork", "--print-address={fd}"])
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = os.environ["DBUS_SESSION_BUS_ADDRESS"]  # this machine's is not asked
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        for child in self.children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
        shutil.rmtree(self.dir, ignore_errors=True)

    def start(self, argv, **options):
        child = subprocess.Popen(argv, **options)
        self.children.append(child)
        return child

    def read_line(self, argv):
        """Starts a program that writes one line to the descriptor {fd} when it is ready."""
        reader, writer = os.pipe()
        self.start([word.format(fd=writer) for word in argv], pass_fds=[writer], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
        os.close(writer)
        with open(reader) as file:
            return file.readline().strip()


class Eyes:
    """What assistive technology sees of one program, and does with it."""

    def __init__(self, program, timeout=15):
        import gi
        gi.require_version("Atspi", "2.0")
        gi.require_version("Gdk", "3.0")
        from gi.repository import Atspi, Gdk, GLib
        self.Atspi, self.Gdk, self.GLib = Atspi, Gdk, GLib
        self.app = self.wait(lambda: self.find_program(program), f"the program {program}", timeout)

    def find_program(self, name):
        desktop = self.Atspi.get_desktop(0)
        for number in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(number)
            if app is not None and self.has_windows(app, name):
                app.set_cache_mask(self.Atspi.Cache.NONE)
                return app
        return None

    def has_windows(self, app, name):
        try:
            return app.get_name() == name and app.get_child_count() > 0
        except self.GLib.Error:  # one that has just ended
            return False

    def wait(self, look, what, timeout=5):
        end = time.monotonic() + timeout
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > end:
                raise TimeoutError(f"waited {timeout} s for {what}")
            select_nothing(0.03)

    # --- looking

    def walk(self, node=None, visible=False):
        node = node if node is not None else self.app
        if visible and node != self.app and not self.is_(node, "VISIBLE"):
            return
        yield node
        for number in range(node.get_child_count()):
            child = node.get_child_at_index(number)
            if child is not None:
                yield from self.walk(child, visible)

    def is_(self, node, state):
        return node.get_state_set().contains(getattr(self.Atspi.StateType, state))

    def look(self, name, role=None, visible=True):
        """The first that has that name, or None; a label only when it is asked for. role: "text", "check box", "combo
        box" … Visible is also what a page that lies behind another one, or has scrolled away, would show."""
        for node in self.walk(visible=visible):
            if node.get_name() == name and role in (None, node.get_role_name()) and \
                    (role or node.get_role_name() != "label"):
                return node
        return None

    def find(self, name, role=None, visible=True):
        return self.wait(lambda: self.look(name, role, visible), f"“{name}” ({role or 'anything'})")

    def labels(self):
        return [node.get_name() for node in self.walk(visible=True) if node.get_role_name() == "label"]

    def value(self, name, role=None):
        node = self.find(name, role, visible=False)
        kind = node.get_role_name()
        if kind in ("check box", "toggle button"):
            return self.is_(node, "CHECKED")
        if kind == "combo box":
            return self.chosen(node)
        return self.Atspi.Text.get_text(node, 0, self.Atspi.Text.get_character_count(node))

    def chosen(self, combo):
        item = self.Atspi.Selection.get_selected_child(combo, 0)
        return item.get_name() if item is not None else None

    def focused(self):
        return next((node for node in self.walk() if self.is_(node, "FOCUSED")
                     and node.get_role_name() != "frame"), None)

    # --- doing

    def type(self, name, text):
        node = self.find(name, visible=False)
        self.Atspi.EditableText.set_text_contents(node, text)

    def press(self, name, role=None):
        self.Atspi.Action.do_action(self.find(name, role, visible=False), 0)

    def choose(self, name, item):
        combo = self.find(name, "combo box", visible=False)
        items = [node for node in self.walk(combo) if node.get_role_name() == "menu item"]
        self.Atspi.Selection.select_child(combo, [node.get_name() for node in items].index(item))

    def key(self, keysym):
        """Presses and releases a key, by name, with "Shift+" before it or not."""
        code = self.Gdk.keyval_from_name(keysym.split("+")[-1])
        shift = keysym.startswith("Shift+")
        if shift:
            self.Atspi.generate_keyboard_event(self.hardware("Shift_L"), None, self.Atspi.KeySynthType.PRESS)
        self.Atspi.generate_keyboard_event(code, None, self.Atspi.KeySynthType.SYM)
        if shift:
            self.Atspi.generate_keyboard_event(self.hardware("Shift_L"), None, self.Atspi.KeySynthType.RELEASE)

    def keys(self, text):
        """Types it, where the keyboard is."""
        self.Atspi.generate_keyboard_event(0, text, self.Atspi.KeySynthType.STRING)
        select_nothing(0.1)

    def hardware(self, keysym):
        keymap = self.Gdk.Keymap.get_for_display(self.Gdk.Display.get_default())
        return keymap.get_entries_for_keyval(self.Gdk.keyval_from_name(keysym))[1][0].keycode

    def shoot(self, path):
        """A picture of the screen, as far as windows reach."""
        select_nothing(0.4)  # until it is drawn
        root = self.Gdk.get_default_root_window()
        area = [0, 0]
        for number in range(self.app.get_child_count()):
            box = self.Atspi.Component.get_extents(self.app.get_child_at_index(number), self.Atspi.CoordType.SCREEN)
            area = [max(area[0], box.x + box.width), max(area[1], box.y + box.height)]
        scale = int(os.environ.get("GDK_SCALE", "1"))
        width, height = (min(n * scale, m) for n, m in zip(area, (root.get_width() * scale, root.get_height() * scale)))
        self.Gdk.pixbuf_get_from_window(root, 0, 0, width, height).savev(path, "png", [], [])


def select_nothing(seconds):
    """Waits, and lets the accessibility bus's events come in."""
    from gi.repository import GLib
    context, end = GLib.MainContext.default(), time.monotonic() + seconds
    while time.monotonic() < end:
        if not context.iteration(False):
            time.sleep(0.005)
