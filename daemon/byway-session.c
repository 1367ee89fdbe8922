/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-cert-check.h"
#include "byway-command.h"
#include "byway-diagnosis.h"
#include "byway-facts.h"
#include "byway-kernel.h"
#include "byway-link.h"
#include "byway-local-nets.h"
#include "byway-net.h"
#include "byway-peer-words.h"
#include "byway-pppd-wire.h"
#include "byway-rtnl.h"
#include "byway-run-dir.h"
#include "byway-server-finder.h"
#include "byway-session.h"
#include "byway-wire.h"
#include "byway-xfrm.h"

#include <string.h>

#define EVIDENCE_LINES 16
/* IKE's answers come within a few round trips; after this time of silence we ask ourselves. */
#define SILENCE_MS 2500
/* What a router says need not be the last word: a moment more for the server's own. */
#define DOUBT_MS 700
#define LOSS_MS 2600 /* for two questions to a server whose association has gone */
#define DIAL_MARGIN_MS 2000
#define UNROUTED_MS 1500
#define WARM_UP_MS 5 /* from charon's first word to its first packet */

/* How one stage went, for the user. */
typedef struct
{
  BywayStageState state;
  gint64 began;
  guint milliseconds;
  char *text;
} StageRecord;

struct _BywaySession
{
  GObject parent;

  BywaySessionContext context;
  BywayIkeDaemon ike_daemon;
  BywayIpsecEngine *engine; /* of ike_daemon */
  char *uuid;
  BywayProfile *profile;
  BywaySecretSet *secrets;
  BywayRoutes routes;

  BywayState state;
  StageRecord stages[BYWAY_N_STAGES];
  BywayDiagnosis *diagnosis; /* of the first failure */
  GPtrArray *warnings;       /* BywayDiagnosis: what is not good while it is up */
  GQueue recent;             /* the daemons' last lines */
  guint deadline;            /* source */
  guint deadline_ms;
  gint64 since; /* wall clock, s */
  char *remark;

  GCancellable *gathering, *establishing, *dialing, *applying;
  gboolean establish_running, release_wanted;
  gboolean pin_unanswered; /* a token has it, and may count it as a wrong one */
  BywayUplink uplink;
  GHashTable *algorithms;
  BywayCredential *machine; /* for IKE by certificate */
  BywayCredential *user;    /* for EAP-TLS */
  guint owner;
  GArray *addresses;    /* BywayAddress: the server's, as far as they are known */
  GArray *tried;        /* BywayAddress: where the attempt was before this session */
  BywayAddress avoided; /* where the attempt before this one failed, or none */
  gboolean more;        /* the server has addresses where this attempt was not yet */
  char *claimed;        /* the server's address, in `servers` */
  guint16 port;         /* for L2TP, claimed too */
  BywayPlan *plan;
  BywayWire *wire;
  guint silence, doubt, loss; /* sources */
  guint warm_up;              /* another */
  guint unrouted;             /* another: since the way to the server went */
  gboolean warmed_up;
  BywayLink *link;
  BywayNet *net;
  BywayLinkInfo link_info;
  BywaySaInfo sa_info;
};

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

/* Servers that a session of this helper has in use: two transport-mode associations from one
 * address to one server can't be told apart by most servers. */
static GHashTable *servers;

static void dispatch (BywaySession *self, BywayEvent event);
static BywayNetPlan *make_net_plan (BywaySession *self);

static void
log_line (BywaySession *self, const char *line)
{
  g_queue_push_tail (&self->recent, g_strdup (line));
  if (self->recent.length > EVIDENCE_LINES)
    g_free (g_queue_pop_head (&self->recent));
  g_signal_emit (self, signals[SIGNAL_LOG], 0, line);
}

