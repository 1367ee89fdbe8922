/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-exit.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Takes the error: a cause, whose sentence with the server's words in it is one line for a
 * terminal. */
static void
assert_sentence (const BywayPppdStory *story, GError *error)
{
  g_autoptr (BywayDiagnosis) diagnosis = NULL;
  g_autofree char *sentence = NULL;

  g_assert_nonnull (error);
  g_assert_true (error->domain == BYWAY_FAILURE);
  diagnosis = byway_diagnosis_new_from_error (error, BYWAY_STAGE_PPP);
  byway_pppd_story_describe (story, diagnosis);
  sentence = byway_diagnosis_sentence (diagnosis);
  g_assert_cmpuint (strlen (sentence), >, 0);
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
      assert_sentence (&story, byway_pppd_story_error (&story));
      assert_sentence (&story, byway_pppd_story_closed (&story));
      assert_sentence (&story, byway_pppd_story_timeout (&story));
    }
  g_assert_nonnull (byway_pppd_exit_text (story.status));
  g_assert_nonnull (byway_pppd_auth_name (story.auth_protocol));
  return 0;
}
