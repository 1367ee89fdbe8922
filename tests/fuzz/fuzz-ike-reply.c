/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-ike-survey.h"
#include "byway-ike-vendor.h"

#include <stdint.h>
#include <string.h>

/* What a server answers to a question of ours; whatever it is, the survey goes on to its end. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint8 cookie[BYWAY_IKE_COOKIE] = { 0 };
  g_autoptr (BywayIkeSurvey) survey = byway_ike_survey_new ();
  g_autoptr (GBytes) message = NULL;
  g_autofree char *proposal = NULL;
  BywayIkeReply reply;
  BywayIkeReplyKind kind;

  memcpy (cookie, data, MIN (size, sizeof cookie));
  kind = byway_ike_reply_parse (data, size, cookie, &reply);
  for (gsize i = 0; i < reply.n_vendors; i++)
    byway_ike_vendor_find (&reply.vendors[i]);
  byway_ike_reply_splits (&reply);
  for (guint i = 0; i < BYWAY_IKE_SURVEY_PACKETS + 1; i++)
    {
      g_clear_pointer (&message, g_bytes_unref);
      message = byway_ike_survey_next (survey, cookie);
      if (message == NULL)
        break;
      if (kind == BYWAY_IKE_REPLY_NONE)
        byway_ike_survey_silence (survey);
      else
        byway_ike_survey_answer (survey, kind, &reply);
    }
  g_assert_null (byway_ike_survey_next (survey, cookie));
  proposal = byway_ike_survey_proposal (survey);
  return 0;
}
