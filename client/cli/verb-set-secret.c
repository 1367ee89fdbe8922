/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-secrets.h"
#include "byway-cli.h"
#include "byway-error.h"
#include "byway-keyfile.h"
#include "byway-keyring.h"
#include "byway-option.h"

#include <glib/gi18n.h>

typedef struct
{
  gboolean from_stdin;
  char *storage; /* "save", "session", "ask", or NULL: as the connection says */
} Choice;

static gboolean
check (const char *key, const Choice *choice, GError **error)
{
  const BywayOption *option = byway_option_find (key);
  const BywayOption *storage = byway_option_find ("password-storage");

  if (option == NULL || option->type != BYWAY_OPTION_SECRET)
    g_set_error (
        error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
        _ ("“%s” is no secret: there are ipsec-psk, password, xauth-password and l2tp-secret"),
        key);
  else if (choice->storage != NULL && !g_strv_contains (storage->choices, choice->storage))
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                 _ ("--storage takes save, session or ask, not “%s”"), choice->storage);
  else
    return TRUE;
  return FALSE;
}

/* Writes the storage into the connection where it says otherwise. */
static gboolean
set_storage (BywayClient *client, const char *path, GVariant *about, const char *key,
             const char *storage, GError **error)
{
  g_autoptr (GHashTable) settings = byway_about_settings (about);
  g_autofree char *option = g_strconcat (key, "-storage", NULL);
  const char *now = g_hash_table_lookup (settings, option);
  g_autoptr (GVariant) reply = NULL;

  if (g_str_equal (now != NULL ? now : byway_option_find (option)->fallback, storage))
    return TRUE;
  g_hash_table_insert (settings, g_steal_pointer (&option), g_strdup (storage));
  reply = byway_client_call_sync (client, path, "Connection", "Update",
                                  g_variant_new ("(s@a{ss})", byway_about_string (about, "name"),
                                                 byway_settings_to_variant (settings)),
                                  error);
  return reply != NULL;
}

static gboolean
keep (GVariant *about, const char *key, const char *storage, gboolean from_stdin, GError **error)
{
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  const char *uuid = byway_about_string (about, "uuid");

  if (g_str_equal (storage, "ask"))
    return byway_keyring_forget_sync (uuid, key, error);
  return byway_cli_secrets_read (key, from_stdin, set, error)
         && byway_keyring_save_sync (
             uuid, byway_about_string (about, "name"), key, set,
             g_str_equal (storage, "session") ? BYWAY_STORAGE_SESSION : BYWAY_STORAGE_SAVE, error);
}

static gboolean
set_secret (BywayClient *client, const char *name, const char *key, const Choice *choice,
            GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *option = g_strconcat (key, "-storage", NULL);
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);
  g_autoptr (GHashTable) settings = about != NULL ? byway_about_settings (about) : NULL;
  const char *storage = choice->storage;

  if (about == NULL)
    return FALSE;
  if (storage == NULL)
    storage = g_hash_table_lookup (settings, option);
  if (storage == NULL || (choice->storage == NULL && g_str_equal (storage, "ask")))
    storage = "save";
  if (!keep (about, key, storage, choice->from_stdin, error)
      || !set_storage (client, path, about, key, storage, error))
    return FALSE;
  g_print (g_str_equal (storage, "ask") ? _ ("%s of “%s” will be asked for at each connect.\n")
           : g_str_equal (storage, "session") ? _ ("%s of “%s” is kept until you log out.\n")
                                              : _ ("%s of “%s” is in your keyring.\n"),
           key, byway_about_string (about, "name"));
  return TRUE;
}

int
byway_verb_set_secret (int argc, char **argv)
{
  Choice choice = { 0 };
  const GOptionEntry entries[] = {
    { "stdin", 0, 0, G_OPTION_ARG_NONE, &choice.from_stdin,
      N_ ("Read it from standard input, to its end"), NULL },
    { "storage", 0, 0, G_OPTION_ARG_STRING, &choice.storage,
      N_ ("save (keyring), session (until logout) or ask (nowhere)"), "WHERE" },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;
  gboolean ok = byway_cli_parse (&argc, &argv, entries, NULL, 2, 2, &error)
                && check (argv[2], &choice, &error) && (client = byway_client_new (&error)) != NULL
                && set_secret (client, argv[1], argv[2], &choice, &error);

  g_free (choice.storage);
  return ok ? 0 : byway_cli_fail (error);
}
