/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-keys.h"

struct _BywayStrongswanKeys
{
  GHashTable *holders; /* ike_name -> its BywayPlan */
};

BywayStrongswanKeys *
byway_strongswan_keys_new (void)
{
  BywayStrongswanKeys *keys = g_new0 (BywayStrongswanKeys, 1);

  keys->holders
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)byway_plan_unref);
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
    if (g_str_equal (((BywayPlan *)held)->key_id, key_id))
      return TRUE;
  return FALSE;
}

/* A token has one PIN for all its keys. */
static gboolean
is_open_by_another_pin (BywayStrongswanKeys *keys, const BywayPlan *plan)
{
  GHashTableIter iter;
  gpointer held;

  g_hash_table_iter_init (&iter, keys->holders);
  while (g_hash_table_iter_next (&iter, NULL, &held))
    {
      const BywayPlan *other = held;

      if (g_strcmp0 (other->token, plan->token) == 0 && !g_bytes_equal (other->pin, plan->pin))
        return TRUE;
    }
  return FALSE;
}

gboolean
byway_strongswan_keys_is_listed (const BywayViciNode *answer, const char *key_id)
{
  return byway_vici_node_lists (byway_vici_node_find (answer, "keys"), key_id);
}

BywayKeyVerdict
byway_strongswan_keys_take (BywayStrongswanKeys *keys, BywayPlan *plan, const BywayViciNode *answer)
{
  gboolean token = plan->token != NULL;

  if (byway_strongswan_keys_is_listed (answer, plan->key_id) && !is_held (keys, plan->key_id))
    return token && !plan->system ? BYWAY_KEY_TAKEN : BYWAY_KEY_THERE;
  if (token && is_open_by_another_pin (keys, plan))
    return BYWAY_KEY_PIN;
  g_hash_table_insert (keys->holders, g_strdup (plan->ike_name), byway_plan_ref (plan));
  return BYWAY_KEY_LOAD;
}

gboolean
byway_strongswan_keys_give_back (BywayStrongswanKeys *keys, const BywayPlan *plan)
{
  return g_hash_table_remove (keys->holders, plan->ike_name) && !is_held (keys, plan->key_id);
}
