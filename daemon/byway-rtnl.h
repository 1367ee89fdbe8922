/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-net-plan.h"

/* The kernel's routes and policies over netlink (libmnl). Each call is one exchange with our own
 * kernel, which answers at once. */

/* The way to `server` just now, leaving out routes of ours. BYWAY_ERROR_NET when there is none. */
gboolean byway_rtnl_lookup (const BywayAddress *server, BywayUplink *out, GError **error);
/* Adds a route of ours (protocol BYWAY_ROUTE_PROTOCOL); one that is there already is no error. */
gboolean byway_rtnl_add_route (const BywayRoute *route, const BywayUplink *uplink,
                               const char *link_ifname, GError **error);
/* One that is gone already is no error. */
gboolean byway_rtnl_remove_route (const BywayRoute *route, const BywayUplink *uplink,
                                  const char *link_ifname, GError **error);
/* Removes every route of our protocol number, both families, all tables. */
gboolean byway_rtnl_flush (GError **error);

/* The guard: block policies (out, and in) for UDP port 1701 of that server, priority
 * BYWAY_GUARD_PRIORITY: L2TP passes only where an IKE daemon's better policy wraps it. Idempotent.
 */
gboolean byway_guard_on (const BywayAddress *server, GError **error);
gboolean byway_guard_off (const BywayAddress *server, GError **error);
/* Removes every policy of our priority. */
gboolean byway_guard_flush (GError **error);

/* TRUE when some UDP socket of this network namespace is bound to that port (/proc/net/udp, udp6).
 */
gboolean byway_udp_port_taken (guint16 port);
/* The program that holds it: "" when it can't be seen, NULL when nobody does. Caller frees. */
char *byway_udp_port_holder (guint16 port);
