/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"

#include <string.h>

/* Names on the right: transform names of libstrongswan (encryption_algorithm_names and its
 * siblings). */
static const BywayAlgorithm table[] = {
  { "aes256", BYWAY_ALGORITHM_ENCRYPTION, "AES_CBC" },
  { "aes192", BYWAY_ALGORITHM_ENCRYPTION, "AES_CBC" },
  { "aes128", BYWAY_ALGORITHM_ENCRYPTION, "AES_CBC" },
  { "aes", BYWAY_ALGORITHM_ENCRYPTION, "AES_CBC" },
  { "3des", BYWAY_ALGORITHM_ENCRYPTION, "3DES_CBC", TRUE },
  { "aes256gcm16", BYWAY_ALGORITHM_AEAD, "AES_GCM_16" },
  { "aes192gcm16", BYWAY_ALGORITHM_AEAD, "AES_GCM_16" },
  { "aes128gcm16", BYWAY_ALGORITHM_AEAD, "AES_GCM_16" },
  { "sha512", BYWAY_ALGORITHM_INTEGRITY, "HMAC_SHA2_512_256" },
  { "sha384", BYWAY_ALGORITHM_INTEGRITY, "HMAC_SHA2_384_192" },
  { "sha256", BYWAY_ALGORITHM_INTEGRITY, "HMAC_SHA2_256_128" },
  { "sha1", BYWAY_ALGORITHM_INTEGRITY, "HMAC_SHA1_96" },
  { "md5", BYWAY_ALGORITHM_INTEGRITY, "HMAC_MD5_96", TRUE },
  { "prfsha512", BYWAY_ALGORITHM_PRF, "PRF_HMAC_SHA2_512" },
  { "prfsha384", BYWAY_ALGORITHM_PRF, "PRF_HMAC_SHA2_384" },
  { "prfsha256", BYWAY_ALGORITHM_PRF, "PRF_HMAC_SHA2_256" },
  { "prfsha1", BYWAY_ALGORITHM_PRF, "PRF_HMAC_SHA1" },
  { "curve25519", BYWAY_ALGORITHM_GROUP, "CURVE_25519" },
  { "ecp521", BYWAY_ALGORITHM_GROUP, "ECP_521" },
  { "ecp384", BYWAY_ALGORITHM_GROUP, "ECP_384" },
  { "ecp256", BYWAY_ALGORITHM_GROUP, "ECP_256" },
  { "modp8192", BYWAY_ALGORITHM_GROUP, "MODP_8192" },
  { "modp6144", BYWAY_ALGORITHM_GROUP, "MODP_6144" },
  { "modp4096", BYWAY_ALGORITHM_GROUP, "MODP_4096" },
  { "modp3072", BYWAY_ALGORITHM_GROUP, "MODP_3072" },
  { "modp2048", BYWAY_ALGORITHM_GROUP, "MODP_2048" },
  { "modp1536", BYWAY_ALGORITHM_GROUP, "MODP_1536", TRUE },
  { "modp1024", BYWAY_ALGORITHM_GROUP, "MODP_1024", TRUE },
};

/* What is offered when the user names nothing. IKEv1 has no negotiation of single algorithms, so
 * each usual pairing is spelled out; the weakest come last and MD5 and plain DES never. */
static const char *const automatic[][17] = {
  [BYWAY_PHASE_IKE]
  = { "aes256-sha256-ecp256", "aes256-sha256-modp2048", "aes256-sha384-ecp384",
      "aes128-sha256-ecp256", "aes128-sha256-modp2048", "aes256-sha1-ecp384", "aes128-sha1-ecp256",
      "aes256-sha1-modp2048", "aes128-sha1-modp2048", "aes256-sha256-modp1536",
      "aes256-sha1-modp1536", "aes256-sha256-modp1024", "aes256-sha1-modp1024",
      "aes128-sha1-modp1024", "3des-sha1-modp2048", "3des-sha1-modp1024" },
  [BYWAY_PHASE_ESP] = { "aes256gcm16", "aes128gcm16", "aes256-sha256", "aes128-sha256",
                        "aes256-sha1", "aes128-sha1", "3des-sha1" },
};

static const BywayAlgorithm *
find_keyword (const char *keyword)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].keyword, keyword) == 0)
      return &table[i];
  return NULL;
}

static gboolean
is_complete (const BywayProposal *p, BywayPhase phase)
{
  gboolean aead = p->part[BYWAY_ALGORITHM_AEAD] != NULL;
  gboolean integrity = p->part[BYWAY_ALGORITHM_INTEGRITY] != NULL;

  if (aead == (p->part[BYWAY_ALGORITHM_ENCRYPTION] != NULL))
    return FALSE;
  if (phase == BYWAY_PHASE_ESP)
    return aead != integrity && p->part[BYWAY_ALGORITHM_PRF] == NULL;
  return p->part[BYWAY_ALGORITHM_GROUP] != NULL
         && (aead ? p->part[BYWAY_ALGORITHM_PRF] != NULL && !integrity : integrity);
}

gboolean
byway_proposal_parse (const char *text, BywayPhase phase, BywayProposal *out)
{
  g_auto (GStrv) words = NULL;
  BywayProposal parsed = { 0 };
  g_autofree char *plain = g_strdup (text);

  if (g_str_has_suffix (plain, "!"))
    plain[strlen (plain) - 1] = '\0';
  words = g_strsplit (plain, "-", -1);
  for (char **word = words; *word != NULL; word++)
    {
      const BywayAlgorithm *algorithm = find_keyword (*word);

      if (algorithm == NULL || parsed.part[algorithm->kind] != NULL)
        return FALSE;
      parsed.part[algorithm->kind] = algorithm;
    }
  if (!is_complete (&parsed, phase))
    return FALSE;

  *out = parsed;
  return TRUE;
}

char *
byway_proposal_to_string (const BywayProposal *proposal)
{
  GString *text = g_string_new (NULL);

  for (guint kind = 0; kind < BYWAY_N_ALGORITHM_KINDS; kind++)
    if (proposal->part[kind] != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "-" : "",
                              proposal->part[kind]->keyword);
  return g_string_free (text, FALSE);
}

gboolean
byway_proposal_is_weak (const BywayProposal *proposal)
{
  for (guint kind = 0; kind < BYWAY_N_ALGORITHM_KINDS; kind++)
    if (proposal->part[kind] != NULL && proposal->part[kind]->weak)
      return TRUE;
  return FALSE;
}

const BywayAlgorithm *
byway_proposal_missing (const BywayProposal *proposal, GHashTable *names)
{
  for (guint kind = 0; kind < BYWAY_N_ALGORITHM_KINDS; kind++)
    if (proposal->part[kind] != NULL
        && !g_hash_table_contains (names, proposal->part[kind]->vici_name))
      return proposal->part[kind];
  return NULL;
}

GArray *
byway_proposals_automatic (BywayPhase phase)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (BywayProposal));

  for (const char *const *text = automatic[phase]; *text != NULL; text++)
    {
      BywayProposal proposal;

      if (byway_proposal_parse (*text, phase, &proposal))
        g_array_append_val (list, proposal);
    }
  return list;
}

const BywayAlgorithm *
byway_algorithms (gsize *n)
{
  *n = G_N_ELEMENTS (table);
  return table;
}

char *
byway_proposals_to_string (GArray *proposals)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < proposals->len; i++)
    {
      g_autofree char *one
          = byway_proposal_to_string (&g_array_index (proposals, BywayProposal, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", one);
    }
  return g_string_free (text, FALSE);
}
