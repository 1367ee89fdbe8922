/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"

#include <glib/gi18n.h>

static int
lift (BywayClient *client, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);
  g_autoptr (GVariant) reply = NULL;

  if (about == NULL)
    return 1;
  reply = byway_client_call_sync (client, path, "Connection", "LiftKillSwitch", NULL, error);
  if (reply == NULL)
    return 1;
  if (byway_about_has_kill_switch (about))
    g_print (_ ("The kill switch of %s is lifted: what is sent may leave this machine again.\n"),
             byway_about_string (about, "name"));
  else
    g_print (_ ("The kill switch of %s is not on.\n"), byway_about_string (about, "name"));
  return 0;
}

int
byway_verb_lift (int argc, char **argv)
{
  GError *error = NULL;
  g_autoptr (BywayClient) client = NULL;

  if (!byway_cli_parse (&argc, &argv, NULL, NULL, 1, 1, &error))
    return byway_cli_fail (error);
  client = byway_client_new (&error);
  if (client == NULL || lift (client, argv[1], &error) != 0)
    return byway_cli_fail (error);
  return 0;
}
