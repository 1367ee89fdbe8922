/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way down: each state gives back what one on the way up acquired. */
#include "config.h"

#include "byway-rtnl.h"
#include "byway-run-dir.h"
#include "byway-session-private.h"

static void
on_reverted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;

  byway_net_revert_finish (BYWAY_NET (source), result);
  byway_session_dispatch (self, BYWAY_EVENT_NET_REVERTED);
}

void
byway_session_revert (BywaySession *self)
{
  g_cancellable_cancel (self->applying);
  byway_net_revert (self->net, on_reverted, g_object_ref (self));
}

static void
on_hung_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;

  byway_link_hang_up_finish (BYWAY_LINK (source), result);
  byway_session_dispatch (self, BYWAY_EVENT_HUNG_UP);
}

void
byway_session_hang_up (BywaySession *self)
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
  byway_session_dispatch (self, BYWAY_EVENT_RELEASED);
}

/* An establish that still runs is cancelled first; it takes back its own work and then comes
 * here. */
void
byway_session_release (BywaySession *self)
{
  BywayIpsecEngine *engine = self->engine;

  self->release_wanted = TRUE;
  /* An xl2tpd without a tunnel: nothing to wait for. */
  if (self->link != NULL && self->dialing == NULL)
    byway_link_hang_up (self->link, NULL, NULL);
  g_cancellable_cancel (self->establishing);
  if (!self->establish_running)
    BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->release (engine, self->plan, on_released,
                                                    g_object_ref (self));
}

void
byway_session_unprotect (BywaySession *self)
{
  g_autoptr (GError) error = NULL;

  byway_run_dir_remove (self->context.run_base, self->uuid);
  if (self->profile->ipsec && !byway_guard_off (&self->plan->uplink.server, &error))
    g_warning ("%s: the guard stays: %s", self->uuid, error->message);
}
