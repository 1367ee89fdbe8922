/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-diagnosis.h"

#include "byway-words.h"

#include <glib/gi18n.h>

#define COMMAND_WIDTH 44

GVariant *
byway_cli_diagnosis_get_sync (BywayClient *client, const char *session_path, GError **error)
{
  g_autoptr (GVariant) reply
      = byway_client_call_sync (client, session_path, "Session", "Diagnosis", NULL, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

char *
byway_cli_diagnosis_sentence (const BywayDiagnosis *diagnosis)
{
  g_autoptr (BywayWords) words = byway_words_new (diagnosis);

  return g_steal_pointer (&words->sentence);
}

static void
add_paragraph (GString *out, const char *text)
{
  if (text != NULL && *text != '\0')
    g_string_append_printf (out, "  %s\n", text);
}

/* When the sentence itself is certain, these are its reasons. */
static void
add_others (GString *out, const BywayWords *words)
{
  if (words->others[0] == NULL)
    return;
  g_string_append_printf (out, "  %s\n",
                          words->certain ? _ ("What may be behind it, likeliest first:")
                                         : _ ("It may also be, likelier first:"));
  for (char **other = words->others; *other != NULL; other++)
    g_string_append_printf (out, "    – %s\n", *other);
  add_paragraph (out, words->tell);
}

static void
add_fix (GString *out, const BywayWordsFix *fix)
{
  if (fix->command == NULL)
    g_string_append_printf (out, "  → %s\n", fix->text);
  else if (g_utf8_strlen (fix->command, -1) > COMMAND_WIDTH)
    g_string_append_printf (out, "  → %s\n      %s\n", fix->command, fix->text);
  else
    g_string_append_printf (out, "  → %s%*s  %s\n", fix->command,
                            (int)(COMMAND_WIDTH - g_utf8_strlen (fix->command, -1)), "", fix->text);
}

char *
byway_cli_diagnosis_to_text (const BywayDiagnosis *diagnosis)
{
  g_autoptr (BywayWords) words = byway_words_new (diagnosis);
  GString *out = g_string_new (NULL);

  add_paragraph (out, words->seen);
  add_others (out, words);
  for (guint i = 0; i < words->fixes->len; i++)
    add_fix (out, words->fixes->pdata[i]);
  return g_string_free (out, FALSE);
}

BywayDiagnosis *
byway_cli_diagnosis_of_error (const GError *error, const char *name)
{
  BywayDiagnosis *diagnosis = byway_diagnosis_new_from_error (error, BYWAY_STAGE_PREPARE);

  byway_diagnosis_set_name (diagnosis, name);
  return diagnosis;
}
