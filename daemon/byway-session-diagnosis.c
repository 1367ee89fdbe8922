/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why it failed, and what is not good although it is up. */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-peer-words.h"
#include "byway-rtnl.h"
#include "byway-session-private.h"
#include "byway-xfrm.h"

#include <string.h>

/* Silence has many causes; what else was seen of the wire leaves fewer. */
static BywayCause
refine (BywaySession *self, BywayCause cause)
{
  if (self->wire == NULL)
    return cause;
  if (cause == BYWAY_CAUSE_L2TP_SILENT && self->profile->ipsec)
    byway_wire_set_esp_received (self->wire,
                                 byway_xfrm_has_received (self->plan->reqid, &self->uplink.source));
  return byway_wire_facts_refine (byway_wire_get_facts (self->wire), cause);
}

static void
set_proposals (BywayDiagnosis *diagnosis, const char *key, GArray *proposals)
{
  g_autofree char *text = byway_proposals_to_string (proposals);

  byway_diagnosis_set_fact (diagnosis, key, text);
}

static void
set_facts (BywaySession *self, BywayDiagnosis *diagnosis)
{
  const BywayProfile *profile = self->profile;
  g_autofree char *server = byway_address_to_string (&self->uplink.server);
  g_autofree char *user = *profile->user != '\0' ? byway_profile_ppp_name (profile)
                                                 : g_strdup ("the certificate's owner");
  g_autofree char *local_id = byway_identity_to_string (&profile->local_id);
  g_autofree char *remote_id = byway_identity_to_string (&profile->remote_id);

  byway_diagnosis_set_fact (diagnosis, "gateway", profile->gateway);
  byway_diagnosis_set_fact (diagnosis, "server", server);
  if (strcmp (profile->gateway, server) != 0)
    byway_diagnosis_set_fact (diagnosis, "resolved", server);
  byway_diagnosis_set_fact (diagnosis, "user", user);
  byway_diagnosis_set_fact (diagnosis, "xauth-user", profile->xauth_user);
  byway_diagnosis_set_fact (diagnosis, "remote-name", profile->remote_name);
  byway_diagnosis_set_fact (diagnosis, "local-id", local_id);
  byway_diagnosis_set_fact (diagnosis, "remote-id", remote_id);
  set_proposals (diagnosis, "ike-offered", profile->ike);
  set_proposals (diagnosis, "esp-offered", profile->esp);
  byway_diagnosis_set_fact (diagnosis, "ike", self->sa_info.ike);
  byway_diagnosis_set_fact (diagnosis, "esp", self->sa_info.esp);
  if (self->plan != NULL)
    {
      g_autofree char *port = g_strdup_printf ("%u", self->plan->local_port);

      byway_diagnosis_set_fact (diagnosis, "port", port);
    }
  if (self->link != NULL)
    byway_link_describe (self->link, diagnosis);
}

/* By whom a port is held that would be wanted. */
static void
set_holder (BywayDiagnosis *diagnosis, guint16 port)
{
  g_autofree char *holder = byway_udp_port_holder (port);

  byway_diagnosis_set_fact (diagnosis, "holder", holder);
}

/* What somebody may have been given a key in, who writes it as ipsec.secrets has it. */
static void
set_key_code (BywaySession *self, BywayDiagnosis *diagnosis)
{
  const char *key
      = self->secrets != NULL ? byway_secret_set_get (self->secrets, "ipsec-psk", NULL) : NULL;

  if (key != NULL && byway_peer_psk_is_coded (key))
    byway_diagnosis_set_fact (diagnosis, "key-coded", BYWAY_PEER_CODED);
}

