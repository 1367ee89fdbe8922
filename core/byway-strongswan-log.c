/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-strongswan-log.h"
#include "byway-xl2tpd-log.h"

#include <string.h>

#define AGGRESSIVE "aggressive mode"

typedef enum
{
  BEFORE_IKE, /* no IKE association yet */
  AFTER_IKE,
  ANY_TIME
} When;

/* The words are strongSwan 5.9's (libcharon); each row was seen from a real server. */
static const struct
{
  const char *words;
  When when;
  BywayCause cause;
} failures[] = {
  { "received NO_PROPOSAL_CHOSEN", BEFORE_IKE, BYWAY_CAUSE_IKE_PROPOSAL },
  { "received NO_PROPOSAL_CHOSEN", AFTER_IKE, BYWAY_CAUSE_ESP_PROPOSAL },
  { "received AUTHENTICATION_FAILED notify error", BEFORE_IKE,
    BYWAY_CAUSE_IKE_LOGIN_REFUSED }, /* v2 */
  { "received AUTHENTICATION_FAILED", BEFORE_IKE, BYWAY_CAUSE_IKE_REFUSED },
  { "received INVALID_ID_INFORMATION", BEFORE_IKE, BYWAY_CAUSE_IKE_LOCAL_ID },
  { "received INVALID_ID_INFORMATION", AFTER_IKE, BYWAY_CAUSE_ESP_SELECTORS },
  { "received TS_UNACCEPTABLE", AFTER_IKE, BYWAY_CAUSE_ESP_SELECTORS },
  /* notify 17, INVALID-KEY-INFORMATION, by IKEv2's name for that number */
  { "received INVALID_KE_PAYLOAD", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_UNKNOWN },
  { "does not match to", BEFORE_IKE, BYWAY_CAUSE_IKE_REMOTE_ID },
  { "no shared key found", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_NOT_LOADED },
  { "constraint check failed: identity", BEFORE_IKE, BYWAY_CAUSE_IKE_REMOTE_ID },
  { "calculated HASH does not match", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  { "invalid HASH_V1 payload length", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  { "could not decrypt payloads", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  { "received PAYLOAD_MALFORMED", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  /* main_mode.c and phase1.c, of what no server of the kind says */
  { "SA payload missing", BEFORE_IKE, BYWAY_CAUSE_IKE_MALFORMED },
  { "KE payload missing", BEFORE_IKE, BYWAY_CAUSE_IKE_MALFORMED },
  { "applying DH public value failed", BEFORE_IKE, BYWAY_CAUSE_IKE_MALFORMED },
  { "DH shared secret computation failed", BEFORE_IKE, BYWAY_CAUSE_IKE_MALFORMED },
  { "unable to apply received KE value", BEFORE_IKE, BYWAY_CAUSE_IKE_MALFORMED },
  { "no proposal found", BEFORE_IKE, BYWAY_CAUSE_IKE_MALFORMED },
  /* ike_sa.c of a strongSwan without it */
  { "IKE version 1 not supported", BEFORE_IKE, BYWAY_CAUSE_IKE_NO_IKEV1 },
  { "no XAuth authentication round found", ANY_TIME, BYWAY_CAUSE_IKE_WANTS_XAUTH },
  { "no XAuth method found", ANY_TIME, BYWAY_CAUSE_IKE_NO_XAUTH },
  { "(myself) failed", ANY_TIME, BYWAY_CAUSE_IKE_XAUTH_REFUSED },
  { "unable to install", AFTER_IKE, BYWAY_CAUSE_ESP_NOT_INSTALLED },
  /* "no trusted RSA public key found for 'vpn.example.net'": what it said before tells why */
  { "no trusted ", BEFORE_IKE, BYWAY_CAUSE_IKE_CERT_IDENTITY },
  { "peer not authenticated by CA", BEFORE_IKE, BYWAY_CAUSE_IKE_CERT_UNTRUSTED },
};

/* Of a certificate that charon looks at, on its way to a conclusion (credential_manager.c). */
static const struct
{
  const char *words;
  BywayCause cause;
} doubts[] = {
  { "certificate invalid (valid from", BYWAY_CAUSE_IKE_CERT_EXPIRED },
  { "no issuer certificate found for", BYWAY_CAUSE_IKE_CERT_UNTRUSTED },
  { "is not trusted", BYWAY_CAUSE_IKE_CERT_UNTRUSTED },
};

/* The same words mean something else where both sides show certificates. */
static BywayCause
with_certificates (const BywayCharonView *view, BywayCause cause)
{
  if (!view->certificate)
    return cause;
  if (cause == BYWAY_CAUSE_IKE_CERT_IDENTITY && view->doubt != 0)
    return view->doubt;
  if (cause == BYWAY_CAUSE_IKE_REMOTE_ID)
    return BYWAY_CAUSE_IKE_CERT_IDENTITY;
  if (cause == BYWAY_CAUSE_IKE_REFUSED || cause == BYWAY_CAUSE_IKE_LOGIN_REFUSED
      || cause == BYWAY_CAUSE_IKE_LOCAL_ID || cause == BYWAY_CAUSE_IKE_PSK_UNKNOWN
      || cause == BYWAY_CAUSE_IKE_PSK_WRONG)
    return BYWAY_CAUSE_IKE_CERT_REFUSED;
  return cause;
}

static void
keep_doubt (BywayCharonView *view, const char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (doubts) && view->doubt == 0; i++)
    if (strstr (line, doubts[i].words) != NULL)
      {
        view->doubt = doubts[i].cause;
        view->doubt_words = byway_xl2tpd_clean_line (line, -1);
      }
}

/* "AES_CBC_256" is the row of vici name "AES_CBC" whose keyword holds the 256. */
static const BywayAlgorithm *
find_algorithm (const char *name)
{
  gsize n;
  const BywayAlgorithm *rows = byway_algorithms (&n);

  for (gsize i = 0; i < n; i++)
    {
      const char *rest
          = g_str_has_prefix (name, rows[i].vici_name) ? name + strlen (rows[i].vici_name) : NULL;

      if (rest != NULL && (*rest == '\0' || (*rest == '_' && strstr (rows[i].keyword, rest + 1))))
        return &rows[i];
    }
  return NULL;
}

/* "ESP:3DES_CBC/HMAC_SHA1_96/NO_EXT_SEQ" is "3des-sha1": only what a proposal of ours can say. */
static char *
proposal_keywords (const char *selected)
{
  const char *colon = strchr (selected, ':');
  g_auto (GStrv) names = g_strsplit (colon != NULL ? colon + 1 : selected, "/", -1);
  GString *words = g_string_new (NULL);
  gboolean integrity = FALSE;

  for (char **name = names; *name != NULL; name++)
    {
      const BywayAlgorithm *algorithm = find_algorithm (*name);

      if (algorithm == NULL || (algorithm->kind == BYWAY_ALGORITHM_PRF && integrity))
        continue;
      integrity |= algorithm->kind == BYWAY_ALGORITHM_INTEGRITY;
      g_string_append_printf (words, "%s%s", words->len > 0 ? "-" : "", algorithm->keyword);
    }
  return g_string_free (words, FALSE);
}

/* The same word, said to another question. */
static BywayCause
in_mode (const BywayCharonView *view, BywayCause cause)
{
  if (cause == BYWAY_CAUSE_IKE_REFUSED && g_strcmp0 (view->mode, AGGRESSIVE) == 0)
    return BYWAY_CAUSE_IKE_AGGRESSIVE_REFUSED;
  return cause;
}

static gboolean
find_failure (const BywayCharonView *view, const char *line, BywayCause *cause)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if ((failures[i].when == ANY_TIME || (failures[i].when == AFTER_IKE) == view->ike_up)
        && strstr (line, failures[i].words) != NULL)
      {
        *cause = in_mode (view, failures[i].cause);
        return TRUE;
      }
  return FALSE;
}

/* "initiating Main Mode IKE_SA byway-…[1] to 198.51.100.1" */
static void
keep_mode (BywayCharonView *view, const char *line)
{
  if (g_str_has_prefix (line, "initiating Main Mode "))
    view->mode = "main mode";
  else if (g_str_has_prefix (line, "initiating Aggressive Mode "))
    view->mode = AGGRESSIVE;
  else if (g_str_has_prefix (line, "initiating IKE_SA "))
    view->mode = "IKE version 2";
}

/* "IDir 'vpn.example.net' does not match to 'other'": the first one is what the server shows. */
static void
keep_detail (BywayCharonView *view, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "'", 3);
  gboolean names
      = view->cause == BYWAY_CAUSE_IKE_REMOTE_ID || view->cause == BYWAY_CAUSE_IKE_CERT_IDENTITY;

  g_free (view->detail);
  view->detail = names && g_strv_length (parts) == 3 ? byway_xl2tpd_clean_line (parts[1], -1)
                 : view->cause == view->doubt        ? g_strdup (view->doubt_words)
                                                     : NULL;
}

/* What the kernel says comes a line before charon's own conclusion. */
static void
keep_kernel_words (BywayCharonView *view, const char *line)
{
  const char *colon = strstr (line, ": ");

  if (!g_str_has_prefix (line, "unable to add SAD entry") || colon == NULL)
    return;
  g_free (view->kernel);
  view->kernel = byway_xl2tpd_clean_line (colon + strlen (": "), -1);
}

BywayCharonEvent
byway_charon_view_take (BywayCharonView *view, const char *line)
{
  const char *selected = strstr (line, "selected proposal: ");
  BywayCause cause;

  keep_mode (view, line);
  keep_kernel_words (view, line);
  keep_doubt (view, line);
  if (find_failure (view, line, &cause))
    {
      if (!view->failed)
        {
          view->failed = TRUE;
          view->cause = with_certificates (view, cause);
          keep_detail (view, line);
        }
      return BYWAY_CHARON_FAILURE;
    }
  if (selected != NULL)
    {
      char **words = view->ike_up ? &view->esp : &view->ike;

      g_free (*words);
      *words = proposal_keywords (selected + strlen ("selected proposal: "));
      return BYWAY_CHARON_AGREED;
    }
  else if (g_str_has_prefix (line, "received packet: from "))
    view->heard = TRUE;
  else if (g_str_has_prefix (line, "authentication of '") && strstr (line, "' (myself) ") != NULL)
    view->shown = view->certificate;
  else if (strstr (line, "host is behind NAT") != NULL || strstr (line, "faking NAT") != NULL)
    view->encapsulated = TRUE;
  else if (strstr (line, "IKE_SA ") != NULL && strstr (line, " established between ") != NULL)
    {
      view->ike_up = TRUE;
      return BYWAY_CHARON_IKE_UP;
    }
  return BYWAY_CHARON_NOTHING;
}

/* Charon gave up without a word of the server's that says why. */
static BywayCause
silent_cause (const BywayCharonView *view)
{
  if (!view->heard)
    return BYWAY_CAUSE_IKE_SILENT;
  if (view->ike_up)
    return BYWAY_CAUSE_ESP_STALLED;
  return view->shown ? BYWAY_CAUSE_IKE_CERT_SILENT : BYWAY_CAUSE_IKE_STALLED;
}

GError *
byway_charon_view_explain (const BywayCharonView *view, const char *message)
{
  const char *detail = view->detail != NULL ? view->detail : "";

  if (!view->failed)
    return g_error_new_literal (BYWAY_FAILURE, silent_cause (view), message);
  if (view->cause == BYWAY_CAUSE_ESP_NOT_INSTALLED && view->kernel != NULL)
    detail = view->kernel;
  return g_error_new_literal (BYWAY_FAILURE, view->cause, detail);
}

void
byway_charon_view_clear (BywayCharonView *view)
{
  g_free (view->ike);
  g_free (view->esp);
  g_free (view->detail);
  g_free (view->kernel);
  g_free (view->doubt_words);
  *view = (BywayCharonView){ 0 };
}
