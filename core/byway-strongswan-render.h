/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-plan.h"

/* Fills the plan's vici messages. Pure. FALSE with BYWAY_ERROR_INVALID naming the option ("ike",
 * "esp") when facts->algorithms can do none of its proposals. Without secrets load_shared is NULL.
 */
gboolean byway_strongswan_render (BywayPlan *plan, const BywayProfile *profile,
                                  const BywaySecretSet *secrets, const BywayFacts *facts,
                                  GError **error);

/* Everything that a name of ours has in charon, taken back: the bodies of terminate, unload-conn,
 * and unload-shared for both keys that there may be. FALSE when the name is too long. */
gboolean byway_strongswan_render_undo (const char *name, GBytes *messages[BYWAY_PLAN_UNDOS],
                                       GError **error);
