/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-diagnosis.h"
#include "byway-ike-daemons.h"
#include "byway-kill-switches.h"
#include "byway-route-watch.h"
#include "byway-session-table.h"

#define BYWAY_TYPE_SESSION (byway_session_get_type ())
G_DECLARE_FINAL_TYPE (BywaySession, byway_session, BYWAY, SESSION, GObject)

/* What all sessions of one helper share. */
typedef struct
{
  BywayIkeDaemons *ike_daemons;
  BywayIpsecEngine *no_ipsec; /* of connections that want none */
  GDBusConnection *system_bus;
  const char *run_base;
  const char *pppd_plugin;
  BywayRouteWatch *watch;           /* NULL: changes of the network are not noticed */
  BywayKillSwitches *kill_switches; /* NULL: nobody has one */
} BywaySessionContext;

/* Who sets routes and DNS for what PPP negotiated. */
typedef enum
{
  BYWAY_ROUTES_OURS,
  BYWAY_ROUTES_CALLERS /* NetworkManager's, say */
} BywayRoutes;

/* One attempt, single use, one way. Signals:
 *   "stage" (guint stage, guint state, guint milliseconds, const char *text)
 *   "state" (guint state): after each change; DONE comes once and is the last
 *   "log" (const char *line)
 *   "warning" (const char *code): something is not good, though it is up */
BywaySession *byway_session_new (const BywaySessionContext *context, const char *uuid,
                                 BywayProfile *profile, BywaySecretSet *secrets,
                                 BywayRoutes routes);
/* Before the start: whose the connection is, a uid or BYWAY_OWNER_SYSTEM. */
void byway_session_set_owner (BywaySession *session, guint owner);
/* Before the start: where not to go while the server has other addresses. */
void byway_session_avoid (BywaySession *session, const BywayAddress *address);
void byway_session_start (BywaySession *session);
/* At any moment, any number of times; undoes all, then DONE. */
void byway_session_stop (BywaySession *session);

/* The machine goes to sleep: as if it were lost for that reason, with a proper goodbye. */
void byway_session_suspend (BywaySession *session);

BywayState byway_session_get_state (BywaySession *session);
/* Why it ended, or else the first thing that is not good; NULL: nothing is wrong. Borrowed. */
const BywayDiagnosis *byway_session_get_diagnosis (BywaySession *session);
gboolean byway_session_has_failed (BywaySession *session);
/* It has been up, if only for a moment. */
gboolean byway_session_was_up (BywaySession *session);
/* TRUE: it failed at that address, and another one of the server's may do better. */
gboolean byway_session_failed_at_address (BywaySession *session, BywayAddress *address);
/* While DONE is told: the same attempt at the server's next address, where that may do better.
 * NULL: there is none, or it was up. Caller starts and owns it. */
BywaySession *byway_session_new_next (BywaySession *session);
/* a{sv}, floating: the diagnosis (byway_diagnosis_to_variant) with commands for the connection of
 * that name, and "more" aa{sv}: further warnings. Empty when nothing is wrong. */
GVariant *byway_session_describe_diagnosis (BywaySession *session, const char *name);
/* a{sv}, floating: everything that Session.Get answers but "connection" and "name". */
GVariant *byway_session_describe (BywaySession *session);
/* a(ss), floating: what was rendered for the daemons, without secrets; empty before the plan. It
 * outlives the files themselves. */
GVariant *byway_session_describe_files (BywaySession *session);
