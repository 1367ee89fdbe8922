/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-file.h"
#include "byway-cli.h"
#include "byway-keyring.h"
#include "byway-peer-conf.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
deliver (const char *path, const char *text, GError **error)
{
  if (strcmp (path, "-") != 0)
    return byway_cli_write_file (path, text, error);
  g_print ("%s", text);
  return TRUE;
}

/* What its next reader can do with it. */
static void
print_advice (const char *name, const char *path, gboolean secrets)
{
  const char *where = strcmp (path, "-") == 0 ? _ ("standard output") : path;

  if (secrets)
    g_printerr (_ ("The secrets of “%s” went to %s as they are: whoever reads them can connect. "
                   "Delete them when they have arrived.\n"),
                name, where);
  else if (strcmp (path, "-") != 0)
    g_printerr (_ ("“%s” is in %s, without its secrets.\n"), name, where);
}

static gboolean export(BywayClient *client, const char *name, const char *path, gboolean secrets,
                       GError **error)
{
  g_autofree char *object = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &object, error);
  g_autoptr (GHashTable) settings = about != NULL ? byway_about_settings (about) : NULL;
  g_autoptr (BywayPeerConf) conf = NULL;
  char *text;
  gboolean ok;

  if (about == NULL)
    return FALSE;
  conf = byway_peer_conf_from_settings (byway_about_string (about, "name"), settings);
  if (secrets && !byway_keyring_load_sync (byway_about_string (about, "uuid"), conf->secrets))
    g_printerr ("%s\n", _ ("The keyring is locked: its secrets are not exported."));
  text = byway_peer_conf_to_data (conf, secrets);
  ok = deliver (path, text, error);
  explicit_bzero (text, strlen (text));
  g_free (text);
  if (ok)
    print_advice (conf->name, path, secrets);
  return ok;
}

int
byway_verb_export (int argc, char **argv)
{
  gboolean secrets = FALSE;
  const GOptionEntry entries[] = {
    { "secrets", 0, 0, G_OPTION_ARG_NONE, &secrets, N_ ("Write the secrets into it, in clear text"),
      NULL },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 1, 2, &error)
      && (client = byway_client_new (&error)) != NULL
      && export(client, argv[1], argc > 2 ? argv[2] : "-", secrets, &error))
    return 0;
  return byway_cli_fail (error);
}
