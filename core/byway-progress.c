/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-progress.h"

gboolean
byway_progress_set (BywayProgress *progress, BywayStage stage, BywayStageState state,
                    const char *text, gint64 now)
{
  BywayStageRecord *record = &progress->stages[stage];

  if (record->state == state && state == BYWAY_STAGE_RUNNING)
    return FALSE;
  if (state == BYWAY_STAGE_RUNNING)
    record->began = now;
  else if (record->began != 0)
    record->milliseconds = (now - record->began) / 1000;
  record->state = state;
  if (text != NULL && *text != '\0')
    {
      g_free (record->text);
      record->text = g_strdup (text);
    }
  return TRUE;
}

gboolean
byway_progress_is_running (const BywayProgress *progress, BywayStage stage)
{
  return progress->stages[stage].state == BYWAY_STAGE_RUNNING;
}

BywayStage
byway_progress_current (const BywayProgress *progress, BywayStage none)
{
  for (guint stage = BYWAY_N_STAGES; stage > 0; stage--)
    if (byway_progress_is_running (progress, stage - 1))
      return stage - 1;
  return none;
}

const char *
byway_progress_text (const BywayProgress *progress, BywayStage stage)
{
  return progress->stages[stage].text != NULL ? progress->stages[stage].text : "";
}

GVariant *
byway_progress_to_variant (const BywayProgress *progress)
{
  GVariantBuilder stages;

  g_variant_builder_init (&stages, G_VARIANT_TYPE ("a(ssus)"));
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    g_variant_builder_add (&stages, "(ssus)", byway_stage_to_string (i),
                           byway_stage_state_to_string (progress->stages[i].state),
                           progress->stages[i].milliseconds, byway_progress_text (progress, i));
  return g_variant_builder_end (&stages);
}

void
byway_progress_clear (BywayProgress *progress)
{
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    g_free (progress->stages[i].text);
  *progress = (BywayProgress){ 0 };
}
