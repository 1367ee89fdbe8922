/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kill switch has to know of its connection's session, and decides of it. */
#include "config.h"

#include "byway-session-private.h"

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
