/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-secrets.h"
#include "byway-cli.h"
#include "byway-error.h"
#include "byway-keyfile.h"

#include <glib/gi18n.h>

static void
overlay (GHashTable *settings, GHashTable *changes)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (*(char *)value == '\0')
      g_hash_table_remove (settings, key);
    else
      g_hash_table_insert (settings, g_strdup (key), g_strdup (value));
}

static gboolean
edit (BywayClient *client, const char *name, const char *new_name, GHashTable *changes,
      char **words, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);
  g_autoptr (GHashTable) settings = about != NULL ? byway_about_settings (about) : NULL;
  g_autoptr (GVariant) reply = NULL;

  if (settings == NULL)
    return FALSE;
  overlay (settings, changes);
  if (!byway_cli_parse_settings (words, settings, error))
    return FALSE;
  if (new_name == NULL)
    new_name = byway_about_string (about, "name");
  reply = byway_client_call_sync (
      client, path, "Connection", "Update",
      g_variant_new ("(s@a{ss})", new_name, byway_settings_to_variant (settings)), error);
  if (reply == NULL)
    return FALSE;
  byway_cli_secrets_forget_pin (about, settings);
  g_print (_ ("Changed “%s”.\n"), new_name);
  return TRUE;
}

int
byway_verb_edit (int argc, char **argv)
{
  g_autofree char *new_name = NULL;
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &new_name, N_ ("Give it another name"), "NAME" },
    { NULL },
  };
  g_autoptr (GHashTable) changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (!byway_cli_parse (&argc, &argv, entries, changes, 1, -1, &error))
    return byway_cli_fail (error);
  if (argc == 2 && g_hash_table_size (changes) == 0 && new_name == NULL)
    g_set_error (&error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                 _ ("nothing to change: byway edit %s KEY=VALUE …; byway show %s lists the keys"),
                 argv[1], argv[1]);
  else if ((client = byway_client_new (&error)) != NULL
           && edit (client, argv[1], new_name, changes, argv + 2, &error))
    return 0;
  return byway_cli_fail (error);
}
