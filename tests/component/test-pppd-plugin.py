#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The real plugin in the real pppd, as far as both get without a kernel that has PPP.

    test-pppd-plugin.py PLUGIN [PPPD]

pppd is held in the middle of its options by a FIFO in place of an options file, so that what the
plugin did to its socket and its memory can be looked at. Prints TAP.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PLUGIN = os.path.abspath(sys.argv[1])
PPPD = sys.argv[2] if len(sys.argv) > 2 else "/usr/sbin/pppd"

CREDENTIALS, HELLO, EXIT = 1, 2, 10
USER = b"o'Neil \"x\" #\\$"
PASSWORD = bytes(b * 37 % 256 for b in range(1, 201))

OK, OPTION_ERROR, NO_KERNEL_SUPPORT = 0, 2, 4
ALL_KNOWN = (OK, NO_KERNEL_SUPPORT)  # pppd looks for its driver after the options
SIGTERM = -15


def message(kind, *fields):
    return bytes([kind]) + b"".join(
        bytes([tag]) + len(value).to_bytes(2, "big") + value for tag, value in fields)


def credentials(user=USER, password=PASSWORD):
    return message(CREDENTIALS, (1, user), (2, password))


def parse(datagram):
    kind, rest, fields = datagram[0], datagram[1:], {}
    while rest:
        n = int.from_bytes(rest[1:3], "big")
        fields[rest[0]] = rest[3:3 + n]
        rest = rest[3 + n:]
    return kind, fields


class Pppd:
    """One pppd with the plugin, and the helper's end of its socket."""

    def __init__(self, preload, options=(), fd_option=None, before=(), pass_fds=()):
        self.helper, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.helper.settimeout(10)
        for datagram in preload:
            self.helper.send(datagram)
        fd = str(self.theirs.fileno()) if fd_option is None else fd_option
        argv = [PPPD, "plugin", PLUGIN, *before, "byway-fd", fd, "nodetach", "noauth", *options]
        self.process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            pass_fds=[self.theirs.fileno(), *pass_fds], close_fds=True)
        self.fd = self.theirs.fileno()

    def wait(self):
        output, _ = self.process.communicate(timeout=20)
        self.output = output.decode(errors="replace")
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.helper.close()
        self.theirs.close()


class PluginTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def run_pppd(self, preload, **more):
        pppd = Pppd(preload, **more)
        self.addCleanup(pppd.close)
        return pppd

    def run_held_pppd(self, **more):
        """Held where it opens its options file, after the plugin has read the credentials."""
        self.fifo = os.path.join(self.directory.name, "options")
        os.mkfifo(self.fifo, 0o600)
        pppd = self.run_pppd([credentials()], options=["dryrun", "file", self.fifo], **more)
        self.assertEqual(parse(pppd.helper.recv(4096))[0], HELLO)
        return pppd

    def check(self, *options):
        return subprocess.run([PPPD, "plugin", PLUGIN, "byway-check", *options], timeout=20,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)

    def check_file(self, text):
        path = os.path.join(self.directory.name, "checked")
        with open(path, "w") as file:
            file.write(text)
        return self.check("file", path)


