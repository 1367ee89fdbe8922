/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-diagnosis.h"

#include <glib/gi18n.h>

#define COMMAND_WIDTH 44

GVariant *
byway_cli_diagnosis_get_sync (BywayClient *client, const char *session_path, GError **error)
{
  g_autoptr (GVariant) reply
      = byway_client_call_sync (client, session_path, "Session", "Diagnosis", NULL, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

static char *
translate (const BywayDiagnosis *diagnosis, const char *text)
{
  return byway_diagnosis_expand (diagnosis, text != NULL ? _ (text) : NULL);
}

char *
byway_cli_diagnosis_sentence (const BywayDiagnosis *diagnosis)
{
  return translate (diagnosis, byway_cause_row (diagnosis->cause)->sentence);
}

static void
add_paragraph (GString *out, const BywayDiagnosis *diagnosis, const char *text)
{
  g_autofree char *line = translate (diagnosis, text);

  if (line != NULL && *line != '\0')
    g_string_append_printf (out, "  %s\n", line);
}

/* The first is the likelier one; when the sentence itself is certain, these are its reasons. */
static void
add_others (GString *out, const BywayDiagnosis *diagnosis, const BywayCauseRow *row)
{
  if (row->others[0] == NULL)
    return;
  g_string_append_printf (out, "  %s\n",
                          row->certain ? _ ("What may be behind it, likeliest first:")
                                       : _ ("It may also be, likelier first:"));
  for (gsize i = 0; i < G_N_ELEMENTS (row->others) && row->others[i] != NULL; i++)
    {
      g_autofree char *line = translate (diagnosis, row->others[i]);

      g_string_append_printf (out, "    – %s\n", line);
    }
  add_paragraph (out, diagnosis, row->tell);
}

static void
add_fix (GString *out, const BywayDiagnosis *diagnosis, const BywayFix *fix)
{
  g_autofree char *command = byway_diagnosis_expand (diagnosis, fix->command);
  g_autofree char *text = translate (diagnosis, fix->text);

  if (command == NULL)
    g_string_append_printf (out, "  → %s\n", text);
  else if (g_utf8_strlen (command, -1) > COMMAND_WIDTH)
    g_string_append_printf (out, "  → %s\n      %s\n", command, text);
  else
    g_string_append_printf (out, "  → %s%*s  %s\n", command,
                            (int)(COMMAND_WIDTH - g_utf8_strlen (command, -1)), "", text);
}

char *
byway_cli_diagnosis_to_text (const BywayDiagnosis *diagnosis)
{
  const BywayCauseRow *row = byway_cause_row (diagnosis->cause);
  GString *out = g_string_new (NULL);

  add_paragraph (out, diagnosis, row->seen);
  add_others (out, diagnosis, row);
  for (gsize i = 0; i < G_N_ELEMENTS (row->fixes) && row->fixes[i].text != NULL; i++)
    if (byway_diagnosis_can_fix (diagnosis, &row->fixes[i]))
      add_fix (out, diagnosis, &row->fixes[i]);
  return g_string_free (out, FALSE);
}

BywayDiagnosis *
byway_cli_diagnosis_of_error (const GError *error, const char *name)
{
  BywayDiagnosis *diagnosis = byway_diagnosis_new_from_error (error, BYWAY_STAGE_PREPARE);

  byway_diagnosis_set_name (diagnosis, name);
  return diagnosis;
}
