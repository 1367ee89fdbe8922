#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What core may call, who may include whom, and what stays in few files. A new exception is a row here."""

import fnmatch
import re
import subprocess
import sys
from pathlib import Path

import tap

ROOT, CORE = Path(sys.argv[1]), sys.argv[2]

# --- core: values in, values out ------------------------------------------------------------------

# libc's functions that neither ask nor change the world.
PURE = re.compile(r"""
    (__)?(mem(?!fd)|str|stp)\w* | bcmp | explicit_bzero | qsort | bsearch | malloc | calloc | realloc | free | abort
  | v?s(n)?printf | __v?sn?printf_chk | (__isoc99_)?v?sscanf | inet_(pton|ntop) | l?abs
  | is\w{5,6} | to(upper|lower) | __ctype_\w+ | __errno_location | __stack_chk_fail | __assert_fail
  | byway_\w+ | g_\w+ | _GLOBAL_OFFSET_TABLE_
  | __(asan|ubsan|lsan|sanitizer|sancov|gcov|llvm)_\w+ | __(start|stop)_\w+
""", re.VERBOSE)
# GLib's that do.
IMPURE = re.compile(r"""
    g_(file|dir|io|mapped_file|open|fopen|freopen|creat|remove|unlink|rmdir|mkdir|mkstemp|mkdtemp|rename|l?stat
      |access|chdir|chmod|fsync|close|find_program|canonicalize_filename
      |spawn|subprocess|shell(?!_quote)|child_watch|module|poll|usleep|thread|timeout|idle|main|source|unix
      |get|getenv|setenv|unsetenv|listenv|environ|reload_user
      |date_time_new_now|time_zone|timer|random|rand|uuid_string_random|print|printerr
      |socket|resolver|inet|dbus|bus|settings|network|application)(_\w+)?
  | g_key_file_(load_from_(file|dirs|data_dirs)|save_to_file)
""", re.VERBOSE)
# What locked memory takes, and who may have it.
LOCKED, LOCKER = {"mmap", "mmap64", "munmap", "mlock", "munlock", "madvise", "sysconf"}, "byway-secret"

# Whoever changes the lists above must still find these.
SOME_IMPURE = """open open64 openat fopen fopen64 read write stat getenv secure_getenv time clock_gettime gettimeofday fork
    execve posix_spawn system socket connect getpid rand random printf puts mmap mlock memfd_create isatty dlopen g_spawn_async
    g_file_get_contents g_file_test g_getenv g_get_monotonic_time g_get_real_time g_get_home_dir g_random_int g_print
    g_timeout_add g_date_time_new_now_local g_uuid_string_random g_socket_new g_bus_get_sync g_key_file_save_to_file""".split()
SOME_PURE = """memcpy strlen __memcpy_chk g_strdup g_key_file_load_from_data g_hash_table_new g_variant_get isspace
    g_utf8_validate g_ascii_string_to_unsigned byway_profile_parse __asan_report_load1""".split()


def is_pure(symbol):
    return PURE.fullmatch(symbol) is not None and IMPURE.fullmatch(symbol) is None


def undefined_symbols():
    """(object's name, symbol) for all that core's objects want from elsewhere."""
    done = subprocess.run(["nm", "-A", "-u", CORE], stdout=subprocess.PIPE, text=True, check=True)
    return re.findall(r"([\w-]+)\.c\.o: +[Uwv] (\S+)", done.stdout)


def core_checks():
    wanted = undefined_symbols()
    yield "nm reads core's objects", [] if (LOCKER, "mlock") in wanted else [f"{LOCKER} does not lock memory in {CORE}"]
    yield "core calls nothing that asks or changes the world", [
        f"{name}.c calls {symbol}" for name, symbol in wanted
        if not is_pure(symbol) and not (name == LOCKER and symbol in LOCKED)]
    yield "the lists know what is pure", [f"{symbol} passes" for symbol in SOME_IMPURE if is_pure(symbol)] + [
        f"{symbol} does not pass" for symbol in SOME_PURE if not is_pure(symbol)]


# --- who includes whom ----------------------------------------------------------------------------

# Folder -> where its headers may come from, other than itself. tests/ may have all.
LAYERS = {
    "core": (),
    "core/cert": ("core",),
    "daemon": ("core", "core/cert"),
    "client": ("core", "core/cert"),
    "client/cli": ("core", "core/cert", "client"),
    "applet": ("core", "core/cert", "client", "applet/editor", "applet/model", "applet/password"),
    "applet/model": ("core", "client"),
    "applet/password": ("core",),  # shared with NetworkManager's dialog for secrets
    # Shared with NetworkManager: it knows neither the bus nor libnm. What it looks at files with is what a connect does.
    "applet/editor": ("core", "core/cert", "client/byway-credentials.h"),
    "plugins/nm": ("core", "core/cert", "client", "applet/password"),
    "plugins/nm/editor": ("core", "applet/editor"),
    "plugins/pppd": ("core/byway-pppd-wire.h", "core/byway-eap-packet.h"),
}

NETLINK = ("daemon/byway-netlink.c", "daemon/byway-rtnl.c", "daemon/byway-rules.c", "daemon/byway-wall.c", "daemon/byway-guard.c", "daemon/byway-xfrm.c",
           "daemon/byway-xfrm-watch.c", "daemon/byway-kernel.c", "daemon/byway-route-watch.c")