static void
set_stage (BywaySession *self, BywayStage stage, BywayStageState state, const char *text)
{
  StageRecord *record = &self->stages[stage];

  if (record->state == state && state == BYWAY_STAGE_RUNNING)
    return;
  if (state == BYWAY_STAGE_RUNNING)
    record->began = g_get_monotonic_time ();
  else if (record->began != 0)
    record->milliseconds = (g_get_monotonic_time () - record->began) / 1000;
  record->state = state;
  if (text != NULL && *text != '\0')
    {
      g_free (record->text);
      record->text = g_strdup (text);
    }
  g_signal_emit (self, signals[SIGNAL_STAGE], 0, stage, state, record->milliseconds,
                 record->text != NULL ? record->text : "");
}

/* --- why it failed -------------------------------------------------------------------------- */

static GStrv
copy_recent (BywaySession *self)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (GList *l = self->recent.head; l != NULL; l = l->next)
    g_strv_builder_add (lines, l->data);
  return g_strv_builder_end (lines);
}

static BywayStage
current_stage (BywaySession *self)
{
  for (guint stage = BYWAY_N_STAGES; stage > 0; stage--)
    if (self->stages[stage - 1].state == BYWAY_STAGE_RUNNING)
      return stage - 1;
  return self->since != 0 ? BYWAY_STAGE_IP : BYWAY_STAGE_PREPARE;
}

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
  g_autoptr (BywayDiagnosis) why = byway_diagnosis_new_from_error (error, current_stage (self));
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
  BywayStage stage = current_stage (self);
  BywayDiagnosis *diagnosis;

  diagnosis = byway_diagnosis_new_from_error (refined, stage);
  if (byway_cause_row (diagnosis->cause)->stage == BYWAY_STAGE_IP)
    diagnosis->stage = stage; /* what ends a connection may do so before it is up */
  set_facts (self, diagnosis);
  set_facts_of_cause (self, diagnosis, error->message);
  byway_diagnosis_set_evidence (diagnosis, copy_recent (self));
  return diagnosis;
}

/* The one to mark: the diagnosis' own where it was under way, else the last one that was. */
static BywayStage
failed_stage (BywaySession *self)
{
  BywayStage stage = self->diagnosis->stage;

  return self->stages[stage].state == BYWAY_STAGE_RUNNING ? stage : current_stage (self);
}

/* The first failure is what the user gets; a cancellation that we asked for is none. */
static void
fail (BywaySession *self, BywayEvent event, const GError *error)
{
  if (self->diagnosis == NULL && !byway_state_is_teardown (self->state)
      && self->state != BYWAY_STATE_DONE
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      BywayStage failed;

      self->diagnosis = diagnose (self, error);
      failed = failed_stage (self);
      for (guint stage = 0; stage < BYWAY_N_STAGES; stage++)
        if (self->stages[stage].state == BYWAY_STAGE_RUNNING)
          set_stage (self, stage, stage == failed ? BYWAY_STAGE_FAILED : BYWAY_STAGE_WAITING, NULL);
    }
  dispatch (self, event);
}

static void
fail_with (BywaySession *self, BywayEvent event, BywayCause cause, const char *detail)
{
  g_autoptr (GError) error = g_error_new_literal (BYWAY_FAILURE, cause, detail);

  fail (self, event, error);
}

/* Takes @diagnosis. */
static void
warn (BywaySession *self, BywayDiagnosis *diagnosis)
{
  g_autofree char *sentence = NULL;

  set_facts (self, diagnosis);
  byway_diagnosis_set_evidence (diagnosis, copy_recent (self));
  sentence = byway_diagnosis_sentence (diagnosis);
  g_ptr_array_add (self->warnings, diagnosis);
  log_line (self, sentence);
  g_signal_emit (self, signals[SIGNAL_WARNING], 0, byway_cause_row (diagnosis->cause)->code);
}

/* --- PREPARING: facts and plan ------------------------------------------------------------- */

