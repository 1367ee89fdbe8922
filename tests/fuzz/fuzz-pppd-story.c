/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-pppd-exit.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Takes the error: a sentence of one line, for a terminal. */
static void
assert_sentence (GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == BYWAY_ERROR);
  g_assert_cmpuint (strlen (error->message), >, 0);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const char *c = error->message; *c != '\0'; c++)
    g_assert_false (g_ascii_iscntrl (*c));
  g_error_free (error);
}

/* The input is a life of a pppd: lengths of one byte, and a message behind each. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  BywayPppdStory story = { 0 };

  while (size > 1)
    {
      gsize length = MIN (data[0], size - 1);
      struct byway_pppd_message message;

      if (byway_pppd_message_decode (&message, data + 1, length) == 0)
        byway_pppd_story_add (&story, &message);
      data += length + 1;
      size -= length + 1;
      assert_sentence (byway_pppd_story_error (&story));
      assert_sentence (byway_pppd_story_timeout (&story));
    }
  g_assert_nonnull (byway_pppd_exit_text (story.status));
  g_assert_nonnull (byway_pppd_auth_name (story.auth_protocol));
  return 0;
}
