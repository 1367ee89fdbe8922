/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"
#include "byway-error.h"
#include "byway-keyring.h"
#include "byway-terminal.h"

#include <glib/gi18n.h>

static gboolean
confirm (const char *name, gboolean yes, GError **error)
{
  g_autofree char *question = NULL;

  if (yes)
    return TRUE;
  if (!byway_terminal_can_ask ())
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                   _ ("deleting needs a yes: byway delete %s --yes"), name);
      return FALSE;
    }
  question = g_strdup_printf (_ ("Delete “%s” and its secrets? [y/N] "), name);
  if (byway_terminal_ask_letter (question, "ny") == 'y')
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_CANCELLED, _ ("nothing was deleted"));
  return FALSE;
}

static gboolean delete (BywayClient *client, const char *name, gboolean yes, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) forgetting = NULL;

  if (about == NULL || !confirm (byway_about_string (about, "name"), yes, error))
    return FALSE;
  reply = byway_client_call_sync (client, path, "Connection", "Delete", NULL, error);
  if (reply == NULL)
    return FALSE;
  if (!byway_keyring_forget_sync (byway_about_string (about, "uuid"), NULL, &forgetting))
    g_info ("%s", forgetting->message);
  g_print (_ ("Deleted “%s”.\n"), byway_about_string (about, "name"));
  return TRUE;
}

int
byway_verb_delete (int argc, char **argv)
{
  gboolean yes = FALSE;
  const GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_ ("Do not ask"), NULL },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
      && (client = byway_client_new (&error)) != NULL && delete (client, argv[1], yes, &error))
    return 0;
  return byway_cli_fail (error);
}
