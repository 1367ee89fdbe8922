/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-evidence.h"

void
byway_evidence_add (BywayEvidence *evidence, const char *line)
{
  g_queue_push_tail (&evidence->lines, g_strdup (line));
  if (evidence->lines.length > BYWAY_EVIDENCE_LINES)
    g_free (g_queue_pop_head (&evidence->lines));
}

GStrv
byway_evidence_get_lines (const BywayEvidence *evidence)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (GList *l = evidence->lines.head; l != NULL; l = l->next)
    g_strv_builder_add (lines, l->data);
  return g_strv_builder_end (lines);
}

void
byway_evidence_clear (BywayEvidence *evidence)
{
  g_queue_clear_full (&evidence->lines, g_free);
}
