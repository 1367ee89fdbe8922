/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DIALING: L2TP and PPP. */
#include "config.h"

#include "byway-session-private.h"

static void
on_dialed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  g_autoptr (GError) error = NULL;
  BywayLinkInfo info;

  if (!byway_link_dial_finish (BYWAY_LINK (source), result, &info, &error))
    {
      byway_session_fail (self, BYWAY_EVENT_LINK_FAILED, error);
      return;
    }
  self->link_info = info;
  byway_session_dispatch (self, BYWAY_EVENT_IP_UP);
}

static void
on_link_progress (BywayLink *link, guint stage, guint state, const char *text, BywaySession *self)
{
  if (self->state == BYWAY_STATE_DIALING)
    byway_session_set_stage (self, stage, state, text);
}

static void
on_link_log (BywayLink *link, const char *line, BywaySession *self)
{
  byway_session_log (self, line);
}

static void
on_link_ip_up (BywayLink *link, BywayLinkInfo *info, BywaySession *self)
{
  if (self->state == BYWAY_STATE_DIALING)
    return; /* dial's own end tells the first one */
  self->link_info = *info;
  byway_session_dispatch (self, BYWAY_EVENT_IP_UP);
}

/* Not even small ones coming back says nothing: some servers answer no echoes. */
static void
on_link_path (BywayLink *link, guint largest, guint lost, BywaySession *self)
{
  BywayDiagnosis *diagnosis;
  g_autofree char *good = g_strdup_printf ("%u", largest);
  g_autofree char *bad = g_strdup_printf ("%u", lost);

  if (lost == 0 || largest == 0)
    return;
  diagnosis = byway_diagnosis_new (BYWAY_CAUSE_IP_MTU);
  byway_diagnosis_set_fact (diagnosis, "mtu", good);
  byway_diagnosis_set_fact (diagnosis, "mtu-tried", bad);
  byway_session_warn (self, diagnosis);
}

static void
on_link_lost (BywayLink *link, GError *error, BywaySession *self)
{
  byway_session_fail (self, BYWAY_EVENT_LINK_FAILED, error);
}

void
byway_session_make_link (BywaySession *self)
{
  g_autofree char *name = byway_eap_tls_name (self->profile, self->user);

  self->link = byway_link_new (self->plan, name, self->secrets);
  g_signal_connect_object (self->link, "progress", G_CALLBACK (on_link_progress), self, 0);
  g_signal_connect_object (self->link, "log", G_CALLBACK (on_link_log), self, 0);
  g_signal_connect_object (self->link, "ip-up", G_CALLBACK (on_link_ip_up), self, 0);
  g_signal_connect_object (self->link, "lost", G_CALLBACK (on_link_lost), self, 0);
  g_signal_connect_object (self->link, "path", G_CALLBACK (on_link_path), self, 0);
}

void
byway_session_dial (BywaySession *self)
{
  self->dialing = g_cancellable_new ();
  byway_link_dial (self->link, self->dialing, on_dialed, g_object_ref (self));
}