static gboolean
claim_server (BywaySession *self, GError **error)
{
  g_autofree char *text = byway_address_to_string (&self->uplink.server);

  if (servers == NULL)
    servers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_contains (servers, text))
    {
      g_set_error_literal (error, BYWAY_FAILURE, BYWAY_CAUSE_SERVER_BUSY, text);
      return FALSE;
    }
  self->claimed = g_strdup (text);
  g_hash_table_add (servers, g_steal_pointer (&text));
  return TRUE;
}

static void
give_back_claims (BywaySession *self)
{
  if (self->claimed != NULL)
    g_hash_table_remove (servers, self->claimed);
  byway_udp_port_give_back (self->port);
  self->port = 0;
}

static void
make_plan (BywaySession *self)
{
  g_autofree char *run_dir = g_build_filename (self->context.run_base, self->uuid, NULL);
  g_autoptr (GError) error = NULL;
  guint16 port = byway_udp_port_claim (!self->profile->ephemeral_port);
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

  self->port = port;
  self->plan = byway_plan_new (self->profile, self->secrets, &facts, &error);
  if (self->plan == NULL || !byway_kernel_check (self->profile->ipsec, &error))
    {
      fail (self, BYWAY_EVENT_FACTS_FAILED, error);
      return;
    }
  set_stage (self, BYWAY_STAGE_PREPARE, BYWAY_STAGE_PASSED, NULL);
  dispatch (self, BYWAY_EVENT_FACTS_OK);
}

/* The plan is made when both are there: the way to the server and what the IKE daemon can do. */
static void
plan_when_ready (BywaySession *self)
{
  if (self->state == BYWAY_STATE_PREPARING && self->algorithms != NULL && self->claimed != NULL)
    make_plan (self);
}

static void
go_to_server (BywaySession *self)
{
  g_autofree char *text = g_strdup_printf ("%s → %s", self->profile->gateway, self->claimed);

  set_stage (self, BYWAY_STAGE_RESOLVE, BYWAY_STAGE_PASSED, text);
  if (self->context.kill_switches != NULL)
    byway_kill_switches_set_servers (self->context.kill_switches, self->uuid, self->addresses);
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
      fail (self, BYWAY_EVENT_FACTS_FAILED, error);
      return;
    }
  g_array_unref (self->addresses);
  self->addresses = g_steal_pointer (&found.addresses);
  self->more = found.more;
  self->uplink = found.uplink;
  if (claim_server (self, &error))
    go_to_server (self);
  else
    fail (self, BYWAY_EVENT_FACTS_FAILED, error);
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
static GArray *
known_addresses (BywaySession *self)
{
  const BywayKillSwitch *one = kill_switch (self);

  return one != NULL && !one->resolving ? one->servers : self->addresses;
}

static void
find_server (BywaySession *self)
{
  const BywayServerSearch search = { .gateway = self->profile->gateway,
                                     .known = known_addresses (self),
                                     .tried = self->tried,
                                     .avoided = &self->avoided };

  byway_server_find (&search, self->gathering, on_found, g_object_ref (self));
}

/* What the kill switch has to know of each new state, before anything is done in it. */
static void
tell_kill_switch (BywaySession *self)
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
    plan = make_net_plan (self);
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
      fail (self, BYWAY_EVENT_FACTS_FAILED, error);
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
          fail_with (self, BYWAY_EVENT_FACTS_FAILED, programs[i].cause, "");
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
    fail (self, BYWAY_EVENT_FACTS_FAILED, error);
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
  fail (self, BYWAY_EVENT_FACTS_FAILED, error);
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

static void
effect_gather (BywaySession *self)
{
  BywayIpsecEngine *engine = self->engine;

  self->gathering = g_cancellable_new ();
  set_stage (self, BYWAY_STAGE_PREPARE, BYWAY_STAGE_RUNNING, NULL);
  if (!has_programs (self) || !has_credentials (self))
    return;
  set_stage (self, BYWAY_STAGE_RESOLVE, BYWAY_STAGE_RUNNING, NULL);
  find_server (self);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->probe (engine, self->gathering, on_probed,
                                                g_object_ref (self));
}

