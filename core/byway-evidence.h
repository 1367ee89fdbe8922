/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#define BYWAY_EVIDENCE_LINES 16

/* The daemons' last lines, for who looks why something failed. All zero: there are none. */
typedef struct
{
  GQueue lines;
} BywayEvidence;

void byway_evidence_add (BywayEvidence *evidence, const char *line);
/* The last BYWAY_EVIDENCE_LINES, oldest first. Caller frees. */
GStrv byway_evidence_get_lines (const BywayEvidence *evidence);
void byway_evidence_clear (BywayEvidence *evidence);