class Credentials(PluginTest):
    def test_preloaded(self):
        started = time.monotonic()
        pppd = self.run_pppd([credentials()], options=["notty", "dryrun"])
        self.assertIn(pppd.wait(), ALL_KNOWN, pppd.output)
        self.assertLess(time.monotonic() - started, 2)
        kind, fields = parse(pppd.helper.recv(4096))
        self.assertEqual(kind, HELLO)
        self.assertEqual(fields[1], b"\x04")
        self.assertEqual(int.from_bytes(fields[3], "big"), pppd.process.pid)

    def test_version_is_pppds(self):
        version = subprocess.run([PPPD, "--version"], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT).stdout.decode().split()[-1].lstrip("v")
        pppd = self.run_pppd([credentials()], options=["notty", "dryrun"])
        pppd.wait()
        self.assertEqual(parse(pppd.helper.recv(4096))[1][2].decode(), version)

    def test_not_in_the_output(self):
        word = b"unmistakable-7f3a"
        pppd = self.run_pppd([credentials(word, word)], options=["notty", "dryrun", "debug", "dump"])
        pppd.wait()
        self.assertNotIn(word.decode(), pppd.output)

    def refused(self, preload, trouble):
        pppd = self.run_pppd(preload, options=["notty", "dryrun"])
        self.assertEqual(pppd.wait(), OPTION_ERROR, pppd.output)
        self.assertIn(trouble, pppd.output)

    def test_none(self):
        started = time.monotonic()
        self.refused([], "sent no credentials")
        self.assertTrue(4 < time.monotonic() - started < 7)

    def test_late(self):
        pppd = self.run_pppd([], options=["notty", "dryrun"])
        time.sleep(0.5)
        pppd.helper.send(credentials())
        self.assertIn(pppd.wait(), ALL_KNOWN, pppd.output)

    def test_helper_gone_first(self):
        pppd = self.run_pppd([], options=["notty", "dryrun"])
        pppd.helper.close()
        self.assertEqual(pppd.wait(), OPTION_ERROR, pppd.output)

    def test_garbage(self):
        self.refused([b"garbage"], "sent no credentials")

    def test_other_message(self):
        self.refused([message(EXIT, (1, bytes(4)))], "sent no credentials")

    def test_cut_short(self):
        self.refused([credentials()[:-1]], "sent no credentials")

    def test_too_long(self):
        self.refused([credentials(password=b"x" * 256)], "sent no credentials")

    def test_far_too_long(self):
        self.refused([credentials() + bytes(4096)], "sent no credentials")


class Descriptor(PluginTest):
    def refused(self, text, **more):
        pppd = self.run_pppd([credentials()], fd_option=text, options=["notty", "dryrun"], **more)
        self.assertEqual(pppd.wait(), OPTION_ERROR, pppd.output)

    def test_numbers(self):
        for text in ("", "x", "3x", "-1", "+9", " 9", "0", "2", "65536", "9" * 30):
            with self.subTest(text):
                self.refused(text)

    def test_closed(self):
        self.refused("999")

    def test_not_a_socket(self):
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        os.set_inheritable(read_end, True)
        self.refused(str(read_end))

    def test_twice(self):
        pppd = self.run_pppd([credentials()], options=["byway-fd", "3"])
        self.assertEqual(pppd.wait(), OPTION_ERROR)
        self.assertIn("once", pppd.output)

    def test_closed_on_exec_and_watched(self):
        pppd = self.run_held_pppd()
        with open(f"/proc/{pppd.process.pid}/fdinfo/{pppd.fd}") as file:
            flags = int(re.search(r"flags:\s*([0-7]+)", file.read()).group(1), 8)
        self.assertTrue(flags & os.O_CLOEXEC)
        self.assertTrue(flags & os.O_ASYNC)

    def test_helper_closes(self):
        pppd = self.run_held_pppd()
        started = time.monotonic()
        pppd.helper.close()
        self.assertEqual(pppd.wait(), SIGTERM)
        self.assertLess(time.monotonic() - started, 1)


class EapTls(PluginTest):
    def files(self):
        """Three that follow each other, as the helper hands them over."""
        first = 200
        for i in range(3):
            fd = os.memfd_create("test", 0)
            os.dup2(fd, first + i)
            os.close(fd)
            self.addCleanup(os.close, first + i)
        return first

    def flags(self, pppd, fd):
        with open(f"/proc/{pppd.process.pid}/fdinfo/{fd}") as file:
            return int(re.search(r"flags:\s*([0-7]+)", file.read()).group(1), 8)

    def test_closed_on_exec(self):
        """What pppd starts has nothing of the key."""
        first = self.files()
        pppd = self.run_held_pppd(before=["byway-eap-tls", str(first)], pass_fds=range(first, first + 3))
        for i in range(3):
            self.assertTrue(self.flags(pppd, first + i) & os.O_CLOEXEC)

    def test_missing(self):
        pppd = self.run_pppd([credentials()], before=["byway-eap-tls", "300"])
        self.assertEqual(pppd.wait(), OPTION_ERROR)
        self.assertIn("a file is missing", pppd.output)

    def test_numbers(self):
        for text in ("", "x", "-1", "2", "9" * 30):
            with self.subTest(text):
                pppd = self.run_pppd([credentials()], before=["byway-eap-tls", text])
                self.assertEqual(pppd.wait(), OPTION_ERROR, pppd.output)

    def test_pppd_knows_it(self):
        done = self.check_file("byway-fd 3\nbyway-eap-tls 5\ncert /proc/self/fd/5\nkey /proc/self/fd/6\n"
                               "ca /proc/self/fd/7\nremotename \"x\"\n")
        self.assertEqual(done.returncode, OK, done.stdout)


