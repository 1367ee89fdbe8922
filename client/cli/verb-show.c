/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-plan.h"
#include "byway-cli.h"
#include "byway-option.h"

#include <glib/gi18n.h>

static gboolean
print_plan (GVariant *about, GError **error)
{
  g_autoptr (BywayProfile) profile = byway_about_profile (about, error);
  g_autofree char *text
      = profile != NULL ? byway_cli_plan_render (profile, byway_about_string (about, "uuid"), error)
                        : NULL;

  if (text != NULL)
    g_print ("%s", text);
  return text != NULL;
}

/* Every key with its value; what is not set shows its default in brackets. */
static void
print_settings (GVariant *about)
{
  g_autoptr (GHashTable) settings = byway_about_settings (about);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  const char *const header[] = { _ ("KEY"), _ ("VALUE"), _ ("MEANING"), NULL };
  gsize n;
  const BywayOption *options = byway_options (&n);

  g_print ("%s  %s%s\n\n", byway_about_string (about, "name"), byway_about_string (about, "uuid"),
           byway_about_bool (about, "system") ? _ ("  (every user's)") : "");
  g_ptr_array_add (rows, g_strdupv ((GStrv)header));
  for (gsize i = 0; i < n; i++)
    {
      const char *value = g_hash_table_lookup (settings, options[i].key);
      g_autofree char *fallback
          = g_strdup_printf ("(%s)", options[i].fallback != NULL ? options[i].fallback : "");
      const char *const cells[]
          = { options[i].key, value != NULL ? value : fallback, options[i].doc, NULL };

      if (options[i].type != BYWAY_OPTION_SECRET)
        g_ptr_array_add (rows, g_strdupv ((GStrv)cells));
    }
  byway_cli_print_table (rows);
}

static gboolean
show (BywayClient *client, const char *name, gboolean rendered, gboolean json, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);

  if (about == NULL)
    return FALSE;
  if (rendered)
    return print_plan (about, error);
  if (json)
    byway_cli_print_json (g_variant_ref (about));
  else
    print_settings (about);
  return TRUE;
}

int
byway_verb_show (int argc, char **argv)
{
  gboolean rendered = FALSE, json = FALSE;
  const GOptionEntry entries[] = {
    { "rendered", 0, 0, G_OPTION_ARG_NONE, &rendered,
      N_ ("Print what a connect would write and send, secrets masked"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print an object"), NULL },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
      && (client = byway_client_new (&error)) != NULL
      && show (client, argv[1], rendered, json, &error))
    return 0;
  return byway_cli_fail (error);
}
