/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-keys.h"

#include "byway-keyfile.h"

struct _BywayStrongswanKeys
{
  GHashTable *holders; /* ike_name -> its Holder */
  GPtrArray *waiting;  /* GTask: for a token that is being opened */
};

typedef struct
{
  BywayPlan *plan;
  gboolean opened; /* the token has taken its PIN */
} Holder;

static void
holder_free (gpointer data)
{
  Holder *holder = data;

  byway_plan_unref (holder->plan);
  g_free (holder);
}

BywayStrongswanKeys *
byway_strongswan_keys_new (void)
{
  BywayStrongswanKeys *keys = g_new0 (BywayStrongswanKeys, 1);

  keys->holders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, holder_free);
  keys->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  return keys;
}

void
byway_strongswan_keys_free (BywayStrongswanKeys *keys)
{
  g_hash_table_unref (keys->holders);
  g_ptr_array_unref (keys->waiting);
  g_free (keys);
}

/* --- whose a key is ------------------------------------------------------------------------- */

gboolean
byway_strongswan_keys_is_held (BywayStrongswanKeys *keys, const char *key_id)
{
  GHashTableIter iter;
  gpointer held;

  g_hash_table_iter_init (&iter, keys->holders);
  while (g_hash_table_iter_next (&iter, NULL, &held))
    if (g_str_equal (((Holder *)held)->plan->key_id, key_id))
      return TRUE;
  return FALSE;
}

GPtrArray *
byway_strongswan_keys_strangers (BywayStrongswanKeys *keys, const BywayViciNode *answer)
{
  const BywayViciNode *list = byway_vici_node_find (answer, "keys");
  GPtrArray *strangers = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; list != NULL && list->kind == BYWAY_VICI_LIST && i < list->children->len; i++)
    {
      g_autofree char *key_id = byway_vici_node_dup_text (list->children->pdata[i], "");

      if (!byway_strongswan_keys_is_held (keys, key_id))
        g_ptr_array_add (strangers, g_steal_pointer (&key_id));
    }
  return strangers;
}

/* --- a token -------------------------------------------------------------------------------- */

/* A token has one PIN for all its keys. Of another owner's not even that the PIN is another one may
 * be told: it would be a way to try PINs that the token does not count. */
static BywayKeyVerdict
compare (const Holder *holder, const BywayPlan *plan)
{
  if (holder->plan->owner != plan->owner)
    return BYWAY_KEY_TAKEN;
  if (!holder->opened)
    return BYWAY_KEY_WAIT;
  return g_bytes_equal (holder->plan->pin, plan->pin) ? BYWAY_KEY_LOAD : BYWAY_KEY_PIN;
}

/* The gravest word of all that hold a key of that token; one that has opened it speaks for those of
 * its owner that have not yet. */
static BywayKeyVerdict
ask_holders (BywayStrongswanKeys *keys, const BywayPlan *plan)
{
  BywayKeyVerdict verdict = BYWAY_KEY_LOAD;
  gboolean opened = FALSE;
  GHashTableIter iter;
  gpointer held;

  g_hash_table_iter_init (&iter, keys->holders);
  while (g_hash_table_iter_next (&iter, NULL, &held))
    {
      const Holder *holder = held;

      if (g_strcmp0 (holder->plan->token, plan->token) != 0)
        continue;
      verdict = MAX (verdict, compare (holder, plan));
      opened |= holder->opened;
    }
  return verdict == BYWAY_KEY_WAIT && opened ? BYWAY_KEY_LOAD : verdict;
}

/* Which of charon's keys are on a token charon does not tell, nor on which. */
static BywayKeyVerdict
judge_token (BywayStrongswanKeys *keys, const BywayPlan *plan, GPtrArray *strangers)
{
  if (plan->owner != BYWAY_OWNER_SYSTEM && strangers->len > 0)
    return BYWAY_KEY_TAKEN;
  return ask_holders (keys, plan);
}

/* --- taking and giving back ----------------------------------------------------------------- */

static void
hold (BywayStrongswanKeys *keys, BywayPlan *plan)
{
  Holder *holder = g_new0 (Holder, 1);

  holder->plan = byway_plan_ref (plan);
  g_hash_table_insert (keys->holders, g_strdup (plan->ike_name), holder);
}

BywayKeyVerdict
byway_strongswan_keys_take (BywayStrongswanKeys *keys, BywayPlan *plan, GPtrArray *strangers)
{
  gboolean there = g_ptr_array_find_with_equal_func (strangers, plan->key_id, g_str_equal, NULL);
  BywayKeyVerdict verdict = BYWAY_KEY_LOAD;

  if (there && (plan->token == NULL || plan->owner == BYWAY_OWNER_SYSTEM))
    return BYWAY_KEY_THERE;
  if (plan->token != NULL)
    verdict = judge_token (keys, plan, strangers);
  if (verdict == BYWAY_KEY_LOAD)
    hold (keys, plan);
  return verdict;
}

static gboolean
on_wake (gpointer task)
{
  g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

/* Each asks charon anew, and later: who gives a key back has yet to tell charon to unload it. */
static void
wake (BywayStrongswanKeys *keys)
{
  g_autoptr (GPtrArray) waiting = keys->waiting;

  keys->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    g_idle_add_full (G_PRIORITY_DEFAULT, on_wake, g_object_ref (waiting->pdata[i]), g_object_unref);
}

void
byway_strongswan_keys_set_opened (BywayStrongswanKeys *keys, const BywayPlan *plan)
{
  Holder *holder = g_hash_table_lookup (keys->holders, plan->ike_name);

  if (holder == NULL || holder->plan != plan)
    return; /* given back meanwhile */
  holder->opened = TRUE;
  wake (keys);
}

void
byway_strongswan_keys_wait (BywayStrongswanKeys *keys, GAsyncReadyCallback callback, gpointer data)
{
  g_ptr_array_add (keys->waiting, g_task_new (NULL, NULL, callback, data));
}

gboolean
byway_strongswan_keys_give_back (BywayStrongswanKeys *keys, const BywayPlan *plan)
{
  if (!g_hash_table_remove (keys->holders, plan->ike_name))
    return FALSE;
  wake (keys);
  return !byway_strongswan_keys_is_held (keys, plan->key_id);
}
