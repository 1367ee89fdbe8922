/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-facts.h"
#include "byway-libreswan-algorithm.h"
#include "byway-whack.h"
#include "byway-xl2tpd-log.h"

#include <string.h>

typedef enum
{
  BEFORE_IKE, /* no IKE association yet */
  AFTER_IKE,
  ANY_TIME
} When;

#define MAIN "main mode"
#define NOTIFIED "notification payload: "

/* The words are Libreswan 4.10's; each row was seen from a real server, or in that source. */
static const struct
{
  const char *words;
  When when;
  BywayCause cause;
} failures[] = {
  { "payload NO_PROPOSAL_CHOSEN", BEFORE_IKE, BYWAY_CAUSE_IKE_PROPOSAL },
  { "payload NO_PROPOSAL_CHOSEN", AFTER_IKE, BYWAY_CAUSE_ESP_PROPOSAL },
  { NOTIFIED "NO_PROPOSAL_CHOSEN", BEFORE_IKE, BYWAY_CAUSE_IKE_PROPOSAL },
  { NOTIFIED "NO_PROPOSAL_CHOSEN", AFTER_IKE, BYWAY_CAUSE_ESP_PROPOSAL },
  { "payload AUTHENTICATION_FAILED", BEFORE_IKE, BYWAY_CAUSE_IKE_REFUSED },
  { NOTIFIED "AUTHENTICATION_FAILED", BEFORE_IKE, BYWAY_CAUSE_IKE_REFUSED },
  { "payload INVALID_ID_INFORMATION", BEFORE_IKE, BYWAY_CAUSE_IKE_LOCAL_ID },
  { "payload INVALID_ID_INFORMATION", AFTER_IKE, BYWAY_CAUSE_ESP_SELECTORS },
  { NOTIFIED "INVALID_ID_INFORMATION", BEFORE_IKE, BYWAY_CAUSE_IKE_LOCAL_ID },
  { NOTIFIED "INVALID_ID_INFORMATION", AFTER_IKE, BYWAY_CAUSE_ESP_SELECTORS },
  { "payload INVALID_KEY_INFORMATION", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_UNKNOWN },
  { NOTIFIED "INVALID_KEY_INFORMATION", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_UNKNOWN },
  { "payload PAYLOAD_MALFORMED", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  { NOTIFIED "PAYLOAD_MALFORMED", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  { "is larger than can fit", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  { "malformed payload in packet", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  { "received Hash Payload does not match computed value", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_WRONG },
  { "no preshared key found", BEFORE_IKE, BYWAY_CAUSE_IKE_PSK_NOT_LOADED },
  { "mismatched on first found connection", BEFORE_IKE, BYWAY_CAUSE_IKE_REMOTE_ID },
  { "XAUTH client mode not enabled", ANY_TIME, BYWAY_CAUSE_IKE_WANTS_XAUTH },
  { "Cisco XAUTH status: FAIL", ANY_TIME, BYWAY_CAUSE_IKE_XAUTH_REFUSED },
  { "XAUTH: aborting", ANY_TIME, BYWAY_CAUSE_IKE_XAUTH_REFUSED },
  /* IKE version 2 has one word for all of it */
  { "authentication request rejected by peer: AUTHENTICATION_FAILED", BEFORE_IKE,
    BYWAY_CAUSE_IKE_LOGIN_REFUSED },
  { "netlink response for", AFTER_IKE, BYWAY_CAUSE_ESP_NOT_INSTALLED },
};

const char *
byway_whack_words (const char *line)
{
  const char *end;

  if (g_ascii_isdigit (line[0]) && strspn (line, G_CSET_DIGITS) == 3 && line[3] == ' ')
    line += 4;
  if (*line != '"' || (end = strchr (line + 1, '"')) == NULL)
    return line;
  /* Behind the name an instance may follow, an address and a state, and then a colon. */
  end = strstr (end, ": ");
  return end != NULL ? end + 2 : line;
}

/* What stands between the two, or up to the end of the line. */
static char *
between (const char *text, const char *before, const char *after)
{
  const char *begin = strstr (text, before);
  const char *end;

  if (begin == NULL)
    return NULL;
  begin += strlen (before);
  end = strstr (begin, after);
  return byway_xl2tpd_clean_line (begin, end != NULL ? end - begin : -1);
}

static char *
value_of (const char *text, const char *key)
{
  g_autofree char *value = between (text, key, " ");

  if (value != NULL && strchr (value, '}') != NULL)
    *strchr (value, '}') = '\0';
  return g_steal_pointer (&value);
}

/* {auth=PRESHARED_KEY cipher=AES_CBC_256 integ=HMAC_SHA2_256 group=MODP2048} */
static char *
ike_words (const char *text)
{
  g_autofree char *cipher = value_of (text, "cipher=");
  g_autofree char *integ = value_of (text, "integ=");
  g_autofree char *group = value_of (text, "group=");

  if (cipher == NULL || integ == NULL || group == NULL)
    return NULL;
  return byway_libreswan_words ((const char *[]){ cipher, integ, group, NULL });
}

/* xfrm=AES_CBC_256-HMAC_SHA1_96 */
static char *
esp_words (const char *text)
{
  g_autofree char *value = value_of (text, "xfrm=");
  g_auto (GStrv) names = value != NULL ? g_strsplit (value, "-", -1) : NULL;

  return names != NULL ? byway_libreswan_words ((const char *const *)names) : NULL;
}

/* Of the server's certificate, where both sides show one (nss_cert_verify.c, keys.c). pluto has a
 * list of the roots that it found when it last looked: one that is in the database and not in that
 * list is "untrusted", one that it never saw "unknown". */
static const struct
{
  const char *words;
  BywayCause cause;
} rejections[] = {
  { "ERROR: IPsec certificate ", BYWAY_CAUSE_IKE_CERT_UNTRUSTED },
  { "ERROR: TLS ", BYWAY_CAUSE_IKE_CERT_UNTRUSTED },
  { "no Certificate Authority in NSS", BYWAY_CAUSE_LIBRESWAN_AUTHORITIES },
  { "authentication failed; peer certificate ", BYWAY_CAUSE_IKE_CERT_IDENTITY },
  { "authentication failed: no certificate matched", BYWAY_CAUSE_IKE_CERT_UNTRUSTED },
};

static BywayCause
why_rejected (const char *words, BywayCause cause)
{
  if (strstr (words, "SEC_ERROR_EXPIRED_") != NULL)
    return BYWAY_CAUSE_IKE_CERT_EXPIRED;
  if (strstr (words, "SEC_ERROR_UNTRUSTED_ISSUER") != NULL)
    return BYWAY_CAUSE_LIBRESWAN_AUTHORITIES;
  return cause;
}

static gboolean
find_rejection (const char *words, BywayCause *cause)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rejections); i++)
    if (strstr (words, rejections[i].words) != NULL)
      {
        *cause = why_rejected (words, rejections[i].cause);
        return TRUE;
      }
  return FALSE;
}

/* The same words mean something else there: no key can be wrong. What pluto can't decrypt is a
 * server's refusal as well: charon begins its cipher anew for it, which pluto does not expect
 * before IKE is up. */
static BywayCause
with_certificates (BywayCause cause)
{
  if (cause == BYWAY_CAUSE_IKE_REMOTE_ID)
    return BYWAY_CAUSE_IKE_CERT_IDENTITY;
  if (cause == BYWAY_CAUSE_IKE_REFUSED || cause == BYWAY_CAUSE_IKE_LOCAL_ID
      || cause == BYWAY_CAUSE_IKE_PSK_UNKNOWN || cause == BYWAY_CAUSE_IKE_PSK_WRONG)
    return BYWAY_CAUSE_IKE_CERT_REFUSED;
  return cause;
}

static gboolean
find_failure (const char *words, gboolean ike_up, BywayCause *cause)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if ((failures[i].when == ANY_TIME || (failures[i].when == AFTER_IKE) == ike_up)
        && strstr (words, failures[i].words) != NULL)
      {
        *cause = failures[i].cause;
        return TRUE;
      }
  return FALSE;
}

