/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-plan.h"
#include "byway-cli.h"
#include "byway-issue.h"

static gboolean
render (GHashTable *settings, GError **error)
{
  g_autoptr (GPtrArray) issues = NULL;
  g_autoptr (BywayProfile) profile = byway_profile_parse (settings, &issues);
  g_autofree char *text = NULL;

  if (profile == NULL)
    {
      byway_issues_to_error (issues, error);
      return FALSE;
    }
  text = byway_cli_plan_render (profile, NULL, error);
  if (text == NULL)
    return FALSE;
  g_print ("%s", text);
  return TRUE;
}

int
byway_verb_render (int argc, char **argv)
{
  g_autoptr (GHashTable) settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, NULL, settings, 0, -1, &error)
      && byway_cli_parse_settings (argv + 1, settings, &error) && render (settings, &error))
    return 0;
  return byway_cli_fail (error);
}
