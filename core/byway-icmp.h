/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-address.h"

/* A router's or the server's own word on one of our datagrams (RFC 792, destination unreachable).
 */
typedef struct
{
  guint8 code;
  gboolean by_server; /* it has the server's address as its source */
  guint8 protocol;    /* of our datagram: 17 UDP, 50 ESP */
  guint16 port;       /* the port it went to; 0 where the protocol has none */
} BywayIcmpNotice;

/* @packet: an IPv4 packet as a raw ICMP socket gives it. FALSE unless it is about a datagram from
 * @here to @server, and whole as far as it must be. */
gboolean byway_icmp_parse (const guint8 *packet, gsize length, const BywayAddress *here,
                           const BywayAddress *server, BywayIcmpNotice *out);
/* "port unreachable" and so on; never NULL. */
const char *byway_icmp_text (guint8 code);