/* 'netlink response for Add SA esp.1@192.0.2.1: Function not implemented (errno 38)': the kernel's.
 */
static char *
last_words (const char *words)
{
  const char *end = g_strrstr (words, ": ");

  return byway_xl2tpd_clean_line (end != NULL ? end + 2 : words, -1);
}

/* Of a certificate's identity it is told a line before the conclusion. */
static char *
detail_of (const BywayWhackView *view, const char *words)
{
  if (view->cause == BYWAY_CAUSE_IKE_REMOTE_ID)
    return between (words, "Peer ID '", "'");
  if (view->cause == BYWAY_CAUSE_IKE_CERT_IDENTITY)
    return g_strdup (view->shown);
  if (view->cause == BYWAY_CAUSE_IKE_CERT_UNTRUSTED || view->cause == BYWAY_CAUSE_IKE_CERT_EXPIRED)
    return between (words, "ERROR: ", "\n");
  if (view->cause == BYWAY_CAUSE_IKE_CERT_REFUSED)
    return byway_xl2tpd_clean_line (words, -1);
  if (view->cause == BYWAY_CAUSE_ESP_NOT_INSTALLED)
    return last_words (words);
  return NULL;
}

/* In main mode nothing is made of the key before we have answered (RFC 2409, 5.4). */
static BywayCause
without_key (const BywayWhackView *view, BywayCause cause)
{
  return cause == BYWAY_CAUSE_IKE_PSK_WRONG && !view->heard && g_strcmp0 (view->mode, MAIN) == 0
             ? BYWAY_CAUSE_IKE_MALFORMED
             : cause;
}

