/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-check.h"
#include "byway-local-nets.h"
#include "byway-rtnl.h"
#include "byway-run-dir.h"
#include "byway-session-private.h"

#include <string.h>

#define DIAL_MARGIN_MS 2000
#define WARM_UP_MS 5 /* from charon's first word to its first packet */

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

void
byway_session_log (BywaySession *self, const char *line)
{
  byway_evidence_add (&self->evidence, line);
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

/* --- SECURING: files, guard, IKE ------------------------------------------------------------ */

gboolean
byway_session_protect (BywaySession *self)
{
  g_autoptr (GError) error = NULL;

  if (byway_run_dir_create (self->context.run_base, self->plan, &error)
      && (!self->profile->ipsec || byway_guard_on (&self->plan->uplink.server, &error)))
    return TRUE;
  byway_session_fail (self, BYWAY_EVENT_SA_FAILED, error);
  return FALSE;
}

static void
take_sa_info (BywaySession *self, const char *ike, const char *esp)
{
  g_free (self->sa_info.ike);
  g_free (self->sa_info.esp);
  self->sa_info.ike = g_strdup (ike);
  self->sa_info.esp = g_strdup (esp);
}

static void
on_engine_agreed (BywayIpsecEngine *engine, const char *uuid, const char *ike, const char *esp,
                  BywaySession *self)
{
  if (strcmp (uuid, self->uuid) == 0 && self->state == BYWAY_STATE_SECURING)
    take_sa_info (self, ike, esp);
}

static void
on_established (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  BywayIpsecEngine *engine = BYWAY_IPSEC_ENGINE (source);
  g_autoptr (GError) error = NULL;
  BywaySaInfo info = { 0 };
  gboolean ok
      = BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->establish_finish (engine, result, &info, &error);

  self->establish_running = FALSE;
  if (ok)
    {
      take_sa_info (self, info.ike, info.esp);
      byway_wire_set_encapsulated (self->wire, info.encapsulated);
      g_free (info.ike);
      g_free (info.esp);
    }
  if (self->release_wanted)
    {
      byway_session_release (self);
      return;
    }
  if (ok)
    byway_session_dispatch (self, BYWAY_EVENT_SECURED);
  else
    byway_session_fail (self, BYWAY_EVENT_SA_FAILED, error);
}

void
byway_session_establish (BywaySession *self)
{
  BywayIpsecEngine *engine = self->engine;

  self->establishing = g_cancellable_new ();
  self->establish_running = TRUE;
  byway_session_watch_wire (self);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->establish (engine, self->plan, self->establishing,
                                                    on_established, g_object_ref (self));
  byway_session_make_link (self);
}

static void
on_engine_progress (BywayIpsecEngine *engine, const char *uuid, guint stage, guint state,
                    const char *text, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) == 0 && self->state == BYWAY_STATE_SECURING)
    byway_session_set_stage (self, stage, state, text);
}

static void
on_engine_pin (BywayIpsecEngine *engine, const char *uuid, gboolean unanswered, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) == 0 && self->state == BYWAY_STATE_SECURING)
    self->pin_unanswered = unanswered;
}

static gboolean
on_warm_up (gpointer data)
{
  BywaySession *self = data;

  self->warm_up = 0;
  if (self->state == BYWAY_STATE_SECURING)
    byway_link_prepare (self->link);
  return G_SOURCE_REMOVE;
}

/* pppd's and xl2tpd's beginnings need no network: they run while IKE waits for its first answer,
 * and not before its first question is out, for starting a program takes this one's time too. */
static void
on_engine_log (BywayIpsecEngine *engine, const char *uuid, const char *line, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) != 0)
    return;
  byway_session_log (self, line);
  if (self->state == BYWAY_STATE_SECURING && !self->warmed_up)
    {
      self->warmed_up = TRUE;
      self->warm_up = g_timeout_add (WARM_UP_MS, on_warm_up, self);
    }
}

static void
on_engine_lost (BywayIpsecEngine *engine, const char *uuid, const GError *error, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) != 0 || self->state == BYWAY_STATE_SECURING || self->loss != 0)
    return;
  if (self->wire == NULL || !g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IPSEC))
    {
      byway_session_fail (self, BYWAY_EVENT_SA_FAILED, error);
      return;
    }
  byway_session_ask_about_loss (self);
}

void
byway_session_follow_engine (BywaySession *self)
{
  g_signal_connect_object (self->engine, "progress", G_CALLBACK (on_engine_progress), self, 0);
  g_signal_connect_object (self->engine, "log", G_CALLBACK (on_engine_log), self, 0);
  g_signal_connect_object (self->engine, "agreed", G_CALLBACK (on_engine_agreed), self, 0);
  g_signal_connect_object (self->engine, "pin", G_CALLBACK (on_engine_pin), self, 0);
  g_signal_connect_object (self->engine, "lost", G_CALLBACK (on_engine_lost), self, 0);
}

/* --- DIALING: L2TP and PPP ------------------------------------------------------------------ */