static gboolean on_loss_clear (gpointer data);

/* --- the wire, beside the daemons ----------------------------------------------------------- */

/* A server that has agreed on something is there, whatever a router says. */
static gboolean
is_hopeless (BywaySession *self, BywayCause *cause)
{
  BywayStage stage = current_stage (self);

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
    fail_with (self,
               self->state == BYWAY_STATE_DIALING ? BYWAY_EVENT_LINK_FAILED : BYWAY_EVENT_SA_FAILED,
               cause, "");
  return G_SOURCE_REMOVE;
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
  log_line (self, line);
}

static gboolean
on_silence (gpointer data)
{
  BywaySession *self = data;

  self->silence = 0;
  if (self->state == BYWAY_STATE_SECURING && current_stage (self) == BYWAY_STAGE_IKE)
    byway_wire_ask (self->wire);
  return G_SOURCE_REMOVE;
}

static void
watch_wire (BywaySession *self)
{
  self->wire = byway_wire_new (&self->uplink);
  byway_wire_set_plain (self->wire, !self->profile->ipsec);
  if (self->machine != NULL)
    byway_wire_set_certificate (self->wire, byway_credential_shown_bytes (self->machine));
  g_signal_connect_object (self->wire, "changed", G_CALLBACK (on_wire_changed), self, 0);
  g_signal_connect_object (self->wire, "log", G_CALLBACK (on_wire_log), self, 0);
  self->silence = g_timeout_add (SILENCE_MS, on_silence, self);
}

static void
unwatch_wire (BywaySession *self)
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
  fail_with (self, outer_failure (self), BYWAY_CAUSE_LOST_UPLINK, detail);
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
static void
watch_uplink (BywaySession *self)
{
  if (self->context.watch != NULL && self->routes == BYWAY_ROUTES_OURS)
    g_signal_connect_object (self->context.watch, "changed", G_CALLBACK (on_network_changed), self,
                             0);
}

/* --- SECURING: files, guard, IKE ------------------------------------------------------------ */

static gboolean
effect_protect (BywaySession *self)
{
  g_autoptr (GError) error = NULL;

  if (byway_run_dir_create (self->context.run_base, self->plan, &error)
      && (!self->profile->ipsec || byway_guard_on (&self->plan->uplink.server, &error)))
    return TRUE;
  fail (self, BYWAY_EVENT_SA_FAILED, error);
  return FALSE;
}

static void effect_release (BywaySession *self);
static void make_link (BywaySession *self);

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
      effect_release (self);
      return;
    }
  if (ok)
    dispatch (self, BYWAY_EVENT_SECURED);
  else
    fail (self, BYWAY_EVENT_SA_FAILED, error);
}

static void
effect_establish (BywaySession *self)
{
  BywayIpsecEngine *engine = self->engine;

  self->establishing = g_cancellable_new ();
  self->establish_running = TRUE;
  watch_wire (self);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->establish (engine, self->plan, self->establishing,
                                                    on_established, g_object_ref (self));
  make_link (self);
}

static void
on_engine_progress (BywayIpsecEngine *engine, const char *uuid, guint stage, guint state,
                    const char *text, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) == 0 && self->state == BYWAY_STATE_SECURING)
    set_stage (self, stage, state, text);
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
  log_line (self, line);
  if (self->state == BYWAY_STATE_SECURING && !self->warmed_up)
    {
      self->warmed_up = TRUE;
      self->warm_up = g_timeout_add (WARM_UP_MS, on_warm_up, self);
    }
}

/* Charon does not say why. A server whose IKE service has stopped refuses a question; one that
 * answers has ended it, or somebody has; one that is silent is gone. */
