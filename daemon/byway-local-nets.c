/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-local-nets.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

static BywayPrefix
to_prefix (const struct ifaddrs *entry)
{
  guint32 address = ((const struct sockaddr_in *)(const void *)entry->ifa_addr)->sin_addr.s_addr;
  guint32 mask = ((const struct sockaddr_in *)(const void *)entry->ifa_netmask)->sin_addr.s_addr;
  BywayPrefix prefix = { .address.family = 4, .length = (guint8)__builtin_popcount (mask) };

  address &= mask;
  memcpy (prefix.address.bytes, &address, sizeof address);
  return prefix;
}

static gboolean
counts (const struct ifaddrs *entry, const char *but)
{
  return entry->ifa_addr != NULL && entry->ifa_addr->sa_family == AF_INET
         && entry->ifa_netmask != NULL && (entry->ifa_flags & IFF_UP) != 0
         && (entry->ifa_flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) == 0
         && strcmp (entry->ifa_name, but) != 0;
}

GArray *
byway_local_nets (const char *but)
{
  GArray *nets = g_array_new (FALSE, FALSE, sizeof (BywayPrefix));
  struct ifaddrs *entries = NULL;

  if (getifaddrs (&entries) != 0)
    return nets;
  for (struct ifaddrs *entry = entries; entry != NULL; entry = entry->ifa_next)
    if (counts (entry, but))
      {
        BywayPrefix prefix = to_prefix (entry);

        g_array_append_val (nets, prefix);
      }
  freeifaddrs (entries);
  return nets;
}
