/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-stage.h"

/* How one stage went, for the user. */
typedef struct
{
  BywayStageState state;
  gint64 began; /* monotonic, µs; 0: it never did */
  guint milliseconds;
  char *text; /* what was told of it last; NULL: nothing */
} BywayStageRecord;

/* How far an attempt is. All zero: nothing has begun. */
typedef struct
{
  BywayStageRecord stages[BYWAY_N_STAGES];
} BywayProgress;

/* FALSE: that stage runs already, and nothing has changed. Without a @text, NULL or empty, the last
 * one stays. @now: monotonic, µs. */
gboolean byway_progress_set (BywayProgress *progress, BywayStage stage, BywayStageState state,
                             const char *text, gint64 now);
gboolean byway_progress_is_running (const BywayProgress *progress, BywayStage stage);
/* The last one that runs; @none when none does. */
BywayStage byway_progress_current (const BywayProgress *progress, BywayStage none);
/* "" when nothing was told. Borrowed. */
const char *byway_progress_text (const BywayProgress *progress, BywayStage stage);
/* a(ssus), floating: stage, state, milliseconds, text of each. */
GVariant *byway_progress_to_variant (const BywayProgress *progress);
void byway_progress_clear (BywayProgress *progress);
