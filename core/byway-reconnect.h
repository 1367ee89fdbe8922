/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-diagnosis.h"
#include "byway-profile.h"
#include "byway-wish.h"

/* What to do about a connection that ended though its user wants it. */
typedef enum
{
  BYWAY_AGAIN_NEVER,      /* leave it: a person has to change something, or wants to decide */
  BYWAY_AGAIN_AFTER,      /* try again after that time */
  BYWAY_AGAIN_WHEN_ROUTED /* when there is a way to the server, or after that time */
} BywayAgain;

typedef struct
{
  BywayAgain what;
  guint delay_ms;
} BywayAgainPlan;

/* @cause: why the attempt ended. @was_up: it, or one before it since the user wanted it, had come
 * up. @failures: how many attempts have failed in a row since it was last up, this one too; 0 when
 * it was up itself. A secret or a setting that was refused is never tried again by itself: servers
 * lock accounts. */
BywayAgainPlan byway_reconnect_plan (BywayReconnect policy, BywayCause cause, gboolean was_up,
                                     guint failures);

/* The key of the secret that its user is asked for anew before it is tried once more: the server
 * refused it while nobody looked on. NULL: none, or it is not wanted by itself. Static. */
const char *byway_reconnect_asks_for (BywayReconnect policy, BywayCause cause, gboolean was_up);

/* Whether that somebody wants it is noted for the next helper. A PIN that no token has taken yet is
 * not to be sent a second time by one, out of a keyring either. */
gboolean byway_reconnect_outlives_helper (const BywayProfile *profile, gboolean was_up);

/* What the helper does at its start about a connection that the last one died with. @wish counts
 * that death already: a helper that dies of a connection must not do so every second. */
BywayAgainPlan byway_reconnect_plan_after_death (BywayReconnect policy, const BywayWish *wish);
