/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-undo.h"

static void
assert_due (BywayUndo *undo, gint64 now, const char *const *ids)
{
  g_autoptr (GPtrArray) due = byway_undo_take_due (undo, now);
  guint i = 0;

  for (; ids[i] != NULL; i++)
    {
      g_assert_cmpuint (i, <, due->len);
      g_assert_cmpstr (((BywayUndoItem *)due->pdata[i])->id, ==, ids[i]);
      g_assert_false (byway_undo_has (undo, ids[i]));
    }
  g_assert_cmpuint (i, ==, due->len);
}

static void
test_empty (void)
{
  g_autoptr (BywayUndo) undo = byway_undo_new ();

  g_assert_null (byway_undo_last (undo));
  g_assert_cmpint (byway_undo_next (undo), ==, G_MAXINT64);
  g_assert_false (byway_undo_has (undo, "a"));
  g_assert_false (byway_undo_take_back (undo, "a"));
  assert_due (undo, G_MAXINT64, (const char *[]){ NULL });
}

static void
test_times (void)
{
  g_autoptr (BywayUndo) undo = byway_undo_new ();

  byway_undo_put (undo, "a", "office", 300);
  byway_undo_put (undo, "b", "other", 100);
  byway_undo_put (undo, "c", "third", 200);
  g_assert_cmpint (byway_undo_next (undo), ==, 100);
  assert_due (undo, 99, (const char *[]){ NULL });
  assert_due (undo, 200, (const char *[]){ "b", "c", NULL });
  g_assert_cmpint (byway_undo_next (undo), ==, 300);
  assert_due (undo, G_MAXINT64, (const char *[]){ "a", NULL });
  g_assert_cmpint (byway_undo_next (undo), ==, G_MAXINT64);
}

static void
test_take_back (void)
{
  g_autoptr (BywayUndo) undo = byway_undo_new ();

  byway_undo_put (undo, "a", "office", 100);
  byway_undo_put (undo, "b", "other", 200);
  g_assert_cmpstr (byway_undo_last (undo)->name, ==, "other");
  g_assert_true (byway_undo_take_back (undo, "b"));
  g_assert_false (byway_undo_take_back (undo, "b"));
  g_assert_cmpstr (byway_undo_last (undo)->name, ==, "office");
  assert_due (undo, 1000, (const char *[]){ "a", NULL });
  g_assert_false (byway_undo_take_back (undo, "a"));
}

/* Who deletes it again has the whole time again, and it is the last one. */
static void
test_again (void)
{
  g_autoptr (BywayUndo) undo = byway_undo_new ();

  byway_undo_put (undo, "a", "office", 100);
  byway_undo_put (undo, "b", "other", 150);
  byway_undo_put (undo, "a", "renamed", 200);
  g_assert_cmpstr (byway_undo_last (undo)->name, ==, "renamed");
  assert_due (undo, 199, (const char *[]){ "b", NULL });
  assert_due (undo, 200, (const char *[]){ "a", NULL });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/undo/empty", test_empty);
  g_test_add_func ("/undo/times", test_times);
  g_test_add_func ("/undo/take-back", test_take_back);
  g_test_add_func ("/undo/again", test_again);
  return g_test_run ();
}
