/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-presets.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  const char *label;
  const char *text[2]; /* by BywayPhase */
} Preset;

/* Legacy: what Windows Server, RouterOS and the small routers of their time take. */
static const Preset presets[] = {
  [BYWAY_PRESET_AUTOMATIC] = { N_ ("Automatic"), { "", "" } },
  [BYWAY_PRESET_MODERN]
  = { N_ ("Modern: strong algorithms only"),
      { "aes256-sha384-ecp384,aes256-sha256-ecp256,aes256-sha256-modp4096,aes256-sha256-modp2048,"
        "aes128-sha256-ecp256,aes128-sha256-modp2048",
        "aes256gcm16,aes128gcm16,aes256-sha256,aes128-sha256" } },
  [BYWAY_PRESET_LEGACY]
  = { N_ ("Legacy: for old servers"),
      { "aes256-sha1-modp2048,aes128-sha1-modp2048,aes256-sha1-modp1536,aes256-sha1-modp1024,"
        "aes128-sha1-modp1024,3des-sha1-modp2048,3des-sha1-modp1536,3des-sha1-modp1024",
        "aes256-sha1,aes128-sha1,3des-sha1" } },
  [BYWAY_PRESET_CUSTOM] = { N_ ("Custom"), { "", "" } },
};

const char *
byway_preset_text (BywayPreset preset, BywayPhase phase)
{
  return presets[preset].text[phase];
}

const char *
byway_preset_label (BywayPreset preset)
{
  return _ (presets[preset].label);
}

static gboolean
same (const BywayProposal *a, const BywayProposal *b)
{
  return memcmp (a->part, b->part, sizeof a->part) == 0;
}

/* NULL when something in it is no proposal. */
static GArray *
parse (const char *text, BywayPhase phase)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (BywayProposal));

  for (char **word = words; *word != NULL; word++)
    {
      BywayProposal proposal;

      if (!byway_proposal_parse (g_strstrip (*word), phase, &proposal))
        return NULL;
      g_array_append_val (list, proposal);
    }
  return g_steal_pointer (&list);
}

static char *
canonical (const char *text, BywayPhase phase)
{
  g_autofree char *plain = g_strstrip (g_strdup (text));
  g_autoptr (GArray) list = *plain == '\0' ? NULL : parse (plain, phase);

  return list != NULL ? byway_proposals_to_string (list) : g_steal_pointer (&plain);
}

BywayPreset
byway_preset_of (const char *text, BywayPhase phase)
{
  g_autofree char *plain = canonical (text, phase);

  for (int preset = 0; preset < BYWAY_PRESET_CUSTOM; preset++)
    {
      g_autofree char *its = canonical (presets[preset].text[phase], phase);

      if (strcmp (plain, its) == 0)
        return preset;
    }
  return BYWAY_PRESET_CUSTOM;
}

static gboolean
list_has (GArray *list, const BywayProposal *proposal)
{
  for (guint i = 0; i < list->len; i++)
    if (same (&g_array_index (list, BywayProposal, i), proposal))
      return TRUE;
  return FALSE;
}

static void
add_new (GArray *list, GArray *more)
{
  for (guint i = 0; i < more->len; i++)
    {
      const BywayProposal *proposal = &g_array_index (more, BywayProposal, i);

      if (!list_has (list, proposal))
        g_array_append_vals (list, proposal, 1);
    }
}

GArray *
byway_preset_proposals (BywayPhase phase)
{
  GArray *list = parse (byway_preset_text (BYWAY_PRESET_MODERN, phase), phase);
  g_autoptr (GArray) automatic = byway_proposals_automatic (phase);
  g_autoptr (GArray) legacy = parse (byway_preset_text (BYWAY_PRESET_LEGACY, phase), phase);

  add_new (list, automatic);
  add_new (list, legacy);
  return list;
}

static gboolean
word_is (const char *word, BywayPhase phase, const BywayProposal *proposal)
{
  g_autofree char *plain = g_strstrip (g_strdup (word));
  BywayProposal parsed;

  return byway_proposal_parse (plain, phase, &parsed) && same (&parsed, proposal);
}

gboolean
byway_proposals_have (const char *text, BywayPhase phase, const BywayProposal *proposal)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  for (char **word = words; *word != NULL; word++)
    if (word_is (*word, phase, proposal))
      return TRUE;
  return FALSE;
}

char *
byway_proposals_with (const char *text, BywayPhase phase, const BywayProposal *proposal,
                      gboolean have)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GString) list = g_string_new (NULL);

  for (char **word = words; *word != NULL; word++)
    if (*g_strstrip (*word) != '\0' && !word_is (*word, phase, proposal))
      g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "", *word);
  if (have)
    {
      g_autofree char *last = byway_proposal_to_string (proposal);

      g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "", last);
    }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

char *
byway_proposals_remark (const char *text, BywayPhase phase, const BywayIkeAble *able)
{
  g_autoptr (GArray) list = *text == '\0' ? NULL : parse (text, phase);
  gboolean weak = FALSE;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const BywayProposal *proposal = &g_array_index (list, BywayProposal, i);
      const BywayAlgorithm *missing
          = able != NULL ? byway_ike_able_missing (able, proposal, phase) : NULL;
      g_autofree char *name = byway_proposal_to_string (proposal);

      if (missing != NULL)
        return g_strdup_printf (_ ("%s on this machine cannot do %s: it has no %s."),
                                byway_ike_able_name (able), name, missing->keyword);
      weak |= byway_proposal_is_weak (proposal);
    }
  if (!weak)
    return NULL;
  return g_strdup (_ ("Holds weak algorithms. Ask the server’s administrator for stronger ones."));
}