/* What the sentences of some causes name; @detail: the error's message. */
static void
set_facts_of_cause (BywaySession *self, BywayDiagnosis *diagnosis, const char *detail)
{
  BywayCause cause = diagnosis->cause;

  if (cause == BYWAY_CAUSE_IKE_REMOTE_ID || cause == BYWAY_CAUSE_IKE_CERT_IDENTITY)
    byway_diagnosis_set_fact (diagnosis, "shown", detail);
  else if (cause == BYWAY_CAUSE_IKE_PSK_WRONG)
    set_key_code (self, diagnosis);
  else if (cause == BYWAY_CAUSE_IKE_PORT_TAKEN)
    {
      byway_diagnosis_set_fact (diagnosis, "port", detail);
      set_holder (diagnosis, (guint16)g_ascii_strtoull (detail, NULL, 10));
    }
  else if (cause == BYWAY_CAUSE_ESP_SELECTORS && self->plan->local_port != BYWAY_L2TP_PORT)
    set_holder (diagnosis, BYWAY_L2TP_PORT);
  else if (cause == BYWAY_CAUSE_IKE_REJECTED || cause == BYWAY_CAUSE_IKE_HOST_UNREACHABLE
           || cause == BYWAY_CAUSE_L2TP_NO_SERVER || cause == BYWAY_CAUSE_L2TP_PLAIN_NO_SERVER)
    byway_diagnosis_set_fact (diagnosis, "detail", byway_wire_get_facts (self->wire)->words);
}

/* Whatever ended it: to be tried again by itself, with a PIN that may be wrong, is no good. */
static GError *
undecided (BywaySession *self, const GError *error)
{
  g_autoptr (BywayDiagnosis) why
      = byway_diagnosis_new_from_error (error, byway_session_current_stage (self));
  g_autofree char *sentence = NULL;

  set_facts (self, why);
  sentence = byway_diagnosis_sentence (why);
  return g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_UNDECIDED, sentence);
}

static GError *
refined_error (BywaySession *self, const GError *error)
{
  GError *refined;

  if (self->pin_unanswered && !g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_UNDECIDED))
    return undecided (self, error);
  refined = g_error_copy (error);
  if (refined->domain == BYWAY_FAILURE)
    refined->code = refine (self, refined->code);
  return refined;
}

static BywayDiagnosis *
diagnose (BywaySession *self, const GError *error)
{
  g_autoptr (GError) refined = refined_error (self, error);
  BywayStage stage = byway_session_current_stage (self);
  BywayDiagnosis *diagnosis;

  diagnosis = byway_diagnosis_new_from_error (refined, stage);
  if (byway_cause_row (diagnosis->cause)->stage == BYWAY_STAGE_IP)
    diagnosis->stage = stage; /* what ends a connection may do so before it is up */
  set_facts (self, diagnosis);
  set_facts_of_cause (self, diagnosis, error->message);
  byway_diagnosis_set_evidence (diagnosis, byway_last_lines_get (&self->evidence));
  return diagnosis;
}

/* The one to mark: the diagnosis' own where it was under way, else the last one that was. */
static BywayStage
failed_stage (BywaySession *self)
{
  BywayStage stage = self->diagnosis->stage;

  return byway_progress_is_running (&self->progress, stage) ? stage
                                                            : byway_session_current_stage (self);
}

static void
mark_failed_stage (BywaySession *self)
{
  BywayStage failed = failed_stage (self);

  for (guint stage = 0; stage < BYWAY_N_STAGES; stage++)
    {
      BywayStageState outcome = stage == failed ? BYWAY_STAGE_FAILED : BYWAY_STAGE_WAITING;

      if (byway_progress_is_running (&self->progress, stage))
        byway_session_set_stage (self, stage, outcome, NULL);
    }
}

/* The first failure is what the user gets; a cancellation that we asked for is none. */
void
byway_session_fail (BywaySession *self, BywayEvent event, const GError *error)
{
  if (self->diagnosis == NULL && !byway_state_is_teardown (self->state)
      && self->state != BYWAY_STATE_DONE
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      self->diagnosis = diagnose (self, error);
      mark_failed_stage (self);
    }
  byway_session_dispatch (self, event);
}

void
byway_session_fail_with (BywaySession *self, BywayEvent event, BywayCause cause, const char *detail)
{
  g_autoptr (GError) error = g_error_new_literal (BYWAY_FAILURE, cause, detail);

  byway_session_fail (self, event, error);
}

/* Takes @diagnosis. */
void
byway_session_warn (BywaySession *self, BywayDiagnosis *diagnosis)
{
  g_autofree char *sentence = NULL;

  set_facts (self, diagnosis);
  byway_diagnosis_set_evidence (diagnosis, byway_last_lines_get (&self->evidence));
  sentence = byway_diagnosis_sentence (diagnosis);
  g_ptr_array_add (self->warnings, diagnosis);
  byway_session_log (self, sentence);
  g_signal_emit_by_name (self, "warning", byway_cause_row (diagnosis->cause)->code);
}
