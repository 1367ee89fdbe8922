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

GHashTable *
byway_cli_examine_algorithms (void)
{
  g_autoptr (GVariant) about = byway_cli_examine ();
  g_autofree const char **names = NULL;
  GHashTable *set;

  if (about == NULL || !g_variant_lookup (about, "strongswan-algorithms", "^a&s", &names))
    return NULL;
  set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (const char **name = names; *name != NULL; name++)
    g_hash_table_add (set, g_strdup (*name));
  return set;
}
