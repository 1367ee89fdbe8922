/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-link-private.h"

#include <signal.h>
#include <string.h>

#include "byway-error.h"
#include "byway-pppd-check.h"

/* The server's end of the association is there when it has worked through our third Quick Mode
 * message (RFC 2409, 5.5), which nothing acknowledges. What comes before is dropped, and xl2tpd
 * asks again only after a second: better a moment later. */
#define SETTLE_MS 80
#define SILENCE_MS 8000     /* to a question: for a tunnel, and for a call in it */
#define PPP_SILENCE_MS 9000 /* from LCP's beginning to the server's first frame */
#define GRACE_MS 1000       /* after the tunnel's end, for pppd to tell why */
#define LAST_WORDS_MS 100   /* a process is gone, its output still on the way */

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

static void proceed (BywayLink *self);

/* -------------------------------------------------------------------------------------- telling */

static gboolean
is_dialing (BywayLink *self)
{
  return self->state >= STATE_CHECKING && self->state <= STATE_PPP;
}

static void
tell_progress (BywayLink *self, BywayStage stage, BywayStageState state, const char *text)
{
  if (is_dialing (self))
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

/* Takes @error. There is no link, or none any more; told once. */
void
byway_link_end (BywayLink *self, GError *error)
{
  gboolean was_up = self->state == STATE_UP;

  if (!is_dialing (self) && !was_up)
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

static GError *
failure (BywayCause cause, const char *detail)
{
  return g_error_new_literal (BYWAY_FAILURE, cause, detail != NULL ? detail : "");
}

void
byway_link_describe (BywayLink *self, BywayDiagnosis *diagnosis)
{
  byway_pppd_story_describe (&self->story, diagnosis);
  byway_xl2tpd_result_describe (&self->result, diagnosis);
}

/* ----------------------------------------------------------------------------- xl2tpd's own words
 */

static void
on_silence (gpointer data)
{
  BywayLink *self = data;

  byway_link_end (self, failure (self->state == STATE_CALL ? BYWAY_CAUSE_L2TP_NO_SESSION
                                                           : BYWAY_CAUSE_L2TP_SILENT,
                                 NULL));
}

static void
on_started (BywayLink *self)
{
  if (self->state != STATE_STARTING)
    return;
  self->state = STATE_READY;
  proceed (self);
}

static void
call (BywayLink *self)
{
  self->state = STATE_TUNNEL;
  tell_progress (self, BYWAY_STAGE_L2TP, BYWAY_STAGE_RUNNING, "");
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

/* xl2tpd's line and pppd's first word come on two ways; whichever is first. */
static void
pass_l2tp (BywayLink *self)
{
  g_autofree char *text = NULL;

  if (self->l2tp_passed || !is_dialing (self))
    return;
  self->l2tp_passed = TRUE;
  if (self->closed == NULL)
    self->tunnel_is_up = TRUE; /* for the goodbye, even if xl2tpd's line is still on its way */
  self->state = STATE_PPP;
  byway_timers_stop (self->timers, TIMER_SILENCE);
  if (self->session_id != 0)
    text = g_strdup_printf ("tunnel %u, session %u", self->tunnel_id, self->session_id);
  tell_progress (self, BYWAY_STAGE_L2TP, BYWAY_STAGE_PASSED, text != NULL ? text : "");
}

static void
on_call_up (BywayLink *self, const BywayXl2tpdEvent *event)
{
  self->session_id = event->local;
  pass_l2tp (self);
}

static void
on_grace_over (gpointer data)
{
  BywayLink *self = data;

  if (self->state == STATE_UP)
    byway_link_end (self, failure (BYWAY_CAUSE_LOST_BY_SERVER, self->closed));
  else if (self->story.phase >= BYWAY_PPPD_PHASE_ESTABLISH)
    byway_link_end (self, byway_pppd_story_closed (&self->story));
  else
    byway_link_end (
        self, failure (byway_xl2tpd_result_cause (&self->result, self->closed), self->closed));
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

static void
on_pppd_silent_exit (gpointer data)
{
  BywayLink *self = data;

  byway_link_end (self, byway_pppd_story_error (&self->story));
}

/* The plugin tells the same and more; this is for a pppd that never came so far. */
static void
on_pppd_exited (BywayLink *self, const BywayXl2tpdEvent *event)
{
  if (self->story.exited || (!is_dialing (self) && self->state != STATE_UP))
    return;
  if (event->kind == BYWAY_XL2TPD_PPPD_EXITED)
    {
      self->story.exited = TRUE;
      self->story.status = event->code;
    }
  byway_timers_start (self->timers, TIMER_GRACE, LAST_WORDS_MS, on_pppd_silent_exit);
}

static void
on_complaint (BywayLink *self, const BywayXl2tpdEvent *event)
{
  g_free (self->complaint);
  self->complaint = g_strdup (event->text);
  if (strstr (event->text, "PPPoL2TP") != NULL)
    byway_link_end (self, failure (BYWAY_CAUSE_KERNEL_NO_L2TP, event->text));
  else if (strstr (event->text, "no secret found") != NULL)
    byway_link_end (self, failure (BYWAY_CAUSE_L2TP_WANTS_SECRET, NULL));
  else if (g_str_has_prefix (event->text, "control_finish: Invalid authentication for host"))
    byway_link_end (self, failure (BYWAY_CAUSE_L2TP_SECRET_WRONG, NULL));
  else if (g_str_has_prefix (event->text, "Exec of"))
    byway_link_end (self, failure (BYWAY_CAUSE_NO_PPPD, event->text));
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
      byway_link_end (self, failure (self->state == STATE_UP ? BYWAY_CAUSE_LOST_SERVER
                                     : self->tunnel_is_up    ? BYWAY_CAUSE_L2TP_NO_SESSION
                                                             : BYWAY_CAUSE_L2TP_SILENT,
                                     NULL));
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
    byway_link_end (self, failure (BYWAY_CAUSE_L2TP_LOCAL, self->complaint));
}

/* --------------------------------------------------------------------------------- pppd's words */

static gboolean
to_address (const guint8 *bytes, BywayAddress *out)
{
  static const guint8 none[4];

  *out = (BywayAddress){ 0 };
  if (memcmp (bytes, none, sizeof none) == 0)
    return FALSE;
  out->family = 4;
  memcpy (out->bytes, bytes, 4);
  return TRUE;
}

static void
on_ip_up (BywayLink *self, const struct byway_pppd_ipv4_up *up)
{
  const char *protocol = byway_pppd_auth_name (self->story.auth_protocol);
  g_autofree char *text = NULL;

  g_strlcpy (self->info.ifname, up->ifname, sizeof self->info.ifname);
  to_address (up->local, &self->info.local);
  to_address (up->remote, &self->info.remote);
  to_address (up->dns1, &self->info.dns[0]);
  to_address (up->dns2, &self->info.dns[1]);
  to_address (up->wins1, &self->info.wins[0]);
  to_address (up->wins2, &self->info.wins[1]);
  self->info.mtu = up->mtu;
  byway_timers_stop (self->timers, TIMER_PPP); /* it speaks, whoever missed its first word */
  if (is_dialing (self))
    {
      pass_l2tp (self);
      text = protocol[0] != '\0' ? g_strdup_printf ("%s as %s", protocol, self->ppp_name)
                                 : g_strdup ("without a password");
      tell_progress (self, BYWAY_STAGE_PPP, BYWAY_STAGE_PASSED, text);
      self->state = STATE_UP;
    }
  if (self->state == STATE_UP)
    g_signal_emit (self, signals[IP_UP], 0, &self->info);
  if (self->state == STATE_UP && self->dialing != NULL)
    finish_dial (self, NULL);
}

static void
on_ipv6 (BywayLink *self, gboolean up)
{
  self->info.ipv6 = up;
  if (self->state == STATE_UP)
    g_signal_emit (self, signals[IP_UP], 0, &self->info);
}

static void
on_hello (BywayLink *self, const struct byway_pppd_hello *hello)
{
  byway_link_log (self, "pppd %s runs as process %u", hello->pppd_version, hello->pid);
  if (hello->version != BYWAY_PPPD_PROTOCOL_VERSION)
    byway_link_end (self, g_error_new (BYWAY_FAILURE, BYWAY_CAUSE_PPPD_PLUGIN_MISMATCH,
                                       "The plugin is of another version of Byway (%u, not %u).",
                                       hello->version, BYWAY_PPPD_PROTOCOL_VERSION));
}

static void
on_ppp_silence (gpointer data)
{
  BywayLink *self = data;

  byway_link_end (self, byway_pppd_story_timeout (&self->story));
}

static void
on_phase (BywayLink *self, enum byway_pppd_phase phase)
{
  if (phase != BYWAY_PPPD_PHASE_ESTABLISH || self->ppp_runs)
    return;
  self->ppp_runs = TRUE;
  pass_l2tp (self);
  if (!self->story.hears && is_dialing (self))
    byway_timers_start (self->timers, TIMER_PPP, PPP_SILENCE_MS, on_ppp_silence);
  tell_progress (self, BYWAY_STAGE_PPP, BYWAY_STAGE_RUNNING, "");
}

static void
on_auth (BywayLink *self, const struct byway_pppd_auth *auth)
{
  static const char *const results[] = {
    [BYWAY_PPPD_AUTH_ASKED] = "asked for",
    [BYWAY_PPPD_AUTH_OK] = "passed",
    [BYWAY_PPPD_AUTH_FAILED] = "failed",
  };

  byway_link_log (self, "authentication by %s %s", byway_pppd_auth_name (auth->protocol),
                  results[auth->result]);
  if (auth->result == BYWAY_PPPD_AUTH_FAILED)
    byway_link_end (self, byway_pppd_story_error (&self->story));
}

/* xl2tpd's end takes the kernel's tunnel along, and pppd sees only a hang-up: its own end may be
 * known a moment later. */
static void
on_pppd_exit (BywayLink *self, guint status)
{
  byway_link_log (self, "pppd ends with %u: %s", status, byway_pppd_exit_text (status));
  if (self->state == STATE_UP && byway_pppd_was_hung_up (status))
    byway_timers_start (self->timers, TIMER_GRACE, LAST_WORDS_MS, on_pppd_silent_exit);
  else
    byway_link_end (self, byway_pppd_story_error (&self->story));
}

static void
on_tls_alert (BywayLink *self, const struct byway_pppd_tls_alert *alert)
{
  byway_link_log (self, "TLS alert %u (RFC 8446, 6) by %s", alert->description,
                  alert->by == BYWAY_PPPD_TLS_ALERT_BY_PEER ? "the server" : "us");
}

static void
on_peer (BywayLink *self, const struct byway_pppd_peer *peer)
{
  switch (peer->news)
    {
    case BYWAY_PPPD_PEER_SPEAKS:
      break;
    case BYWAY_PPPD_PEER_HEARS:
      byway_timers_stop (self->timers, TIMER_PPP);
      break;
    case BYWAY_PPPD_PEER_ASKS:
      byway_link_log (self, "the server asks for %s",
                      peer->protocol == BYWAY_PPPD_AUTH_OTHER
                          ? "an authentication that is not known here"
                          : byway_pppd_auth_name (peer->protocol));
      break;
    case BYWAY_PPPD_PEER_WANTS_MPPE:
      byway_link_log (self, "the server wants MPPE");
      break;
    case BYWAY_PPPD_PEER_LACKS_MPPE:
      byway_link_log (self, "the server refuses MPPE as we want it");
      break;
    case BYWAY_PPPD_PEER_REJECTS_IP:
      byway_link_log (self, "the server rejects IPv4 (IPCP)");
      byway_link_end (self, failure (BYWAY_CAUSE_PPP_NO_ADDRESS, NULL));
      break;
    case BYWAY_PPPD_PEER_IS_ANOTHER:
      byway_link_log (self, "the server calls itself otherwise than the connection demands");
      byway_link_end (self, byway_pppd_story_error (&self->story));
      break;
    }
}

static void
on_path (BywayLink *self, const struct byway_pppd_path *path)
{
  if (path->lost == 0)
    byway_link_log (self, "packets of %u bytes reach the server and come back", path->largest);
  else
    byway_link_log (self, "packets of %u bytes come back from the server, of %u bytes none",
                    path->largest, path->lost);
  g_signal_emit (self, signals[PATH], 0, path->largest, path->lost);
}

static void
on_message (BywayPppdPeer *peer, const struct byway_pppd_message *message, BywayLink *self)
{
  byway_pppd_story_add (&self->story, message);
  switch (message->type)
    {
    case BYWAY_PPPD_HELLO:
      on_hello (self, &message->hello);
      break;
    case BYWAY_PPPD_PHASE:
      on_phase (self, message->phase);
      break;
    case BYWAY_PPPD_AUTH:
      on_auth (self, &message->auth);
      break;
    case BYWAY_PPPD_AUTH_MESSAGE:
      byway_link_log (self, "the server says: %s", message->auth_message.text);
      break;
    case BYWAY_PPPD_IPV4_UP:
      on_ip_up (self, &message->ipv4_up);
      break;
    case BYWAY_PPPD_IPV6_UP:
      on_ipv6 (self, TRUE);
      break;
    case BYWAY_PPPD_IPV6_DOWN:
      on_ipv6 (self, FALSE);
      break;
    case BYWAY_PPPD_EXIT:
      on_pppd_exit (self, message->exit.status);
      break;
    case BYWAY_PPPD_NEWS:
      on_peer (self, &message->peer);
      break;
    case BYWAY_PPPD_TLS_ALERT:
      on_tls_alert (self, &message->tls_alert);
      break;
    case BYWAY_PPPD_PATH:
      on_path (self, &message->path);
      break;
    case BYWAY_PPPD_CREDENTIALS:
    case BYWAY_PPPD_IPV4_DOWN: /* its EXIT follows, and says why */
      break;
    }
}

static void
on_pppd_ended (BywayPppdPeer *peer, BywayLink *self)
{
  if (self->state == STATE_GOODBYE)
    return;
  if (self->state == STATE_CLOSING)
    {
      self->ppp_closed = self->story.phase >= BYWAY_PPPD_PHASE_AUTHENTICATE;
      byway_link_say_goodbye (self);
    }
  else if (self->state == STATE_ENDING)
    byway_link_continue_hang_up (self);
  else if (!byway_timers_is_running (self->timers, TIMER_GRACE))
    byway_link_end (self, byway_pppd_story_error (&self->story));
}

/* ------------------------------------------------------------------------------------- dialling */

static void
on_last_words_over (gpointer data)
{
  BywayLink *self = data;

  byway_link_end (
      self, failure (self->state == STATE_UP ? BYWAY_CAUSE_LOST_XL2TPD : BYWAY_CAUSE_L2TP_LOCAL,
                     self->complaint));
}

static void
on_xl2tpd_ended (BywayXl2tpd *xl2tpd, BywayLink *self)
{
  if (self->state >= STATE_CLOSING)
    byway_link_continue_hang_up (self);
  else
    byway_timers_start (self->timers, TIMER_LAST_WORDS, LAST_WORDS_MS, on_last_words_over);
}

static gboolean
start_xl2tpd (BywayLink *self, GError **error)
{
  self->peer
      = byway_pppd_peer_new (self->ppp_name, self->secrets, self->plan->by_certificate, error);
  if (self->peer == NULL)
    return FALSE;
  g_signal_connect_object (self->peer, "message", G_CALLBACK (on_message), self, 0);
  g_signal_connect_object (self->peer, "ended", G_CALLBACK (on_pppd_ended), self, 0);
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

static void
begin (BywayLink *self)
{
  GError *error = NULL;

  if (start_xl2tpd (self, &error))
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

/* As far as it goes before somebody dials, and on when he does. */
static void
proceed (BywayLink *self)
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
    call (self);
}

static void
on_settled (gpointer data)
{
  BywayLink *self = data;

  self->settled = TRUE;
  proceed (self);
}

static void
pass_check (BywayLink *self)
{
  self->state = STATE_CHECKED;
  self->has_remains
      = byway_l2tp_recall (&self->plan->uplink, self->plan->local_port, &self->remains);
  proceed (self);
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
    byway_link_end (self, failure (BYWAY_CAUSE_L2TP_LOCAL, "it did not start in time"));
  else if (self->state == STATE_TUNNEL)
    byway_link_end (self, failure (BYWAY_CAUSE_L2TP_SILENT, NULL));
  else if (self->state == STATE_CALL)
    byway_link_end (self, failure (BYWAY_CAUSE_L2TP_NO_SESSION, NULL));
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
    proceed (self);
}

gboolean
byway_link_dial_finish (BywayLink *self, GAsyncResult *result, BywayLinkInfo *info, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *info = self->info;
  return TRUE;
}

/* --------------------------------------------------------------------------------- the object */

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
