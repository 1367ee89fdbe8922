/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-server-order.h"

static gboolean
contains (GArray *addresses, const BywayAddress *address)
{
  for (guint i = 0; i < addresses->len; i++)
    if (byway_address_equal (&g_array_index (addresses, BywayAddress, i), address))
      return TRUE;
  return FALSE;
}

/* Those that are (not) the one to avoid. */
static void
add (GArray *order, GArray *addresses, GArray *tried, const BywayAddress *avoided, gboolean is_it)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      const BywayAddress *address = &g_array_index (addresses, BywayAddress, i);

      if (address->family == 4 && byway_address_equal (address, avoided) == is_it
          && !contains (tried, address) && !contains (order, address))
        g_array_append_val (order, *address);
    }
}

GArray *
byway_server_order (GArray *addresses, GArray *tried, const BywayAddress *avoided)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (BywayAddress));

  add (order, addresses, tried, avoided, FALSE);
  add (order, addresses, tried, avoided, TRUE);
  return order;
}
