/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-link-private.h"

#include <signal.h>

#include "byway-error.h"
#include "byway-pppd-check.h"

/* The server's end of the association is there when it has worked through our third Quick Mode
 * message (RFC 2409, 5.5), which nothing acknowledges. What comes before is dropped, and xl2tpd
 * asks again only after a second: better a moment later. */
#define SETTLE_MS 80

G_DEFINE_FINAL_TYPE (BywayLink, byway_link, G_TYPE_OBJECT)

enum
{
  PROGRESS,
  LOG,
  IP_UP,
  LOST,
  PATH,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* -------------------------------------------------------------------------------------- telling */

gboolean
byway_link_is_dialing (BywayLink *self)
{
  return self->state >= STATE_CHECKING && self->state <= STATE_PPP;
}

void
byway_link_tell_progress (BywayLink *self, BywayStage stage, BywayStageState state,
                          const char *text)
{
  if (byway_link_is_dialing (self))
    g_signal_emit (self, signals[PROGRESS], 0, (guint)stage, (guint)state, text);
}

void
byway_link_log (BywayLink *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  clean = byway_xl2tpd_clean_line (text, -1);
  if (clean[0] != '\0')
    g_signal_emit (self, signals[LOG], 0, clean);
}

/* An end that was announced meanwhile (GRACE, LAST_WORDS) stays announced. */
static void
finish_dial (BywayLink *self, GError *error)
{
  GTask *task = g_steal_pointer (&self->dialing);

  if (self->dial_cancelled != NULL)
    g_source_destroy (self->dial_cancelled);
  g_clear_pointer (&self->dial_cancelled, g_source_unref);
  byway_timers_stop (self->timers, TIMER_DIAL);
  byway_timers_stop (self->timers, TIMER_SETTLE);
  byway_timers_stop (self->timers, TIMER_SILENCE);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

void
byway_link_tell_addresses (BywayLink *self)
{
  if (self->state == STATE_UP)
    g_signal_emit (self, signals[IP_UP], 0, &self->info);
  if (self->state == STATE_UP && self->dialing != NULL)
    finish_dial (self, NULL);
}

void
byway_link_tell_path (BywayLink *self, guint largest, guint lost)
{
  g_signal_emit (self, signals[PATH], 0, largest, lost);
}

void
byway_link_end (BywayLink *self, GError *error)
{
  gboolean was_up = self->state == STATE_UP;

  if (!byway_link_is_dialing (self) && !was_up)
    {
      g_error_free (error);
      return;
    }
  self->state = STATE_DOWN;
  if (self->xl2tpd != NULL)
    {
      byway_xl2tpd_forget_command (self->xl2tpd);
      byway_xl2tpd_wipe_files (self->xl2tpd);
    }
  byway_timers_stop_all (self->timers);
  if (self->dialing != NULL)
    {
      finish_dial (self, error);
      return;
    }
  if (!was_up)
    {
      self->failure = error; /* dial will tell it */
      return;
    }
  self->was_lost = TRUE;
  g_signal_emit (self, signals[LOST], 0, error);
  g_error_free (error);
}

void
byway_link_fail (BywayLink *self, BywayCause cause, const char *detail)
{
  byway_link_end (self, g_error_new_literal (BYWAY_FAILURE, cause, detail != NULL ? detail : ""));
}

void
byway_link_describe (BywayLink *self, BywayDiagnosis *diagnosis)
{
  byway_pppd_story_describe (&self->story, diagnosis);
  byway_xl2tpd_result_describe (&self->result, diagnosis);
}

/* ------------------------------------------------------------------------------------- dialling */

static void
begin (BywayLink *self)
{
  GError *error = NULL;

  if (byway_link_expect_pppd (self, &error) && byway_link_start_xl2tpd (self, &error))
    self->state = STATE_STARTING;
  else
    byway_link_end (self, error);
}

static void
on_old_buried (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayLink) self = data;

  byway_link_log (self, byway_l2tp_bury_finish (result) == BYWAY_BURIAL_DONE
                            ? "the server still had a tunnel of ours, and was told that it is over"
                            : "the server does not know the tunnel any more that was cut off");
  if (self->state == STATE_BURYING)
    begin (self);
}

void
byway_link_proceed (BywayLink *self)
{
  if (self->state == STATE_CHECKED && !self->has_remains)
    begin (self);
  else if (self->state == STATE_CHECKED && self->dialing != NULL)
    {
      self->has_remains = FALSE;
      self->state = STATE_BURYING;
      byway_l2tp_bury (&self->remains, self->cancel, on_old_buried, g_object_ref (self));
    }
  else if (self->state == STATE_READY && self->settled)
    byway_link_call (self);
}

static void
on_settled (gpointer data)
{
  BywayLink *self = data;

  self->settled = TRUE;
  byway_link_proceed (self);
}

static void
pass_check (BywayLink *self)
{
  self->state = STATE_CHECKED;
  self->has_remains
      = byway_l2tp_recall (&self->plan->uplink, self->plan->local_port, &self->remains);
  byway_link_proceed (self);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayLink) self = data;
  g_autoptr (GError) error = NULL;
  gboolean passed = byway_pppd_check_run_finish (result, &error);

