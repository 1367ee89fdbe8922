/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-check.h"
#include "byway-command.h"
#include "byway-kernel.h"
#include "byway-local-nets.h"
#include "byway-pppd-wire.h"
#include "byway-rtnl.h"
#include "byway-run-dir.h"
#include "byway-server-finder.h"
#include "byway-session-private.h"

#include <string.h>

/* IKE's answers come within a few round trips; after this time of silence we ask ourselves. */
#define SILENCE_MS 2500
/* What a router says need not be the last word: a moment more for the server's own. */
#define DOUBT_MS 700
#define LOSS_MS 2600 /* for two questions to a server whose association has gone */
#define DIAL_MARGIN_MS 2000
#define UNROUTED_MS 1500
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

/* --- PREPARING: facts and plan ------------------------------------------------------------- */

static void
make_plan (BywaySession *self)
{
  g_autofree char *run_dir = g_build_filename (self->context.run_base, self->uuid, NULL);
  g_autoptr (GError) error = NULL;
  guint16 port = byway_claims_take_port (&self->claims, !self->profile->ephemeral_port);
  BywayFacts facts = { .uuid = self->uuid,
                       .run_dir = run_dir,
                       .uplink = self->uplink,
                       .local_port = port,
                       .ike_daemon = self->ike_daemon,
                       .algorithms = self->algorithms,
                       .pppd_plugin = self->context.pppd_plugin,
                       .machine = self->machine,
                       .user = self->user,
                       .owner = self->owner };

  self->plan = byway_plan_new (self->profile, self->secrets, &facts, &error);
  if (self->plan == NULL || !byway_kernel_check (self->profile->ipsec, &error))
    {
      byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
      return;
    }
  byway_session_set_stage (self, BYWAY_STAGE_PREPARE, BYWAY_STAGE_PASSED, NULL);
  byway_session_dispatch (self, BYWAY_EVENT_FACTS_OK);
}

/* The plan is made when both are there: the way to the server and what the IKE daemon can do. */
static void
plan_when_ready (BywaySession *self)
{
  if (self->state == BYWAY_STATE_PREPARING && self->algorithms != NULL
      && self->claims.server != NULL)
    make_plan (self);
}

static void
go_to_server (BywaySession *self)
{
  g_autofree char *text = g_strdup_printf ("%s → %s", self->profile->gateway, self->claims.server);

  byway_session_set_stage (self, BYWAY_STAGE_RESOLVE, BYWAY_STAGE_PASSED, text);
  byway_session_tell_kill_switch_servers (self);
  plan_when_ready (self);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  g_auto (BywayServerFound) found = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean ok = byway_server_find_finish (result, &found, &error);

  if (self->state != BYWAY_STATE_PREPARING)
    return;
  if (!ok)
    {
      byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
      return;
    }
  g_array_unref (self->addresses);
  self->addresses = g_steal_pointer (&found.addresses);
  self->more = found.more;
  self->uplink = found.uplink;
  if (byway_claims_take_server (&self->claims, &self->uplink.server, &error))
    go_to_server (self);
  else
    byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
}

/* --- the kill switch ------------------------------------------------------------------------ */

static const BywayKillSwitch *
kill_switch (BywaySession *self)
{
  return self->context.kill_switches != NULL
             ? byway_kill_switches_find (self->context.kill_switches, self->uuid)
             : NULL;
}

/* Nothing leaves, and so no name is asked for either: an attempt that nobody called for goes where
 * the last one could. */
GArray *
byway_session_known_addresses (BywaySession *self)
{
  const BywayKillSwitch *one = kill_switch (self);

  return one != NULL && !one->resolving ? one->servers : self->addresses;
}

static void
find_server (BywaySession *self)
{
  const BywayServerSearch search = { .gateway = self->profile->gateway,
                                     .known = byway_session_known_addresses (self),
                                     .tried = self->tried,
                                     .avoided = &self->avoided };

  byway_server_find (&search, self->gathering, on_found, g_object_ref (self));
}

void
byway_session_tell_kill_switch_servers (BywaySession *self)
{
  if (self->context.kill_switches != NULL)
    byway_kill_switches_set_servers (self->context.kill_switches, self->uuid, self->addresses);
}

