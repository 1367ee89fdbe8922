/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-link-private.h"

#include "byway-error.h"

#include <signal.h>

#define CLOSING_MS 1200 /* pppd asks once, and waits a second for the answer */
#define GOODBYE_MS 600  /* then we say it ourselves */
#define LINGER_MS 300
#define TERM_MS 2000

void
byway_link_signal_both (BywayLink *self, int number)
{
  if (self->xl2tpd != NULL)
    byway_xl2tpd_send_signal (self->xl2tpd, number);
  if (self->peer != NULL)
    byway_pppd_peer_send_signal (self->peer, number);
}

static gboolean
xl2tpd_runs (BywayLink *self)
{
  return self->xl2tpd != NULL && byway_xl2tpd_is_running (self->xl2tpd);
}

static gboolean
something_runs (BywayLink *self)
{
  return xl2tpd_runs (self) || (self->peer != NULL && byway_pppd_peer_is_running (self->peer));
}

/* Whatever is left loses its socket with the peer object, and pppd its helper. */
static void
finish_hang_up (BywayLink *self)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->hanging_up);
  BywayL2tpRemains remains = byway_link_get_remains (self);

  if (self->tunnel_is_up && self->remote_id != 0)
    byway_l2tp_remember (&remains);
  if (self->has_remains)
    byway_l2tp_remember (&self->remains);
  byway_timers_stop_all (self->timers);
  self->state = STATE_DOWN;
  self->hanging_up = g_ptr_array_new_with_free_func (g_object_unref);
  g_cancellable_cancel (self->cancel);
  byway_link_close_xl2tpd (self);
  g_clear_object (&self->peer);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
}

static void
on_hang_up_deadline (gpointer data)
{
  BywayLink *self = data;

  g_warning ("xl2tpd or pppd did not end in time");
  byway_link_signal_both (self, SIGKILL);
  finish_hang_up (self);
}

static void
on_term_over (gpointer data)
{
  BywayLink *self = data;

  byway_link_log (self, "xl2tpd or pppd does not end by itself: killed");
  byway_link_signal_both (self, SIGKILL);
}

static void
on_goodbye_over (gpointer data)
{
  BywayLink *self = data;

  byway_link_log (self, "the server did not acknowledge our goodbye");
  byway_link_continue_hang_up (self);
}

static void
on_linger_over (gpointer data)
{
  BywayLink *self = data;

  finish_hang_up (self);
}

/* Where LCP did not end in order, the server's pppd tells that it goes when its xl2tpd ends it.
 * IPsec stays for that moment: afterwards it would come in clear. */
static void
linger (BywayLink *self)
{
  if (!self->l2tp_passed || self->ppp_closed || self->abandoned)
    {
      finish_hang_up (self);
      return;
    }
  self->state = STATE_LINGER;
  byway_timers_stop (self->timers, TIMER_KILL);
  byway_timers_start (self->timers, TIMER_LINGER, LINGER_MS, on_linger_over);
}

static void
on_buried (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayLink) self = data;

  BywayBurialResult outcome = byway_l2tp_bury_finish (result);

  /* One that is there and silent has forgotten the tunnel already: its last words crossed ours. */
  self->tunnel_is_up
      = outcome == BYWAY_BURIAL_BLOCKED || (outcome == BYWAY_BURIAL_SILENT && self->was_lost);
  byway_link_log (self, outcome == BYWAY_BURIAL_DONE ? "the server was told that the tunnel is over"
                                                     : "the server did not answer to our goodbye");
  if (self->state == STATE_BURIAL)
    linger (self);
}

/* Nothing runs any more. A tunnel that xl2tpd took with it into death, or whose goodbye nobody
 * acknowledged, still is one to the server. */
static void
end_hang_up (BywayLink *self)
{
  BywayL2tpRemains remains = byway_link_get_remains (self);

  if (self->state >= STATE_BURIAL)
    return;
  if (!self->tunnel_is_up || self->remote_id == 0 || self->abandoned)
    {
      linger (self);
      return;
    }
  self->state = STATE_BURIAL;
  byway_l2tp_bury (&remains, self->cancel, on_buried, g_object_ref (self));
}

/* From GOODBYE to ENDING, and on to the end when nothing runs any more. */
void
byway_link_continue_hang_up (BywayLink *self)
{
  if (!something_runs (self))
    {
      end_hang_up (self);
      return;
    }
  if (self->state == STATE_ENDING)
    return;
  self->state = STATE_ENDING;
  if (self->xl2tpd != NULL)
    byway_xl2tpd_forget_command (self->xl2tpd);
  byway_timers_stop (self->timers, TIMER_CLOSING);
  byway_timers_stop (self->timers, TIMER_GOODBYE);
  byway_link_signal_both (self, SIGTERM);
  byway_timers_start (self->timers, TIMER_KILL, TERM_MS, on_term_over);
}

/* A tunnel that the server is not told to forget swallows the next one's first frames; and one that
 * is only asked for would be answered again and again, in clear once IPsec is gone. So it is waited
 * for, and then closed. */
void
byway_link_say_goodbye (BywayLink *self)
{
  self->state = STATE_GOODBYE;
  byway_timers_stop (self->timers, TIMER_CLOSING);
  if (!xl2tpd_runs (self) || !self->called || self->closed != NULL)
    {
      byway_link_continue_hang_up (self);
      return;
    }
  byway_timers_start (self->timers, TIMER_GOODBYE, GOODBYE_MS, on_goodbye_over);
  if (self->tunnel_is_up)
    byway_xl2tpd_send_command (self->xl2tpd, GOODBYE);
}

static void
on_closing_over (gpointer data)
{
  BywayLink *self = data;

  byway_link_say_goodbye (self);
}

/* LCP ends first. Otherwise the server's pppd, told to go by its own xl2tpd, would say so by PPP
 * frames, and those could come when IPsec is gone: in clear. */
static void
close_ppp (BywayLink *self)
{
  if (!self->ppp_runs || !xl2tpd_runs (self) || !byway_pppd_peer_is_running (self->peer))
    {
      byway_link_say_goodbye (self);
      return;
    }
  self->state = STATE_CLOSING;
  byway_pppd_peer_send_signal (self->peer, SIGTERM);
  byway_timers_start (self->timers, TIMER_CLOSING, CLOSING_MS, on_closing_over);
}

/* The server's end of the tunnel is remembered, and buried at the next connect. */
static void
leave_at_once (BywayLink *self)
{
  self->state = STATE_ENDING;
  byway_link_signal_both (self, SIGKILL);
  if (!something_runs (self))
    end_hang_up (self);
}

void
byway_link_hang_up (BywayLink *self, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_task_set_source_tag (task, byway_link_hang_up);
  g_ptr_array_add (self->hanging_up, task);
  if (self->hanging_up->len > 1)
    return;
  if (self->dialing != NULL)
    byway_link_end (self, g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_CANCELLED, "cancelled"));
  byway_timers_stop_all (self->timers);
  byway_timers_start (self->timers, TIMER_HANG_UP, self->plan->deadlines.hang_up,
                      on_hang_up_deadline);
  if (self->abandoned)
    leave_at_once (self);
  else
    close_ppp (self);
}

void
byway_link_abandon (BywayLink *self)
{
  self->abandoned = TRUE;
}

void
byway_link_hang_up_finish (BywayLink *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}
