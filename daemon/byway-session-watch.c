/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The wire and the way to the server, beside the daemons. */
#include "config.h"

#include "byway-rtnl.h"
#include "byway-session-private.h"

/* IKE's answers come within a few round trips; after this time of silence we ask ourselves. */
#define SILENCE_MS 2500
/* What a router says need not be the last word: a moment more for the server's own. */
#define DOUBT_MS 700
#define LOSS_MS 2600 /* for two questions to a server whose association has gone */
#define UNROUTED_MS 1500

/* --- the wire ------------------------------------------------------------------------------- */

/* A server that has agreed on something is there, whatever a router says. */
static gboolean
is_hopeless (BywaySession *self, BywayCause *cause)
{
  BywayStage stage = byway_session_current_stage (self);

  return (stage != BYWAY_STAGE_IKE || self->sa_info.ike == NULL)
         && byway_wire_facts_is_hopeless (byway_wire_get_facts (self->wire), stage, cause);
}

static gboolean
on_doubt_over (gpointer data)
{
  g_autoptr (BywaySession) self = g_object_ref (data);
  BywayCause cause;

  self->doubt = 0;
  if (is_hopeless (self, &cause))
    byway_session_fail_with (
        self, self->state == BYWAY_STATE_DIALING ? BYWAY_EVENT_LINK_FAILED : BYWAY_EVENT_SA_FAILED,
        cause, "");
  return G_SOURCE_REMOVE;
}

static gboolean
on_loss_clear (gpointer data)
{
  g_autoptr (BywaySession) self = g_object_ref (data);

  self->loss = 0;
  byway_session_fail_with (self, BYWAY_EVENT_SA_FAILED,
                           byway_wire_facts_loss (byway_wire_get_facts (self->wire)), "");
  return G_SOURCE_REMOVE;
}

void
byway_session_ask_about_loss (BywaySession *self)
{
  byway_wire_ask (self->wire);
  self->loss = g_timeout_add (LOSS_MS, on_loss_clear, self);
}

static void
on_wire_changed (BywayWire *wire, BywaySession *self)
{
  BywayCause cause;

  if (self->loss != 0
      && (byway_wire_get_facts (wire)->answered_500 || byway_wire_get_facts (wire)->refused_ike))
    {
      g_source_remove (self->loss);
      on_loss_clear (self);
      return;
    }
  if (self->doubt == 0 && is_hopeless (self, &cause))
    self->doubt = g_timeout_add (DOUBT_MS, on_doubt_over, self);
}

static void
on_wire_log (BywayWire *wire, const char *line, BywaySession *self)
{
  byway_session_log (self, line);
}

static gboolean
on_silence (gpointer data)
{
  BywaySession *self = data;

  self->silence = 0;
  if (self->state == BYWAY_STATE_SECURING && byway_session_current_stage (self) == BYWAY_STAGE_IKE)
    byway_wire_ask (self->wire);
  return G_SOURCE_REMOVE;
}

void
byway_session_watch_wire (BywaySession *self)
{
  self->wire = byway_wire_new (&self->uplink);
  byway_wire_set_plain (self->wire, !self->profile->ipsec);
  if (self->machine != NULL)
    byway_wire_set_certificate (self->wire, byway_credential_shown_bytes (self->machine));
  g_signal_connect_object (self->wire, "changed", G_CALLBACK (on_wire_changed), self, 0);
  g_signal_connect_object (self->wire, "log", G_CALLBACK (on_wire_log), self, 0);
  self->silence = g_timeout_add (SILENCE_MS, on_silence, self);
}

void
byway_session_unwatch_wire (BywaySession *self)
{
  g_clear_handle_id (&self->silence, g_source_remove);
  g_clear_handle_id (&self->doubt, g_source_remove);
  g_clear_handle_id (&self->loss, g_source_remove);
  g_clear_object (&self->wire);
}

/* --- the way to the server ------------------------------------------------------------------ */

/* What ends it from outside, told to the step that it is in. */
static BywayEvent
outer_failure (BywaySession *self)
{
  if (self->state < BYWAY_STATE_SECURING)
    return BYWAY_EVENT_FACTS_FAILED;
  return self->state == BYWAY_STATE_SECURING ? BYWAY_EVENT_SA_FAILED : BYWAY_EVENT_LINK_FAILED;
}

static void
lose_uplink (BywaySession *self, const char *detail)
{
  /* Our goodbyes would go nowhere, or out of the wrong door. */
  if (self->link != NULL)
    byway_link_abandon (self->link);
  byway_session_fail_with (self, outer_failure (self), BYWAY_CAUSE_LOST_UPLINK, detail);
}

static gboolean
on_unrouted (gpointer data)
{
  g_autoptr (BywaySession) self = g_object_ref (data);
  g_autofree char *detail = g_strdup_printf ("%s has no way to it any more", self->uplink.ifname);

  self->unrouted = 0;
  lose_uplink (self, detail);
  return G_SOURCE_REMOVE;
}

/* Another interface, next hop or address of ours: charon and xl2tpd stay with the old one. A way
 * that is missing may be back in a moment, as after a cable's short break. */
static void
on_network_changed (BywayRouteWatch *watch, BywaySession *self)
{
  g_autofree char *detail = NULL;
  BywayUplink now;

  if (self->state < BYWAY_STATE_SECURING || self->state > BYWAY_STATE_UP)
    return;
  if (!byway_rtnl_lookup (&self->uplink.server, &now, NULL))
    {
      if (self->unrouted == 0)
        self->unrouted = g_timeout_add (UNROUTED_MS, on_unrouted, self);
      return;
    }
  g_clear_handle_id (&self->unrouted, g_source_remove);
  if (byway_uplink_equal (&now, &self->uplink))
    return;
  detail = g_strdup_printf ("%s instead of %s", now.ifname, self->uplink.ifname);
  lose_uplink (self, detail);
}

/* NetworkManager follows the network itself. */
void
byway_session_watch_uplink (BywaySession *self)
{
  if (self->context.watch != NULL && self->routes == BYWAY_ROUTES_OURS)
    g_signal_connect_object (self->context.watch, "changed", G_CALLBACK (on_network_changed), self,
                             0);
}

void
byway_session_suspend (BywaySession *self)
{
  byway_session_fail_with (self, outer_failure (self), BYWAY_CAUSE_LOST_TO_SLEEP, "");
}