static void
on_dialed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  g_autoptr (GError) error = NULL;
  BywayLinkInfo info;

  if (!byway_link_dial_finish (BYWAY_LINK (source), result, &info, &error))
    {
      byway_session_fail (self, BYWAY_EVENT_LINK_FAILED, error);
      return;
    }
  self->link_info = info;
  byway_session_dispatch (self, BYWAY_EVENT_IP_UP);
}

static void
on_link_progress (BywayLink *link, guint stage, guint state, const char *text, BywaySession *self)
{
  if (self->state == BYWAY_STATE_DIALING)
    byway_session_set_stage (self, stage, state, text);
}

static void
on_link_log (BywayLink *link, const char *line, BywaySession *self)
{
  byway_session_log (self, line);
}

static void
on_link_ip_up (BywayLink *link, BywayLinkInfo *info, BywaySession *self)
{
  if (self->state == BYWAY_STATE_DIALING)
    return; /* dial's own end tells the first one */
  self->link_info = *info;
  byway_session_dispatch (self, BYWAY_EVENT_IP_UP);
}

/* Not even small ones coming back says nothing: some servers answer no echoes. */
static void
on_link_path (BywayLink *link, guint largest, guint lost, BywaySession *self)
{
  BywayDiagnosis *diagnosis;
  g_autofree char *good = g_strdup_printf ("%u", largest);
  g_autofree char *bad = g_strdup_printf ("%u", lost);

  if (lost == 0 || largest == 0)
    return;
  diagnosis = byway_diagnosis_new (BYWAY_CAUSE_IP_MTU);
  byway_diagnosis_set_fact (diagnosis, "mtu", good);
  byway_diagnosis_set_fact (diagnosis, "mtu-tried", bad);
  byway_session_warn (self, diagnosis);
}

static void
on_link_lost (BywayLink *link, GError *error, BywaySession *self)
{
  byway_session_fail (self, BYWAY_EVENT_LINK_FAILED, error);
}

void
byway_session_make_link (BywaySession *self)
{
  g_autofree char *name = byway_eap_tls_name (self->profile, self->user);

  self->link = byway_link_new (self->plan, name, self->secrets);
  g_signal_connect_object (self->link, "progress", G_CALLBACK (on_link_progress), self, 0);
  g_signal_connect_object (self->link, "log", G_CALLBACK (on_link_log), self, 0);
  g_signal_connect_object (self->link, "ip-up", G_CALLBACK (on_link_ip_up), self, 0);
  g_signal_connect_object (self->link, "lost", G_CALLBACK (on_link_lost), self, 0);
  g_signal_connect_object (self->link, "path", G_CALLBACK (on_link_path), self, 0);
}

void
byway_session_dial (BywaySession *self)
{
  self->dialing = g_cancellable_new ();
  byway_link_dial (self->link, self->dialing, on_dialed, g_object_ref (self));
}

/* --- CONFIGURING: routes and DNS ------------------------------------------------------------ */

static void
on_applied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *remark = NULL;

  if (!byway_net_apply_finish (BYWAY_NET (source), result, &remark, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        byway_session_fail (self, BYWAY_EVENT_NET_FAILED, error);
      else
        byway_session_fail_with (self, BYWAY_EVENT_NET_FAILED, BYWAY_CAUSE_IP_FAILED,
                                 error->message);
      return;
    }
  g_free (self->remark);
  self->remark = g_steal_pointer (&remark);
  byway_session_dispatch (self, BYWAY_EVENT_NET_APPLIED);
}

BywayNetPlan *
byway_session_make_net_plan (BywaySession *self)
{
  if (self->routes == BYWAY_ROUTES_CALLERS)
    return byway_net_plan_new_empty (&self->plan->uplink, &self->link_info);
  return byway_net_plan_new (self->profile, &self->plan->uplink, &self->link_info);
}

void
byway_session_apply (BywaySession *self)
{
  g_cancellable_cancel (self->applying);
  g_clear_object (&self->applying);
  self->applying = g_cancellable_new ();
  byway_session_set_stage (self, BYWAY_STAGE_IP, BYWAY_STAGE_RUNNING, NULL);
  if (self->net == NULL)
    self->net = byway_net_new (self->context.system_bus, self->uuid);
  byway_net_apply (self->net, byway_session_make_net_plan (self), self->applying, on_applied,
                   g_object_ref (self));
}

static void
warn_of_net (BywaySession *self, BywayCause cause, const BywayPrefix *here,
             const BywayPrefix *there)
{
  BywayDiagnosis *diagnosis = byway_diagnosis_new (cause);
  g_autofree char *local = here != NULL ? byway_prefix_to_string (here) : NULL;
  g_autofree char *remote
      = byway_prefix_to_string (&(BywayPrefix){ there->address, there->length, 0 });

  byway_diagnosis_set_fact (diagnosis, "local-net", local);
  byway_diagnosis_set_fact (diagnosis, "remote-net", remote);
  byway_session_warn (self, diagnosis);
}