static gboolean
on_loss_clear (gpointer data)
{
  g_autoptr (BywaySession) self = g_object_ref (data);
  const BywayWireFacts *facts = byway_wire_get_facts (self->wire);

  self->loss = 0;
  fail_with (self, BYWAY_EVENT_SA_FAILED,
             facts->refused_ike                            ? BYWAY_CAUSE_LOST_BY_SERVER
             : facts->answered_500 || facts->answered_4500 ? BYWAY_CAUSE_LOST_IPSEC
                                                           : BYWAY_CAUSE_LOST_SERVER,
             "");
  return G_SOURCE_REMOVE;
}

static void
on_engine_lost (BywayIpsecEngine *engine, const char *uuid, const GError *error, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) != 0 || self->state == BYWAY_STATE_SECURING || self->loss != 0)
    return;
  if (self->wire == NULL || !g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IPSEC))
    {
      fail (self, BYWAY_EVENT_SA_FAILED, error);
      return;
    }
  byway_wire_ask (self->wire);
  self->loss = g_timeout_add (LOSS_MS, on_loss_clear, self);
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
      fail (self, BYWAY_EVENT_LINK_FAILED, error);
      return;
    }
  self->link_info = info;
  dispatch (self, BYWAY_EVENT_IP_UP);
}

static void
on_link_progress (BywayLink *link, guint stage, guint state, const char *text, BywaySession *self)
{
  if (self->state == BYWAY_STATE_DIALING)
    set_stage (self, stage, state, text);
}

static void
on_link_log (BywayLink *link, const char *line, BywaySession *self)
{
  log_line (self, line);
}

static void
on_link_ip_up (BywayLink *link, BywayLinkInfo *info, BywaySession *self)
{
  if (self->state == BYWAY_STATE_DIALING)
    return; /* dial's own end tells the first one */
  self->link_info = *info;
  dispatch (self, BYWAY_EVENT_IP_UP);
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
  warn (self, diagnosis);
}

static void
on_link_lost (BywayLink *link, GError *error, BywaySession *self)
{
  fail (self, BYWAY_EVENT_LINK_FAILED, error);
}

static void
make_link (BywaySession *self)
{
  g_autofree char *name = byway_eap_tls_name (self->profile, self->user);

  self->link = byway_link_new (self->plan, name, self->secrets);
  g_signal_connect_object (self->link, "progress", G_CALLBACK (on_link_progress), self, 0);
  g_signal_connect_object (self->link, "log", G_CALLBACK (on_link_log), self, 0);
  g_signal_connect_object (self->link, "ip-up", G_CALLBACK (on_link_ip_up), self, 0);
  g_signal_connect_object (self->link, "lost", G_CALLBACK (on_link_lost), self, 0);
  g_signal_connect_object (self->link, "path", G_CALLBACK (on_link_path), self, 0);
}

static void
effect_dial (BywaySession *self)
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
        fail (self, BYWAY_EVENT_NET_FAILED, error);
      else
        fail_with (self, BYWAY_EVENT_NET_FAILED, BYWAY_CAUSE_IP_FAILED, error->message);
      return;
    }
  g_free (self->remark);
  self->remark = g_steal_pointer (&remark);
  dispatch (self, BYWAY_EVENT_NET_APPLIED);
}

static BywayNetPlan *
make_net_plan (BywaySession *self)
{
  if (self->routes == BYWAY_ROUTES_CALLERS)
    return byway_net_plan_new_empty (&self->plan->uplink, &self->link_info);
  return byway_net_plan_new (self->profile, &self->plan->uplink, &self->link_info);
}

