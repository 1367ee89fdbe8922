/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The stages that a user sees, in the order in which they pass. */
typedef enum
{
  BYWAY_STAGE_PREPARE, /* programs, facts, files */
  BYWAY_STAGE_RESOLVE,
  BYWAY_STAGE_IKE,
  BYWAY_STAGE_SA,
  BYWAY_STAGE_L2TP,
  BYWAY_STAGE_PPP,
  BYWAY_STAGE_IP,
  BYWAY_N_STAGES
} BywayStage;

typedef enum
{
  BYWAY_STAGE_WAITING,
  BYWAY_STAGE_RUNNING,
  BYWAY_STAGE_PASSED,
  BYWAY_STAGE_FAILED
} BywayStageState;

/* "prepare", "resolve", "ike", "sa", "l2tp", "ppp", "ip" */
const char *byway_stage_to_string (BywayStage stage);
/* "waiting", "running", "done", "failed" */
const char *byway_stage_state_to_string (BywayStageState state);
gboolean byway_stage_from_string (const char *text, BywayStage *out);
