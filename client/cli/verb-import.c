/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-moving.h"
#include "byway-cli.h"
#include "byway-error.h"
#include "byway-import.h"
#include "byway-keyfile.h"
#include "byway-keyring.h"
#include "byway-option.h"

#include <glib/gi18n.h>

typedef struct
{
  char *name; /* NULL: as the file says */
  gboolean system, with_ipsec, plain;
} Choice;

/* A tunnel without IPsec is made where the file says so in our own word, or where the user does. */
static BywayImport *
load (const char *path, const Choice *choice, GError **error)
{
  g_autoptr (BywayImport) import = byway_import_read_sync (path, error);

  if (import == NULL || import->plain == NULL || choice->with_ipsec)
    return g_steal_pointer (&import);
  if (choice->plain || import->own)
    {
      byway_import_take_plain (import);
      return g_steal_pointer (&import);
    }
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
               _ ("“%s” describes a tunnel without IPsec: everything, also the password, would "
                  "be readable on its way. If the server can do IPsec, as nearly all can: "
                  "byway import --with-ipsec; if it can't: byway import --plain"),
               path);
  return NULL;
}

/* On standard error: what nobody asked for, and has to know. */
static void
tell (const BywayImport *import)
{
  g_auto (GStrv) differences = byway_import_differences (import);
  g_autofree char *defaults = byway_cli_moving_defaults (differences);
  g_autofree char *unprotected
      = byway_cli_moving_unprotected (g_hash_table_lookup (import->settings, "gateway"));

  if (g_strcmp0 (g_hash_table_lookup (import->settings, "ipsec"), "no") == 0)
    g_printerr (_ ("But %s.\n"), unprotected);
  if (defaults != NULL)
    g_printerr (_ ("But %s.\n"), defaults);
}

/* What the command line says, else the file. Borrowed; NULL with error. */
static const char *
choose_name (const char *wanted, const BywayImport *import, GError **error)
{
  const char *name = wanted != NULL ? wanted : import->name;
  const char *problem = byway_name_problem (name);

  if (problem == NULL)
    return name;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
               _ ("the name “%s” is not possible: %s. Give it another one with --name"), name,
               problem);
  return NULL;
}

/* FALSE: the file had none that is to be kept. */
static gboolean
keep_secrets (GVariant *about, const BywayImport *import)
{
  g_autoptr (BywayProfile) profile = byway_about_profile (about, NULL);
  gboolean kept = FALSE;
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n && profile != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      BywayStorage storage;

      if (byway_secret_set_get (import->secrets, options[i].key, NULL) == NULL)
        continue;
      storage = byway_profile_storage (profile, options[i].key);
      if (storage == BYWAY_STORAGE_ASK)
        continue;
      if (byway_keyring_save_sync (byway_about_string (about, "uuid"),
                                   byway_about_string (about, "name"), options[i].key,
                                   import->secrets, storage, &error))
        kept = TRUE;
      else
        g_printerr (_ ("%s was not kept: %s\n"), options[i].key, error->message);
    }
  return kept;
}

static gboolean
import_file (BywayClient *client, const char *path, const Choice *choice, GError **error)
{
  g_autoptr (BywayImport) import = load (path, choice, error);
  const char *name = import != NULL ? choose_name (choice->name, import, error) : NULL;
  g_autoptr (GVariant) reply = NULL, about = NULL;
  const char *object;

  if (name == NULL)
    return FALSE;
  reply = byway_client_call_sync (client, BYWAY_CLIENT_ROOT, "Manager", "AddConnection",
                                  g_variant_new ("(s@a{ss}b)", name,
                                                 byway_settings_to_variant (import->settings),
                                                 choice->system),
                                  error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(&o)", &object);
  about = byway_client_get_sync (client, object, "Connection", error);
  if (about == NULL)
    return FALSE;
  g_print (keep_secrets (about, import)
               ? _ ("Added “%s”, its secrets are in your keyring. Connect with: byway up %s\n")
               : _ ("Added “%s”. Connect with: byway up %s\n"),
           name, name);
  tell (import);
  return TRUE;
}

static gboolean
is_possible (const Choice *choice, GError **error)
{
  if (!choice->with_ipsec || !choice->plain)
    return TRUE;
  g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                       _ ("--with-ipsec and --plain are opposites"));
  return FALSE;
}

int
byway_verb_import (int argc, char **argv)
{
  Choice choice = { 0 };
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &choice.name, N_ ("Give it another name"), "NAME" },
    { "system", 0, 0, G_OPTION_ARG_NONE, &choice.system, N_ ("For every user of this machine"),
      NULL },
    { "with-ipsec", 0, 0, G_OPTION_ARG_NONE, &choice.with_ipsec,
      N_ ("Take a tunnel without IPsec for one with it"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &choice.plain,
      N_ ("Take a tunnel without IPsec for what it is: all of it can be read on its way"), NULL },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;
  gboolean ok = byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
                && is_possible (&choice, &error) && (client = byway_client_new (&error)) != NULL
                && import_file (client, argv[1], &choice, &error);

  g_free (choice.name);
  return ok ? 0 : byway_cli_fail (error);
}
