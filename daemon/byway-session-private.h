/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Between the files of the session: byway-session.c runs the table, and each other one has what is
 * done in one state, or beside them all. Those come here in the order of its life. */

#include "byway-claims.h"
#include "byway-last-lines.h"
#include "byway-link.h"
#include "byway-net.h"
#include "byway-plan.h"
#include "byway-progress.h"
#include "byway-session.h"
#include "byway-wire.h"

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
  guint owner;
  GArray *tried;        /* BywayAddress: where the attempt was before this session */
  BywayAddress avoided; /* where the attempt before this one failed, or none */

  BywayState state;
  guint deadline; /* source */
  guint deadline_ms;

  BywayProgress progress;
  BywayLastLines evidence;
  BywayDiagnosis *diagnosis; /* of the first failure */
  GPtrArray *warnings;       /* BywayDiagnosis: what is not good while it is up */

  /* PREPARING */
  GCancellable *gathering;
  GArray *addresses; /* BywayAddress: the server's, as far as they are known */
  gboolean more;     /* the server has addresses where this attempt was not yet */
  BywayUplink uplink;
  BywayClaims claims;
  GHashTable *algorithms;
  BywayCredential *machine; /* for IKE by certificate */
  BywayCredential *user;    /* for EAP-TLS */
  BywayPlan *plan;

  /* watched from SECURING on */
  BywayWire *wire;
  guint silence, doubt, loss; /* sources */
  guint unrouted;             /* another: since the way to the server went */

  /* SECURING */
  GCancellable *establishing;
  gboolean establish_running, release_wanted;
  gboolean pin_unanswered; /* a token has it, and may count it as a wrong one */
  BywaySaInfo sa_info;
  guint warm_up; /* another source */
  gboolean warmed_up;

  /* DIALING */
  BywayLink *link;
  GCancellable *dialing;
  BywayLinkInfo link_info;

  /* CONFIGURING */
  BywayNet *net;
  GCancellable *applying;
  char *remark;
  gint64 since; /* wall clock, s */
};

/* byway-session.c: the table says what follows. */
G_GNUC_INTERNAL void byway_session_dispatch (BywaySession *self, BywayEvent event);
G_GNUC_INTERNAL void byway_session_set_stage (BywaySession *self, BywayStage stage,
                                              BywayStageState state, const char *text);
G_GNUC_INTERNAL BywayStage byway_session_current_stage (BywaySession *self);
G_GNUC_INTERNAL void byway_session_log (BywaySession *self, const char *line);

/* byway-session-diagnosis.c: from here on it fails, by this event of the state's. */
G_GNUC_INTERNAL void byway_session_fail (BywaySession *self, BywayEvent event, const GError *error);
G_GNUC_INTERNAL void byway_session_fail_with (BywaySession *self, BywayEvent event,
                                              BywayCause cause, const char *detail);
G_GNUC_INTERNAL void byway_session_warn (BywaySession *self, BywayDiagnosis *diagnosis);

/* byway-session-prepare.c */
G_GNUC_INTERNAL void byway_session_gather (BywaySession *self);

/* byway-session-kill-switch.c: BywayAddress, borrowed; none: the name service has to be asked. */
G_GNUC_INTERNAL GArray *byway_session_known_addresses (BywaySession *self);
G_GNUC_INTERNAL void byway_session_tell_kill_switch (BywaySession *self);
/* Where the server is, as was just found. */
G_GNUC_INTERNAL void byway_session_tell_kill_switch_servers (BywaySession *self);

/* byway-session-watch.c: from the start on. */
G_GNUC_INTERNAL void byway_session_watch_uplink (BywaySession *self);
/* From SECURING on, until it is over. */
G_GNUC_INTERNAL void byway_session_watch_wire (BywaySession *self);
G_GNUC_INTERNAL void byway_session_unwatch_wire (BywaySession *self);
/* Its association has gone: fails when it is known why. */
G_GNUC_INTERNAL void byway_session_ask_about_loss (BywaySession *self);

/* byway-session-secure.c: hears from the start on what the IKE daemon tells. */
G_GNUC_INTERNAL void byway_session_follow_engine (BywaySession *self);
/* FALSE: it has failed. */
G_GNUC_INTERNAL gboolean byway_session_protect (BywaySession *self);
G_GNUC_INTERNAL void byway_session_establish (BywaySession *self);

/* byway-session-dial.c */
G_GNUC_INTERNAL void byway_session_make_link (BywaySession *self);
G_GNUC_INTERNAL void byway_session_dial (BywaySession *self);

/* byway-session-configure.c: routes and DNS that this session sets. Caller frees. */
G_GNUC_INTERNAL BywayNetPlan *byway_session_make_net_plan (BywaySession *self);
G_GNUC_INTERNAL void byway_session_apply (BywaySession *self);
G_GNUC_INTERNAL void byway_session_announce (BywaySession *self);

/* byway-session-way-down.c */
G_GNUC_INTERNAL void byway_session_revert (BywaySession *self);
G_GNUC_INTERNAL void byway_session_hang_up (BywaySession *self);
G_GNUC_INTERNAL void byway_session_release (BywaySession *self);
G_GNUC_INTERNAL void byway_session_unprotect (BywaySession *self);
