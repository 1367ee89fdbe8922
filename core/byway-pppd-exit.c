/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-exit.h"

#include <stdlib.h>
#include <string.h>

#include "byway-error.h"
#include "byway-xl2tpd-log.h"

enum
{
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
    case BYWAY_PPPD_CREDENTIALS:
    case BYWAY_PPPD_HELLO:
    case BYWAY_PPPD_IPV4_DOWN:
    case BYWAY_PPPD_IPV6_UP:
    case BYWAY_PPPD_IPV6_DOWN:
      break;
    }
}

/* RFC 2433, section 6: "E=eeeeeeeeee R=r C=... V=... M=...". NULL for other words. */
static const char *
mschap_reason (const char *text)
{
  static const struct
  {
    const char *code, *reason;
  } reasons[] = {
    { "E=646", "the server does not let this user in at this hour" },
    { "E=647", "the server says that this account is disabled" },
    { "E=648", "the server says that this password has expired" },
    { "E=649", "the server says that this user may not dial in" },
    { "E=691", "the server refused the user name or the password" },
    { "E=709", "the server refused a change of the password" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_str_has_prefix (text, reasons[i].code) && !g_ascii_isdigit (text[5]))
      return reasons[i].reason;
  return NULL;
}

static GError *
ppp_error (const char *sentence, const char *text)
{
  g_autofree char *words = byway_xl2tpd_clean_line (text, -1);

  if (words[0] == '\0')
    return g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_PPP, sentence);
  return g_error_new (BYWAY_ERROR, BYWAY_ERROR_PPP, "%s (it says: “%s”)", sentence, words);
}

static GError *
refused (const BywayPppdStory *story)
{
  const char *reason = mschap_reason (story->text);

  if (reason == NULL)
    reason = byway_pppd_exit_text (EXIT_AUTH_TO_PEER);
  return ppp_error (reason, story->text);
}

/* The link ended before the network was up; which part of PPP it was in says most. */
static GError *
unfinished (const BywayPppdStory *story)
{
  if (story->phase < BYWAY_PPPD_PHASE_AUTHENTICATE)
    {
      if (story->status == EXIT_NEGOTIATION && story->auth_protocol == 0)
        return ppp_error ("no agreement with the server on the PPP link: perhaps it wants a way of "
                          "authentication that this connection refuses",
                          story->text);
      return ppp_error ("the server ended the PPP link while it was being negotiated", story->text);
    }
  if (story->auth_protocol != 0 && !story->auth_passed)
    return ppp_error ("the server hung up while it checked the user name and the password",
                      story->text);
  if (story->status == EXIT_NEGOTIATION)
    return ppp_error ("no agreement with the server on addresses (IPCP)", story->text);
  return ppp_error ("the server hung up before it gave an address", story->text);
}

GError *
byway_pppd_story_error (const BywayPppdStory *story)
{
  gboolean hung_up;

  if (story->auth_failed || (story->exited && story->status == EXIT_AUTH_TO_PEER))
    return refused (story);
  if (!story->exited)
    return ppp_error ("pppd ended without a word", story->text);
  if (story->status == EXIT_BAD_OPTION || story->status == EXIT_NOT_ROOT
      || story->status == EXIT_NO_KERNEL_PPP)
    return g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_MISSING_PROGRAM,
                                byway_pppd_exit_text (story->status));
  hung_up = story->status == 0 || story->status == EXIT_FATAL || story->status == EXIT_NEGOTIATION
            || story->status == EXIT_HANGUP;
  if (hung_up && !story->was_up)
    return unfinished (story);
  return ppp_error (byway_pppd_exit_text (story->status), story->text);
}

GError *
byway_pppd_story_timeout (const BywayPppdStory *story)
{
  if (story->auth_failed)
    return refused (story);
  if (story->phase < BYWAY_PPPD_PHASE_AUTHENTICATE)
    return ppp_error ("the server's PPP does not answer (LCP)", story->text);
  if (story->auth_protocol != 0 && !story->auth_passed)
    return ppp_error ("the server does not finish the check of the user name and the password",
                      story->text);
  return ppp_error ("the server gives no address (IPCP)", story->text);
}