static void
effect_apply (BywaySession *self)
{
  g_cancellable_cancel (self->applying);
  g_clear_object (&self->applying);
  self->applying = g_cancellable_new ();
  set_stage (self, BYWAY_STAGE_IP, BYWAY_STAGE_RUNNING, NULL);
  if (self->net == NULL)
    self->net = byway_net_new (self->context.system_bus, self->uuid);
  byway_net_apply (self->net, make_net_plan (self), self->applying, on_applied,
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
  warn (self, diagnosis);
}

static void
look_at_net (BywaySession *self)
{
  g_autoptr (BywayNetPlan) plan = make_net_plan (self);
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
    warn (self, byway_diagnosis_new (BYWAY_CAUSE_NOT_PROTECTED));
  else if (self->profile->aggressive)
    warn (self, byway_diagnosis_new (BYWAY_CAUSE_IKE_AGGRESSIVE));
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
  warn (self, diagnosis);
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

static void
effect_announce (BywaySession *self)
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
    log_line (self, self->remark);
  set_stage (self, BYWAY_STAGE_IP, BYWAY_STAGE_PASSED, text);
}

/* --- the way down --------------------------------------------------------------------------- */

static void
on_reverted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;

  byway_net_revert_finish (BYWAY_NET (source), result);
  dispatch (self, BYWAY_EVENT_NET_REVERTED);
}

static void
effect_revert (BywaySession *self)
{
  g_cancellable_cancel (self->applying);
  byway_net_revert (self->net, on_reverted, g_object_ref (self));
}

static void
on_hung_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;

  byway_link_hang_up_finish (BYWAY_LINK (source), result);
  dispatch (self, BYWAY_EVENT_HUNG_UP);
}

static void
effect_hang_up (BywaySession *self)
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
  dispatch (self, BYWAY_EVENT_RELEASED);
}

/* An establish that still runs is cancelled first; it takes back its own work and then comes here.
 */
static void
effect_release (BywaySession *self)
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

static void
effect_unprotect (BywaySession *self)
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
    effect_gather (self);
  if (effects & BYWAY_EFFECT_PROTECT && !effect_protect (self))
    return;
  if (effects & BYWAY_EFFECT_ESTABLISH)
    effect_establish (self);
  if (effects & BYWAY_EFFECT_DIAL)
    effect_dial (self);
  if (effects & BYWAY_EFFECT_APPLY)
    effect_apply (self);
  if (effects & BYWAY_EFFECT_ANNOUNCE)
    effect_announce (self);
  if (effects & BYWAY_EFFECT_REVERT)
    effect_revert (self);
  if (effects & BYWAY_EFFECT_HANG_UP)
    effect_hang_up (self);
  if (effects & BYWAY_EFFECT_RELEASE)
    effect_release (self);
  if (effects & BYWAY_EFFECT_UNPROTECT)
    effect_unprotect (self);
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
  BywayStage stage = current_stage (self);

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
      dispatch (self, BYWAY_EVENT_TIMEOUT);
      return G_SOURCE_REMOVE;
    }
  detail = g_strdup_printf ("nothing came within %u seconds", self->deadline_ms / 1000);
  fail_with (self, BYWAY_EVENT_TIMEOUT, overdue_cause (self), detail);
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

static void
dispatch (BywaySession *self, BywayEvent event)
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
    tell_kill_switch (self);
  if (self->state != before && self->state != BYWAY_STATE_UP && self->state != BYWAY_STATE_DONE)
    g_signal_emit (self, signals[SIGNAL_STATE], 0, self->state);
  run_effects (self, transition->effects);
  g_debug ("%s: step %s begun", self->uuid, byway_state_step_name (transition->next));
  if (transition->next == BYWAY_STATE_DONE)
    {
      g_cancellable_cancel (self->gathering);
      unwatch_wire (self);
      g_clear_pointer (&self->machine, byway_credential_free);
      g_clear_pointer (&self->user, byway_credential_free);
      give_back_claims (self);
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
  g_signal_connect_object (self->engine, "progress", G_CALLBACK (on_engine_progress), self, 0);
  g_signal_connect_object (self->engine, "log", G_CALLBACK (on_engine_log), self, 0);
  g_signal_connect_object (self->engine, "agreed", G_CALLBACK (on_engine_agreed), self, 0);
  g_signal_connect_object (self->engine, "pin", G_CALLBACK (on_engine_pin), self, 0);
  g_signal_connect_object (self->engine, "lost", G_CALLBACK (on_engine_lost), self, 0);
  watch_uplink (self);
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
  dispatch (self, BYWAY_EVENT_START);
}

