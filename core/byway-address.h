/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* An IPv4 or IPv6 address as a plain value. family is 4 or 6, or 0 for "none". */
typedef struct
{
  guint8 family;
  guint8 bytes[16]; /* network order; the first four count for IPv4 */
} BywayAddress;

/* A network: host bits beyond length are zero after parsing. metric 0 means "the profile's". */
typedef struct
{
  BywayAddress address;
  guint8 length;
  guint32 metric;
} BywayPrefix;

/* Strict: one IPv4 dotted quad or one IPv6 literal, nothing around it. */
gboolean byway_address_parse (const char *text, BywayAddress *out);
/* "198.51.100.1/24" or "2001:db8::/32", optionally a blank and a metric. Without a length: a host.
 */
gboolean byway_prefix_parse (const char *text, BywayPrefix *out);

char *byway_address_to_string (const BywayAddress *address);
char *byway_prefix_to_string (const BywayPrefix *prefix);

gboolean byway_address_equal (const BywayAddress *a, const BywayAddress *b);
gboolean byway_address_is_set (const BywayAddress *address);
/* Bytes of the address: 4 or 16. */
gsize byway_address_size (const BywayAddress *address);
gboolean byway_prefix_contains (const BywayPrefix *prefix, const BywayAddress *address);
BywayPrefix byway_prefix_for_host (const BywayAddress *address);
