/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-able.h"

typedef enum
{
  BYWAY_PRESET_AUTOMATIC, /* no proposals: what this machine can do, strongest first */
  BYWAY_PRESET_MODERN,    /* nothing weak */
  BYWAY_PRESET_LEGACY,    /* for old servers */
  BYWAY_PRESET_CUSTOM,
  BYWAY_N_PRESETS
} BywayPreset;

/* What the option's value is with that preset; "" for automatic and custom. */
const char *byway_preset_text (BywayPreset preset, BywayPhase phase);
const char *byway_preset_label (BywayPreset preset);
/* The preset that says the same as `text`; custom when none does. */
BywayPreset byway_preset_of (const char *text, BywayPhase phase);

/* Everything worth choosing from, strongest first; (element-type BywayProposal), caller's. */
GArray *byway_preset_proposals (BywayPhase phase);

/* Does the list `text` hold that proposal, whatever its spelling? */
gboolean byway_proposals_have (const char *text, BywayPhase phase, const BywayProposal *proposal);
/* `text` with the proposal put last, or taken away; what can't be read stays. Caller frees. */
char *byway_proposals_with (const char *text, BywayPhase phase, const BywayProposal *proposal,
                            gboolean have);
/* What should be said of a list that is no mistake: that it is weak, or that the machine, with
 * `able` (NULL: not known), can't do some of it. NULL: nothing. Caller frees. */
char *byway_proposals_remark (const char *text, BywayPhase phase, const BywayIkeAble *able);