static void
fail (BywayWhackView *view, BywayCause cause, const char *words)
{
  if (view->failed)
    return;
  cause = without_key (view, cause);
  view->failed = TRUE;
  view->cause = view->certificate ? with_certificates (cause) : cause;
  view->detail = view->certificate && cause == BYWAY_CAUSE_IKE_PSK_WRONG
                     ? g_strdup ("Libreswan could not decrypt its words")
                     : detail_of (view, words);
}

static void
keep_ike_words (BywayWhackView *view, const char *words)
{
  char *agreed = ike_words (words);

  if (agreed == NULL)
    return;
  g_free (view->ike);
  view->ike = agreed;
}

static BywayWhackEvent
take_established (BywayWhackView *view, const char *words)
{
  if (view->ike_up)
    {
      g_free (view->esp);
      view->esp = esp_words (words);
      view->encapsulated = strstr (words, "ESPinUDP") != NULL;
      view->up = TRUE;
      return BYWAY_WHACK_UP;
    }
  keep_ike_words (view, words);
  view->ike_up = TRUE;
  return BYWAY_WHACK_IKE_UP;
}

/* What each version says when an association is there: 1, and 2. */
static gboolean
is_established (const BywayWhackView *view, const char *words)
{
  if (view->ike_up)
    return strstr (words, "IPsec SA established") != NULL
           || strstr (words, "established Child SA") != NULL;
  return strstr (words, "IKE SA established") != NULL
         || strstr (words, "established IKE SA") != NULL;
}

static void
keep_mode (BywayWhackView *view, const char *words)
{
  if (g_str_has_prefix (words, "initiating IKEv1 Main Mode "))
    view->mode = MAIN;
  else if (g_str_has_prefix (words, "initiating IKEv1 Aggressive Mode "))
    view->mode = "aggressive mode";
  else if (g_str_has_prefix (words, "initiating IKEv2 "))
    view->mode = "IKE version 2";
}