ENGINE = ("daemon/byway-strongswan*", "daemon/byway-vici-client.[ch]")
# What, which #include, in which files.
LIBRARIES = (
    ("GIO", r"gio/.*|glib-unix\.h|glib/gstdio\.h", ("daemon/*", "client/*", "applet/*", "plugins/nm/*")),
    ("polkit", r"polkit.*", ()),  # its library waits for ever: see daemon/byway-polkit.c
    ("libsecret", r"libsecret/.*", ("client/byway-keyring.c",)),
    ("json-glib", r"json-glib/.*", ("client/cli/*", "applet/byway-json.c")),  # reads what our own command prints
    ("libmnl and netlink", r"libmnl/.*|linux/.*(netlink|xfrm).*", NETLINK),
    ("vici's messages", r"byway-vici\.h", (*ENGINE, "core/byway-vici.c", "core/byway-strongswan-render.c",
                                           "core/byway-strongswan-credential.[ch]",
                                           "core/byway-plan.c")),  # the plan shows them as text
    ("vici's socket", r"byway-vici-client\.h", ENGINE),
    ("pppd's headers", r"pppd/.*", ("plugins/pppd/*",)),
    ("OpenSSL", r"openssl/.*", ("core/cert/*",)),
    # The editor's tables and its model are built without GTK; the NM editor shows what the editor's header has.
    ("GTK", r"(gtk|gdk)/.*", ("applet/editor/byway-editor.h", "applet/editor/byway-editor-gtk.h", "applet/byway-*",
                              "applet/password/*", "plugins/nm/auth-dialog/*")),
    ("libnm", r"NetworkManager\.h|libnm.*|nm-.*", ("plugins/nm/*", "applet/byway-nm-profiles.c")),
)
# What, which call, in which files.
CALLS = (
    ("starting programs", r"g_spawn_\w+|g_subprocess_newv?|g_subprocess_launcher_\w+|v?fork|exec[lv]\w*|posix_spawnp?"
                          r"|system|popen",
     ("daemon/byway-command.c", "client/cli/byway-cli-program.c",  # a report asks for versions
      "applet/byway-program.c")),  # `byway doctor`, `probe` and `report` do in a window what they do in a terminal
    ("sleeping", r"u?sleep|nanosleep|g_usleep", ()),
)
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)


def sources():
    """Path -> text of every C file that is ours and no test."""
    files = [path for top in sorted({layer.split("/")[0] for layer in LAYERS}) for path in (ROOT / top).rglob("*.[ch]")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in files}


def layer_of(path):
    """The deepest row that the file is below."""
    return max((layer for layer in LAYERS if path.startswith(layer + "/")), key=len, default=None)


def may_include(path, header):
    layer = layer_of(path)
    return layer_of(header) == layer or header in LAYERS[layer] or layer_of(header) in LAYERS[layer]


def allowed(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def include_checks(texts):
    headers = {Path(path).name: path for path in texts if path.endswith(".h")}
    pairs = [(path, name) for path, text in texts.items() for name in INCLUDE.findall(text)]
    yield "every header's name is its own", [
        path for path in texts if path.endswith(".h") and headers[Path(path).name] != path]
    yield "every file has a layer", [path for path in texts if layer_of(path) is None]
    yield "headers come from where they may", [
        f"{path} includes {headers[name]}" for path, name in pairs
        if name in headers and layer_of(path) and not may_include(path, headers[name])]
    yield "nothing of the tests is included", [f"{path} includes {name}" for path, name in pairs if "tests/" in name]
    for what, pattern, files in LIBRARIES:
        yield f"{what}: where it belongs", [f"{path} includes {name}" for path, name in pairs
                                            if re.fullmatch(pattern, name) and not allowed(path, files)]


def call_checks(texts):
    for what, pattern, files in CALLS:
        call = re.compile(rf"\b({pattern})\s*\(")
        yield f"{what}: where it belongs", [f"{path} calls {found[1]}" for path, text in texts.items()
                                            if not allowed(path, files) for found in call.finditer(NOISE.sub("", text))]


def control_checks(texts):
    """A tree with each kind of fault in it has to be refused."""
    faults = {
        "core/byway-bad.c": '#include "byway-net.h"\n#include <gio/gio.h>\n#include <openssl/evp.h>\n',
        "daemon/byway-bad.c": '#include "byway-client.h"\n#include <polkit/polkit.h>\n#  include <libmnl/libmnl.h>\n'
                              '#include "byway-vici.h"\nx = fork ();\nsleep (1);\n/* system ("") */',
        "client/byway-bad.c": '#include "byway-session.h"\n#include <libsecret/secret.h>\ng_spawn_async (NULL);\n',
        "plugins/pppd/byway-bad.c": '#include "byway-secret.h"\n',
        "applet/editor/byway-bad.c": '#include "byway-client.h"\n#include <gtk/gtk.h>\n#include <NetworkManager.h>\n',
    }
    bad = {**texts, **faults}
    for what, found in [*include_checks(bad), *call_checks(bad)]:
        if any(row in what for row in ("headers come", "GIO", "polkit", "libmnl", "messages", "OpenSSL", "libsecret", "GTK", "libnm",
                                       "starting", "sleeping")):
            yield f"a fault would be seen: {what}", [] if any("byway-bad.c" in line for line in found) else ["it is not"]
    exceptions = {pattern for *_, files in (*LIBRARIES, *CALLS) for pattern in files if not set("*[") & set(pattern)}
    yield "every exception is a file", sorted(exceptions - set(texts))


def main():
    texts = sources()
    results = [*core_checks(), *include_checks(texts), *call_checks(texts), *control_checks(texts)]
    return tap.tell(results)


if __name__ == "__main__":
    sys.exit(main())
