/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"

#include <glib/gi18n.h>

static gboolean
print_log (BywayClient *client, const char *name, gboolean json, GError **error)
{
  g_autofree char *path = byway_client_find_sync (client, name, error);
  g_autoptr (GVariant) reply
      = path != NULL ? byway_client_call_sync (client, path, "Connection", "GetLog", NULL, error)
                     : NULL;
  g_autofree const char **lines = NULL;

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(^a&s)", &lines);
  if (json)
    byway_cli_print_json (g_variant_new_strv (lines, -1));
  for (const char **line = lines; !json && *line != NULL; line++)
    g_print ("%s\n", *line);
  if (*lines == NULL && !json)
    g_printerr (_ ("Nothing has been tried since the helper started.\n"));
  return TRUE;
}

int
byway_verb_log (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print an array of lines"), NULL },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
      && (client = byway_client_new (&error)) != NULL && print_log (client, argv[1], json, &error))
    return 0;
  return byway_cli_fail (error);
}
