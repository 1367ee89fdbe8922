/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"

#include "byway-cli-diagnosis.h"
#include "byway-option.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* --- arguments ------------------------------------------------------------------------------ */

static const BywayVerb *
find_verb (const char *name)
{
  const BywayVerb *verb = byway_verbs;

  while (verb->name != NULL && strcmp (verb->name, name) != 0)
    verb++;
  return verb;
}

static gboolean
on_setting (const char *option, const char *value, gpointer settings, GError **error)
{
  g_hash_table_insert (settings, g_strdup (option + strlen ("--")), g_strdup (value));
  return TRUE;
}

/* `--gateway HOST` and so on: one entry for each row of the option table but the secrets. */
static GOptionGroup *
new_settings_group (GHashTable *settings)
{
  GOptionGroup *group = g_option_group_new ("settings", _ ("Settings (also as KEY=VALUE):"),
                                            _ ("Show settings"), settings, NULL);
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      GOptionEntry entry
          = { options[i].key, 0, 0, G_OPTION_ARG_CALLBACK, on_setting, options[i].doc, "VALUE" };

      if (options[i].type != BYWAY_OPTION_SECRET)
        g_array_append_val (entries, entry);
    }
  g_option_group_add_entries (group, (const GOptionEntry *)entries->data);
  return group;
}

gboolean
byway_cli_parse (int *argc, char ***argv, const GOptionEntry *entries, GHashTable *settings,
                 int min, int max, GError **error)
{
  const BywayVerb *verb = find_verb ((*argv)[0]);
  g_autoptr (GOptionContext) context = g_option_context_new (verb->arguments);
  g_autofree char *program = g_strconcat ("byway ", verb->name, NULL);
  g_autoptr (GError) cause = NULL;

  g_option_context_set_summary (context, _ (verb->summary));
  g_option_context_set_strict_posix (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (settings != NULL)
    {
      g_option_context_add_group (context, new_settings_group (settings));
      g_option_context_set_description (context, _ ("“byway "
                                                    "add --help-settings” lists every setting."));
    }
  g_set_prgname (program);
  if (!g_option_context_parse (context, argc, argv, &cause))
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, "%s (byway %s --help)", cause->message,
                   verb->name);
      return FALSE;
    }
  if (*argc - 1 >= min && (max < 0 || *argc - 1 <= max))
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, _ ("usage: byway %s %s"), verb->name,
               verb->arguments);
  return FALSE;
}

gboolean
byway_cli_parse_settings (char **words, GHashTable *settings, GError **error)
{
  for (; *words != NULL; words++)
    {
      const char *equals = strchr (*words, '=');
      const char *value = equals != NULL ? equals + 1 : NULL;
      g_autofree char *key = value != NULL ? g_strndup (*words, equals - *words) : NULL;
      const BywayOption *option = key != NULL ? byway_option_find (key) : NULL;

      if (key == NULL || (option != NULL && option->type == BYWAY_OPTION_SECRET))
        {
          g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                       key == NULL ? _ ("“%s” is not KEY=VALUE")
                                   : _ ("“%s”: secrets are not settings (byway set-secret)"),
                       key == NULL ? *words : key);
          return FALSE;
        }
      if (*value == '\0')
        g_hash_table_remove (settings, key);
      else
        g_hash_table_insert (settings, g_steal_pointer (&key), g_strdup (value));
    }
  return TRUE;
}

/* --- output --------------------------------------------------------------------------------- */

/* A cause speaks in its sentence; its message is only the detail. */
static char *
words_of (const GError *error)
{
  g_autoptr (BywayDiagnosis) diagnosis = NULL;

  if (error->domain != BYWAY_FAILURE)
    return g_strdup (error->message);
  diagnosis = byway_diagnosis_new_from_error (error, BYWAY_STAGE_PREPARE);
  return byway_cli_diagnosis_sentence (diagnosis);
}

int
byway_cli_fail (GError *error)
{
  g_autoptr (GError) owned = error;
  g_autofree char *words = words_of (error);

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    g_printerr ("byway: %s\n", _ ("the helper bywayd is not installed, or the bus can't start it"));
  else
    g_printerr ("byway: %s\n", words);
  if (error->domain == BYWAY_FAILURE)
    return byway_error_exit_code (byway_cause_row (error->code)->error);
  return error->domain == BYWAY_ERROR ? byway_error_exit_code (error->code) : 1;
}

void
byway_cli_print_json (GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autofree char *text = json_gvariant_serialize_data (owned, NULL);

  g_print ("%s\n", text);
}

void
byway_cli_print_table (GPtrArray *rows)
{
  guint columns = g_strv_length (rows->pdata[0]);
  g_autofree glong *widths = g_new0 (glong, columns);

  for (guint r = 0; r < rows->len; r++)
    for (guint c = 0; c < columns; c++)
      widths[c] = MAX (widths[c], g_utf8_strlen (((GStrv)rows->pdata[r])[c], -1));
  for (guint r = 0; r < rows->len; r++)
    {
      GStrv row = rows->pdata[r];

      for (guint c = 0; c < columns; c++)
        g_print ("%s%*s", row[c],
                 c + 1 < columns ? (int)(widths[c] - g_utf8_strlen (row[c], -1)) + 2 : 0, "");
      g_print ("\n");
    }
  g_ptr_array_unref (rows);
}

const char *
byway_cli_state (GVariant *about, GVariant *session)
{
  const char *state = session != NULL ? byway_about_string (session, "state") : "down";
  g_autofree char *lacks = byway_about_dup_lacks (about);

  if (strcmp (state, "done") != 0 && strcmp (state, "new") != 0 && strcmp (state, "down") != 0)
    return state;
  if (byway_about_number (about, "next-try") != 0 || lacks != NULL)
    return "waiting";
  return byway_about_blocks (about) ? "blocked" : "down";
}

void
byway_cli_print_lacks (const char *name, const char *keys)
{
  g_autofree char *word = byway_diagnosis_name_in_command (name);

  g_printerr (_ ("%s would come up again by itself, and waits for secrets (%s) that nobody who is "
                 "here has. To bring it up: byway up %s. To call it off: byway down %s\n"),
              name, keys, word, word);
}

GVariant *
byway_cli_find (BywayClient *client, const char *name, char **path, GError **error)
{
  *path = byway_client_find_sync (client, name, error);
  return *path != NULL ? byway_client_get_sync (client, *path, "Connection", error) : NULL;
}
