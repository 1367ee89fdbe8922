/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-exit.h"

#include <stdlib.h>
#include <string.h>

#include "byway-error.h"
#include "byway-xl2tpd-log.h"

enum
{
  EXIT_OK = 0,
  EXIT_FATAL = 1,
  EXIT_BAD_OPTION = 2,
  EXIT_NOT_ROOT = 3,
  EXIT_NO_KERNEL_PPP = 4,
  EXIT_NEGOTIATION = 10,
  EXIT_PEER_DEAD = 15,
  EXIT_HANGUP = 16,
  EXIT_AUTH_TO_PEER = 19
};

static const char *const exit_texts[] = {
  [0] = "the link was closed",
  [EXIT_FATAL] = "pppd ran into an error",
  [EXIT_BAD_OPTION] = "pppd does not know one of its options",
  [EXIT_NOT_ROOT] = "pppd is not allowed to run",
  [EXIT_NO_KERNEL_PPP] = "this kernel has no PPP",
  [5] = "pppd was told to end",
  [6] = "pppd could not lock its device",
  [7] = "pppd could not open its device",
  [8] = "pppd's connect script failed",
  [9] = "pppd's helper program could not be run",
  [EXIT_NEGOTIATION] = "no agreement with the server's PPP",
  [11] = "the server did not prove who it is",
  [12] = "the link was idle for too long",
  [13] = "the link's time is over",
  [14] = "the server wants to call back",
  [EXIT_PEER_DEAD] = "the server does not answer any more",
  [EXIT_HANGUP] = "the server hung up",
  [17] = "the PPP link is looped back",
  [18] = "pppd's init script failed",
  [EXIT_AUTH_TO_PEER] = "the server refused the user name or the password",
  [20] = "the link's traffic limit is reached",
  [21] = "the caller's number is not allowed",
};

const char *
byway_pppd_exit_text (guint status)
{
  if (status < G_N_ELEMENTS (exit_texts))
    return exit_texts[status];
  return "pppd ended for an unknown reason";
}

const char *
byway_pppd_auth_name (enum byway_pppd_auth_protocol protocol)
{
  switch (protocol)
    {
    case BYWAY_PPPD_AUTH_PAP:
      return "PAP";
    case BYWAY_PPPD_AUTH_CHAP_MD5:
      return "CHAP";
    case BYWAY_PPPD_AUTH_MSCHAP:
      return "MS-CHAP";
    case BYWAY_PPPD_AUTH_MSCHAPV2:
      return "MS-CHAPv2";
    case BYWAY_PPPD_AUTH_EAP:
      return "EAP";
    case BYWAY_PPPD_AUTH_OTHER:
      break;
    }
  return "";
}

static void
add_auth (BywayPppdStory *story, const struct byway_pppd_auth *auth)
{
  story->auth_protocol = auth->protocol;
  if (auth->result == BYWAY_PPPD_AUTH_OK)
    story->auth_passed = TRUE;
  if (auth->result == BYWAY_PPPD_AUTH_FAILED)
    story->auth_failed = TRUE;
}

static void
add_peer (BywayPppdStory *story, const struct byway_pppd_peer *peer)
{
  switch (peer->news)
    {
    case BYWAY_PPPD_PEER_SPEAKS:
      story->speaks = TRUE;
      break;
    case BYWAY_PPPD_PEER_HEARS:
      story->hears = TRUE;
      break;
    case BYWAY_PPPD_PEER_ASKS:
      story->asked = peer->protocol;
      break;
    case BYWAY_PPPD_PEER_WANTS_MPPE:
      story->wants_mppe = TRUE;
      break;
    case BYWAY_PPPD_PEER_LACKS_MPPE:
      story->lacks_mppe = TRUE;
      break;
    case BYWAY_PPPD_PEER_REJECTS_IP:
      story->rejects_ip = TRUE;
      break;
    case BYWAY_PPPD_PEER_IS_ANOTHER:
      story->is_another = TRUE;
      break;
    }
}

