/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SECURING: files, guard, IKE. */
#include "config.h"

#include "byway-rtnl.h"
#include "byway-run-dir.h"
#include "byway-session-private.h"

#include <string.h>

#define WARM_UP_MS 5 /* from charon's first word to its first packet */

gboolean
byway_session_protect (BywaySession *self)
{
  g_autoptr (GError) error = NULL;

  if (byway_run_dir_create (self->context.run_base, self->plan, &error)
      && (!self->profile->ipsec || byway_guard_on (&self->plan->uplink.server, &error)))
    return TRUE;
  byway_session_fail (self, BYWAY_EVENT_SA_FAILED, error);
  return FALSE;
}

static void
take_sa_info (BywaySession *self, const char *ike, const char *esp)
{
  g_free (self->sa_info.ike);
  g_free (self->sa_info.esp);
  self->sa_info.ike = g_strdup (ike);
  self->sa_info.esp = g_strdup (esp);
}

static void
on_established (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  BywayIpsecEngine *engine = BYWAY_IPSEC_ENGINE (source);
  g_autoptr (GError) error = NULL;
  BywaySaInfo info = { 0 };
  gboolean ok
      = BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->establish_finish (engine, result, &info, &error);

  self->establish_running = FALSE;
  if (ok)
    {
      take_sa_info (self, info.ike, info.esp);
      byway_wire_set_encapsulated (self->wire, info.encapsulated);
      g_free (info.ike);
      g_free (info.esp);
    }
  if (self->release_wanted)
    {
      byway_session_release (self);
      return;
    }
  if (ok)
    byway_session_dispatch (self, BYWAY_EVENT_SECURED);
  else
    byway_session_fail (self, BYWAY_EVENT_SA_FAILED, error);
}

void
byway_session_establish (BywaySession *self)
{
  BywayIpsecEngine *engine = self->engine;

  self->establishing = g_cancellable_new ();
  self->establish_running = TRUE;
  byway_session_watch_wire (self);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->establish (engine, self->plan, self->establishing,
                                                    on_established, g_object_ref (self));
  byway_session_make_link (self);
}

static void
on_engine_progress (BywayIpsecEngine *engine, const char *uuid, guint stage, guint state,
                    const char *text, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) == 0 && self->state == BYWAY_STATE_SECURING)
    byway_session_set_stage (self, stage, state, text);
}

static void
on_engine_agreed (BywayIpsecEngine *engine, const char *uuid, const char *ike, const char *esp,
                  BywaySession *self)
{
  if (strcmp (uuid, self->uuid) == 0 && self->state == BYWAY_STATE_SECURING)
    take_sa_info (self, ike, esp);
}

static void
on_engine_pin (BywayIpsecEngine *engine, const char *uuid, gboolean unanswered, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) == 0 && self->state == BYWAY_STATE_SECURING)
    self->pin_unanswered = unanswered;
}

static gboolean
on_warm_up (gpointer data)
{
  BywaySession *self = data;

  self->warm_up = 0;
  if (self->state == BYWAY_STATE_SECURING)
    byway_link_prepare (self->link);
  return G_SOURCE_REMOVE;
}

/* pppd's and xl2tpd's beginnings need no network: they run while IKE waits for its first answer,
 * and not before its first question is out, for starting a program takes this one's time too. */
static void
on_engine_log (BywayIpsecEngine *engine, const char *uuid, const char *line, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) != 0)
    return;
  byway_session_log (self, line);
  if (self->state == BYWAY_STATE_SECURING && !self->warmed_up)
    {
      self->warmed_up = TRUE;
      self->warm_up = g_timeout_add (WARM_UP_MS, on_warm_up, self);
    }
}

static void
on_engine_lost (BywayIpsecEngine *engine, const char *uuid, const GError *error, BywaySession *self)
{
  if (strcmp (uuid, self->uuid) != 0 || self->state == BYWAY_STATE_SECURING || self->loss != 0)
    return;
  if (self->wire == NULL || !g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IPSEC))
    {
      byway_session_fail (self, BYWAY_EVENT_SA_FAILED, error);
      return;
    }
  byway_session_ask_about_loss (self);
}

void
byway_session_follow_engine (BywaySession *self)
{
  g_signal_connect_object (self->engine, "progress", G_CALLBACK (on_engine_progress), self, 0);
  g_signal_connect_object (self->engine, "log", G_CALLBACK (on_engine_log), self, 0);
  g_signal_connect_object (self->engine, "agreed", G_CALLBACK (on_engine_agreed), self, 0);
  g_signal_connect_object (self->engine, "pin", G_CALLBACK (on_engine_pin), self, 0);
  g_signal_connect_object (self->engine, "lost", G_CALLBACK (on_engine_lost), self, 0);
}
