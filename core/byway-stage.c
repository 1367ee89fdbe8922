/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-stage.h"

#include <string.h>

static const char *const stages[BYWAY_N_STAGES]
    = { "prepare", "resolve", "ike", "sa", "l2tp", "ppp", "ip" };
static const char *const states[] = { "waiting", "running", "done", "failed" };

const char *
byway_stage_to_string (BywayStage stage)
{
  g_return_val_if_fail (stage < BYWAY_N_STAGES, "prepare");
  return stages[stage];
}

const char *
byway_stage_state_to_string (BywayStageState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (states), "waiting");
  return states[state];
}

gboolean
byway_stage_from_string (const char *text, BywayStage *out)
{
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    if (strcmp (stages[i], text) == 0)
      {
        *out = i;
        return TRUE;
      }
  return FALSE;
}