void
byway_pppd_story_add (BywayPppdStory *story, const struct byway_pppd_message *message)
{
  switch (message->type)
    {
    case BYWAY_PPPD_PHASE:
      /* Those behind RUNNING tell only of the end. */
      if (message->phase <= BYWAY_PPPD_PHASE_RUNNING && message->phase > story->phase)
        story->phase = message->phase;
      break;
    case BYWAY_PPPD_AUTH:
      add_auth (story, &message->auth);
      break;
    case BYWAY_PPPD_AUTH_MESSAGE:
      g_strlcpy (story->text, message->auth_message.text, sizeof story->text);
      break;
    case BYWAY_PPPD_IPV4_UP:
      story->was_up = TRUE;
      break;
    case BYWAY_PPPD_EXIT:
      story->exited = TRUE;
      story->status = message->exit.status;
      break;
    case BYWAY_PPPD_NEWS:
      add_peer (story, &message->peer);
      break;
    case BYWAY_PPPD_TLS_ALERT:
      if (story->alert.by == 0)
        story->alert = message->tls_alert;
      break;
    case BYWAY_PPPD_PATH:
    case BYWAY_PPPD_CREDENTIALS:
    case BYWAY_PPPD_HELLO:
    case BYWAY_PPPD_IPV4_DOWN:
    case BYWAY_PPPD_IPV6_UP:
    case BYWAY_PPPD_IPV6_DOWN:
      break;
    }
}

/* RFC 8446, section 6, and RFC 5246, 7.2. */
enum
{
  ALERT_HANDSHAKE_FAILURE = 40,
  ALERT_BAD_CERTIFICATE = 42,
  ALERT_UNSUPPORTED_CERTIFICATE = 43,
  ALERT_CERTIFICATE_REVOKED = 44,
  ALERT_CERTIFICATE_EXPIRED = 45,
  ALERT_CERTIFICATE_UNKNOWN = 46,
  ALERT_UNKNOWN_CA = 48,
  ALERT_ACCESS_DENIED = 49,
  ALERT_DECRYPT_ERROR = 51,
  ALERT_INTERNAL_ERROR = 80
};

/* pppd refuses a certificate for its name in a way that OpenSSL 3 calls an internal error. */
static BywayCause
our_alert (guint description)
{
  switch (description)
    {
    case ALERT_BAD_CERTIFICATE:
    case ALERT_UNSUPPORTED_CERTIFICATE:
    case ALERT_CERTIFICATE_REVOKED:
    case ALERT_UNKNOWN_CA:
      return BYWAY_CAUSE_PPP_CERT_UNTRUSTED;
    case ALERT_CERTIFICATE_EXPIRED:
      return BYWAY_CAUSE_PPP_CERT_EXPIRED;
    case ALERT_CERTIFICATE_UNKNOWN:
    case ALERT_INTERNAL_ERROR:
      return BYWAY_CAUSE_PPP_CERT_NAME;
    default:
      return BYWAY_CAUSE_UNEXPECTED;
    }
}

static BywayCause
peers_alert (guint description)
{
  gboolean about_us
      = (description >= ALERT_HANDSHAKE_FAILURE && description <= ALERT_CERTIFICATE_UNKNOWN)
        || description == ALERT_UNKNOWN_CA || description == ALERT_ACCESS_DENIED
        || description == ALERT_DECRYPT_ERROR || description == ALERT_INTERNAL_ERROR;

  return about_us ? BYWAY_CAUSE_PPP_CERT_REFUSED : BYWAY_CAUSE_UNEXPECTED;
}

/* Which of the two does not like the other's certificate. Without an alert the server said no when
 * TLS was through. */
static BywayCause
certificate_refused (const BywayPppdStory *story)
{
  if (story->alert.by == 0)
    return BYWAY_CAUSE_PPP_CERT_REFUSED;
  return story->alert.by == BYWAY_PPPD_TLS_ALERT_BY_US ? our_alert (story->alert.description)
                                                       : peers_alert (story->alert.description);
}

