/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-words.h"

#include <glib/gi18n.h>

static const char *const stages[BYWAY_N_STAGES] = {
  [BYWAY_STAGE_PREPARE] = N_ ("prepare"), [BYWAY_STAGE_RESOLVE] = N_ ("resolve"),
  [BYWAY_STAGE_IKE] = N_ ("IKE"),         [BYWAY_STAGE_SA] = N_ ("IPsec"),
  [BYWAY_STAGE_L2TP] = N_ ("L2TP"),       [BYWAY_STAGE_PPP] = N_ ("PPP"),
  [BYWAY_STAGE_IP] = N_ ("addresses"),
};

const char *
byway_words_for_stage (const char *stage)
{
  BywayStage which;

  return byway_stage_from_string (stage, &which) ? _ (stages[which]) : stage;
}

char *
byway_words_for_time (guint64 milliseconds)
{
  return milliseconds < 1000 ? g_strdup_printf (_ ("%u ms"), (guint)milliseconds)
                             : g_strdup_printf (_ ("%.1f s"), milliseconds / 1000.0);
}

static char *
translate (const BywayDiagnosis *diagnosis, const char *text)
{
  return byway_diagnosis_expand (diagnosis, text != NULL ? _ (text) : NULL);
}

static void
fix_free (BywayWordsFix *fix)
{
  g_free (fix->option);
  g_free (fix->command);
  g_free (fix->text);
  g_free (fix);
}

static void
add_fix (BywayWords *words, const BywayDiagnosis *diagnosis, const BywayFix *fix)
{
  BywayWordsFix *copy = g_new0 (BywayWordsFix, 1);

  copy->option = g_strdup (fix->option != NULL ? fix->option : "");
  copy->command = byway_diagnosis_expand (diagnosis, fix->command);
  copy->text = translate (diagnosis, fix->text);
  g_ptr_array_add (words->fixes, copy);
}

static GStrv
translate_others (const BywayDiagnosis *diagnosis, const BywayCauseRow *row)
{
  g_autoptr (GStrvBuilder) others = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (row->others) && row->others[i] != NULL; i++)
    {
      g_autofree char *text = translate (diagnosis, row->others[i]);

      if (*text != '\0')
        g_strv_builder_add (others, text);
    }
  return g_strv_builder_end (others);
}

BywayWords *
byway_words_new (const BywayDiagnosis *diagnosis)
{
  const BywayCauseRow *row = byway_cause_row (diagnosis->cause);
  BywayWords *words = g_new0 (BywayWords, 1);

  words->sentence = translate (diagnosis, row->sentence);
  words->seen = translate (diagnosis, row->seen);
  words->certain = byway_cause_has (diagnosis->cause, BYWAY_TRAIT_CERTAIN);
  words->others = translate_others (diagnosis, row);
  words->tell = translate (diagnosis, row->tell);
  words->fixes = g_ptr_array_new_with_free_func ((GDestroyNotify)fix_free);
  for (gsize i = 0; i < G_N_ELEMENTS (row->fixes) && row->fixes[i].text != NULL; i++)
    if (byway_diagnosis_can_fix (diagnosis, &row->fixes[i]))
      add_fix (words, diagnosis, &row->fixes[i]);
  return words;
}

void
byway_words_free (BywayWords *words)
{
  g_free (words->sentence);
  g_free (words->seen);
  g_strfreev (words->others);
  g_free (words->tell);
  g_ptr_array_unref (words->fixes);
  g_free (words);
}
