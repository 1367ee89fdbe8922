/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-last-lines.h"

#define LINES 16

static void
assert_lines (const BywayLastLines *last, guint first, guint count)
{
  g_auto (GStrv) lines = byway_last_lines_get (last);

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
  BywayLastLines last = { .most = LINES };

  assert_lines (&last, 0, 0);
  for (guint i = 0; i < 3 * LINES; i++)
    {
      guint count = MIN (i + 1, LINES);

      byway_last_lines_add (&last, g_strdup_printf ("line %u", i));
      assert_lines (&last, i + 1 - count, count);
    }
  byway_last_lines_clear (&last);
  assert_lines (&last, 0, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/last-lines/kept", test_last_lines);
  return g_test_run ();
}
