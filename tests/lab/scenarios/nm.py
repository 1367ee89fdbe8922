# SPDX-License-Identifier: GPL-2.0-or-later
"""Byway as a VPN of NetworkManager's: all that a user does with nmcli, and all that may happen meanwhile."""

import dataclasses

import certificates
import network
import nm
import nm_l2tp
import server
import trouble
from certificates import in_files, with_certificates
from fault_server import build_plugin
from nm_move import exports, imports, is_ours, is_peers, migrates, window_loads
from nm_steps import (BYWAY, RIGHT, SPLIT, add, add_ann, add_file, asked, banner_says, byway, cancelled_after, clean, down,
                      edit, has, helper_killed, is_active, is_gone, kill, link_goes, link_returns, mtu_is, names_are_asked_of, refused,
                      says_why, start, start_again, stop, up, up_with_passwd_file, while_connecting)
from scenario import Scenario
from steps import documented, goes, has_address, inside_answers, keeps_answering, modern, named, pings

LAB = "lab"
DISABLED = dataclasses.replace(server.MSCHAPV2, trees=(*server.MSCHAPV2.trees, "refuses"), code="647")
USE = (is_active, has_address(server.FIXED_ADDRESS), pings("192.168.42.1"), inside_answers)
AGAIN = (up, *USE, down)
ALL_TRAFFIC = {}
IPV6 = {**SPLIT, "ipv6.never-default": "true", "ipv6.routes": "fd00:18::/64"}
EAP = server.Setup(("common", "modern", "eap"))
ANNS = {**SPLIT, "connection.permissions": "user:ann"}


def managed(about, *steps, **more):
    """NetworkManager runs, and at the end nothing is left."""
    return Scenario(about=f"NetworkManager: {about}", steps=steps, after=(clean,),
                    **{"manager": True, "seconds": 120, "weight": 12, **more})


def with_wrong_password(world):
    right = byway()(world)
    return dataclasses.replace(right, secrets={**right.secrets, "password": "not the password"})


def migrated(world):
    """A keyfile as NetworkManager-l2tp's editor wrote it."""
    return nm_l2tp.documented("office", SPLIT)(world)


def migrated_by_hand(world):
    """The same after an editor changed one line of it."""
    return dataclasses.replace(migrated(world), service=BYWAY)