static void
look_at_net (BywaySession *self)
{
  g_autoptr (BywayNetPlan) plan = byway_session_make_net_plan (self);
  g_autoptr (GArray) local = byway_local_nets (self->link_info.ifname);
  BywayPrefix here, there;

  if (byway_net_plan_collides (plan, local, &here, &there))
    warn_of_net (self, BYWAY_CAUSE_IP_COLLISION, &here, &there);
  if (byway_net_plan_holds_server (plan, &there))
    warn_of_net (self, BYWAY_CAUSE_IP_SERVER_INSIDE, NULL, &there);
}

/* What is unsafe about the way that the user has chosen, or was told to choose. */
static void
warn_of_way (BywaySession *self)
{
  if (!self->profile->ipsec)
    byway_session_warn (self, byway_diagnosis_new (BYWAY_CAUSE_NOT_PROTECTED));
  else if (self->profile->aggressive)
    byway_session_warn (self, byway_diagnosis_new (BYWAY_CAUSE_IKE_AGGRESSIVE));
}

static char *
soon_over (const BywayCredential *credential)
{
  return credential != NULL ? byway_cert_soon_over (credential, g_get_real_time () / G_USEC_PER_SEC)
                            : NULL;
}

static void
warn_of_certificate (BywaySession *self, const char *which)
{
  BywayDiagnosis *diagnosis = byway_diagnosis_new (BYWAY_CAUSE_CERT_EXPIRES_SOON);

  byway_diagnosis_set_fact (diagnosis, "detail", which);
  byway_session_warn (self, diagnosis);
}

/* The user's may be the machine's, too: once is enough. */
static void
warn_of_certificates (BywaySession *self)
{
  g_autofree char *machine = soon_over (self->machine);
  g_autofree char *user = soon_over (self->user);

  if (machine != NULL)
    warn_of_certificate (self, machine);
  if (user != NULL && g_strcmp0 (user, machine) != 0)
    warn_of_certificate (self, user);
}

void
byway_session_announce (BywaySession *self)
{
  g_autofree char *local = byway_address_to_string (&self->link_info.local);
  g_autofree char *text = g_strdup_printf ("%s on %s", local, self->link_info.ifname);

  if (self->since == 0)
    {
      self->since = g_get_real_time () / G_USEC_PER_SEC;
      warn_of_way (self);
      warn_of_certificates (self);
      look_at_net (self);
    }
  if (self->remark != NULL)
    byway_session_log (self, self->remark);
  byway_session_set_stage (self, BYWAY_STAGE_IP, BYWAY_STAGE_PASSED, text);
}

/* --- the way down --------------------------------------------------------------------------- */

static void
on_reverted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;

  byway_net_revert_finish (BYWAY_NET (source), result);
  byway_session_dispatch (self, BYWAY_EVENT_NET_REVERTED);
}

void
byway_session_revert (BywaySession *self)
{
  g_cancellable_cancel (self->applying);
  byway_net_revert (self->net, on_reverted, g_object_ref (self));
}

static void
on_hung_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;

  byway_link_hang_up_finish (BYWAY_LINK (source), result);
  byway_session_dispatch (self, BYWAY_EVENT_HUNG_UP);
}

void
byway_session_hang_up (BywaySession *self)
{
  g_cancellable_cancel (self->dialing);
  byway_link_hang_up (self->link, on_hung_up, g_object_ref (self));
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  BywayIpsecEngine *engine = BYWAY_IPSEC_ENGINE (source);

  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->release_finish (engine, result);
  byway_session_dispatch (self, BYWAY_EVENT_RELEASED);
}

/* An establish that still runs is cancelled first; it takes back its own work and then comes here.
 */
void
byway_session_release (BywaySession *self)
{
  BywayIpsecEngine *engine = self->engine;

  self->release_wanted = TRUE;
  if (self->link != NULL && self->dialing == NULL)
    byway_link_hang_up (self->link, NULL,
                        NULL); /* an xl2tpd without a tunnel: nothing to wait for */
  g_cancellable_cancel (self->establishing);
  if (!self->establish_running)
    BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->release (engine, self->plan, on_released,
                                                    g_object_ref (self));
}

void
byway_session_unprotect (BywaySession *self)
{
  g_autoptr (GError) error = NULL;

  byway_run_dir_remove (self->context.run_base, self->uuid);
  if (self->profile->ipsec && !byway_guard_off (&self->plan->uplink.server, &error))
    g_warning ("%s: the guard stays: %s", self->uuid, error->message);
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
  g_clear_handle_id (&self->unrouted, g_source_remove);
  g_clear_handle_id (&self->deadline, g_source_remove);
  self->deadline_ms = state_deadline (self);
  if (self->deadline_ms > 0)
    self->deadline = g_timeout_add (self->deadline_ms, on_deadline, self);
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
    {
      g_cancellable_cancel (self->gathering);
      byway_session_unwatch_wire (self);
      g_clear_pointer (&self->machine, byway_credential_free);
      g_clear_pointer (&self->user, byway_credential_free);
      byway_claims_give_back (&self->claims);
    }
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
  byway_evidence_clear (&self->evidence);
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
  self->addresses = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  self->tried = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  self->warnings = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_diagnosis_free);
}