/* A server that hangs up behind its "no" may be faster than pppd's own word about it. Where it says
 * why, in MS-CHAP's form, that is enough. */
static gboolean
is_refused (const BywayPppdStory *story)
{
  gboolean says_so = g_str_has_prefix (story->text, "E=") && g_ascii_isdigit (story->text[2]);

  return story->auth_failed || (story->auth_protocol != 0 && !story->auth_passed && says_so);
}

/* RFC 2433, section 6, and RFC 2759: "E=eeeeeeeeee R=r C=... V=... M=...". */
static BywayCause
refused (const BywayPppdStory *story)
{
  static const struct
  {
    const char *code;
    BywayCause cause;
  } reasons[] = {
    { "E=646", BYWAY_CAUSE_PPP_HOURS },
    { "E=647", BYWAY_CAUSE_PPP_ACCOUNT_DISABLED },
    { "E=648", BYWAY_CAUSE_PPP_PASSWORD_EXPIRED },
    { "E=649", BYWAY_CAUSE_PPP_NO_DIAL_IN },
  };

  if (story->by_certificate)
    return certificate_refused (story);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_str_has_prefix (story->text, reasons[i].code) && !g_ascii_isdigit (story->text[5]))
      return reasons[i].cause;
  return BYWAY_CAUSE_PPP_LOGIN_REFUSED;
}

/* It speaks, and takes no notice of what we say. */
static gboolean
is_deaf (const BywayPppdStory *story)
{
  return story->phase < BYWAY_PPPD_PHASE_AUTHENTICATE && story->speaks && !story->hears;
}

/* The link ended before the network was up; which part of PPP it was in says most. */
static BywayCause
unfinished (const BywayPppdStory *story)
{
  if (is_deaf (story))
    return BYWAY_CAUSE_PPP_DEAF;
  if (story->alert.by != 0)
    return certificate_refused (story);
  if (story->asked != 0 && story->auth_protocol == 0)
    return BYWAY_CAUSE_PPP_METHOD; /* and what it asked for was never agreed on */
  if (story->phase < BYWAY_PPPD_PHASE_AUTHENTICATE)
    return BYWAY_CAUSE_PPP_HUNG_UP;
  if (story->auth_protocol != 0 && !story->auth_passed)
    return BYWAY_CAUSE_PPP_LOGIN_STALLED;
  /* Byway never asks for it without insisting on it. */
  if (story->lacks_mppe)
    return BYWAY_CAUSE_PPP_NO_MPPE;
  if (story->wants_mppe || strstr (story->text, "MPPE") != NULL)
    return BYWAY_CAUSE_PPP_MPPE;
  if (story->rejects_ip || story->status == EXIT_NEGOTIATION
      || strstr (story->text, "IP address") != NULL)
    return BYWAY_CAUSE_PPP_NO_ADDRESS;
  return BYWAY_CAUSE_PPP_HUNG_UP;
}

gboolean
byway_pppd_was_hung_up (guint status)
{
  return status == EXIT_OK || status == EXIT_FATAL || status == EXIT_NEGOTIATION
         || status == EXIT_HANGUP;
}

/* pppd 2.4.9 and 2.5, options.c: "Plugin %s is for pppd version %s, this is %s"; and "unrecognized
 * option '%s'", where the first of EAP-TLS that we write is this one. */
GError *
byway_pppd_check_error (const char *words)
{
  gboolean mismatch = strstr (words, "is for pppd version") != NULL
                      || strstr (words, "Couldn't load plugin") != NULL;

  gboolean no_tls = strstr (words, "unrecognized option 'cert'") != NULL;

  return g_error_new_literal (BYWAY_FAILURE,
                              mismatch ? BYWAY_CAUSE_PPPD_PLUGIN_MISMATCH
                              : no_tls ? BYWAY_CAUSE_PPPD_NO_EAP_TLS
                                       : BYWAY_CAUSE_PPPD_OPTION_REFUSED,
                              words);
}

