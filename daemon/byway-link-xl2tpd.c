/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-link-private.h"

#include <string.h>

#define SILENCE_MS 8000 /* to a question: for a tunnel, and for a call in it */
#define GRACE_MS 1000   /* after the tunnel's end, for pppd to tell why */

static void
on_silence (gpointer data)
{
  BywayLink *self = data;

  byway_link_fail (
      self, self->state == STATE_CALL ? BYWAY_CAUSE_L2TP_NO_SESSION : BYWAY_CAUSE_L2TP_SILENT,
      NULL);
}

void
byway_link_call (BywayLink *self)
{
  self->state = STATE_TUNNEL;
  byway_link_tell_progress (self, BYWAY_STAGE_L2TP, BYWAY_STAGE_RUNNING, "");
  byway_timers_start (self->timers, TIMER_SILENCE, SILENCE_MS, on_silence);
  byway_xl2tpd_send_command (self->xl2tpd, "c " BYWAY_XL2TPD_LAC "\n");
}

BywayL2tpRemains
byway_link_get_remains (BywayLink *self)
{
  return (BywayL2tpRemains){ .uplink = self->plan->uplink,
                             .local_port = self->plan->local_port,
                             .local_id = self->tunnel_id,
                             .remote_id = self->remote_id };
}

/* For the next helper, should this one and xl2tpd be killed together. */
static void
note_tunnel (BywayLink *self)
{
  BywayL2tpRemains remains = byway_link_get_remains (self);

  byway_l2tp_note (&remains, self->plan->run_dir);
}

static void
on_tunnel_up (BywayLink *self, const BywayXl2tpdEvent *event)
{
  byway_xl2tpd_wipe_secrets (self->xl2tpd);
  self->tunnel_is_up = TRUE;
  self->tunnel_id = event->local;
  self->remote_id = event->remote;
  note_tunnel (self);
  byway_timers_stop (self->timers, TIMER_SILENCE);
  if (self->state == STATE_GOODBYE)
    byway_xl2tpd_send_command (self->xl2tpd, GOODBYE);
  if (self->state == STATE_TUNNEL)
    {
      self->state = STATE_CALL;
      byway_timers_start (self->timers, TIMER_SILENCE, SILENCE_MS, on_silence);
    }
}

void
byway_link_pass_l2tp (BywayLink *self)
{
  g_autofree char *text = NULL;

  if (self->l2tp_passed || !byway_link_is_dialing (self))
    return;
  self->l2tp_passed = TRUE;
  if (self->closed == NULL)
    self->tunnel_is_up = TRUE; /* for the goodbye, even if xl2tpd's line is still on its way */
  self->state = STATE_PPP;
  byway_timers_stop (self->timers, TIMER_SILENCE);
  if (self->session_id != 0)
    text = g_strdup_printf ("tunnel %u, session %u", self->tunnel_id, self->session_id);
  byway_link_tell_progress (self, BYWAY_STAGE_L2TP, BYWAY_STAGE_PASSED, text != NULL ? text : "");
}

static void
on_call_up (BywayLink *self, const BywayXl2tpdEvent *event)
{
  self->session_id = event->local;
  byway_link_pass_l2tp (self);
}

static void
on_grace_over (gpointer data)
{
  BywayLink *self = data;

  if (self->state == STATE_UP)
    byway_link_fail (self, BYWAY_CAUSE_LOST_BY_SERVER, self->closed);
  else if (self->story.phase >= BYWAY_PPPD_PHASE_ESTABLISH)
    byway_link_end (self, byway_pppd_story_closed (&self->story));
  else
    byway_link_fail (self, byway_xl2tpd_result_cause (&self->result, self->closed), self->closed);
}

/* When it runs, and the server has not said why itself. */
static gboolean
pppd_may_know_more (BywayLink *self)
{
  return self->state == STATE_UP || (self->story.phase != 0 && self->story.text[0] == '\0');
}

/* pppd, if there is one, knows more and ends within milliseconds. */
static void
on_closed_by_peer (BywayLink *self, const BywayXl2tpdEvent *event)
{
  if (self->closed == NULL || self->closed[0] == '\0')
    {
      g_free (self->closed);
      self->closed = g_strdup (event->text);
    }
  self->result.of_call = event->kind == BYWAY_XL2TPD_CALL_CLOSED_BY_PEER;
  if (event->kind == BYWAY_XL2TPD_CLOSED_BY_PEER)
    self->tunnel_is_up = FALSE;
  if (self->state == STATE_GOODBYE)
    {
      if (!self->tunnel_is_up)
        byway_link_continue_hang_up (self);
    }
  else
    byway_timers_start (self->timers, TIMER_GRACE,
                        pppd_may_know_more (self) ? GRACE_MS : LAST_WORDS_MS, on_grace_over);
}

/* The plugin tells the same and more; this is for a pppd that never came so far. */
static void
on_pppd_exited (BywayLink *self, const BywayXl2tpdEvent *event)
{
  if (self->story.exited || (!byway_link_is_dialing (self) && self->state != STATE_UP))
    return;
  if (event->kind == BYWAY_XL2TPD_PPPD_EXITED)
    {
      self->story.exited = TRUE;
      self->story.status = event->code;
    }
  byway_link_end_with_pppd (self);
}

