/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-icmp.h"

#include <string.h>

#define IPV4_HEADER 20
#define ICMP_HEADER 8
#define PORTS 4 /* bytes of UDP's header that hold both ports */
#define DESTINATION_UNREACHABLE 3
#define FRAGMENTATION_NEEDED 4
#define PROTOCOL_ICMP 1
#define PROTOCOL_UDP 17
#define OFFSET_PROTOCOL 9
#define OFFSET_SOURCE 12
#define OFFSET_DESTINATION 16

/* The header's length in bytes; 0: there is no whole IPv4 header (RFC 791, 3.1). */
static gsize
header_length (const guint8 *packet, gsize length)
{
  gsize bytes;

  if (length < IPV4_HEADER || packet[0] >> 4 != 4)
    return 0;
  bytes = (packet[0] & 0x0f) * 4u;
  return bytes >= IPV4_HEADER && bytes <= length ? bytes : 0;
}

static gboolean
is_at (const guint8 *bytes, const BywayAddress *address)
{
  return address->family == 4 && memcmp (bytes, address->bytes, 4) == 0;
}

gboolean
byway_icmp_parse (const guint8 *packet, gsize length, const BywayAddress *here,
                  const BywayAddress *server, BywayIcmpNotice *out)
{
  gsize outer = header_length (packet, length);
  const guint8 *icmp, *inner;
  gsize rest, inner_header;

  *out = (BywayIcmpNotice){ 0 };
  if (outer == 0 || packet[OFFSET_PROTOCOL] != PROTOCOL_ICMP || length - outer < ICMP_HEADER)
    return FALSE;
  icmp = packet + outer;
  inner = icmp + ICMP_HEADER;
  rest = length - outer - ICMP_HEADER;
  if (icmp[0] != DESTINATION_UNREACHABLE || icmp[1] == FRAGMENTATION_NEEDED)
    return FALSE;
  inner_header = header_length (inner, rest);
  if (inner_header == 0 || !is_at (inner + OFFSET_SOURCE, here)
      || !is_at (inner + OFFSET_DESTINATION, server))
    return FALSE;
  out->code = icmp[1];
  out->by_server = is_at (packet + OFFSET_SOURCE, server);
  out->protocol = inner[OFFSET_PROTOCOL];
  if (out->protocol != PROTOCOL_UDP)
    return TRUE;
  if (rest < inner_header + PORTS)
    return FALSE;
  out->port = (guint16)(inner[inner_header + 2] << 8 | inner[inner_header + 3]);
  return TRUE;
}

const char *
byway_icmp_text (guint8 code)
{
  static const char *const texts[] = {
    [0] = "network unreachable",
    [1] = "host unreachable",
    [2] = "protocol unreachable",
    [3] = "port unreachable",
    [5] = "source route failed",
    [6] = "network unknown",
    [7] = "host unknown",
    [9] = "network administratively prohibited",
    [10] = "host administratively prohibited",
    [13] = "communication administratively prohibited",
  };

  return code < G_N_ELEMENTS (texts) && texts[code] != NULL ? texts[code]
                                                            : "destination unreachable";
}