void
byway_session_stop (BywaySession *self)
{
  dispatch (self, BYWAY_EVENT_STOP);
}

void
byway_session_suspend (BywaySession *self)
{
  fail_with (self, outer_failure (self), BYWAY_CAUSE_LOST_TO_SLEEP, "");
}

BywayState
byway_session_get_state (BywaySession *self)
{
  return self->state;
}

/* The session does not know what the user calls it. */
static GVariant *
describe_one (BywayDiagnosis *diagnosis, const char *name)
{
  byway_diagnosis_set_name (diagnosis, name);
  return byway_diagnosis_to_variant (diagnosis);
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

GVariant *
byway_session_describe_diagnosis (BywaySession *self, const char *name)
{
  const BywayDiagnosis *first = byway_session_get_diagnosis (self);
  GVariantBuilder more;
  GVariantDict dict;
  g_autoptr (GVariant) main = NULL;

  g_variant_builder_init (&more, G_VARIANT_TYPE ("aa{sv}"));
  if (first == NULL)
    {
      g_variant_builder_clear (&more);
      g_variant_dict_init (&dict, NULL);
      return g_variant_dict_end (&dict);
    }
  for (guint i = 0; i < self->warnings->len; i++)
    if (self->warnings->pdata[i] != first)
      g_variant_builder_add_value (&more, describe_one (self->warnings->pdata[i], name));
  main = g_variant_ref_sink (describe_one ((BywayDiagnosis *)first, name));
  g_variant_dict_init (&dict, main);
  g_variant_dict_insert_value (&dict, "more", g_variant_builder_end (&more));
  return g_variant_dict_end (&dict);
}

static GVariant *
describe_stages (BywaySession *self)
{
  GVariantBuilder stages;

  g_variant_builder_init (&stages, G_VARIANT_TYPE ("a(ssus)"));
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    g_variant_builder_add (&stages, "(ssus)", byway_stage_to_string (i),
                           byway_stage_state_to_string (self->stages[i].state),
                           self->stages[i].milliseconds,
                           self->stages[i].text != NULL ? self->stages[i].text : "");
  return g_variant_builder_end (&stages);
}

static guint64
read_counter (const char *ifname, const char *counter)
{
  g_autofree char *path = g_strdup_printf ("/sys/class/net/%s/statistics/%s", ifname, counter);
  g_autofree char *text = NULL;

  if (*ifname == '\0' || !g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return g_ascii_strtoull (text, NULL, 10);
}

static GVariant *
describe_dns (BywaySession *self)
{
  GVariantBuilder dns;

  g_variant_builder_init (&dns, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < self->profile->dns->len; i++)
    {
      g_autofree char *text
          = byway_address_to_string (&g_array_index (self->profile->dns, BywayAddress, i));

      g_variant_builder_add (&dns, "s", text);
    }
  for (guint i = 0; i < 2 && self->profile->dns_auto; i++)
    if (byway_address_is_set (&self->link_info.dns[i]))
      {
        g_autofree char *text = byway_address_to_string (&self->link_info.dns[i]);

        g_variant_builder_add (&dns, "s", text);
      }
  return g_variant_builder_end (&dns);
}

static GVariant *
describe_wins (BywaySession *self)
{
  const BywayAddress *wins = self->link_info.wins;
  GVariantBuilder servers;

  g_variant_builder_init (&servers, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < 2; i++)
    if (byway_address_is_set (&wins[i]) && (i == 0 || !byway_address_equal (&wins[0], &wins[1])))
      {
        g_autofree char *text = byway_address_to_string (&wins[i]);

        g_variant_builder_add (&servers, "s", text);
      }
  return g_variant_builder_end (&servers);
}

static GVariant *
describe_warnings (BywaySession *self)
{
  GVariantBuilder sentences;

  g_variant_builder_init (&sentences, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < self->warnings->len; i++)
    {
      g_autofree char *sentence = byway_diagnosis_sentence (self->warnings->pdata[i]);

      g_variant_builder_add (&sentences, "s", sentence);
    }
  return g_variant_builder_end (&sentences);
}

static void
describe_link (BywaySession *self, GVariantDict *dict)
{
  const char *ifname = self->link_info.ifname;
  g_autofree char *local = byway_address_to_string (&self->link_info.local);
  g_autofree char *remote = byway_address_to_string (&self->link_info.remote);
  g_autofree char *server = byway_address_to_string (&self->uplink.server);

  g_variant_dict_insert (dict, "ifname", "s", ifname);
  g_variant_dict_insert (dict, "local", "s", local);
  g_variant_dict_insert (dict, "remote", "s", remote);
  g_variant_dict_insert (dict, "server", "s", server);
  g_variant_dict_insert (dict, "mtu", "u", self->link_info.mtu);
  g_variant_dict_insert (dict, "ipv6", "b", self->link_info.ipv6);
  g_variant_dict_insert (dict, "port", "u", self->plan != NULL ? self->plan->local_port : 0);
  g_variant_dict_insert (dict, "uplink", "s", self->uplink.ifname);
  g_variant_dict_insert_value (dict, "dns", describe_dns (self));
  g_variant_dict_insert_value (dict, "wins", describe_wins (self));
  g_variant_dict_insert (dict, "ike", "s", self->sa_info.ike != NULL ? self->sa_info.ike : "");
  g_variant_dict_insert (dict, "esp", "s", self->sa_info.esp != NULL ? self->sa_info.esp : "");
  g_variant_dict_insert (dict, "rx-bytes", "t", read_counter (ifname, "rx_bytes"));
  g_variant_dict_insert (dict, "tx-bytes", "t", read_counter (ifname, "tx_bytes"));
}

GVariant *
byway_session_describe (BywaySession *self)
{
  g_autofree char *sentence = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "state", "s", byway_state_to_string (self->state));
  g_variant_dict_insert_value (&dict, "stages", describe_stages (self));
  g_variant_dict_insert (&dict, "since", "x", self->since);
  g_variant_dict_insert (&dict, "deadline", "u", self->deadline_ms);
  g_variant_dict_insert (&dict, "remark", "s", self->remark != NULL ? self->remark : "");
  describe_link (self, &dict);
  g_variant_dict_insert (&dict, "error", "s",
                         self->diagnosis != NULL
                             ? byway_error_dbus_name (byway_diagnosis_error (self->diagnosis))
                             : "");
  sentence = self->diagnosis != NULL ? byway_diagnosis_sentence (self->diagnosis) : g_strdup ("");
  g_variant_dict_insert (&dict, "message", "s", sentence);
  g_variant_dict_insert_value (&dict, "warnings", describe_warnings (self));
  return g_variant_dict_end (&dict);
}

GVariant *
byway_session_describe_files (BywaySession *self)
{
  return self->plan != NULL ? byway_plan_describe_files (self->plan)
                            : g_variant_new_array (G_VARIANT_TYPE ("(ss)"), NULL, 0);
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
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    g_free (self->stages[i].text);
  g_clear_pointer (&self->diagnosis, byway_diagnosis_free);
  g_ptr_array_unref (self->warnings);
  g_queue_clear_full (&self->recent, g_free);
  unwatch_wire (self);
  g_free (self->remark);
  g_array_unref (self->addresses);
  g_array_unref (self->tried);
  g_free (self->claimed);
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
  g_queue_init (&self->recent);
  self->addresses = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  self->tried = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  self->warnings = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_diagnosis_free);
}
