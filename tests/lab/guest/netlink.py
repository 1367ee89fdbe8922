# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel has, asked without a program: routes, rules, links, addresses, and IPsec's states and policies.
To be called inside the host. Every entry is a dictionary that equals itself as long as the kernel's entry does."""

import socket
import struct

ROUTE, XFRM = 0, 6  # NETLINK_ROUTE, NETLINK_XFRM
GETLINK, GETADDR, GETROUTE, GETRULE = 18, 22, 26, 34
GETSA, GETPOLICY = 0x12, 0x15
REQUEST_DUMP, ERROR, DONE = 0x301, 2, 3
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
# Attributes of linux/rtnetlink.h, if_addr.h, if_link.h and fib_rules.h that are looked at, or that come and go by themselves.
RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_CACHEINFO, RTA_TABLE = 1, 4, 5, 12, 15
IFA_CACHEINFO, IFLA_IFNAME, FRA_PROTOCOL = 6, 3, 21
ROUTE_TYPES = {1: "unicast", 2: "local", 3: "broadcast", 4: "anycast", 5: "multicast"}
# linux/xfrm.h: a selector, then what else is fixed.
SELECTOR, LIFETIMES, LIFETIMES_NOW, TEMPLATE = 56, 64, 32, 64
XFRMA_TMPL = 5
SOCKET_POLICIES = 3  # directions from here on are a socket's own (XFRM_POLICY_MAX)


def routes(family):
    return [_route(family, message) for message in _dump(ROUTE, GETROUTE, struct.pack("B11x", FAMILIES[family]))]


def rules(family):
    return [_rule(message) for message in _dump(ROUTE, GETRULE, struct.pack("B11x", FAMILIES[family]))]


def links():
    """Names, by index."""
    found = {}
    for message in _dump(ROUTE, GETLINK, bytes(16)):
        found[struct.unpack_from("i", message, 4)[0]] = _attributes(message[16:])[IFLA_IFNAME].rstrip(b"\0").decode()
    return found


def addresses(family):
    found = []
    for message in _dump(ROUTE, GETADDR, struct.pack("B7x", FAMILIES[family])):
        _, length, _flags, scope, index = struct.unpack_from("BBBBI", message)
        more = {key: value.hex() for key, value in _attributes(message[8:]).items() if key != IFA_CACHEINFO}
        found.append({"link": index, "length": length, "scope": scope, "more": more})
    return found


def states():
    """Endpoints and SPI of each association of ESP. One without an SPI is the kernel's note that somebody sent a packet for
    which there was none; it goes by itself (net.core.xfrm_acq_expires, 165 s), and nobody can take it away."""
    found = []
    for message in _dump(XFRM, GETSA, b""):
        identity, rest = message[SELECTOR:SELECTOR + 24], message[SELECTOR + 24:]
        after = rest[16 + LIFETIMES + LIFETIMES_NOW + 12:]
        _seq, reqid, family, mode = struct.unpack_from("IIHB", after)
        spi, kind = struct.unpack_from(">IB", identity, 16)
        if spi:
            found.append({"src": _address(family, rest), "dst": _address(family, identity), "proto": kind, "spi": hex(spi),
                          "reqid": reqid, "mode": mode})
    return found


def loads():
    """What each association of ESP carried so far, (bytes, packets), by where it ends and its SPI."""
    found = {}
    for message in _dump(XFRM, GETSA, b""):
        identity, rest = message[SELECTOR:SELECTOR + 24], message[SELECTOR + 24:]
        family = struct.unpack_from("H", rest, 16 + LIFETIMES + LIFETIMES_NOW + 12 + 8)[0]
        spi = struct.unpack_from(">I", identity, 16)[0]
        found[_address(family, identity), hex(spi)] = struct.unpack_from("QQ", rest, 16 + LIFETIMES)
    return found


