/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-xl2tpd-log.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 400

static gboolean
is_ours (const char *line, const char **rest)
{
  gsize digits;

  if (!g_str_has_prefix (line, "xl2tpd["))
    return FALSE;
  line += strlen ("xl2tpd[");
  digits = strspn (line, G_CSET_DIGITS);
  if (digits == 0 || !g_str_has_prefix (line + digits, "]: "))
    return FALSE;
  *rest = line + digits + strlen ("]: ");
  return TRUE;
}

static void
set_text (BywayXl2tpdEvent *event, const char *text, gsize length)
{
  const char *end;

  length = MIN (length, sizeof event->text - 1);
  memcpy (event->text, text, length);
  event->text[length] = '\0';
  if (!g_utf8_validate (event->text, -1, &end)) /* cut within a character */
    event->text[end - event->text] = '\0';
}

/* The number behind @label, and where it ends. */
static gboolean
read_number (const char *text, const char *label, guint *number)
{
  const char *p = strstr (text, label);
  guint value = 0;

  if (p == NULL || !g_ascii_isdigit (p[strlen (label)]))
    return FALSE;
  for (p += strlen (label); g_ascii_isdigit (*p); p++)
    {
      if (value > G_MAXINT / 10)
        return FALSE;
      value = value * 10 + (guint)(*p - '0');
    }
  *number = value;
  return TRUE;
}

static void
read_ids (BywayXl2tpdEvent *event, const char *text, BywayXl2tpdEventKind kind)
{
  if (read_number (text, "Local: ", &event->local)
      && read_number (text, "Remote: ", &event->remote))
    event->kind = kind;
}

static void
read_code (BywayXl2tpdEvent *event, const char *text, const char *label, BywayXl2tpdEventKind kind)
{
  if (read_number (text, label, &event->code))
    event->kind = kind;
}

/* "... port 1701 (WORDS), Local: 1, Remote: 2" or "... serial 1 (WORDS)": the words may hold
 * brackets of their own. */
static void
read_words (BywayXl2tpdEvent *event, const char *text, BywayXl2tpdEventKind kind)
{
  const char *open = strchr (text, '(');
  const char *close = strrchr (text, ')');

  event->kind = kind;
  if (open != NULL && close != NULL && close > open)
    set_text (event, open + 1, (gsize)(close - open - 1));
}

/* "debug avp" gives the codes; without it only the words are told. */
static gboolean
read_result (BywayXl2tpdEvent *event, const char *text)
{
  if (!g_str_has_prefix (text, "result_code_avp: peer closing for reason "))
    return FALSE;
  if (read_number (text, " for reason ", &event->result.result)
      && read_number (text, ", error = ", &event->result.error))
    event->kind = BYWAY_XL2TPD_RESULT;
  return TRUE;
}

