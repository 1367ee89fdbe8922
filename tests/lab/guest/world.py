# SPDX-License-Identifier: GPL-2.0-or-later
"""All hosts of one boot. Servers live through many scenarios; a client does until one leaves a trace on it."""

import contextlib
import shutil
import signal
from pathlib import Path

import charon
import client
import inside
import libreswan
import network
import nm
import oracle
import server
import systemd
import traces
import wire


class TooLong(Exception):
    """The scenario's own bound ran out."""


def _too_long(_number, _frame):
    raise TooLong("the scenario took longer than its bound")


class World:
    pace = 2  # how much slower this machine is than the one whose seconds the bounds are; measured where it can be

    def __init__(self):
        signal.signal(signal.SIGALRM, _too_long)
        network.make_router()
        self._servers = {}
        self.srv = self.server("srv")
        self.inside = network.make_inside(self.srv.host)
        inside.serve(self.inside.call)
        inside.serve(lambda make, *what: make(*what), network.WORLD)
        self.client = self.nm = self._peer = None
        self._made = None, None  # of which kind the client is, and what it was when it was made

    def play(self, scenario):
        """Gives what the scenario measured; raises what went wrong."""
        self.measures = {}
        signal.alarm(scenario.bound())
        try:
            self._set_up(scenario)
            with self._watch(scenario):
                for step in (*scenario.steps, *scenario.after):
                    step(self)
        finally:
            signal.alarm(0)
        return self.measures

    def peer(self):
        """A machine that speaks IPsec and is no server of ours."""
        if not self._peer:
            self._peer = network.make_server("peer")
        return self._peer

    def tidy(self, results=None):
        """The client goes, and its logs with it unless there is a folder for them."""
        if results:
            self._keep_logs(results)
        if self.client:
            self.client.host.end()
            self.client = self.nm = None
        self._end_peer()

    def put_away(self):
        """The client stays for the next scenario, if it is as it was made. What is not."""
        self._end_peer()
        try:
            if self.nm:
                self.nm.forget()
            traces.erase(self.client)
            changed = traces.changed(self._made[1], traces.of(self.client)) if self._made[1] else ["it is nobody else's"]
        except (OSError, TimeoutError) as error:  # what was looked at, or asked, is gone
            changed = [str(error)]
        if changed:
            self.tidy()
        return changed

    def _end_peer(self):
        if self._peer:
            self._peer.end()
            self._peer = None

    def remember(self):
        """What the client is to be again at the end."""
        self.before = oracle.snapshot(self.client)

    def _set_up(self, scenario):
        self.srv.use(scenario.setup)
        for name, setup in scenario.others.items():
            self.server(name).use(setup)
        self._make_client(scenario, scenario.client())
        members = [self.client.host, *(entry.host for entry in self._servers.values())]
        network.set_delay(members, scenario.delay)
        if scenario.helper and not scenario.systemd:
            self.client.start_helper()

    def _make_client(self, scenario, kind):
        """Unless there is one of that kind."""
        self.ike = libreswan if scenario.libreswan else charon
        if self.client and self._made[0] == kind:
            self.client.setup = scenario.setup
            return
        self.tidy()
        self.client = client.Client(network.make_client(), scenario.setup)
        self._start_ike(scenario, self.client.host)
        if scenario.systemd:
            systemd.boot(self.client.host)
            self._made = None, None  # nobody else's
            return
        if scenario.helper:
            self.client.start_bus()
        if scenario.manager:
            self.start_manager()
        self._made = kind, traces.of(self.client)

    def start_manager(self):
        self.nm = nm.NetworkManager(self.client)
        self.nm.start()

    def _start_ike(self, scenario, member):
        """On the client: what it has, and whether that runs already."""
        if scenario.libreswan:
            libreswan.install(member)
            libreswan.allow_ikev1(member)
        if scenario.charon and not scenario.systemd:
            self.ike.start(member)

    def _watch(self, scenario):
        """Where Byway works, no clear-text L2TP may leave, whatever the scenario is about."""
        if not scenario.helper:
            return contextlib.nullcontext()
        self.remember()
        if scenario.in_clear:
            return wire.something_matches("clear", wire.CLEAR_L2TP, "L2TP without IPsec")
        watched = wire.CLEAR_L2TP_OF_CLIENT if scenario.cut_off else wire.CLEAR_L2TP
        return wire.nothing_matches("clear", watched, "clear-text L2TP")

    def server(self, name):
        """The one of that name, made when first asked for."""
        if name not in self._servers:
            make = libreswan.LibreswanServer if name == "swan" else server.VpnServer
            self._servers[name] = make(network.make_server(name))
        return self._servers[name]

    def _keep_logs(self, results):
        members = [entry.host for entry in self._servers.values()]
        if self.client:
            members.append(self.client.host)
        for member in members:
            folder = results / member.name
            folder.mkdir(parents=True, exist_ok=True)
            for log in sorted((member.upper / "var" / "log").glob("*")):
                if log.is_file():
                    shutil.copyfile(log, folder / log.name)
        for log in Path("/run/wire").glob("*"):
            shutil.copyfile(log, results / log.name)