BywayWhackEvent
byway_whack_view_take (BywayWhackView *view, const char *line)
{
  const char *words = byway_whack_words (line);
  BywayCause cause;

  if (view->certificate && find_rejection (words, &cause))
    {
      fail (view, cause, words);
      return BYWAY_WHACK_FAILURE;
    }
  if (find_failure (words, view->ike_up, &cause))
    {
      fail (view, cause, words);
      return BYWAY_WHACK_FAILURE;
    }
  if (is_established (view, words))
    return take_established (view, words);
  keep_mode (view, words);
  view->proved |= g_str_has_prefix (words, "sent Main Mode I3")
                  || g_str_has_prefix (words, "sent IKE_AUTH request");
  if (g_str_has_prefix (words, "sent Main Mode I"))
    view->heard = TRUE;
  else if (g_str_has_prefix (words, "sent IKE_AUTH request"))
    {
      view->heard = TRUE;
      keep_ike_words (view, words);
    }
  else if (g_str_has_prefix (words, "Peer ID is ") && view->shown == NULL)
    view->shown = between (words, ": '", "'");
  return BYWAY_WHACK_NOTHING;
}

/* pluto gave up without a word of the server's that says why. */
static BywayCause
silent_cause (const BywayWhackView *view)
{
  if (!view->heard && !view->ike_up)
    return BYWAY_CAUSE_IKE_SILENT;
  if (view->ike_up)
    return BYWAY_CAUSE_ESP_STALLED;
  return view->certificate && view->proved ? BYWAY_CAUSE_IKE_CERT_SILENT : BYWAY_CAUSE_IKE_STALLED;
}

GError *
byway_whack_view_explain (const BywayWhackView *view, const char *message)
{
  if (!view->failed)
    return g_error_new_literal (BYWAY_FAILURE, silent_cause (view), message);
  return g_error_new_literal (BYWAY_FAILURE, view->cause, view->detail != NULL ? view->detail : "");
}

void
byway_whack_view_clear (BywayWhackView *view)
{
  g_free (view->ike);
  g_free (view->esp);
  g_free (view->shown);
  g_free (view->detail);
  *view = (BywayWhackView){ .certificate = view->certificate };
}

GStrv
byway_whack_argv (BywayWhackCommand command, const char *name)
{
  static const char *const options[] = {
    [BYWAY_WHACK_STATUS] = "--status",        [BYWAY_WHACK_LISTEN] = "--listen",
    [BYWAY_WHACK_REREAD] = "--rereadsecrets", [BYWAY_WHACK_INITIATE] = "--initiate",
    [BYWAY_WHACK_DELETE] = "--delete",
  };
  const char *const argv[]
      = { "whack", options[command], name != NULL ? "--name" : NULL, name, NULL };

  return g_strdupv ((GStrv)argv);
}

/* --- pluto's status ------------------------------------------------------------------------- */

static const struct
{
  const char *line, *key, *part;
} algorithm_lines[] = {
  { "algorithm IKE encrypt: ", "v1name=", "ike " },
  { "algorithm IKE PRF: ", "name=", "ike " },
  { "algorithm IKE DH Key Exchange: ", "name=", "ike " },
  { "algorithm ESP encrypt: ", "name=", "esp " },
  { "algorithm AH/ESP auth: ", "name=", "esp " },
};

static void
add_to_set (GHashTable **set, char *entry)
{
  if (*set == NULL)
    *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (*set, entry);
}

static void
take_algorithm (BywayPlutoView *view, const char *words)
{
  for (gsize i = 0; i < G_N_ELEMENTS (algorithm_lines); i++)
    {
      g_autofree char *name = g_str_has_prefix (words, algorithm_lines[i].line)
                                  ? between (words, algorithm_lines[i].key, ",")
                                  : NULL;
      const char *plain = name;

      if (name == NULL || strcmp (name, "n/a") == 0)
        continue;
      if (g_str_has_prefix (name, "OAKLEY_"))
        plain += strlen ("OAKLEY_");
      add_to_set (&view->algorithms, g_strconcat (algorithm_lines[i].part, plain, NULL));
    }
}

