/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-data.h"
#include "byway-nm-peers.h"
#include "byway-option.h"
#include "byway-peer-words.h"

#include <string.h>

static gboolean
says_yes (GHashTable *data, const char *key)
{
  const char *value = g_hash_table_lookup (data, key);

  return value != NULL && byway_peer_is_yes (value);
}

gboolean
byway_nm_peer_is_plain (GHashTable *data)
{
  return !says_yes (data, "ipsec-enabled");
}

gboolean
byway_nm_is_peers (GHashTable *data)
{
  return !byway_nm_peer_is_plain (data) && !g_hash_table_contains (data, "ipsec");
}

static void
spell_out (GHashTable *data, const BywayOption *option)
{
  gboolean taken;
  g_autofree char *theirs = byway_nm_key_absent (option->key, &taken);

  if (theirs != NULL && taken && !g_hash_table_contains (data, option->key))
    g_hash_table_insert (data, g_strdup (option->key), g_strdup (option->fallback));
}

void
byway_nm_stay_peers (GHashTable *data)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  if (g_hash_table_contains (data, "ipsec") && !says_yes (data, "ipsec"))
    return;
  g_hash_table_remove (data, "ipsec");
  g_hash_table_insert (data, g_strdup ("ipsec-enabled"), g_strdup ("yes"));
  for (gsize i = 0; i < n; i++)
    spell_out (data, &options[i]);
}

static gboolean
has_peers_key (GHashTable *data)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, data);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (byway_nm_key_classify (key) == BYWAY_NM_KEY_PEER)
      return TRUE;
  return FALSE;
}

gboolean
byway_nm_leaves_ipsec_open (GHashTable *data)
{
  static const char *const about_ipsec[]
      = { "ipsec", "ipsec-enabled", "ipsec-psk", "ipsec-psk-flags", "machine-auth" };

  for (gsize i = 0; i < G_N_ELEMENTS (about_ipsec); i++)
    if (g_hash_table_contains (data, about_ipsec[i]))
      return FALSE;
  return g_strcmp0 (g_hash_table_lookup (data, "machine-auth-type"), "tls") != 0
         && has_peers_key (data);
}
