/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-last-lines.h"

void
byway_last_lines_add (BywayLastLines *last, char *line)
{
  g_queue_push_tail (&last->lines, line);
  if (last->lines.length > last->most)
    g_free (g_queue_pop_head (&last->lines));
}

GStrv
byway_last_lines_get (const BywayLastLines *last)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (GList *l = last->lines.head; l != NULL; l = l->next)
    g_strv_builder_add (lines, l->data);
  return g_strv_builder_end (lines);
}

void
byway_last_lines_clear (BywayLastLines *last)
{
  g_queue_clear_full (&last->lines, g_free);
}
