/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-connection.h"
#include "byway-reconnect.h"
#include "byway-route-watch.h"

/* Brings one connection up again, as its option `reconnect` says. Between two attempts the secrets
 * are in locked memory here, but those that their user wants to be asked for each time. What was
 * answered to a question for an attempt may be put to the set of "again", and goes when one is up.
 * Signals:
 *
 *   "again" (BywaySecretSet *secrets): now; whoever hears it starts the next session
 *   "changed" (): whether, or when, it tries again
 *   "refused" (const char *key, GCancellable *question): the server refused that secret in an
 * attempt that nobody called for; whoever hears it asks the user, once, and says
 * byway_redialer_answer, unless the question is cancelled before
 *   "wish" (BywaySecretSet *secrets): it is wanted from now on, or has come up; with what is kept
 * of its secrets. NULL: it is not wanted any more, or not without an answer */
#define BYWAY_TYPE_REDIALER (byway_redialer_get_type ())
G_DECLARE_FINAL_TYPE (BywayRedialer, byway_redialer, BYWAY, REDIALER, GObject)

/* @watch may be NULL: then a network that comes back is not noticed before the next attempt. */
BywayRedialer *byway_redialer_new (BywayConnection *connection, BywayRouteWatch *watch);

/* The user wants it up: a session with these secrets has been started. */
void byway_redialer_want (BywayRedialer *redialer, BywaySecretSet *secrets);
/* The user wanted it when the helper before was killed; @secrets: what is left of them. */
void byway_redialer_resume (BywayRedialer *redialer, BywaySecretSet *secrets, gboolean was_up,
                            const BywayAgainPlan *plan);
/* These secrets are with nobody who is here: nothing is tried before somebody comes. */
void byway_redialer_lack (BywayRedialer *redialer, GStrv keys);
/* Somebody has come: "again", if that is what it waits for. */
void byway_redialer_supply (BywayRedialer *redialer);
/* The user's answer to "refused": tried once. NULL, or what was refused already: gives up, FALSE.
 */
gboolean byway_redialer_answer (BywayRedialer *redialer, BywaySecretSet *answer);
/* The connection's settings are others now: what may be kept, and whether it is wanted by itself.
 */
void byway_redialer_reconsider (BywayRedialer *redialer);
/* The user does not, or nobody can: forgets the secrets. */
void byway_redialer_give_up (BywayRedialer *redialer);
/* The next session could not be started: as if it had failed for that reason. */
void byway_redialer_fail (BywayRedialer *redialer, BywayCause cause);

/* Nothing is tried while the machine sleeps; what was due then is when it wakes. */
void byway_redialer_set_asleep (BywayRedialer *redialer, gboolean asleep);

gboolean byway_redialer_is_wanted (BywayRedialer *redialer);
gboolean byway_redialer_was_up (BywayRedialer *redialer);
/* The keys of the secrets that it waits for; empty: for none. Caller frees. */
GStrv byway_redialer_dup_lacks (BywayRedialer *redialer);
/* When it tries again, in unix seconds; 0: it does not, or is at it. */
gint64 byway_redialer_get_next (BywayRedialer *redialer);
