/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-whack.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
assert_clean (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
  for (; text != NULL && *text != '\0'; text++)
    g_assert_false (g_ascii_iscntrl (*text));
}

static void
try_progress (char **lines)
{
  BywayWhackView view = { 0 };
  g_autoptr (GError) error = NULL;

  for (char **line = lines; *line != NULL; line++)
    {
      BywayWhackView before = view;
      BywayWhackEvent event = byway_whack_view_take (&view, *line);

      g_assert_true (!before.heard || view.heard);
      g_assert_true (!before.ike_up || view.ike_up);
      g_assert_true (!before.up || view.up);
      g_assert_true (!before.failed || (view.failed && view.cause == before.cause));
      g_assert_true (event != BYWAY_WHACK_FAILURE || view.failed);
      g_assert_true (event != BYWAY_WHACK_UP || (view.up && view.ike_up));
    }
  g_assert_true (view.ike == NULL || g_str_is_ascii (view.ike));
  g_assert_true (view.esp == NULL || g_str_is_ascii (view.esp));
  assert_clean (view.shown);
  error = byway_whack_view_explain (&view, "message");
  g_assert_true (error->domain == BYWAY_FAILURE);
  assert_clean (error->message);
  byway_whack_view_clear (&view);
}

/* A name that comes out of it is one that may stand in an argv of ours. */
static void
try_status (char **lines)
{
  BywayPlutoView view = { 0 };
  g_autoptr (GHashTable) abilities = NULL;
  GHashTableIter iter;
  gpointer name;

  for (char **line = lines; *line != NULL; line++)
    byway_pluto_view_take (&view, *line);
  abilities = byway_pluto_view_abilities (&view);
  g_assert_cmpuint (g_hash_table_size (abilities), >, 0);
  if (view.ours != NULL)
    {
      g_hash_table_iter_init (&iter, view.ours);
      while (g_hash_table_iter_next (&iter, &name, NULL))
        g_assert_true (g_str_has_prefix (name, "byway-")
                       && strspn (name, "-" G_CSET_DIGITS G_CSET_a_2_z) == strlen (name));
    }
  byway_pluto_view_clear (&view);
}

/* Each line of the input is one of whack's. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *input = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (input, "\n", -1);

  try_progress (lines);
  try_status (lines);
  return 0;
}
