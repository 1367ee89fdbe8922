/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-diagnosis.h"
#include "byway-cli.h"
#include "byway-words.h"

#include <glib/gi18n.h>
#include <string.h>

static void
print_evidence (const BywayDiagnosis *diagnosis)
{
  if (diagnosis->evidence[0] == NULL)
    return;
  g_print ("%s\n", _ ("  The last words of the programs before it:"));
  for (char **line = diagnosis->evidence; *line != NULL; line++)
    g_print ("    %s\n", *line);
}

static void
print_one (const char *name, GVariant *about)
{
  g_autoptr (BywayDiagnosis) diagnosis = byway_diagnosis_new_from_variant (about);
  const BywayCauseRow *row = byway_cause_row (diagnosis->cause);
  g_autofree char *sentence = byway_cli_diagnosis_sentence (diagnosis);
  g_autofree char *text = byway_cli_diagnosis_to_text (diagnosis);

  g_print (byway_cause_has (diagnosis->cause, BYWAY_TRAIT_WARNING) ? _ ("%s is up, but %s.\n")
                                                                   : _ ("%s: %s.\n"),
           name, sentence);
  g_print (_ ("  At the stage “%s” (code %s).\n"),
           byway_words_for_stage (byway_stage_to_string (diagnosis->stage)), row->code);
  g_print ("%s", text);
  print_evidence (diagnosis);
}

static void
print_all (const char *name, GVariant *about)
{
  g_autoptr (GVariant) more = g_variant_lookup_value (about, "more", G_VARIANT_TYPE ("aa{sv}"));

  if (g_variant_n_children (about) == 0)
    {
      g_print (_ ("Nothing is wrong with %s.\n"), name);
      return;
    }
  print_one (name, about);
  for (gsize i = 0; more != NULL && i < g_variant_n_children (more); i++)
    {
      g_autoptr (GVariant) next = g_variant_get_child_value (more, i);

      print_one (name, next);
    }
}

/* Why it does not come up again; and what was said of the last attempt goes with it. */
static GVariant *
explain_lacks (const char *name, const char *lacks, GVariant *last)
{
  g_autoptr (BywayDiagnosis) diagnosis = byway_diagnosis_new (BYWAY_CAUSE_SECRETS_AWAITED);
  g_autoptr (GVariant) about = NULL;
  GVariantDict dict;

  byway_diagnosis_set_fact (diagnosis, "detail", lacks);
  byway_diagnosis_set_name (diagnosis, name);
  about = g_variant_ref_sink (byway_diagnosis_to_variant (diagnosis));
  g_variant_dict_init (&dict, about);
  if (g_variant_n_children (last) > 0)
    g_variant_dict_insert_value (&dict, "more",
                                 g_variant_new_array (G_VARIANT_TYPE_VARDICT, &last, 1));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* What there is to tell of a connection, empty where nothing was tried; NULL with error. */
static GVariant *
find_reason (BywayClient *client, GVariant *connection, GError **error)
{
  const char *session = byway_about_string (connection, "session");
  g_autofree char *lacks = byway_about_dup_lacks (connection);
  g_autoptr (GVariant) last = NULL;

  if (strcmp (session, "/") != 0)
    last = byway_cli_diagnosis_get_sync (client, session, error);
  else
    last = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  if (last == NULL || lacks == NULL)
    return g_steal_pointer (&last);
  return explain_lacks (byway_about_string (connection, "name"), lacks, last);
}

static gboolean
explain (BywayClient *client, const char *name, gboolean json, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) connection = byway_cli_find (client, name, &path, error);
  g_autoptr (GVariant) about = connection != NULL ? find_reason (client, connection, error) : NULL;

  if (about == NULL)
    return FALSE;
  if (g_variant_n_children (about) == 0
      && strcmp (byway_about_string (connection, "session"), "/") == 0)
    g_printerr (_ ("Nothing has been tried since the helper started.\n"));
  else if (!json)
    print_all (byway_about_string (connection, "name"), about);
  if (json)
    byway_cli_print_json (g_variant_ref (about));
  return TRUE;
}

int
byway_verb_why (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print an object"), NULL },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
      && (client = byway_client_new (&error)) != NULL && explain (client, argv[1], json, &error))
    return 0;
  return byway_cli_fail (error);
}
