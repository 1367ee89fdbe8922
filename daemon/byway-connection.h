/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-keyfile.h"
#include "byway-session.h"

#define BYWAY_TYPE_CONNECTION (byway_connection_get_type ())
G_DECLARE_FINAL_TYPE (BywayConnection, byway_connection, BYWAY, CONNECTION, GObject)

/* A saved connection and its latest session. Knows nothing of the bus. Signals:
 *   "stage" (guint stage, guint state, guint milliseconds, const char *text)
 *   "state" (guint state), "warning" (const char *code): the session's */
BywayConnection *byway_connection_new (BywayRecord *record, BywayRoutes routes);

/* Borrowed; replaced as a whole by byway_connection_set_record, which takes it. */
const BywayRecord *byway_connection_get_record (BywayConnection *connection);
void byway_connection_set_record (BywayConnection *connection, BywayRecord *record);

/* The latest session, also one that has ended; NULL before the first. Borrowed. */
BywaySession *byway_connection_get_session (BywayConnection *connection);
gboolean byway_connection_is_active (BywayConnection *connection);
/* On its way down, by whatever cause. */
gboolean byway_connection_is_ending (BywayConnection *connection);

/* The keys of the secrets that a session needs and `have` lacks; NULL when the settings are no
 * longer good. Caller frees. */
GStrv byway_connection_missing (BywayConnection *connection, const BywaySecretSet *have);
/* BYWAY_ERROR_BUSY while active, BYWAY_ERROR_SECRETS_MISSING with the keys. */
gboolean byway_connection_start (BywayConnection *connection, const BywaySessionContext *context,
                                 BywaySecretSet *secrets, GError **error);
/* Finishes when everything is undone; at once when nothing is up. Never fails. */
void byway_connection_stop (BywayConnection *connection, GAsyncReadyCallback callback,
                            gpointer data);
/* The same, because the machine goes to sleep: a session that ends so has failed for that reason.
 */
void byway_connection_suspend (BywayConnection *connection, GAsyncReadyCallback callback,
                               gpointer data);

/* One more line about it. */
void byway_connection_log (BywayConnection *connection, const char *line);
/* The last lines about this connection, each with its time; caller frees. */
GStrv byway_connection_dup_log (BywayConnection *connection);
