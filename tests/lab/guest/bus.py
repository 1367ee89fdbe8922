# SPDX-License-Identifier: GPL-2.0-or-later
"""One question to a D-Bus daemon without a program: starting one takes far longer than asking."""

import os
import socket
import struct

SYSTEM = "/run/dbus/system_bus_socket"
DAEMON, DAEMON_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
CALL, RETURN, ERROR = 1, 2, 3
PATH, INTERFACE, MEMBER, DESTINATION, SIGNATURE = 1, 2, 3, 6, 8


def has_owner(name):
    """Whether somebody has this name on the system bus. To be called inside the host."""
    try:
        return struct.unpack("<I", _ask(DAEMON, DAEMON_PATH, DAEMON, "NameHasOwner", name))[0] == 1
    except (FileNotFoundError, ConnectionError):
        return False  # the daemon is not there yet


def number(name, path, interface, of):
    """A property of type u; None while nobody tells it. To be called inside the host."""
    try:
        body = _ask(name, path, "org.freedesktop.DBus.Properties", "Get", interface, of)
    except (FileNotFoundError, ConnectionError):
        return None
    return struct.unpack("<I", body[4:])[0]  # behind its signature


def text(name, path, interface, member):
    """What a method without arguments answers, where that is a string. To be called inside the host."""
    body = _ask(name, path, interface, member)
    return body[4:4 + struct.unpack_from("<I", body)[0]].decode()


def do(name, path, interface, member):
    """A method without arguments whose answer is nothing. To be called inside the host."""
    _ask(name, path, interface, member)


def _ask(*call):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bus:
        bus.settimeout(10)
        bus.connect(SYSTEM)
        with bus.makefile("rb") as answers:
            _log_in(bus, answers)
            bus.sendall(_call(1, DAEMON, DAEMON_PATH, DAEMON, "Hello") + _call(2, *call))
            return _answer_to(2, answers)


def _log_in(bus, answers):
    bus.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
    if not answers.readline().startswith(b"OK "):
        raise ConnectionError("the bus daemon refused us")
    bus.sendall(b"BEGIN\r\n")


def _padded(data, size):
    return data + bytes(-len(data) % size)


def _string(text):
    return struct.pack("<I", len(text)) + text.encode() + b"\0"


def _field(code, kind, text):
    value = bytes([len(text)]) + text.encode() + b"\0" if kind == "g" else _string(text)
    return bytes([code, 1]) + kind.encode() + b"\0" + value


def _call(serial, name, path, interface, member, *arguments):
    """A method call with strings (D-Bus specification, "Message Protocol")."""
    given = [(PATH, "o", path), (INTERFACE, "s", interface), (MEMBER, "s", member), (DESTINATION, "s", name)]
    given += [(SIGNATURE, "g", "s" * len(arguments))] if arguments else []
    body = fields = b""
    for argument in arguments:
        body = _padded(body, 4) + _string(argument)
    for field in given:
        fields = _padded(fields, 8) + _field(*field)
    head = b"l" + bytes([CALL, 0, 1]) + struct.pack("<II", len(body), serial) + struct.pack("<I", len(fields)) + fields
    return _padded(head, 8) + body


def _answer_to(serial, answers):
    """The body of the answer; signals and other answers are passed over."""
    while head := answers.read(16):
        kind = head[1]
        length, _, fields_length = struct.unpack("<III", head[4:])
        fields = answers.read(fields_length + -fields_length % 8)[:fields_length]
        body = answers.read(length)
        if _replies_to(fields) == serial:
            if kind == ERROR:
                raise ConnectionError(f"the bus: {body!r}")
            return body
    raise ConnectionError("the bus daemon hung up")


def _replies_to(fields):
    """The serial in field 5 (REPLY_SERIAL, of type u); None where there is none."""
    at = fields.find(b"\x05\x01u\0")
    return struct.unpack("<I", fields[at + 4:at + 8])[0] if at >= 0 and at % 8 == 0 else None
