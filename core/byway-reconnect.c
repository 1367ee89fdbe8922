/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-reconnect.h"

/* A server that reboots is back within minutes; one that is overrun must not be asked by everybody
 * every second. */
static const guint steps_ms[] = { 1000, 2000, 4000, 8000, 15000, 30000, 60000 };
#define UNROUTED_MS 60000

static guint
step_for (guint number)
{
  return steps_ms[MIN (number, G_N_ELEMENTS (steps_ms) - 1)];
}

static guint
delay_for (BywayCause cause, guint failures)
{
  /* The network here has changed, and is what it will be. */
  if (cause == BYWAY_CAUSE_LOST_UPLINK || cause == BYWAY_CAUSE_LOST_TO_SLEEP)
    return 0;
  return step_for (failures);
}

static gboolean
is_wanted (BywayReconnect policy, gboolean was_up)
{
  return policy == BYWAY_RECONNECT_ALWAYS || (policy == BYWAY_RECONNECT_LOST && was_up);
}

BywayAgainPlan
byway_reconnect_plan (BywayReconnect policy, BywayCause cause, gboolean was_up, guint failures)
{
  if (!is_wanted (policy, was_up) || !byway_cause_has (cause, BYWAY_TRAIT_PASSES))
    return (BywayAgainPlan){ BYWAY_AGAIN_NEVER, 0 };
  if (cause == BYWAY_CAUSE_NO_ROUTE)
    return (BywayAgainPlan){ BYWAY_AGAIN_WHEN_ROUTED, UNROUTED_MS };
  return (BywayAgainPlan){ BYWAY_AGAIN_AFTER, delay_for (cause, failures) };
}

const char *
byway_reconnect_asks_for (BywayReconnect policy, BywayCause cause, gboolean was_up)
{
  return is_wanted (policy, was_up) ? byway_cause_refused_secret (cause) : NULL;
}

BywayAgainPlan
byway_reconnect_plan_after_death (BywayReconnect policy, const BywayWish *wish)
{
  if (!is_wanted (policy, wish->was_up))
    return (BywayAgainPlan){ BYWAY_AGAIN_NEVER, 0 };
  return (BywayAgainPlan){ BYWAY_AGAIN_AFTER, step_for (wish->deaths - MIN (wish->deaths, 1)) };
}

gboolean
byway_reconnect_outlives_helper (const BywayProfile *profile, gboolean was_up)
{
  return was_up || !byway_profile_uses_token (profile);
}