def policies():
    """Of all policies but the sockets' own. The index is the kernel's own count."""
    found = []
    for message in _dump(XFRM, GETPOLICY, b""):
        fixed = SELECTOR + LIFETIMES + LIFETIMES_NOW
        priority, _index, direction, action, flags, share = struct.unpack_from("IIBBBB", message, fixed)
        if direction < SOCKET_POLICIES:
            attributes = _attributes(message[fixed + 16:])
            templates = _templates(attributes.pop(XFRMA_TMPL, b""))
            more = {key: value.hex() for key, value in attributes.items()}
            found.append(_selector(message) | {"dir": ("in", "out", "fwd")[direction], "priority": priority, "action": action,
                                               "flags": flags, "share": share, "templates": templates, "more": more})
    return found


def _templates(data):
    """struct xfrm_user_tmpl, one after the other: the endpoints and what else tells them apart."""
    found = []
    for at in range(0, len(data), TEMPLATE):
        one = data[at:at + TEMPLATE]
        spi, kind = struct.unpack_from(">IB", one, 16)
        family = struct.unpack_from("H", one, 24)[0]
        reqid, mode, share, optional = struct.unpack_from("IBBB", one, 44)
        found.append({"src": _address(family, one[28:]), "dst": _address(family, one), "proto": kind, "spi": hex(spi),
                      "reqid": reqid, "mode": mode, "share": share, "optional": optional, "algorithms": one[52:].hex()})
    return found


def _selector(message):
    """struct xfrm_selector."""
    dport, dport_mask, sport, sport_mask, family, dlength, slength, proto = struct.unpack_from(">HHHH2sBBB", message, 32)
    family = struct.unpack("H", family)[0]
    return {"src": f"{_address(family, message[16:])}/{slength}", "dst": f"{_address(family, message)}/{dlength}", "proto": proto,
            "sport": f"{sport}/{sport_mask:#x}", "dport": f"{dport}/{dport_mask:#x}", "link": struct.unpack_from("i", message, 48)[0]}


def _route(family, message):
    _, dlength, slength, tos, table, protocol, scope, kind, flags = struct.unpack_from("BBBBBBBBI", message)
    attributes = _attributes(message[12:])
    attributes.pop(RTA_CACHEINFO, None)
    known = {"dst": f"{_address(FAMILIES[family], attributes.pop(RTA_DST))}/{dlength}" if RTA_DST in attributes else "default",
             "table": struct.unpack("I", attributes.pop(RTA_TABLE))[0] if RTA_TABLE in attributes else table,
             "protocol": protocol, "scope": scope, "type": ROUTE_TYPES.get(kind, kind)}
    if RTA_GATEWAY in attributes:
        known["gateway"] = _address(FAMILIES[family], attributes.pop(RTA_GATEWAY))
    if RTA_OIF in attributes:
        known["link"] = struct.unpack("I", attributes.pop(RTA_OIF))[0]
    return known | {"src length": slength, "tos": tos, "flags": flags, "more": {key: value.hex() for key, value in attributes.items()}}


def _rule(message):
    attributes = _attributes(message[12:])
    protocol = attributes.pop(FRA_PROTOCOL, b"\0")[0]
    return {"protocol": protocol, "rule": message[:12].hex(), "more": {key: value.hex() for key, value in attributes.items()}}


def _address(family, data):
    return socket.inet_ntop(family, data[:4 if family == socket.AF_INET else 16]) if family in FAMILIES.values() else "any"


def _attributes(data):
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("HH", data)
        found[kind & 0x3fff] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


def _dump(protocol, kind, body):
    """The messages of one dump, without their heads."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol) as kernel:
        kernel.sendall(struct.pack("IHHII", 16 + len(body), kind, REQUEST_DUMP, 1, 0) + body)
        while True:
            data = kernel.recv(1 << 18)
            while data:
                length, told = struct.unpack_from("IH", data)
                if told == DONE:
                    return
                if told == ERROR:
                    number = -struct.unpack_from("i", data, 16)[0]
                    raise OSError(number, f"netlink {protocol}: {kind}")
                yield data[16:length]
                data = data[(length + 3) & ~3:]