class News(PluginTest):
    def test_exit_before_the_link(self):
        """pppd's own notifiers say nothing of this one."""
        pppd = self.run_pppd([credentials()], options=["nonesuch"])
        self.assertEqual(pppd.wait(), OPTION_ERROR)
        self.assertEqual(parse(pppd.helper.recv(4096))[0], HELLO)
        self.assertEqual(parse(pppd.helper.recv(4096)), (EXIT, {1: bytes([0, 0, 0, OPTION_ERROR])}))


class Symbols(unittest.TestCase):
    def test_exported(self):
        """What the plugin's files have in common is no business of pppd's and its other plugins'."""
        done = subprocess.run(["nm", "--dynamic", "--defined-only", "--format=posix", PLUGIN],
                              stdout=subprocess.PIPE, text=True, check=True)
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()], ["plugin_init", "pppd_version"])


class Memory(PluginTest):
    def test_vault(self):
        """The credentials stand in one place, which is locked and in no core dump."""
        pppd = self.run_held_pppd()
        places = []
        with open(f"/proc/{pppd.process.pid}/smaps") as maps, \
                open(f"/proc/{pppd.process.pid}/mem", "rb") as memory:
            for block in re.split(r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", maps.read()):
                head = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", block)
                if head is None or "[v" in block:
                    continue
                start, end = (int(part, 16) for part in head.groups())
                memory.seek(start)
                if PASSWORD[60:160] in memory.read(end - start):
                    places.append(re.search(r"VmFlags: (.*)", block).group(1).split())
        self.assertEqual(len(places), 1)
        self.assertIn("dd", places[0])
        self.assertIn("lo", places[0])


class Check(PluginTest):
    def test_known(self):
        done = self.check_file("noauth\nbyway-fd 3\nbyway-peer-dns\nbyway-peer-wins\nbyway-peer-name \"the server\"\nsilent\nnoipdefault\n"
                               "mtu 1280\nmru 1280\nlcp-echo-interval 30\nipparam \"x\"\n")
        self.assertEqual(done.returncode, OK, done.stdout)

    def test_unknown(self):
        done = self.check_file("noauth\nnonesuch\n")
        self.assertEqual(done.returncode, OPTION_ERROR)
        self.assertIn(b"'nonesuch'", done.stdout)

    def test_serial_ports_options(self):
        """A PPPoL2TP link has none of these, and pppd ends when it reads one."""
        for option in ("lock", "crtscts", "115200", "/dev/ttyS0"):
            with self.subTest(option):
                self.assertEqual(self.check_file(option + "\n").returncode, OPTION_ERROR)

    def test_bad_value(self):
        self.assertEqual(self.check_file("mtu many\n").returncode, OPTION_ERROR)

    def test_missing_value(self):
        self.assertEqual(self.check_file("mtu\n").returncode, OPTION_ERROR)

    def test_descriptor_is_left_alone(self):
        pppd = self.run_pppd([credentials()], before=["byway-check"])
        self.assertEqual(pppd.wait(), OK, pppd.output)
        self.assertEqual(pppd.theirs.recv(4096), credentials())

    def test_missing_file(self):
        self.assertEqual(self.check("file", "/nonesuch").returncode, OPTION_ERROR)


class TapResult(unittest.TestResult):
    count = 0

    def say(self, word, test, detail=""):
        TapResult.count += 1
        print(f"{word} {self.count} {test.id().removeprefix('__main__.')}")
        for line in detail.splitlines():
            print("#", line)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say("not ok", test, self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self.say("not ok", test, self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.say("not ok", subtest, self._exc_info_to_string(err, test))


def main():
    if os.geteuid() != 0:
        print("Bail out! pppd takes a plugin from root only")
        return 1
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = TapResult()
    suite.run(result)
    print(f"1..{TapResult.count}")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
