/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-examine.h"

#define ROOT "/org/byway/Byway1"

GVariant *
byway_cli_examine (void)
{
  g_autoptr (BywayClient) client = byway_client_new (NULL);
  g_autoptr (GVariant) reply
      = client != NULL ? byway_client_call_sync (client, ROOT, "Manager", "Examine", NULL, NULL)
                       : NULL;

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

BywayAble *
byway_cli_examine_able (void)
{
  g_autoptr (GVariant) about = byway_cli_examine ();

  return about != NULL ? byway_able_new (about) : NULL;
}