/* '000 "byway-UUID": ...' of the list of connections, and '000 #7: "byway-UUID":4500 ...'. */
static void
take_name (BywayPlutoView *view, const char *text)
{
  g_autofree char *name = NULL;

  if (*text == '#')
    text += 1 + strspn (text + 1, G_CSET_DIGITS);
  if (g_str_has_prefix (text, ": "))
    text += 2;
  if (*text != '"')
    return;
  name = between (text, "\"", "\"");
  if (g_str_has_prefix (name, BYWAY_IKE_PREFIX)
      && name[strspn (name, "-" G_CSET_DIGITS G_CSET_a_2_z)] == '\0')
    add_to_set (&view->ours, g_steal_pointer (&name));
}

/* '000 "headquarters":   our auth:rsasig, their auth:rsasig, ...', and behind it, where they are
 * named, '000 "headquarters":   CAs: '%any'...'CN=…''. One that names nobody for the other end
 * would trust the authority of any user's making, and pluto remembers our own certificate's names,
 * too. */
static void
take_trust (BywayPlutoView *view, const char *text)
{
  g_autofree char *auth = between (text, " their auth:", ",");
  g_autofree char *authority = between (text, "   CAs: '", "\n");
  g_autofree char *name = *text == '"' ? between (text, "\"", "\"") : NULL;

  if (name == NULL)
    return;
  if (authority != NULL && !g_str_has_suffix (authority, "'%any'")
      && g_strcmp0 (name, view->asking) == 0)
    g_clear_pointer (&view->asking, g_free);
  if (auth == NULL || g_str_has_prefix (name, BYWAY_IKE_PREFIX)
      || (strcasestr (auth, "rsasig") == NULL && strcasestr (auth, "ecdsa") == NULL))
    return;
  if (view->sharing == NULL)
    view->sharing = g_steal_pointer (&view->asking);
  g_free (view->asking);
  view->asking = g_steal_pointer (&name);
}

const char *
byway_pluto_view_sharing (const BywayPlutoView *view)
{
  return view->sharing != NULL ? view->sharing : view->asking;
}

void
byway_pluto_view_take (BywayPlutoView *view, const char *line)
{
  const char *text = g_str_has_prefix (line, "000 ") ? line + 4 : line;
  g_autofree char *version = between (text, "pluto_version=", ",");
  g_autofree char *policy = between (text, "ikev1-policy=", ",");
  g_autofree char *total = between (text, "IKE SAs: total(", ")");
  g_autofree char *folder = between (text, "nssdir=", ",");
  guint64 count;

  if (version != NULL && view->version == NULL)
    view->version = g_steal_pointer (&version);
  if (policy != NULL)
    view->ikev1_off = strcmp (policy, "accept") != 0;
  if (total != NULL && g_ascii_string_to_unsigned (total, 10, 0, G_MAXINT32, &count, NULL))
    view->associations = count;
  view->listens |= g_str_has_prefix (text, "interface ");
  if (folder != NULL && view->nss_folder == NULL)
    view->nss_folder = g_strdup (g_str_has_prefix (folder, "sql:") ? folder + 4 : folder);
  take_algorithm (view, text);
  take_trust (view, text);
  take_name (view, text);
}

GHashTable *
byway_pluto_view_abilities (BywayPlutoView *view)
{
  if (!view->ikev1_off)
    add_to_set (&view->algorithms, g_strdup (BYWAY_PLUTO_IKEV1));
  if (view->algorithms == NULL)
    add_to_set (&view->algorithms, g_strdup ("nothing"));
  return g_hash_table_ref (view->algorithms);
}

void
byway_pluto_view_clear (BywayPlutoView *view)
{
  g_free (view->version);
  g_free (view->nss_folder);
  g_free (view->sharing);
  g_free (view->asking);
  g_clear_pointer (&view->algorithms, g_hash_table_unref);
  g_clear_pointer (&view->ours, g_hash_table_unref);
  *view = (BywayPlutoView){ 0 };
}
