/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-nm-data.h"
#include "byway-nm-peers.h"
#include "byway-option.h"
#include "byway-profile.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Lines "key=value". */
static GHashTable *
data_of (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GHashTable *all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (char **line = lines; *line != NULL; line++)
    {
      const char *sign = strchr (*line, '=');

      if (sign != NULL)
        g_hash_table_insert (all, g_strndup (*line, sign - *line), g_strdup (sign + 1));
    }
  return all;
}

/* Every key is an option's, and none a secret's. */
static void
assert_settings (GHashTable *settings)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const BywayOption *option = byway_option_find (key);

      g_assert_nonnull (option);
      g_assert_true (option->type != BYWAY_OPTION_SECRET);
      g_assert_nonnull (value);
    }
}

/* Byway's own words are read back as they were written. */
static void
try_native (GHashTable *settings)
{
  g_autoptr (GHashTable) native = byway_nm_data_from_settings (settings);
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  g_autoptr (GHashTable) again = byway_nm_data_to_settings (native, NULL, NULL, issues);
  g_autoptr (GHashTable) twice = byway_nm_data_from_settings (again);

  g_assert_cmpuint (issues->len, ==, 0);
  g_assert_cmpuint (g_hash_table_size (twice), ==, g_hash_table_size (native));
}

/* NetworkManager-l2tp's words: it would refuse a profile with any other key. */
static void
try_peer (GHashTable *settings)
{
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) theirs = byway_nm_data_to_peer (settings, left_out);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, theirs);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_assert_true (byway_nm_key_is_peers (key));
  byway_nm_peer_is_plain (theirs);
}

/* The input is vpn.data. What nobody knows is an issue, or goes to the rest. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GHashTable) given = data_of (data, size);
  g_autoptr (GHashTable) rest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  g_autoptr (GPtrArray) none = byway_issues_new ();
  g_autoptr (GHashTable) settings = byway_nm_data_to_settings (given, "alice", NULL, issues);
  g_autoptr (GHashTable) same = byway_nm_data_to_settings (given, NULL, rest, none);
  BywayProfile *profile = byway_profile_parse (settings, NULL);

  assert_settings (settings);
  assert_settings (same);
  g_assert_nonnull (g_hash_table_lookup (settings, "user"));
  g_assert_cmpuint (issues->len, ==, none->len + g_hash_table_size (rest));
  try_native (settings);
  if (profile != NULL)
    try_peer (settings);
  g_clear_pointer (&profile, byway_profile_unref);
  return 0;
}
