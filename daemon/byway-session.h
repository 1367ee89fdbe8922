/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-ipsec-engine.h"
#include "byway-session-table.h"

#define BYWAY_TYPE_SESSION (byway_session_get_type ())
G_DECLARE_FINAL_TYPE (BywaySession, byway_session, BYWAY, SESSION, GObject)

/* What all sessions of one helper share. */
typedef struct
{
  BywayIpsecEngine *engine;
  GDBusConnection *system_bus;
  const char *run_base;
  const char *pppd_plugin;
} BywaySessionContext;

/* One attempt, single use, one way. Signals:
 *   "stage" (guint stage, guint state, guint milliseconds, const char *text)
 *   "state" (guint state): after each change; DONE comes once and is the last
 *   "log" (const char *line) */
BywaySession *byway_session_new (const BywaySessionContext *context, const char *uuid,
                                 BywayProfile *profile, BywaySecretSet *secrets);
void byway_session_start (BywaySession *session);
/* At any moment, any number of times; undoes all, then DONE. */
void byway_session_stop (BywaySession *session);

BywayState byway_session_get_state (BywaySession *session);
/* Why it ended: the first failure; NULL while fine or when it was only asked to stop. Borrowed. */
const GError *byway_session_get_error (BywaySession *session);
/* a{sv}, floating: everything that Session.Get answers but "connection" and "name". */
GVariant *byway_session_describe (BywaySession *session);
