/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-log.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Each line of the input is one of the log. What once was seen stays seen, and there is always
 * something to say. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *input = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (input, "\n", -1);
  BywayCharonView view = { 0 };
  g_autoptr (GError) error = NULL;

  for (char **line = lines; *line != NULL; line++)
    {
      BywayCharonView before = view;
      BywayCharonEvent event = byway_charon_view_take (&view, *line);

      g_assert_true (!before.heard || view.heard);
      g_assert_true (!before.ike_up || view.ike_up);
      g_assert_true (!before.encapsulated || view.encapsulated);
      g_assert_true (!before.failed || (view.failed && view.cause == before.cause));
      g_assert_true (event != BYWAY_CHARON_FAILURE || view.failed);
      g_assert_true (event != BYWAY_CHARON_IKE_UP || view.ike_up);
    }
  g_assert_true (view.ike == NULL || g_str_is_ascii (view.ike));
  g_assert_true (view.esp == NULL || g_str_is_ascii (view.esp));
  error = byway_charon_view_explain (&view, "message");
  g_assert_true (error->domain == BYWAY_FAILURE);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const char *c = error->message; *c != '\0'; c++)
    g_assert_false (g_ascii_iscntrl (*c));
  byway_charon_view_clear (&view);
  return 0;
}
