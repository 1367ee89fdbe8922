/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-libreswan-algorithm.h"

#include <string.h>

typedef struct
{
  const char *keyword; /* ours, in byway-algorithm.c */
  const char *word;    /* in Libreswan's proposals */
  const char *ike;     /* pluto's name for it in IKE version 1; NULL: it can't */
  const char *esp;
  const char *agreed[2]; /* how pluto calls it once it was agreed on, in either phase */
} Row;

static const Row rows[] = {
  { "aes256", "aes256", "AES_CBC", "AES_CBC", { "AES_CBC_256" } },
  { "aes192", "aes192", "AES_CBC", "AES_CBC", { "AES_CBC_192" } },
  { "aes128", "aes128", "AES_CBC", "AES_CBC", { "AES_CBC_128" } },
  { "aes", "aes", "AES_CBC", "AES_CBC", { NULL } },
  { "3des", "3des", "3DES_CBC", "3DES_CBC", { "3DES_CBC", "3DES_CBC_192" } },
  { "aes256gcm16", "aes_gcm256", NULL, "AES_GCM_16", { "AES_GCM_16_256" } },
  { "aes192gcm16", "aes_gcm192", NULL, "AES_GCM_16", { "AES_GCM_16_192" } },
  { "aes128gcm16", "aes_gcm128", NULL, "AES_GCM_16", { "AES_GCM_16_128" } },
  { "sha512",
    "sha2_512",
    "HMAC_SHA2_512",
    "HMAC_SHA2_512_256",
    { "HMAC_SHA2_512", "HMAC_SHA2_512_256" } },
  { "sha384",
    "sha2_384",
    "HMAC_SHA2_384",
    "HMAC_SHA2_384_192",
    { "HMAC_SHA2_384", "HMAC_SHA2_384_192" } },
  { "sha256",
    "sha2_256",
    "HMAC_SHA2_256",
    "HMAC_SHA2_256_128",
    { "HMAC_SHA2_256", "HMAC_SHA2_256_128" } },
  { "sha1", "sha1", "HMAC_SHA1", "HMAC_SHA1_96", { "HMAC_SHA1", "HMAC_SHA1_96" } },
  { "md5", "md5", "HMAC_MD5", "HMAC_MD5_96", { "HMAC_MD5", "HMAC_MD5_96" } },
  { "prfsha512", "sha2_512", "HMAC_SHA2_512", NULL, { NULL } },
  { "prfsha384", "sha2_384", "HMAC_SHA2_384", NULL, { NULL } },
  { "prfsha256", "sha2_256", "HMAC_SHA2_256", NULL, { NULL } },
  { "prfsha1", "sha1", "HMAC_SHA1", NULL, { NULL } },
  { "curve25519", "dh31", "DH31", NULL, { "DH31", "CURVE25519" } },
  { "ecp521", "dh21", "DH21", NULL, { "DH21", "ECP_521" } },
  { "ecp384", "dh20", "DH20", NULL, { "DH20", "ECP_384" } },
  { "ecp256", "dh19", "DH19", NULL, { "DH19", "ECP_256" } },
  { "modp8192", "modp8192", "MODP8192", NULL, { "MODP8192" } },
  { "modp6144", "modp6144", "MODP6144", NULL, { "MODP6144" } },
  { "modp4096", "modp4096", "MODP4096", NULL, { "MODP4096" } },
  { "modp3072", "modp3072", "MODP3072", NULL, { "MODP3072" } },
  { "modp2048", "modp2048", "MODP2048", NULL, { "MODP2048" } },
  { "modp1536", "modp1536", "MODP1536", NULL, { "MODP1536" } },
  { "modp1024", "modp1024", "MODP1024", NULL, { "MODP1024" } },
};

static const Row *
find_row (const BywayAlgorithm *algorithm)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].keyword, algorithm->keyword) == 0)
      return &rows[i];
  g_return_val_if_reached (&rows[0]);
}

/* With an integrity algorithm named, Libreswan takes its hash as the PRF. */
static const BywayAlgorithm *
part_of (const BywayProposal *proposal, guint kind)
{
  if (kind == BYWAY_ALGORITHM_PRF && proposal->part[BYWAY_ALGORITHM_INTEGRITY] != NULL)
    return NULL;
  return proposal->part[kind];
}

char *
byway_libreswan_proposal (const BywayProposal *proposal)
{
  GString *text = g_string_new (NULL);

  for (guint kind = 0; kind < BYWAY_N_ALGORITHM_KINDS; kind++)
    if (part_of (proposal, kind) != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "-" : "",
                              find_row (part_of (proposal, kind))->word);
  return g_string_free (text, FALSE);
}

static gboolean
can_do (const BywayAlgorithm *algorithm, BywayPhase phase, GHashTable *names)
{
  const Row *row = find_row (algorithm);
  gboolean in_ike = phase == BYWAY_PHASE_IKE || algorithm->kind == BYWAY_ALGORITHM_GROUP;
  const char *name = in_ike ? row->ike : row->esp;
  g_autofree char *entry = name != NULL ? g_strconcat (in_ike ? "ike " : "esp ", name, NULL) : NULL;

  return entry != NULL && g_hash_table_contains (names, entry);
}

const BywayAlgorithm *
byway_libreswan_missing (const BywayProposal *proposal, BywayPhase phase, GHashTable *names)
{
  for (guint kind = 0; kind < BYWAY_N_ALGORITHM_KINDS; kind++)
    if (part_of (proposal, kind) != NULL && !can_do (proposal->part[kind], phase, names))
      return proposal->part[kind];
  return NULL;
}

static const char *
keyword_of (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (rows[i].agreed); k++)
      if (g_strcmp0 (rows[i].agreed[k], name) == 0)
        return rows[i].keyword;
  return NULL;
}

char *
byway_libreswan_words (const char *const *names)
{
  GString *words = g_string_new (NULL);

  for (; *names != NULL; names++)
    if (keyword_of (*names) != NULL)
      g_string_append_printf (words, "%s%s", words->len > 0 ? "-" : "", keyword_of (*names));
  return g_string_free (words, FALSE);
}