SCENARIOS = {
    "nm-up-down": managed(
        "all traffic and the names go through the tunnel, and back", add(byway(settings=ALL_TRAFFIC)), up, *USE,
        goes(network.WORLD, "ppp*"), goes(network.SRV, "eth0"), has("IP4.DNS", "8.8.8.8", "8.8.4.4"),
        names_are_asked_of("8.8.8.8", "8.8.4.4"), down, delay=25),
    "nm-split": managed(
        "only the profile's networks go through the tunnel", add_file(byway()), up, *USE,
        goes(network.INSIDE, "ppp*"), goes(network.WORLD, "eth0"), goes(network.SRV, "eth0"), down),
    "nm-same-end": managed(
        "the other end of the link is the server's public address", add(byway(modern())), up, is_active, inside_answers,
        goes(network.SRV, "eth0"), keeps_answering(network.INSIDE, 5), is_active, down, setup=server.SAME_END),
    "nm-mtu": managed(
        "the profile's MTU is the link's; that its certificate is over soon is in the banner",
        with_certificates(add(byway(in_files(mtu=1200, mru=1200))), up, *USE, mtu_is(1200),
                          banner_says("soon over: CN=laptop,O=Lab"), down, of_client=certificates.BRIEF),
        setup=certificates.SETUP, weight=20),
    "nm-wins": managed(
        "WINS servers and domains are told to NetworkManager", add(byway(modern(wins_auto="yes", dns_search="corp.example"))), up,
        *USE, has("IP4.WINS", "192.168.42.2", "192.168.42.3"), has("IP4.DOMAIN", "corp.example"), down, setup=server.WINS),
    "nm-wins-none": managed(
        "a server without WINS servers is no trouble", add(byway(documented(wins_auto="yes"))), up, *USE, down),
    "nm-ipv6": managed(
        "IPv6 inside the tunnel, with routes of the profile's", add(byway(documented(ipv6="yes"), settings=IPV6)), up, *USE,
        has("IP6.ADDRESS", "fe80"), goes("fd00:18::41", "ppp*"), goes(network.INSIDE, "ppp*"), down),
    "nm-wrong-password-then-right": managed(
        "a wrong password is asked for anew, with the reason", add(byway(flags=2)),
        asked(password=("not the password", RIGHT), ipsec_psk=(RIGHT,), says=("refused",)), *USE, down),
    "nm-wrong-psk-then-right": managed(
        "a wrong pre-shared key is asked for anew, with the reason", add(byway(flags=2)),
        asked(password=(RIGHT,), ipsec_psk=("not the key", RIGHT), says=("wrong",)), *USE, down),
    "nm-wrong-password": managed(
        "a wrong password, and nobody to ask: told at once", add(with_wrong_password),
        refused(8, "refused the user name or the password"), says_why("refused", "user name")),
    "nm-account-disabled": managed(
        "a login that no other password would help is told at once, as one that failed", build_plugin,
        add(byway(modern(refuse_pap="yes", refuse_chap="yes"))), refused(8, "disabled", "invalid secrets"), says_why("disabled"),
        setup=DISABLED),
    "nm-cancel": managed(
        "down while it connects", add(byway()), cancelled_after(0, 0.6, 1.2, 2), *AGAIN, delay=150,
        cut_off=True, weight=35),
    "nm-two-at-once": managed(
        "two profiles to two servers, up together and down one by one", add(byway()),
        add(byway(modern(gateway="vpn2.example.net"), name=LAB, settings={**SPLIT, "ipv4.routes": "10.43.0.0/16"})),
        up, named(LAB, up), *USE, named(LAB, is_active), pings("192.168.43.1"), down, pings("192.168.43.1"), named(LAB, down),
        others={"srv2": server.SECOND}),
    "nm-helper-killed": managed(
        "bywayd is killed while up, and while connecting: the VPN ends, and works again", add(byway()), up, *USE,
        helper_killed, clean, while_connecting(helper_killed), clean, *AGAIN, cut_off=True, seconds=180, weight=30),
    "nm-restarted": managed(
        "NetworkManager stops while up: the tunnel goes with it, and comes again", add(byway()), up, *USE, stop, start_again,
        is_gone, clean, *AGAIN),
    "nm-killed": managed(
        "NetworkManager is killed while up: the tunnel ends, and comes again", add(byway()), up, *USE, kill, start_again,
        is_gone, clean, *AGAIN, cut_off=True),
    "nm-link-down-up": managed(
        "the cable is out for a while: the VPN ends, and works again", add(byway()), up, *USE, link_goes, is_gone, link_returns,
        clean, *AGAIN, cut_off=True),
    "nm-flag-agent-owned": managed(
        "secrets of the user's own are asked for", add(byway(flags=1)), refused(10, "secret"),
        asked(password=(RIGHT,), ipsec_psk=(RIGHT,)), *USE, down),
    "nm-flag-not-saved": managed(
        "secrets that are never saved are asked for each time", add(byway(flags=2)),
        *(asked(password=(RIGHT,), ipsec_psk=(RIGHT,)), *USE, down) * 2, delay=25),
    "nm-flag-not-required": managed(
        "secrets that are not required are used where they are, and not asked for", add_file(byway(flags=4)), asked(), *USE, down),
    "nm-normal-user": managed(
        "a user's own profile, by that user", add_ann, start, add(byway(flags=1, settings=ANNS)),
        asked(password=(RIGHT,), ipsec_psk=(RIGHT,), user=nm.ANN), *USE, down, manager=False),
    "nm-passwd-file": managed("secrets come out of a file", add(byway(flags=1)), up_with_passwd_file, *USE, down),
    "nm-migrated": managed(
        "NetworkManager-l2tp's profile that says no more than it has to, with another service-type, by nmcli: a server that wants "
        "EAP, and a key in base64", add_file(nm_l2tp.bare("office", SPLIT)), edit("vpn.service-type", BYWAY), *AGAIN, setup=EAP),
    "nm-migrated-keyfile": managed(
        "NetworkManager-l2tp's profile with another service-type, by hand", add_file(migrated), add_file(migrated_by_hand), *AGAIN),
    "nm-migrate-tool": managed(
        "byway migrate takes NetworkManager-l2tp's profile over, secrets and all, and gives it back", add_file(migrated),
        migrates("--all", "--dry-run"), is_peers, migrates("--all"), is_ours, *AGAIN, migrates("--all", "--undo"), is_peers),
    "nm-import-export": managed(
        "a file of NetworkManager-l2tp's, by nmcli, out again and in again", imports, *AGAIN, exports, *AGAIN),
    "nm-window": managed("nm-connection-editor loads the plugin and its editor", add(byway()), window_loads, weight=40),
    "nm-canary": managed(
        "no secret that was asked for in any file, command line, environment or log", add(byway(flags=2)),
        asked(password=(RIGHT,), ipsec_psk=(RIGHT,)), *USE, trouble.nothing_to_see, down, trouble.nothing_to_see,
        setup=trouble.marked()),
    "nm-unknown-key": managed(
        "a key that is nobody's is refused, by its name", add(byway(documented(nonsense="yes"))), refused(10, "nonsense")),
}
