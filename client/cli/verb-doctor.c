/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"
#include "byway-doctor-facts.h"
#include "byway-error.h"
#include "byway-terminal.h"

#include <glib/gi18n.h>

static void
print_one (const BywayFinding *finding, gboolean colour)
{
  static const struct
  {
    const char *mark, *colour;
  } looks[] = {
    [BYWAY_VERDICT_OK] = { "✓", "\033[32m" },
    [BYWAY_VERDICT_WARNING] = { "!", "\033[33m" },
    [BYWAY_VERDICT_PROBLEM] = { "✗", "\033[31m" },
    [BYWAY_VERDICT_UNKNOWN] = { "?", "\033[34m" },
  };

  g_print ("  %s%s%s %s\n", colour ? looks[finding->verdict].colour : "",
           looks[finding->verdict].mark, colour ? "\033[0m" : "", finding->sentence);
  if (finding->fix != NULL)
    g_print ("      → %s\n", finding->fix);
}

static void
print_object (GPtrArray *findings, const char *conclusion)
{
  GVariantBuilder checks;
  GVariantDict dict;

  g_variant_builder_init (&checks, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < findings->len; i++)
    {
      const BywayFinding *finding = findings->pdata[i];
      GVariantDict check;

      g_variant_dict_init (&check, NULL);
      g_variant_dict_insert (&check, "id", "s", finding->id);
      g_variant_dict_insert (&check, "verdict", "s", byway_verdict_to_string (finding->verdict));
      g_variant_dict_insert (&check, "sentence", "s", finding->sentence);
      g_variant_dict_insert (&check, "fix", "s", finding->fix != NULL ? finding->fix : "");
      g_variant_builder_add_value (&checks, g_variant_dict_end (&check));
    }
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "checks", g_variant_builder_end (&checks));
  g_variant_dict_insert (&dict, "conclusion", "s", conclusion);
  byway_cli_print_json (g_variant_dict_end (&dict));
}

static int
examine (const char *name, gboolean json, GError **error)
{
  g_autoptr (BywayDoctorRecord) record = byway_doctor_record_new (name, error);
  g_autoptr (GPtrArray) findings = NULL;
  g_autofree char *conclusion = NULL;
  const BywayFinding *first;

  if (record == NULL)
    return -1;
  findings = byway_doctor_examine (&record->facts);
  conclusion = byway_doctor_conclusion (&record->facts, findings);
  first = findings->pdata[0];
  if (json)
    print_object (findings, conclusion);
  else
    {
      for (guint i = 0; i < findings->len; i++)
        print_one (findings->pdata[i], byway_terminal_has_colour ());
      g_print ("%s\n", conclusion);
    }
  return first->verdict == BYWAY_VERDICT_PROBLEM
             ? byway_error_exit_code (BYWAY_ERROR_MISSING_PROGRAM)
             : 0;
}

int
byway_verb_doctor (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print an object"), NULL },
    { NULL },
  };
  GError *error = NULL;
  int code = -1;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 0, 1, &error))
    code = examine (argc > 1 ? argv[1] : NULL, json, &error);
  return code >= 0 ? code : byway_cli_fail (error);
}
