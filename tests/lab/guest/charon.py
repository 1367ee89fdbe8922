# SPDX-License-Identifier: GPL-2.0-or-later
"""strongSwan's daemon in a host, started and stopped as its own starter does it."""

import os
import socket
import stat
import threading

from waiting import wait_for

STARTER, CHARON = "/usr/lib/ipsec/starter", "/usr/lib/ipsec/charon"
DAEMON = CHARON
SOCKET = "/run/charon.vici"
# Kinds of vici's packets (libcharon/plugins/vici/README.md).
COMMAND, COMMAND_RESPONSE, EVENT_REGISTER, EVENT_CONFIRM, EVENT = 0, 1, 3, 5, 7


def start(member):
    process = member.spawn([STARTER, "--daemon", "charon", "--nofork"], log="starter.log")
    # Buried at once: `ipsec restart` takes a dead child that nobody waits for for a living one.
    threading.Thread(target=process.wait, daemon=True).start()
    wait_for(lambda: member.call(answers), "charon's socket")
    return process


def stop(member):
    """A clean end; the starter takes charon with it."""
    member.kill(member.pids(STARTER), 15)
    wait_for(lambda: not member.pids(CHARON) and not member.pids(STARTER), "charon's end", 20)


def kill(member):
    """Charon and its starter die at once, and nothing tidies up after them."""
    member.kill(member.pids(STARTER))
    member.kill(member.pids(CHARON))
    wait_for(lambda: not member.pids(CHARON), "charon's end")
    member.run(["rm", "-f", "/run/charon.pid", "/run/starter.charon.pid"])


def runs(member):
    return bool(member.pids(CHARON))


def answers():
    """Its pid file comes last, after the plugins' sockets."""
    return os.path.exists("/run/charon.pid") and stat.S_ISSOCK(os.stat(SOCKET).st_mode)


def names(what):
    """What was loaded over vici, as get-shared and its like list it. To be called inside the host."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as vici:
        vici.connect(SOCKET)
        vici.sendall(_packet(_named(COMMAND, what)))
        answer = _received(vici)
    return _list_items(answer[1:])


def told(what, **values):
    """The answer's bytes to a command with these values. To be called inside the host."""
    body = b"".join(bytes([3, len(key)]) + key.encode() + len(value).to_bytes(2, "big") + value.encode()
                    for key, value in values.items())
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as vici:
        vici.connect(SOCKET)
        vici.sendall(_packet(_named(COMMAND, what) + body))
        return _received(vici)


def listed(what, event):
    """All bytes that a streaming command such as list-sas tells, event by event. To be called inside the host."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as vici, vici.makefile("rb") as stream:
        vici.connect(SOCKET)
        vici.sendall(_packet(_named(EVENT_REGISTER, event)))
        assert _read(stream)[0] == EVENT_CONFIRM, f"charon knows no event {event}"
        vici.sendall(_packet(_named(COMMAND, what)))
        told = b""
        while (packet := _read(stream))[0] == EVENT:
            told += packet
        assert packet[0] == COMMAND_RESPONSE, f"charon did not take {what}"
        return told


def _named(kind, name):
    return bytes([kind, len(name)]) + name.encode()


def _packet(body):
    return len(body).to_bytes(4, "big") + body


def _read(stream):
    return stream.read(int.from_bytes(stream.read(4), "big"))


def _received(vici):
    with vici.makefile("rb") as stream:
        return _read(stream)


def _list_items(message):
    """The items of the one list in a message: 4 name, (5 length value)*, 6."""
    items, at = [], 0
    while at < len(message):
        kind, at = message[at], at + 1
        if kind == 4:
            at += 1 + message[at]
        elif kind == 5:
            length = int.from_bytes(message[at:at + 2], "big")
            items.append(message[at + 2:at + 2 + length].decode())
            at += 2 + length
    return items
