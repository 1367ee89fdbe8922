/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-about.h"

#include "byway-issue.h"
#include "byway-keyfile.h"

const char *
byway_about_string (GVariant *about, const char *key)
{
  const char *text = "";

  if (!g_variant_lookup (about, key, "&s", &text))
    g_variant_lookup (about, key, "&o", &text);
  return text;
}

gboolean
byway_about_bool (GVariant *about, const char *key)
{
  gboolean value = FALSE;

  g_variant_lookup (about, key, "b", &value);
  return value;
}

guint64
byway_about_number (GVariant *about, const char *key)
{
  guint32 small = 0;
  gint64 wide = 0;
  guint64 value = 0;

  if (g_variant_lookup (about, key, "u", &small))
    return small;
  if (g_variant_lookup (about, key, "x", &wide))
    return wide;
  g_variant_lookup (about, key, "t", &value);
  return value;
}

gboolean
byway_about_has_kill_switch (GVariant *about)
{
  return byway_about_blocks (about)
         || g_str_equal (byway_about_string (about, "kill-switch"), "up");
}

gboolean
byway_about_blocks (GVariant *about)
{
  return g_str_equal (byway_about_string (about, "kill-switch"), "blocking");
}

GVariant *
byway_about_lacks (GVariant *about)
{
  g_autofree const char **keys = NULL;

  g_variant_lookup (about, "lacks", "^a&s", &keys);
  return g_variant_new_strv (keys, keys != NULL ? -1 : 0);
}

char *
byway_about_dup_lacks (GVariant *about)
{
  g_autofree const char **keys = NULL;

  if (!g_variant_lookup (about, "lacks", "^a&s", &keys) || *keys == NULL)
    return NULL;
  return g_strjoinv (", ", (GStrv)keys);
}

GHashTable *
byway_about_settings (GVariant *about)
{
  g_autoptr (GVariant) settings
      = g_variant_lookup_value (about, "settings", G_VARIANT_TYPE ("a{ss}"));

  return settings != NULL ? byway_settings_from_variant (settings)
                          : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

BywayProfile *
byway_about_profile (GVariant *about, GError **error)
{
  g_autoptr (GHashTable) settings = byway_about_settings (about);
  g_autoptr (GPtrArray) issues = NULL;
  BywayProfile *profile = byway_profile_parse (settings, &issues);

  if (profile == NULL)
    byway_issues_to_error (issues, error);
  return profile;
}
