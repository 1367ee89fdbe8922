/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-keys.h"

struct _BywayStrongswanKeys
{
  GHashTable *holders; /* ike_name -> key_id */
};

BywayStrongswanKeys *
byway_strongswan_keys_new (void)
{
  BywayStrongswanKeys *keys = g_new0 (BywayStrongswanKeys, 1);

  keys->holders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return keys;
}

void
byway_strongswan_keys_free (BywayStrongswanKeys *keys)
{
  g_hash_table_unref (keys->holders);
  g_free (keys);
}

static gboolean
is_held (BywayStrongswanKeys *keys, const char *key_id)
{
  GHashTableIter iter;
  gpointer held;

  g_hash_table_iter_init (&iter, keys->holders);
  while (g_hash_table_iter_next (&iter, NULL, &held))
    if (g_str_equal (held, key_id))
      return TRUE;
  return FALSE;
}

static gboolean
is_listed (const BywayViciNode *answer, const char *key_id)
{
  const BywayViciNode *list = byway_vici_node_find (answer, "keys");

  for (guint i = 0; list != NULL && list->kind == BYWAY_VICI_LIST && i < list->children->len; i++)
    {
      g_autofree char *id = byway_vici_node_dup_text (list->children->pdata[i], "");

      if (g_ascii_strcasecmp (id, key_id) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
byway_strongswan_keys_take (BywayStrongswanKeys *keys, const BywayPlan *plan,
                            const BywayViciNode *answer)
{
  if (is_listed (answer, plan->key_id) && !is_held (keys, plan->key_id))
    return FALSE;
  g_hash_table_insert (keys->holders, g_strdup (plan->ike_name), g_strdup (plan->key_id));
  return TRUE;
}

gboolean
byway_strongswan_keys_give_back (BywayStrongswanKeys *keys, const BywayPlan *plan)
{
  return g_hash_table_remove (keys->holders, plan->ike_name) && !is_held (keys, plan->key_id);
}