/* What the kill switch has to know of each new state, before anything is done in it. */
void
byway_session_tell_kill_switch (BywaySession *self)
{
  BywayKillSwitches *all = self->context.kill_switches;
  const BywayKillSwitch *one = kill_switch (self);
  g_autoptr (BywayNetPlan) plan = NULL;

  if (one == NULL)
    return;
  if (self->state != BYWAY_STATE_PREPARING)
    byway_kill_switches_set_resolving (all, self->uuid, FALSE);
  else if (one->servers->len == 0)
    byway_kill_switches_set_resolving (all, self->uuid, TRUE);
  if (self->state == BYWAY_STATE_UP)
    plan = byway_session_make_net_plan (self);
  byway_kill_switches_set_plan (all, self->uuid, plan);
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  BywayIpsecEngine *engine = BYWAY_IPSEC_ENGINE (source);
  g_autoptr (GError) error = NULL;

  self->algorithms = BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->probe_finish (engine, result, &error);
  if (self->algorithms == NULL)
    {
      byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
      return;
    }
  plan_when_ready (self);
}

/* What can be known to be missing before the server hears of us. */
static gboolean
has_programs (BywaySession *self)
{
  static const struct
  {
    const char *name;
    BywayCause cause;
  } programs[] = { { "pppd", BYWAY_CAUSE_NO_PPPD }, { "xl2tpd", BYWAY_CAUSE_NO_XL2TPD } };

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path = byway_command_find (programs[i].name, NULL);

      if (path == NULL)
        {
          byway_session_fail_with (self, BYWAY_EVENT_FACTS_FAILED, programs[i].cause, "");
          return FALSE;
        }
    }
  return TRUE;
}

/* Before anything else sees it: what the client handed over is a certificate that may be used, or
 * the attempt ends here. */
static gboolean
unpack (BywaySession *self, gboolean wanted, const char *whose, BywayCredential **credential)
{
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean token = byway_profile_uses_token (self->profile) && strcmp (whose, "machine") == 0;

  if (!wanted)
    return TRUE;
  *credential = token ? byway_cert_unpack_without_key (self->secrets, whose, now, &error)
                      : byway_cert_unpack (self->secrets, whose, now, &error);
  if (*credential == NULL)
    byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
  return *credential != NULL;
}

/* A certificate may name nobody, and then somebody has to. */
static gboolean
has_login_name (BywaySession *self)
{
  g_autofree char *name = byway_eap_tls_name (self->profile, self->user);
  g_autoptr (GError) error = NULL;

  if (*name != '\0' && strlen (name) <= BYWAY_PPPD_TEXT_MAX)
    return TRUE;
  error = g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_INVALID,
                               "user: is needed: the certificate has no name to log in with");
  byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
  return FALSE;
}

static gboolean
has_credentials (BywaySession *self)
{
  const BywayProfile *profile = self->profile;

  return unpack (self, byway_profile_uses_machine_cert (profile), "machine", &self->machine)
         && unpack (self, profile->user_auth == BYWAY_AUTH_CERTIFICATE, "user", &self->user)
         && has_login_name (self);
}

void
byway_session_gather (BywaySession *self)
{
  BywayIpsecEngine *engine = self->engine;

  self->gathering = g_cancellable_new ();
  byway_session_set_stage (self, BYWAY_STAGE_PREPARE, BYWAY_STAGE_RUNNING, NULL);
  if (!has_programs (self) || !has_credentials (self))
    return;
  byway_session_set_stage (self, BYWAY_STAGE_RESOLVE, BYWAY_STAGE_RUNNING, NULL);
  find_server (self);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->probe (engine, self->gathering, on_probed,
                                                g_object_ref (self));
}

/* --- the wire, beside the daemons ----------------------------------------------------------- */

/* A server that has agreed on something is there, whatever a router says. */
static gboolean
is_hopeless (BywaySession *self, BywayCause *cause)
{
  BywayStage stage = byway_session_current_stage (self);

  return (stage != BYWAY_STAGE_IKE || self->sa_info.ike == NULL)
         && byway_wire_facts_is_hopeless (byway_wire_get_facts (self->wire), stage, cause);
}

static gboolean
on_doubt_over (gpointer data)
{
  g_autoptr (BywaySession) self = g_object_ref (data);
  BywayCause cause;

  self->doubt = 0;
  if (is_hopeless (self, &cause))
    byway_session_fail_with (
        self, self->state == BYWAY_STATE_DIALING ? BYWAY_EVENT_LINK_FAILED : BYWAY_EVENT_SA_FAILED,
        cause, "");
  return G_SOURCE_REMOVE;
}

/* Charon does not say why. A server whose IKE service has stopped refuses a question; one that
 * answers has ended it, or somebody has; one that is silent is gone. */
static BywayCause
loss_cause (const BywayWireFacts *facts)
{
  if (facts->refused_ike)
    return BYWAY_CAUSE_LOST_BY_SERVER;
  return facts->answered_500 || facts->answered_4500 ? BYWAY_CAUSE_LOST_IPSEC
                                                     : BYWAY_CAUSE_LOST_SERVER;
}