static void
on_complaint (BywayLink *self, const BywayXl2tpdEvent *event)
{
  g_free (self->complaint);
  self->complaint = g_strdup (event->text);
  if (strstr (event->text, "PPPoL2TP") != NULL)
    byway_link_fail (self, BYWAY_CAUSE_KERNEL_NO_L2TP, event->text);
  else if (strstr (event->text, "no secret found") != NULL)
    byway_link_fail (self, BYWAY_CAUSE_L2TP_WANTS_SECRET, NULL);
  else if (g_str_has_prefix (event->text, "control_finish: Invalid authentication for host"))
    byway_link_fail (self, BYWAY_CAUSE_L2TP_SECRET_WRONG, NULL);
  else if (g_str_has_prefix (event->text, "Exec of"))
    byway_link_fail (self, BYWAY_CAUSE_NO_PPPD, event->text);
}

static void
on_started (BywayLink *self)
{
  if (self->state != STATE_STARTING)
    return;
  self->state = STATE_READY;
  byway_link_proceed (self);
}

static void
on_event (BywayXl2tpd *xl2tpd, const BywayXl2tpdEvent *event, BywayLink *self)
{
  switch (event->kind)
    {
    case BYWAY_XL2TPD_STARTED:
      on_started (self);
      break;
    case BYWAY_XL2TPD_TUNNEL_UP:
      on_tunnel_up (self, event);
      break;
    case BYWAY_XL2TPD_CALL_UP:
      on_call_up (self, event);
      break;
    case BYWAY_XL2TPD_PPPD_EXITED:
    case BYWAY_XL2TPD_PPPD_KILLED:
      on_pppd_exited (self, event);
      break;
    case BYWAY_XL2TPD_CLOSED_BY_PEER:
    case BYWAY_XL2TPD_CALL_CLOSED_BY_PEER:
      on_closed_by_peer (self, event);
      break;
    case BYWAY_XL2TPD_RESULT:
      self->result = event->result;
      break;
    case BYWAY_XL2TPD_DESTROYED:
      self->tunnel_is_up = FALSE;
      if (self->state == STATE_GOODBYE)
        byway_link_continue_hang_up (self);
      break;
    case BYWAY_XL2TPD_RETRIES_EXCEEDED:
      byway_link_fail (self,
                       self->state == STATE_UP ? BYWAY_CAUSE_LOST_SERVER
                       : self->tunnel_is_up    ? BYWAY_CAUSE_L2TP_NO_SESSION
                                               : BYWAY_CAUSE_L2TP_SILENT,
                       NULL);
      break;
    case BYWAY_XL2TPD_OTHER_ERROR:
      on_complaint (self, event);
      break;
    case BYWAY_XL2TPD_NONE:
    case BYWAY_XL2TPD_CONNECTING:
    case BYWAY_XL2TPD_CLOSED:
    case BYWAY_XL2TPD_NO_KERNEL_L2TP:
      break;
    }
}

static void
on_line (BywayXl2tpd *xl2tpd, const char *line, BywayLink *self)
{
  byway_link_log (self, "%s", line);
}

static void
on_command (BywayXl2tpd *xl2tpd, gboolean written, BywayLink *self)
{
  if (written)
    self->called = TRUE;
  else if (self->state == STATE_GOODBYE)
    byway_link_continue_hang_up (self);
  else
    byway_link_fail (self, BYWAY_CAUSE_L2TP_LOCAL, self->complaint);
}

static void
on_last_words_over (gpointer data)
{
  BywayLink *self = data;

  byway_link_fail (self, self->state == STATE_UP ? BYWAY_CAUSE_LOST_XL2TPD : BYWAY_CAUSE_L2TP_LOCAL,
                   self->complaint);
}

static void
on_xl2tpd_ended (BywayXl2tpd *xl2tpd, BywayLink *self)
{
  if (self->state >= STATE_CLOSING)
    byway_link_continue_hang_up (self);
  else
    byway_timers_start (self->timers, TIMER_LAST_WORDS, LAST_WORDS_MS, on_last_words_over);
}

gboolean
byway_link_start_xl2tpd (BywayLink *self, GError **error)
{
  self->xl2tpd = byway_xl2tpd_new (self->plan, byway_pppd_peer_get_child_fd (self->peer), error);
  byway_pppd_peer_forget_child_fd (self->peer);
  if (self->xl2tpd == NULL)
    return FALSE;
  g_signal_connect_object (self->xl2tpd, "line", G_CALLBACK (on_line), self, 0);
  g_signal_connect_object (self->xl2tpd, "event", G_CALLBACK (on_event), self, 0);
  g_signal_connect_object (self->xl2tpd, "command", G_CALLBACK (on_command), self, 0);
  g_signal_connect_object (self->xl2tpd, "ended", G_CALLBACK (on_xl2tpd_ended), self, 0);
  return TRUE;
}

void
byway_link_close_xl2tpd (BywayLink *self)
{
  if (self->xl2tpd != NULL)
    byway_xl2tpd_close (self->xl2tpd);
  g_clear_object (&self->xl2tpd);
}
