# SPDX-License-Identifier: GPL-2.0-or-later
"""Routes, IPv6 and names: what goes where, and everything as before afterwards."""

import addressing as look
import network
import server
from scenario import Scenario
from steps import add, clean, documented, down, goes, inside_answers, is_up, keeps_answering, modern, pings, up

SPLIT = documented(routes="172.31.18.0/24,10.99.0.0/16,fd00:18::/64", exclude_routes="10.99.7.0/24,fd00:18::8000/113",
                   ipv6="yes")
ALL = documented(all_traffic="yes", routes="", exclude_routes="203.0.113.96/28")

SCENARIOS = {
    "split-routes": Scenario(
        about="only the named networks use the tunnel, without the excluded ones, in IPv4 and IPv6",
        steps=(add(SPLIT), up, is_up,
               goes(network.INSIDE, "ppp*"), goes("10.99.1.1", "ppp*"), goes("10.99.7.1", "eth0"),
               goes("fd00:18::41", "ppp*"), goes("fd00:18::8001", "eth0"),
               goes(network.WORLD, "eth0"), goes(network.SRV, "eth0"), goes("1.2.3.4", "eth0"),
               inside_answers, look.world_sees(network.CLI), look.ipv6_reaches_the_world, down),
        after=(clean, look.world_sees(network.CLI))),
    "all-traffic": Scenario(
        about="everything goes through the tunnel but the server itself; no IPv6 leaves beside it",
        steps=(look.ipv6_reaches_the_world, look.world_sees(network.CLI), add(ALL), up, is_up,
               goes(network.WORLD, "ppp*"), goes("203.0.113.97", "eth0"), goes(network.SRV, "eth0"),
               pings(network.WORLD), look.world_sees(network.SRV), inside_answers, look.no_ipv6_leaves, down),
        after=(clean, look.ipv6_reaches_the_world, look.world_sees(network.CLI))),
    "same-end": Scenario(
        about="the other end of the link is the server's public address: the way to the server stays outside",
        steps=(add(modern()), up, is_up, goes(network.SRV, "eth0"), inside_answers, keeps_answering(network.INSIDE, 5), is_up, down),
        after=(clean,), setup=server.SAME_END),
    "dns-left-alone": Scenario(
        about="with nobody to tell name servers to, resolv.conf stays as it is",
        steps=(add(documented(dns_auto="yes")), up, look.resolv_conf_is_left_alone, down),
        after=(clean,)),
    "dns-resolvconf": Scenario(
        about="name servers and search domains go to resolvconf, and away again",
        steps=(look.install_resolvconf, add(documented(dns="10.99.0.53", dns_search="corp.example")), up,
               look.resolvconf_has("nameserver 10.99.0.53", "corp.example", *look.SERVER_DNS), down),
        after=(clean, look.resolv_conf_is_left_alone)),
    "dns-resolved": Scenario(
        about="name servers and search domains go to systemd-resolved, for our link only",
        steps=(look.start_resolved, add(documented(dns="10.99.0.53", dns_search="corp.example")), up,
               look.resolved_was_told("SetLinkDNS", "10.99.0.53", *look.SERVER_DNS),
               look.resolved_was_told("SetLinkDomains", "corp.example"), look.resolv_conf_is_left_alone, down),
        after=(clean,)),
}
