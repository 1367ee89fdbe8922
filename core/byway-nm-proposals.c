/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-proposals.h"
#include "byway-option.h"

#include <string.h>

/* Spellings of algorithms: Libreswan's, strongSwan's others, and group numbers (RFC 3526, 5903). */
static const char *const spellings[][2] = {
  { "sha", "sha1" },
  { "sha2", "sha256" },
  { "sha2_256", "sha256" },
  { "sha2_384", "sha384" },
  { "sha2_512", "sha512" },
  { "hmac_sha1", "sha1" },
  { "aes_128", "aes128" },
  { "aes_192", "aes192" },
  { "aes_256", "aes256" },
  { "aes_cbc128", "aes128" },
  { "aes_cbc256", "aes256" },
  { "3des_cbc", "3des" },
  { "aes_gcm128", "aes128gcm16" },
  { "aes_gcm256", "aes256gcm16" },
  { "aes128gcm128", "aes128gcm16" },
  { "aes256gcm128", "aes256gcm16" },
  { "aes128gcm", "aes128gcm16" },
  { "aes256gcm", "aes256gcm16" },
  { "ecp_256", "ecp256" },
  { "ecp_384", "ecp384" },
  { "ecp_521", "ecp521" },
  { "x25519", "curve25519" },
  { "dh2", "modp1024" },
  { "dh5", "modp1536" },
  { "dh14", "modp2048" },
  { "dh15", "modp3072" },
  { "dh16", "modp4096" },
  { "dh17", "modp6144" },
  { "dh18", "modp8192" },
  { "dh19", "ecp256" },
  { "dh20", "ecp384" },
  { "dh21", "ecp521" },
  { "dh31", "curve25519" },
};
/* Libreswan adds its groups to an IKE proposal that names none. */
static const char *const usual_groups[] = { "modp2048", "modp1536", "modp1024" };

static const char *
usual_spelling (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (spellings); i++)
    if (strcmp (spellings[i][0], word) == 0)
      return spellings[i][1];
  return word;
}

/* The words of one proposal as Byway has them; "null" integrity beside an AEAD is none. */
static GStrv
respell (const char *proposal)
{
  g_autofree char *plain = g_ascii_strdown (proposal, -1);
  g_auto (GStrv) words = g_strsplit_set (g_strstrip (g_strdelimit (plain, "!", ' ')), "-;", -1);
  g_autoptr (GStrvBuilder) spelled = g_strv_builder_new ();

  for (char **word = words; *word != NULL; word++)
    if (strcmp (*word, "null") != 0)
      g_strv_builder_add (spelled, usual_spelling (*word));
  return g_strv_builder_end (spelled);
}

static const BywayAlgorithm *
find_algorithm (const char *keyword)
{
  gsize n;
  const BywayAlgorithm *all = byway_algorithms (&n);

  for (gsize i = 0; i < n; i++)
    if (strcmp (all[i].keyword, keyword) == 0)
      return &all[i];
  return NULL;
}

static gboolean
are_algorithms (char **words)
{
  for (; *words != NULL; words++)
    if (find_algorithm (*words) == NULL)
      return FALSE;
  return TRUE;
}

/* Appends it, or, for IKE without a group, once for each usual group. */
static void
append_proposal (GString *list, const char *text, BywayPhase phase)
{
  const char *comma = list->len > 0 ? "," : "";
  BywayProposal parsed;

  if (phase == BYWAY_PHASE_IKE && !byway_proposal_parse (text, phase, &parsed))
    {
      g_autofree char *grouped = g_strconcat (text, "-", usual_groups[0], NULL);

      if (byway_proposal_parse (grouped, phase, &parsed))
        {
          for (gsize i = 0; i < G_N_ELEMENTS (usual_groups); i++)
            g_string_append_printf (list, "%s%s-%s", list->len > 0 ? "," : "", text,
                                    usual_groups[i]);
          return;
        }
    }
  g_string_append_printf (list, "%s%s", comma, text);
}

/* strongSwan's may name several of a kind, "aes256-aes128-sha1-modp2048": any goes with any.
 * Appends one for each choice of the kinds from @kind on, behind those of @chosen. */
static void
append_choices (GString *list, char **words, guint kind, const char *chosen, BywayPhase phase)
{
  gboolean named = FALSE;

  /* More is refused anyway. */
  if (list->len > byway_option_find (phase == BYWAY_PHASE_IKE ? "ike" : "esp")->max)
    return;
  if (kind == BYWAY_N_ALGORITHM_KINDS)
    {
      append_proposal (list, chosen, phase);
      return;
    }
  for (char **word = words; *word != NULL; word++)
    if (find_algorithm (*word)->kind == kind)
      {
        g_autofree char *more = g_strjoin (*chosen != '\0' ? "-" : "", chosen, *word, NULL);

        named = TRUE;
        append_choices (list, words, kind + 1, more, phase);
      }
  if (!named)
    append_choices (list, words, kind + 1, chosen, phase);
}

char *
byway_nm_proposals_respell (const char *value, BywayPhase phase)
{
  g_auto (GStrv) proposals = g_strsplit (value, ",", -1);
  GString *list = g_string_new (NULL);

  for (char **proposal = proposals; *proposal != NULL; proposal++)
    {
      g_auto (GStrv) words = respell (*proposal);
      g_autofree char *text = g_strjoinv ("-", words);

      if (are_algorithms (words))
        append_choices (list, words, 0, "", phase);
      else
        append_proposal (list, text, phase);
    }
  return g_string_free (list, FALSE);
}