static BywayCause
after_exit (const BywayPppdStory *story)
{
  switch (story->status)
    {
    case EXIT_BAD_OPTION:
      return BYWAY_CAUSE_PPPD_OPTION_REFUSED;
    case EXIT_NO_KERNEL_PPP:
      return BYWAY_CAUSE_KERNEL_NO_PPP;
    case EXIT_PEER_DEAD:
      return BYWAY_CAUSE_LOST_SERVER;
    default:
      break;
    }
  if (!byway_pppd_was_hung_up (story->status))
    return BYWAY_CAUSE_UNEXPECTED;
  return story->was_up ? BYWAY_CAUSE_LOST_BY_SERVER : unfinished (story);
}

static GError *
story_error (const BywayPppdStory *story, BywayCause cause)
{
  g_autofree char *words = byway_xl2tpd_clean_line (story->text, -1);
  const char *detail = words;

  if (cause == BYWAY_CAUSE_UNEXPECTED && story->alert.by != 0)
    return g_error_new (BYWAY_FAILURE, cause,
                        "the login by certificate failed in TLS: alert %u (RFC 8446, 6) from %s",
                        story->alert.description,
                        story->alert.by == BYWAY_PPPD_TLS_ALERT_BY_US ? "us" : "the server");
  if (cause == BYWAY_CAUSE_UNEXPECTED || cause == BYWAY_CAUSE_KERNEL_NO_PPP
      || cause == BYWAY_CAUSE_PPPD_OPTION_REFUSED)
    detail = byway_pppd_exit_text (story->status);
  return g_error_new_literal (BYWAY_FAILURE, cause, detail);
}

GError *
byway_pppd_story_error (const BywayPppdStory *story)
{
  if (story->is_another)
    return story_error (story, BYWAY_CAUSE_PPP_OTHER_NAME);
  if (is_refused (story) || (story->exited && story->status == EXIT_AUTH_TO_PEER))
    return story_error (story, refused (story));
  if (!story->exited)
    return story_error (story, BYWAY_CAUSE_LOST_PPPD);
  return story_error (story, after_exit (story));
}

GError *
byway_pppd_story_closed (const BywayPppdStory *story)
{
  return story_error (story, is_refused (story) ? refused (story) : unfinished (story));
}

GError *
byway_pppd_story_timeout (const BywayPppdStory *story)
{
  if (is_refused (story) || story->alert.by != 0)
    return story_error (story, refused (story));
  if (story->phase < BYWAY_PPPD_PHASE_AUTHENTICATE)
    return story_error (story, is_deaf (story)     ? BYWAY_CAUSE_PPP_DEAF
                               : !story->speaks    ? BYWAY_CAUSE_PPP_SILENT
                               : story->asked != 0 ? BYWAY_CAUSE_PPP_METHOD
                                                   : BYWAY_CAUSE_PPP_HUNG_UP);
  if (story->auth_protocol != 0 && !story->auth_passed)
    return story_error (story, BYWAY_CAUSE_PPP_LOGIN_STALLED);
  return story_error (story, BYWAY_CAUSE_PPP_NO_ADDRESS);
}

void
byway_pppd_story_describe (const BywayPppdStory *story, BywayDiagnosis *diagnosis)
{
  static const char *const options[] = {
    [BYWAY_PPPD_AUTH_PAP] = "refuse-pap",
    [BYWAY_PPPD_AUTH_CHAP_MD5] = "refuse-chap",
    [BYWAY_PPPD_AUTH_MSCHAP] = "refuse-mschap",
    [BYWAY_PPPD_AUTH_MSCHAPV2] = "refuse-mschapv2",
    [BYWAY_PPPD_AUTH_OTHER] = NULL,
  };
  const char *asked = byway_pppd_auth_name (story->asked);

  byway_diagnosis_set_fact (diagnosis, "method", byway_pppd_auth_name (story->auth_protocol));
  if (story->asked == 0)
    return;
  byway_diagnosis_set_fact (diagnosis, "asked", *asked != '\0' ? asked : "another method");
  if (!story->by_certificate)
    byway_diagnosis_set_fact (diagnosis, "asked-option", options[story->asked]);
}
