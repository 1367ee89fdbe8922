/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-strongswan-log.h"

#include <string.h>

#define PSK_WRONG                                                                                  \
  "the pre-shared key is very likely wrong: the server agreed on algorithms and then could not "   \
  "read what our key encrypted"
#define SILENCE                                                                                    \
  "the server does not answer: UDP port 500 or 4500 is blocked on the way, or no IKE server is "   \
  "there"

/* The words are strongSwan 5.9's (libcharon); each row was seen from a real server. */
static const struct
{
  const char *words;
  gboolean ike_up;
  const char *sentence;
} failures[] = {
  { "received NO_PROPOSAL_CHOSEN", FALSE,
    "the server takes none of the IKE proposals that we offer (option ike)" },
  { "received NO_PROPOSAL_CHOSEN", TRUE,
    "the server takes none of the ESP proposals that we offer (option esp)" },
  { "received AUTHENTICATION_FAILED", FALSE,
    "the server refuses us: it does not accept our identity, or it wants another kind of login "
    "(option local-id)" },
  { "received INVALID_ID_INFORMATION", TRUE,
    "the server refuses L2TP between our address and its own (option ephemeral-port)" },
  { "received INVALID_ID_INFORMATION", FALSE,
    "the server does not accept our identity (option local-id)" },
  { "does not match to", FALSE,
    "the server shows another identity than the connection expects (option remote-id)" },
  { "no shared key found", FALSE, "the IKE daemon finds no pre-shared key for this server" },
  { "invalid HASH_V1 payload length", FALSE, PSK_WRONG },
  { "could not decrypt payloads", FALSE, PSK_WRONG },
  { "peer not responding", FALSE, SILENCE },
  { "unable to install", TRUE,
    "the kernel does not take the IPsec association: a module for its cipher is missing" },
};

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

static const char *
find_failure (const char *line, gboolean ike_up)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if (failures[i].ike_up == ike_up && strstr (line, failures[i].words) != NULL)
      return failures[i].sentence;
  return NULL;
}

BywayCharonEvent
byway_charon_view_take (BywayCharonView *view, const char *line)
{
  const char *selected = strstr (line, "selected proposal: ");
  const char *failure = find_failure (line, view->ike_up);

  if (failure != NULL)
    {
      if (view->failure == NULL)
        view->failure = failure;
      return BYWAY_CHARON_FAILURE;
    }
  if (selected != NULL)
    {
      char **words = view->ike_up ? &view->esp : &view->ike;

      g_free (*words);
      *words = proposal_keywords (selected + strlen ("selected proposal: "));
    }
  else if (g_str_has_prefix (line, "received packet: from "))
    view->heard = TRUE;
  else if (strstr (line, "host is behind NAT") != NULL || strstr (line, "faking NAT") != NULL)
    view->encapsulated = TRUE;
  else if (strstr (line, "IKE_SA ") != NULL && strstr (line, " established between ") != NULL)
    {
      view->ike_up = TRUE;
      return BYWAY_CHARON_IKE_UP;
    }
  return BYWAY_CHARON_NOTHING;
}

char *
byway_charon_view_explain (const BywayCharonView *view, const char *message)
{
  if (view->failure != NULL)
    return g_strdup (view->failure);
  if (!view->heard)
    return g_strdup (SILENCE);
  if (view->ike == NULL)
    return g_strdup_printf ("the server answers, but IKE does not begin: %s", message);
  if (!view->ike_up)
    return g_strdup (PSK_WRONG);
  return g_strdup_printf ("IKE is up, but no association for L2TP comes: %s", message);
}

void
byway_charon_view_clear (BywayCharonView *view)
{
  g_free (view->ike);
  g_free (view->esp);
  *view = (BywayCharonView){ 0 };
}