static gboolean
read_end (BywayXl2tpdEvent *event, const char *text)
{
  if (read_result (event, text))
    return TRUE;
  if (g_str_has_prefix (text, "control_finish: Connection closed to "))
    read_words (event, text,
                strstr (text, ", port ") != NULL ? BYWAY_XL2TPD_CLOSED_BY_PEER
                                                 : BYWAY_XL2TPD_CALL_CLOSED_BY_PEER);
  else if (g_str_has_prefix (text, "build_fdset: closing down tunnel "))
    event->kind = BYWAY_XL2TPD_DESTROYED;
  else if (g_str_has_prefix (text, "Connection ") && strstr (text, " closed to ") != NULL)
    read_words (event, text, BYWAY_XL2TPD_CLOSED);
  else if (g_str_has_prefix (text, "child_handler : pppd exited for call ")
           && strstr (text, " with code ") != NULL)
    read_code (event, text, " with code ", BYWAY_XL2TPD_PPPD_EXITED);
  else if (g_str_has_prefix (text, "child_handler : pppd terminated for call "))
    read_code (event, text, " by signal ", BYWAY_XL2TPD_PPPD_KILLED);
  else if (strstr (text, "aximum retries exceeded") != NULL)
    event->kind = BYWAY_XL2TPD_RETRIES_EXCEEDED;
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_start (BywayXl2tpdEvent *event, const char *text)
{
  if (g_str_has_prefix (text, "xl2tpd version ") && strstr (text, " started on ") != NULL)
    event->kind = BYWAY_XL2TPD_STARTED;
  else if (g_str_has_prefix (text, "Connecting to host "))
    event->kind = BYWAY_XL2TPD_CONNECTING;
  else if (g_str_has_prefix (text, "Connection established to "))
    read_ids (event, text, BYWAY_XL2TPD_TUNNEL_UP);
  else if (g_str_has_prefix (text, "Call established with "))
    read_ids (event, text, BYWAY_XL2TPD_CALL_UP);
  else if (g_str_has_prefix (text, "L2TP kernel support not detected"))
    event->kind = BYWAY_XL2TPD_NO_KERNEL_L2TP;
  else
    return FALSE;
  return TRUE;
}

static void
read_error (BywayXl2tpdEvent *event, const char *text)
{
  static const char *const signs[] = {
    "Unable to ",
    "unable to ",
    "Exec of ",
    "Host name lookup failed",
    "already a xl2tpd",
    "parse_config: ",
    "init: ",
    "Address already in use",
    "Denied connection to",
    "Bad exit status",
    "Too many errors",
    "no secret found",
    "Invalid authentication for host",
  };

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (strstr (text, signs[i]) != NULL)
      {
        event->kind = BYWAY_XL2TPD_OTHER_ERROR;
        set_text (event, text, strlen (text));
        return;
      }
}

BywayXl2tpdEvent
byway_xl2tpd_parse_line (const char *line)
{
  BywayXl2tpdEvent event = { .kind = BYWAY_XL2TPD_NONE };
  const char *text;

  if (is_ours (line, &text) && !read_start (&event, text) && !read_end (&event, text))
    read_error (&event, text);
  return event;
}

gboolean
byway_xl2tpd_is_noise (const char *line)
{
  static const char *const beginnings[] = { "\"",
                                            "Written by ",
                                            "Forked ",
                                            "Inherited by ",
                                            "start_pppd: I'm running:",
                                            "Not looking for kernel SAref" };
  const char *text;

  if (!is_ours (line, &text))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (g_str_has_prefix (text, beginnings[i]))
      return TRUE;
  return FALSE;
}

char *
byway_xl2tpd_clean_line (const char *line, gssize length)
{
  gsize bytes = length < 0 ? strlen (line) : (gsize)length;
  g_autofree char *valid = g_utf8_make_valid (line, (gssize)MIN (bytes, LINE_MAX_BYTES));
  GString *clean = g_string_sized_new (LINE_MAX_BYTES);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (clean->len + 6 > LINE_MAX_BYTES)
        break;
      if (!g_unichar_iscntrl (c) && g_unichar_type (c) != G_UNICODE_FORMAT)
        g_string_append_unichar (clean, c);
      else if (c == '\t')
        g_string_append_c (clean, ' ');
    }
  return g_strchomp (g_string_free (clean, FALSE));
}

/* --- codes ---------------------------------------------------------------------------------- */

/* RFC 2661, 4.4.2; those of a call (CDN) have names of their own, the general error is 2 in both.
 */
enum
{
  RESULT_GENERAL_ERROR = 2,
  ERROR_INSUFFICIENT_RESOURCES = 4,
  CALL_LOST_CARRIER = 1,
  CALL_NO_FACILITIES_NOW = 4,
  CALL_NO_FACILITIES = 5
};

/* Words that servers put beside codes which mean nothing (xl2tpd's "vendor error"). */
static gboolean
words_say_full (const char *words)
{
  static const char *const signs[] = { "available IP", "resources", "No more ", "ession limit" };

  for (gsize i = 0; words != NULL && i < G_N_ELEMENTS (signs); i++)
    if (strstr (words, signs[i]) != NULL)
      return TRUE;
  return FALSE;
}

BywayCause
byway_xl2tpd_result_cause (const BywayXl2tpdResult *result, const char *words)
{
  if (words != NULL && strstr (words, "challenge authentication") != NULL)
    return BYWAY_CAUSE_L2TP_SECRET_WRONG; /* xl2tpd's and others' words beside result 4 */
  if ((result->result == RESULT_GENERAL_ERROR && result->error == ERROR_INSUFFICIENT_RESOURCES)
      || words_say_full (words))
    return BYWAY_CAUSE_L2TP_FULL;
  if (result->of_call
      && (result->result == CALL_NO_FACILITIES_NOW || result->result == CALL_NO_FACILITIES))
    return BYWAY_CAUSE_L2TP_FULL;
  if (result->of_call && result->result == CALL_LOST_CARRIER)
    return BYWAY_CAUSE_PPP_HUNG_UP; /* what the call was for has ended, its PPP */
  return BYWAY_CAUSE_L2TP_REFUSED;
}

static void
set_number (BywayDiagnosis *diagnosis, const char *key, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  byway_diagnosis_set_fact (diagnosis, key, text);
}

void
byway_xl2tpd_result_describe (const BywayXl2tpdResult *result, BywayDiagnosis *diagnosis)
{
  if (result->result == 0)
    return;
  set_number (diagnosis, "result", result->result);
  set_number (diagnosis, "l2tp-error", result->error);
}
