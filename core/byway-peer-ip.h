/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#include "byway-address.h"

/* One route of a profile. The next hop is none (family 0) in nearly all: the tunnel is the way. */
typedef struct
{
  BywayPrefix prefix; /* its metric is not used */
  BywayAddress hop;
  gint64 metric; /* 0 to G_MAXUINT32 - 1; -1: none given */
} BywayPeerRoute;

/* The [ipv4] or [ipv6] group: what NetworkManager's settings of these names say and a VPN has a use
 * for. */
typedef struct
{
  gboolean present; /* FALSE: there is no such group, and the rest is empty */
  char *method;     /* NetworkManager's word; never "manual", the file has no addresses */
  GArray *dns;      /* BywayAddress */
  GStrv dns_search;
  GArray *routes; /* BywayPeerRoute */
  gboolean ignore_auto_routes, ignore_auto_dns, never_default;
} BywayPeerIp;

/* Makes it empty: absent, method "auto". Free what is in it with byway_peer_ip_clear. */
void byway_peer_ip_init (BywayPeerIp *ip);
void byway_peer_ip_clear (BywayPeerIp *ip);

/* Reads the group "ipv4" (family 4) or "ipv6" (6), or where there is none the one with its old
 * name, "ip4" or "ip6", into an empty @ip; what can't be read is added to
 * @issues, by "ipv4.KEY". */
void byway_peer_ip_read (BywayPeerIp *ip, GKeyFile *file, guint8 family, GPtrArray *issues);
/* Writes the group, when it is present, under both names: each version of NetworkManager-l2tp knows
 * one of them. */
void byway_peer_ip_write (const BywayPeerIp *ip, GKeyFile *file, guint8 family);

/* Is it a method that a profile of that family may have? */
gboolean byway_peer_ip_method_is_known (const char *method, guint8 family);
/* "DEST/PREFIX via HOP metric N", the last two where there are such. Caller frees. */
char *byway_peer_route_to_string (const BywayPeerRoute *route);
/* Strict reading of the same, of one family. */
gboolean byway_peer_route_parse (const char *text, guint8 family, BywayPeerRoute *out);

/* Moves the options all-traffic, routes, dns, dns-search and dns-auto out of @settings (key ->
 * text) into both parts, which must be empty. An option whose text could not be made again from
 * them (because of its order or spelling) stays too. */
void byway_peer_ip_take (BywayPeerIp *ipv4, BywayPeerIp *ipv6, GHashTable *settings);
/* The way back: adds these options to @settings, where they don't stand already. A next hop is left
 * out, and so is what NetworkManager would do with addresses (ignore-auto-routes). */
void byway_peer_ip_give (const BywayPeerIp *ipv4, const BywayPeerIp *ipv6, GHashTable *settings);
