/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-session-private.h"

#define EVIDENCE_LINES 16
#define DIAL_MARGIN_MS 2000

G_DEFINE_FINAL_TYPE (BywaySession, byway_session, G_TYPE_OBJECT)

enum
{
  SIGNAL_STAGE,
  SIGNAL_STATE,
  SIGNAL_LOG,
  SIGNAL_WARNING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what is told --------------------------------------------------------------------------- */

void
byway_session_log (BywaySession *self, const char *line)
{
  byway_last_lines_add (&self->evidence, g_strdup (line));
  g_signal_emit (self, signals[SIGNAL_LOG], 0, line);
}

void
byway_session_set_stage (BywaySession *self, BywayStage stage, BywayStageState state,
                         const char *text)
{
  if (byway_progress_set (&self->progress, stage, state, text, g_get_monotonic_time ()))
    g_signal_emit (self, signals[SIGNAL_STAGE], 0, stage, state,
                   self->progress.stages[stage].milliseconds,
                   byway_progress_text (&self->progress, stage));
}

BywayStage
byway_session_current_stage (BywaySession *self)
{
  return byway_progress_current (&self->progress,
                                 self->since != 0 ? BYWAY_STAGE_IP : BYWAY_STAGE_PREPARE);
}

/* --- the table's executor ------------------------------------------------------------------- */

static void
run_effects (BywaySession *self, guint effects)
{
  if (effects & BYWAY_EFFECT_GATHER)
    byway_session_gather (self);
  if (effects & BYWAY_EFFECT_PROTECT && !byway_session_protect (self))
    return;
  if (effects & BYWAY_EFFECT_ESTABLISH)
    byway_session_establish (self);
  if (effects & BYWAY_EFFECT_DIAL)
    byway_session_dial (self);
  if (effects & BYWAY_EFFECT_APPLY)
    byway_session_apply (self);
  if (effects & BYWAY_EFFECT_ANNOUNCE)
    byway_session_announce (self);
  if (effects & BYWAY_EFFECT_REVERT)
    byway_session_revert (self);
  if (effects & BYWAY_EFFECT_HANG_UP)
    byway_session_hang_up (self);
  if (effects & BYWAY_EFFECT_RELEASE)
    byway_session_release (self);
  if (effects & BYWAY_EFFECT_UNPROTECT)
    byway_session_unprotect (self);
}

static guint
state_deadline (BywaySession *self)
{
  switch (self->state)
    {
    case BYWAY_STATE_PREPARING:
      return 12000; /* there is no plan yet */
    case BYWAY_STATE_SECURING:
      return self->plan->deadlines.secure;
    case BYWAY_STATE_DIALING:
      return self->plan->deadlines.dial + DIAL_MARGIN_MS; /* the link knows better why */
    case BYWAY_STATE_CONFIGURING:
      return self->plan->deadlines.configure;
    case BYWAY_STATE_UNCONFIGURING:
      return self->plan->deadlines.revert;
    case BYWAY_STATE_HANGING_UP:
      return self->plan->deadlines.hang_up;
    case BYWAY_STATE_UNSECURING:
      return self->plan->deadlines.release;
    case BYWAY_STATE_NEW:
    case BYWAY_STATE_UP:
    case BYWAY_STATE_DONE:
    case BYWAY_N_STATES:
      break;
    }
  return 0;
}

/* Each step has a nearer bound of its own, so this is for one that hangs. */
static BywayCause
overdue_cause (BywaySession *self)
{
  BywayStage stage = byway_session_current_stage (self);

  if (self->state == BYWAY_STATE_PREPARING)
    return stage == BYWAY_STAGE_RESOLVE ? BYWAY_CAUSE_NAME_SERVER_SILENT
                                        : BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE;
  if (self->pin_unanswered)
    return BYWAY_CAUSE_TOKEN_UNDECIDED;
  if (self->state == BYWAY_STATE_SECURING)
    return stage == BYWAY_STAGE_SA ? BYWAY_CAUSE_ESP_STALLED : BYWAY_CAUSE_IKE_STALLED;
  return self->state == BYWAY_STATE_DIALING ? BYWAY_CAUSE_L2TP_LOCAL : BYWAY_CAUSE_IP_FAILED;
}

static gboolean
on_deadline (gpointer data)
{
  g_autoptr (BywaySession) self = g_object_ref (data);
  g_autofree char *detail = NULL;

  self->deadline = 0;
  if (byway_state_is_teardown (self->state))
    {
      g_warning ("%s: “%s” did not end in time", self->uuid, byway_state_to_string (self->state));
      byway_session_dispatch (self, BYWAY_EVENT_TIMEOUT);
      return G_SOURCE_REMOVE;
    }
  detail = g_strdup_printf ("nothing came within %u seconds", self->deadline_ms / 1000);
  byway_session_fail_with (self, BYWAY_EVENT_TIMEOUT, overdue_cause (self), detail);
  return G_SOURCE_REMOVE;
}

static void
enter_state (BywaySession *self, BywayState next)
{
  if (next == self->state)
    return;
  self->state = next;
  if (byway_state_is_teardown (next))
    g_clear_handle_id (&self->unrouted, g_source_remove);
  g_clear_handle_id (&self->deadline, g_source_remove);
  self->deadline_ms = state_deadline (self);
  if (self->deadline_ms > 0)
    self->deadline = g_timeout_add (self->deadline_ms, on_deadline, self);
}

/* What only the attempt needed. The secrets stay until it's told that it is over: another session
 * may go on with them elsewhere. */
static void
let_go (BywaySession *self)
{
  g_cancellable_cancel (self->gathering);
  byway_session_unwatch_wire (self);
  g_clear_pointer (&self->machine, byway_credential_free);
  g_clear_pointer (&self->user, byway_credential_free);
  byway_claims_give_back (&self->claims);
}

void
byway_session_dispatch (BywaySession *self, BywayEvent event)
{
  const BywayTransition *transition = byway_session_table_find (self->state, event);
  g_autoptr (BywaySession) alive = NULL;
  BywayState before = self->state;

  if (transition == NULL)
    return; /* late, or meaningless here */
  alive = g_object_ref (self);
  enter_state (self, transition->next);
  g_debug ("%s: step %s", self->uuid, byway_state_step_name (transition->next));
  if (self->state != before)
    byway_session_tell_kill_switch (self);
  if (self->state != before && self->state != BYWAY_STATE_UP && self->state != BYWAY_STATE_DONE)
    g_signal_emit (self, signals[SIGNAL_STATE], 0, self->state);
  run_effects (self, transition->effects);
  g_debug ("%s: step %s begun", self->uuid, byway_state_step_name (transition->next));
  if (transition->next == BYWAY_STATE_DONE)
    let_go (self);
  if (self->state != before
      && (transition->next == BYWAY_STATE_UP || transition->next == BYWAY_STATE_DONE))
    g_signal_emit (self, signals[SIGNAL_STATE], 0, transition->next);
  if (transition->next == BYWAY_STATE_DONE)
    g_clear_pointer (&self->secrets, byway_secret_set_unref);
}

/* --- the object ----------------------------------------------------------------------------- */

BywaySession *
byway_session_new (const BywaySessionContext *context, const char *uuid, BywayProfile *profile,
                   BywaySecretSet *secrets, BywayRoutes routes)
{
  BywaySession *self = g_object_new (BYWAY_TYPE_SESSION, NULL);

  self->context = *context;
  self->uuid = g_strdup (uuid);
  self->profile = byway_profile_ref (profile);
  self->secrets = byway_secret_set_ref (secrets);
  self->routes = routes;
  self->ike_daemon = byway_ike_daemons_choose (context->ike_daemons, profile->ike_daemon);
  self->engine = profile->ipsec ? byway_ike_daemons_get (context->ike_daemons, self->ike_daemon)
                                : context->no_ipsec;
  byway_session_follow_engine (self);
  byway_session_watch_uplink (self);
  return self;
}

void
byway_session_set_owner (BywaySession *self, guint owner)
{
  self->owner = owner;
}

gboolean
byway_session_failed_at_address (BywaySession *self, BywayAddress *address)
{
  *address = self->uplink.server;
  return self->diagnosis != NULL && byway_address_is_set (address)
         && byway_cause_has (self->diagnosis->cause, BYWAY_TRAIT_ELSEWHERE);
}

void
byway_session_avoid (BywaySession *self, const BywayAddress *address)
{
  self->avoided = *address;
}

BywaySession *
byway_session_new_next (BywaySession *self)
{
  BywayAddress here;
  BywaySession *next;

  if (!self->more || self->since != 0 || !byway_session_failed_at_address (self, &here))
    return NULL;
  next = byway_session_new (&self->context, self->uuid, self->profile, self->secrets, self->routes);
  next->owner = self->owner;
  next->avoided = self->avoided;
  g_array_append_vals (next->addresses, self->addresses->data, self->addresses->len);
  g_array_append_vals (next->tried, self->tried->data, self->tried->len);
  g_array_append_val (next->tried, here);
  return next;
}

void
byway_session_start (BywaySession *self)
{
  byway_session_dispatch (self, BYWAY_EVENT_START);
}

void
byway_session_stop (BywaySession *self)
{
  byway_session_dispatch (self, BYWAY_EVENT_STOP);
}

BywayState
byway_session_get_state (BywaySession *self)
{
  return self->state;
}

const BywayDiagnosis *
byway_session_get_diagnosis (BywaySession *self)
{
  if (self->diagnosis == NULL && self->warnings->len > 0)
    return self->warnings->pdata[0];
  return self->diagnosis;
}

gboolean
byway_session_has_failed (BywaySession *self)
{
  return self->diagnosis != NULL;
}

gboolean
byway_session_was_up (BywaySession *self)
{
  return self->since != 0;
}

static void
byway_session_finalize (GObject *object)
{
  BywaySession *self = BYWAY_SESSION (object);

  g_clear_handle_id (&self->deadline, g_source_remove);
  g_clear_handle_id (&self->warm_up, g_source_remove);
  g_clear_handle_id (&self->unrouted, g_source_remove);
  g_free (self->uuid);
  byway_profile_unref (self->profile);
  g_clear_pointer (&self->secrets, byway_secret_set_unref);
  byway_progress_clear (&self->progress);
  g_clear_pointer (&self->diagnosis, byway_diagnosis_free);
  g_ptr_array_unref (self->warnings);
  byway_last_lines_clear (&self->evidence);
  byway_session_unwatch_wire (self);
  g_free (self->remark);
  g_array_unref (self->addresses);
  g_array_unref (self->tried);
  byway_claims_give_back (&self->claims);
  g_clear_object (&self->gathering);
  g_clear_object (&self->establishing);
  g_clear_object (&self->dialing);
  g_clear_object (&self->applying);
  g_clear_pointer (&self->algorithms, g_hash_table_unref);
  g_clear_pointer (&self->machine, byway_credential_free);
  g_clear_pointer (&self->user, byway_credential_free);
  g_clear_pointer (&self->plan, byway_plan_unref);
  g_clear_object (&self->link);
  g_clear_object (&self->net);
  g_free (self->sa_info.ike);
  g_free (self->sa_info.esp);
  G_OBJECT_CLASS (byway_session_parent_class)->finalize (object);
}

static void
byway_session_class_init (BywaySessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_session_finalize;
  signals[SIGNAL_STAGE]
      = g_signal_new ("stage", BYWAY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 4, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_STRING);
  signals[SIGNAL_STATE] = g_signal_new ("state", BYWAY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_LOG] = g_signal_new ("log", BYWAY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_WARNING] = g_signal_new ("warning", BYWAY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
byway_session_init (BywaySession *self)
{
  self->evidence.most = EVIDENCE_LINES;
  self->addresses = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  self->tried = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  self->warnings = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_diagnosis_free);
}
