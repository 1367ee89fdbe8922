/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-evidence.h"

static void
assert_lines (const BywayEvidence *evidence, guint first, guint count)
{
  g_auto (GStrv) lines = byway_evidence_get_lines (evidence);

  g_assert_cmpuint (g_strv_length (lines), ==, count);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *expected = g_strdup_printf ("line %u", first + i);

      g_assert_cmpstr (lines[i], ==, expected);
    }
}

static void
test_last_lines (void)
{
  BywayEvidence evidence = { 0 };

  assert_lines (&evidence, 0, 0);
  for (guint i = 0; i < 3 * BYWAY_EVIDENCE_LINES; i++)
    {
      guint count = MIN (i + 1, BYWAY_EVIDENCE_LINES);
      g_autofree char *line = g_strdup_printf ("line %u", i);

      byway_evidence_add (&evidence, line);
      assert_lines (&evidence, i + 1 - count, count);
    }
  byway_evidence_clear (&evidence);
  assert_lines (&evidence, 0, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evidence/last-lines", test_last_lines);
  return g_test_run ();
}
