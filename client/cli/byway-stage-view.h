/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Stages as they pass: lines for people on standard error, or objects on standard output. */
typedef struct _BywayStageView BywayStageView;

BywayStageView *byway_stage_view_new (gboolean json);
void byway_stage_view_free (BywayStageView *view);
/* As Session.StageChanged tells it. */
void byway_stage_view_show (BywayStageView *view, const char *stage, const char *state,
                            guint milliseconds, const char *text);
/* How long what is under way may take; 0: not known. Shown beside the stage. */
void byway_stage_view_set_deadline (BywayStageView *view, guint milliseconds);
/* Takes a line that says "under way" off the terminal. */
void byway_stage_view_end (BywayStageView *view);
