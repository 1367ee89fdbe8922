/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"

#include <arpa/inet.h>
#include <string.h>

gboolean
byway_address_parse (const char *text, BywayAddress *out)
{
  BywayAddress parsed = { 0 };

  if (inet_pton (AF_INET, text, parsed.bytes) == 1)
    parsed.family = 4;
  else if (inet_pton (AF_INET6, text, parsed.bytes) == 1)
    parsed.family = 6;
  else
    return FALSE;

  *out = parsed;
  return TRUE;
}

gsize
byway_address_size (const BywayAddress *address)
{
  return address->family == 6 ? 16 : 4;
}

static void
clear_host_bits (BywayPrefix *prefix)
{
  for (guint bit = prefix->length; bit < 8 * byway_address_size (&prefix->address); bit++)
    prefix->address.bytes[bit / 8] &= ~(0x80 >> (bit % 8));
}

gboolean
byway_prefix_parse (const char *text, BywayPrefix *out)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 2);
  char *slash = words[0] != NULL ? strchr (words[0], '/') : NULL;
  BywayPrefix parsed = { 0 };
  guint64 number;

  if (words[0] == NULL)
    return FALSE;
  if (slash != NULL)
    *slash = '\0';
  if (!byway_address_parse (words[0], &parsed.address))
    return FALSE;

  parsed.length = 8 * byway_address_size (&parsed.address);
  if (slash != NULL)
    {
      if (!g_ascii_string_to_unsigned (slash + 1, 10, 0, parsed.length, &number, NULL))
        return FALSE;
      parsed.length = number;
    }
  if (words[1] != NULL)
    {
      if (!g_ascii_string_to_unsigned (words[1], 10, 1, G_MAXINT32, &number, NULL))
        return FALSE;
      parsed.metric = number;
    }

  clear_host_bits (&parsed);
  *out = parsed;
  return TRUE;
}

char *
byway_address_to_string (const BywayAddress *address)
{
  char text[INET6_ADDRSTRLEN] = "";

  if (byway_address_is_set (address))
    inet_ntop (address->family == 6 ? AF_INET6 : AF_INET, address->bytes, text, sizeof text);
  return g_strdup (text);
}

char *
byway_prefix_to_string (const BywayPrefix *prefix)
{
  g_autofree char *address = byway_address_to_string (&prefix->address);

  if (prefix->metric != 0)
    return g_strdup_printf ("%s/%u %u", address, prefix->length, prefix->metric);
  return g_strdup_printf ("%s/%u", address, prefix->length);
}

gboolean
byway_address_equal (const BywayAddress *a, const BywayAddress *b)
{
  return a->family == b->family && memcmp (a->bytes, b->bytes, byway_address_size (a)) == 0;
}

gboolean
byway_address_is_set (const BywayAddress *address)
{
  return address->family != 0;
}

gboolean
byway_prefix_contains (const BywayPrefix *prefix, const BywayAddress *address)
{
  BywayPrefix other = { .address = *address, .length = prefix->length };

  if (prefix->address.family != address->family)
    return FALSE;
  clear_host_bits (&other);
  return byway_address_equal (&prefix->address, &other.address);
}

BywayPrefix
byway_prefix_for_host (const BywayAddress *address)
{
  return (BywayPrefix){ .address = *address, .length = 8 * byway_address_size (address) };
}