static gboolean
on_loss_clear (gpointer data)
{
  g_autoptr (BywaySession) self = g_object_ref (data);

  self->loss = 0;
  byway_session_fail_with (self, BYWAY_EVENT_SA_FAILED,
                           loss_cause (byway_wire_get_facts (self->wire)), "");
  return G_SOURCE_REMOVE;
}

void
byway_session_ask_about_loss (BywaySession *self)
{
  byway_wire_ask (self->wire);
  self->loss = g_timeout_add (LOSS_MS, on_loss_clear, self);
}

static void
on_wire_changed (BywayWire *wire, BywaySession *self)
{
  BywayCause cause;

  if (self->loss != 0
      && (byway_wire_get_facts (wire)->answered_500 || byway_wire_get_facts (wire)->refused_ike))
    {
      g_source_remove (self->loss);
      on_loss_clear (self);
      return;
    }
  if (self->doubt == 0 && is_hopeless (self, &cause))
    self->doubt = g_timeout_add (DOUBT_MS, on_doubt_over, self);
}

static void
on_wire_log (BywayWire *wire, const char *line, BywaySession *self)
{
  byway_session_log (self, line);
}

static gboolean
on_silence (gpointer data)
{
  BywaySession *self = data;

  self->silence = 0;
  if (self->state == BYWAY_STATE_SECURING && byway_session_current_stage (self) == BYWAY_STAGE_IKE)
    byway_wire_ask (self->wire);
  return G_SOURCE_REMOVE;
}

void
byway_session_watch_wire (BywaySession *self)
{
  self->wire = byway_wire_new (&self->uplink);
  byway_wire_set_plain (self->wire, !self->profile->ipsec);
  g_signal_connect_object (self->wire, "changed", G_CALLBACK (on_wire_changed), self, 0);
  g_signal_connect_object (self->wire, "log", G_CALLBACK (on_wire_log), self, 0);
  self->silence = g_timeout_add (SILENCE_MS, on_silence, self);
}

void
byway_session_unwatch_wire (BywaySession *self)
{
  g_clear_handle_id (&self->silence, g_source_remove);
  g_clear_handle_id (&self->doubt, g_source_remove);
  g_clear_handle_id (&self->loss, g_source_remove);
  g_clear_object (&self->wire);
}

/* --- the way to the server ------------------------------------------------------------------ */

/* What ends it from outside, told to the step that it is in. */
static BywayEvent
outer_failure (BywaySession *self)
{
  if (self->state < BYWAY_STATE_SECURING)
    return BYWAY_EVENT_FACTS_FAILED;
  return self->state == BYWAY_STATE_SECURING ? BYWAY_EVENT_SA_FAILED : BYWAY_EVENT_LINK_FAILED;
}

static void
lose_uplink (BywaySession *self, const char *detail)
{
  /* Our goodbyes would go nowhere, or out of the wrong door. */
  if (self->link != NULL)
    byway_link_abandon (self->link);
  byway_session_fail_with (self, outer_failure (self), BYWAY_CAUSE_LOST_UPLINK, detail);
}

static gboolean
on_unrouted (gpointer data)
{
  g_autoptr (BywaySession) self = g_object_ref (data);
  g_autofree char *detail = g_strdup_printf ("%s has no way to it any more", self->uplink.ifname);

  self->unrouted = 0;
  lose_uplink (self, detail);
  return G_SOURCE_REMOVE;
}

/* Another interface, next hop or address of ours: charon and xl2tpd stay with the old one. A way
 * that is missing may be back in a moment, as after a cable's short break. */
static void
on_network_changed (BywayRouteWatch *watch, BywaySession *self)
{
  g_autofree char *detail = NULL;
  BywayUplink now;

  if (self->state < BYWAY_STATE_SECURING || self->state > BYWAY_STATE_UP)
    return;
  if (!byway_rtnl_lookup (&self->uplink.server, &now, NULL))
    {
      if (self->unrouted == 0)
        self->unrouted = g_timeout_add (UNROUTED_MS, on_unrouted, self);
      return;
    }
  g_clear_handle_id (&self->unrouted, g_source_remove);
  if (byway_uplink_equal (&now, &self->uplink))
    return;
  detail = g_strdup_printf ("%s instead of %s", now.ifname, self->uplink.ifname);
  lose_uplink (self, detail);
}

/* NetworkManager follows the network itself. */
void
byway_session_watch_uplink (BywaySession *self)
{
  if (self->context.watch != NULL && self->routes == BYWAY_ROUTES_OURS)
    g_signal_connect_object (self->context.watch, "changed", G_CALLBACK (on_network_changed), self,
                             0);
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

void
byway_session_suspend (BywaySession *self)
{
  byway_session_fail_with (self, outer_failure (self), BYWAY_CAUSE_LOST_TO_SLEEP, "");
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
