/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-draft.h"

#include "byway-keyfile.h"
#include "byway-option.h"
#include "byway-token.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_MAX_BYTES 64

BywayDraft *
byway_draft_new (const char *name, GHashTable *settings)
{
  BywayDraft *draft = g_new0 (BywayDraft, 1);

  draft->name = g_strdup (name);
  draft->settings = settings != NULL
                        ? byway_settings_copy (settings)
                        : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  draft->secrets = byway_secret_set_new ();
  return draft;
}

void
byway_draft_free (BywayDraft *draft)
{
  g_free (draft->name);
  g_hash_table_unref (draft->settings);
  byway_secret_set_unref (draft->secrets);
  g_free (draft);
}

/* --- differences ---------------------------------------------------------------------------- */

static gboolean
equal_secret (const BywaySecretSet *one, const BywaySecretSet *other, const char *key)
{
  gsize one_length = 0, other_length = 0;
  const char *a = byway_secret_set_get (one, key, &one_length);
  const char *b = byway_secret_set_get (other, key, &other_length);

  if (a == NULL || b == NULL)
    return a == b;
  return one_length == other_length && memcmp (a, b, one_length) == 0;
}

static gboolean
equal_secrets (const BywaySecretSet *one, const BywaySecretSet *other)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_SECRET && !equal_secret (one, other, options[i].key))
      return FALSE;
  return TRUE;
}

gboolean
byway_draft_equal (const BywayDraft *one, const BywayDraft *other)
{
  return strcmp (one->name, other->name) == 0 && one->system == other->system
         && one->login == other->login && byway_settings_equal (one->settings, other->settings)
         && equal_secrets (one->secrets, other->secrets);
}

/* --- secrets -------------------------------------------------------------------------------- */

BywayStorage
byway_draft_storage (const BywayDraft *draft, const char *key)
{
  g_autofree char *option = g_strconcat (key, "-storage", NULL);
  const char *where = g_hash_table_lookup (draft->settings, option);

  if (g_strcmp0 (where, "ask") == 0)
    return BYWAY_STORAGE_ASK;
  return g_strcmp0 (where, "session") == 0 ? BYWAY_STORAGE_SESSION : BYWAY_STORAGE_SAVE;
}

/* A keyring that stayed locked hides what it has: whoever asks from now on must not leave it. */
static gboolean
may_have_kept (const BywayDraft *before, const char *key)
{
  return before != NULL
         && (byway_secret_set_get (before->secrets, key, NULL) != NULL
             || byway_draft_storage (before, key) != BYWAY_STORAGE_ASK);
}

static gboolean
is_another_keys (const BywayDraft *before, const BywayDraft *after, const char *key)
{
  return before != NULL && strcmp (key, "machine-certpass") == 0
         && equal_secret (before->secrets, after->secrets, key)
         && byway_token_has_changed (before->settings, after->settings);
}

BywaySecretStep
byway_draft_secret_step (const BywayDraft *before, const BywayDraft *after, const char *key)
{
  BywayStorage storage = byway_draft_storage (after, key);
  gboolean had = before != NULL && byway_secret_set_get (before->secrets, key, NULL) != NULL;

  if (storage == BYWAY_STORAGE_ASK || is_another_keys (before, after, key))
    return may_have_kept (before, key) ? BYWAY_SECRET_FORGOTTEN : BYWAY_SECRET_STAYS;
  if (byway_secret_set_get (after->secrets, key, NULL) == NULL)
    return had ? BYWAY_SECRET_FORGOTTEN : BYWAY_SECRET_STAYS;
  if (had && byway_draft_storage (before, key) == storage
      && equal_secret (before->secrets, after->secrets, key))
    return BYWAY_SECRET_STAYS;
  return BYWAY_SECRET_STORED;
}

/* --- names ---------------------------------------------------------------------------------- */

const char *
byway_draft_name_problem (const char *name, GHashTable *taken)
{
  const char *problem = byway_name_problem (name);

  if (problem != NULL)
    return problem;
  return g_hash_table_contains (taken, name) ? _ ("another connection has this name") : NULL;
}

/* @name, cut to what leaves room for @suffix. */
static char *
join (const char *name, const char *suffix)
{
  gsize room = NAME_MAX_BYTES - strlen (suffix);
  const char *end = name + strlen (name);
  g_autofree char *cut = NULL;

  while ((gsize)(end - name) > room)
    end = g_utf8_find_prev_char (name, end);
  cut = g_strndup (name, end - name);
  return g_strconcat (g_strchomp (cut), suffix, NULL);
}

char *
byway_draft_copy_name (const char *name, GHashTable *taken)
{
  char *copy = join (name, _ (" (copy)"));

  for (guint i = 2; g_hash_table_contains (taken, copy); i++)
    {
      g_autofree char *suffix = g_strdup_printf (_ (" (copy %u)"), i);

      g_free (copy);
      copy = join (name, suffix);
    }
  return copy;
}

/* --- refusals ------------------------------------------------------------------------------- */

char *
byway_draft_refused_key (const char *message)
{
  const char *colon = strchr (message, ':');
  g_autofree char *key = colon != NULL ? g_strndup (message, colon - message) : NULL;

  return key != NULL && byway_option_find (key) != NULL ? g_steal_pointer (&key) : NULL;
}
