/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"
#include "byway-words.h"

#include <glib/gi18n.h>
#include <string.h>

static int
down (BywayClient *client, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);
  g_autoptr (GVariant) reply = NULL;
  g_autofree char *time = NULL;
  gint64 began = g_get_monotonic_time ();

  if (about == NULL)
    return 1;
  reply = byway_client_call_sync (client, path, "Connection", "Disconnect", NULL, error);
  if (reply == NULL)
    return 1;
  time = byway_words_for_time ((g_get_monotonic_time () - began) / G_TIME_SPAN_MILLISECOND);
  g_print (_ ("%s is down (%s).\n"), byway_about_string (about, "name"), time);
  return 0;
}

int
byway_verb_down (int argc, char **argv)
{
  GError *error = NULL;
  g_autoptr (BywayClient) client = NULL;

  if (!byway_cli_parse (&argc, &argv, NULL, NULL, 1, 1, &error))
    return byway_cli_fail (error);
  client = byway_client_new (&error);
  if (client == NULL || down (client, argv[1], &error) != 0)
    return byway_cli_fail (error);
  return 0;
}
