/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-link-private.h"

#include <string.h>

#define PPP_SILENCE_MS 9000 /* from LCP's beginning to the server's first frame */

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
  if (byway_link_is_dialing (self))
    {
      byway_link_pass_l2tp (self);
      text = protocol[0] != '\0' ? g_strdup_printf ("%s as %s", protocol, self->ppp_name)
                                 : g_strdup ("without a password");
      byway_link_tell_progress (self, BYWAY_STAGE_PPP, BYWAY_STAGE_PASSED, text);
      self->state = STATE_UP;
    }
  byway_link_tell_addresses (self);
}

static void
on_ipv6 (BywayLink *self, gboolean up)
{
  self->info.ipv6 = up;
  byway_link_tell_addresses (self);
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
  byway_link_pass_l2tp (self);
  if (!self->story.hears && byway_link_is_dialing (self))
    byway_timers_start (self->timers, TIMER_PPP, PPP_SILENCE_MS, on_ppp_silence);
  byway_link_tell_progress (self, BYWAY_STAGE_PPP, BYWAY_STAGE_RUNNING, "");
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

static void
on_pppd_silent_exit (gpointer data)
{
  BywayLink *self = data;

  byway_link_end (self, byway_pppd_story_error (&self->story));
}

void
byway_link_end_with_pppd (BywayLink *self)
{
  byway_timers_start (self->timers, TIMER_GRACE, LAST_WORDS_MS, on_pppd_silent_exit);
}

/* xl2tpd's end takes the kernel's tunnel along, and pppd sees only a hang-up: its own end may be
 * known a moment later. */
static void
on_pppd_exit (BywayLink *self, guint status)
{
  byway_link_log (self, "pppd ends with %u: %s", status, byway_pppd_exit_text (status));
  if (self->state == STATE_UP && byway_pppd_was_hung_up (status))
    byway_link_end_with_pppd (self);
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
      byway_link_fail (self, BYWAY_CAUSE_PPP_NO_ADDRESS, NULL);
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
  byway_link_tell_path (self, path->largest, path->lost);
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

gboolean
byway_link_expect_pppd (BywayLink *self, GError **error)
{
  self->peer
      = byway_pppd_peer_new (self->ppp_name, self->secrets, self->plan->by_certificate, error);
  if (self->peer == NULL)
    return FALSE;
  g_signal_connect_object (self->peer, "message", G_CALLBACK (on_message), self, 0);
  g_signal_connect_object (self->peer, "ended", G_CALLBACK (on_pppd_ended), self, 0);
  return TRUE;
}