  if (self->state != STATE_CHECKING)
    return;
  if (passed)
    pass_check (self);
  else
    byway_link_end (self, g_steal_pointer (&error));
}

static void
on_dial_deadline (gpointer data)
{
  BywayLink *self = data;

  if (self->state < STATE_TUNNEL)
    byway_link_fail (self, BYWAY_CAUSE_L2TP_LOCAL, "it did not start in time");
  else if (self->state == STATE_TUNNEL)
    byway_link_fail (self, BYWAY_CAUSE_L2TP_SILENT, NULL);
  else if (self->state == STATE_CALL)
    byway_link_fail (self, BYWAY_CAUSE_L2TP_NO_SESSION, NULL);
  else
    byway_link_end (self, byway_pppd_story_timeout (&self->story));
}

static gboolean
on_dial_cancelled (GCancellable *cancellable, gpointer data)
{
  byway_link_end (data, g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_CANCELLED, "cancelled"));
  return G_SOURCE_REMOVE;
}

void
byway_link_prepare (BywayLink *self)
{
  g_autofree char *check = byway_pppd_check_key (self->plan);

  g_return_if_fail (self->state == STATE_IDLE);

  self->state = STATE_CHECKING;
  if (byway_pppd_check_is_known (check))
    pass_check (self);
  else
    byway_pppd_check_run (self->plan, check, self->cancel, on_checked, g_object_ref (self));
}

void
byway_link_dial (BywayLink *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                 gpointer data)
{
  g_return_if_fail (self->dialing == NULL);

  self->dialing = g_task_new (self, NULL, callback, data);
  g_task_set_source_tag (self->dialing, byway_link_dial);
  byway_timers_start (self->timers, TIMER_DIAL, self->plan->deadlines.dial, on_dial_deadline);
  if (cancellable != NULL)
    {
      self->dial_cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->dial_cancelled, G_SOURCE_FUNC (on_dial_cancelled), self, NULL);
      g_source_attach (self->dial_cancelled, g_main_context_get_thread_default ());
    }
  byway_timers_start (self->timers, TIMER_SETTLE, SETTLE_MS, on_settled);
  if (self->state == STATE_IDLE)
    byway_link_prepare (self);
  else if (self->failure != NULL)
    finish_dial (self, g_steal_pointer (&self->failure));
  else
    byway_link_proceed (self);
}

gboolean
byway_link_dial_finish (BywayLink *self, GAsyncResult *result, BywayLinkInfo *info, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *info = self->info;
  return TRUE;
}

/* ----------------------------------------------------------------------------------- the object */

BywayLink *
byway_link_new (BywayPlan *plan, const char *ppp_name, BywaySecretSet *secrets)
{
  BywayLink *self = g_object_new (BYWAY_TYPE_LINK, NULL);

  self->plan = byway_plan_ref (plan);
  self->story.by_certificate = plan->by_certificate;
  self->ppp_name = g_strdup (ppp_name);
  self->secrets = secrets != NULL ? byway_secret_set_ref (secrets) : NULL;
  return self;
}

/* Nobody drops a link that runs; if somebody does, the processes must not stay. */
static void
byway_link_dispose (GObject *object)
{
  BywayLink *self = BYWAY_LINK (object);

  byway_timers_stop_all (self->timers);
  g_cancellable_cancel (self->cancel);
  byway_link_signal_both (self, SIGKILL);
  byway_link_close_xl2tpd (self);
  g_clear_object (&self->peer);
  G_OBJECT_CLASS (byway_link_parent_class)->dispose (object);
}

static void
byway_link_finalize (GObject *object)
{
  BywayLink *self = BYWAY_LINK (object);

  g_clear_object (&self->cancel);
  byway_timers_free (self->timers);
  g_clear_pointer (&self->plan, byway_plan_unref);
  g_clear_pointer (&self->secrets, byway_secret_set_unref);
  g_ptr_array_unref (self->hanging_up);
  g_clear_error (&self->failure);
  g_free (self->ppp_name);
  g_free (self->complaint);
  g_free (self->closed);
  G_OBJECT_CLASS (byway_link_parent_class)->finalize (object);
}

static void
byway_link_class_init (BywayLinkClass *klass)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST;
  GType type = BYWAY_TYPE_LINK;

  G_OBJECT_CLASS (klass)->dispose = byway_link_dispose;
  G_OBJECT_CLASS (klass)->finalize = byway_link_finalize;
  signals[PROGRESS] = g_signal_new ("progress", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                    G_TYPE_UINT, G_TYPE_UINT, G_TYPE_STRING);
  signals[LOG]
      = g_signal_new ("log", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[IP_UP]
      = g_signal_new ("ip-up", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[LOST]
      = g_signal_new ("lost", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[PATH] = g_signal_new ("path", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                G_TYPE_UINT, G_TYPE_UINT);
}

static void
byway_link_init (BywayLink *self)
{
  self->cancel = g_cancellable_new ();
  self->timers = byway_timers_new (N_TIMERS, self);
  self->hanging_up = g_ptr_array_new_with_free_func (g_object_unref);
}
