/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

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
  gboolean system, with_ipsec;
} Choice;

static BywayImport *
load (const char *path, gboolean with_ipsec, GError **error)
{
  g_autoptr (BywayImport) import = byway_import_read_sync (path, error);

  if (import == NULL || !import->plain || with_ipsec)
    return g_steal_pointer (&import);
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
               _ ("“%s” describes a tunnel without IPsec: everything, also the password, would "
                  "be readable on its way. If the server can do IPsec, as nearly all can: "
                  "byway import --with-ipsec; if it can't, set ipsec=no afterwards"),
               path);
  return NULL;
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
  g_autoptr (BywayImport) import = load (path, choice->with_ipsec, error);
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
  return TRUE;
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
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;
  gboolean ok = byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
                && (client = byway_client_new (&error)) != NULL
                && import_file (client, argv[1], &choice, &error);

  g_free (choice.name);
  return ok ? 0 : byway_cli_fail (error);
}
