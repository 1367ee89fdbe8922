/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-secrets.h"
#include "byway-cli.h"
#include "byway-keyfile.h"
#include "byway-keyring.h"
#include "byway-option.h"
#include "byway-terminal.h"

#include <glib/gi18n.h>

/* Asks for one secret and keeps it; Enter alone leaves it for `byway up`. */
static gboolean
ask_and_keep (GVariant *about, const BywayProfile *profile, const char *key)
{
  g_autofree char *question = g_strdup_printf (
      _ ("%s (input hidden; Enter: ask at each connect): "), byway_cli_secrets_title (key));
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  g_autoptr (GError) error = NULL;
  BywayStorage storage = byway_profile_storage (profile, key);
  const char *problem;

  if (storage == BYWAY_STORAGE_ASK)
    return FALSE;
  if (!byway_terminal_ask_secret (question, key, set, &problem))
    {
      if (problem != NULL)
        g_printerr ("byway: %s %s\n", key, problem);
      return FALSE;
    }
  if (byway_keyring_save_sync (byway_about_string (about, "uuid"),
                               byway_about_string (about, "name"), key, set, storage, &error))
    return TRUE;
  g_printerr (_ ("%s was not kept: %s\n"), key, error->message);
  return FALSE;
}

static gboolean
ask_secrets (GVariant *about)
{
  g_autoptr (BywayProfile) profile = byway_about_profile (about, NULL);
  g_auto (GStrv) missing = profile != NULL ? byway_secrets_missing (profile, NULL) : NULL;
  gboolean kept = FALSE;

  for (char **key = missing; key != NULL && *key != NULL; key++)
    if (byway_option_find (*key)->type == BYWAY_OPTION_SECRET)
      kept |= ask_and_keep (about, profile, *key);
  return kept;
}

static gboolean
add (BywayClient *client, const char *name, GHashTable *settings, gboolean system,
     gboolean no_secrets, GError **error)
{
  g_autoptr (GVariant) reply = byway_client_call_sync (
      client, BYWAY_CLIENT_ROOT, "Manager", "AddConnection",
      g_variant_new ("(s@a{ss}b)", name, byway_settings_to_variant (settings), system), error);
  g_autoptr (GVariant) about = NULL;
  const char *path;
  gboolean kept;

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(&o)", &path);
  about = byway_client_get_sync (client, path, "Connection", error);
  if (about == NULL)
    return FALSE;
  kept = !no_secrets && byway_terminal_can_ask () && ask_secrets (about);
  g_print (kept ? _ ("Added “%s”, its secrets are in your keyring. Connect with: byway up %s\n")
                : _ ("Added “%s”. Connect with: byway up %s\n"),
           name, name);
  return TRUE;
}

int
byway_verb_add (int argc, char **argv)
{
  gboolean system = FALSE, no_secrets = FALSE;
  const GOptionEntry entries[] = {
    { "system", 0, 0, G_OPTION_ARG_NONE, &system, N_ ("For every user of this machine"), NULL },
    { "no-secrets", 0, 0, G_OPTION_ARG_NONE, &no_secrets, N_ ("Do not ask for the secrets"), NULL },
    { NULL },
  };
  g_autoptr (GHashTable) settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, settings, 1, -1, &error)
      && byway_cli_parse_settings (argv + 2, settings, &error)
      && (client = byway_client_new (&error)) != NULL
      && add (client, argv[1], settings, system, no_secrets, &error))
    return 0;
  return byway_cli_fail (error);
}
