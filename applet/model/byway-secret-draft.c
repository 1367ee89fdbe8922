/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-secret-draft.h"

struct _BywaySecretDraft
{
  BywaySecretSet *values;
  GHashTable *acts; /* option key -> BywaySecretAct */
  gboolean failed;
};

BywaySecretDraft *
byway_secret_draft_new (void)
{
  BywaySecretDraft *self = g_new0 (BywaySecretDraft, 1);

  self->values = byway_secret_set_new ();
  self->acts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
byway_secret_draft_free (BywaySecretDraft *self)
{
  byway_secret_set_unref (self->values);
  g_hash_table_unref (self->acts);
  g_free (self);
}

void
byway_secret_draft_put (BywaySecretDraft *self, const char *key, const char *bytes, gsize length,
                        BywaySecretAct act)
{
  const char *problem;

  if (byway_secret_set_put (self->values, key, bytes, length, &problem))
    g_hash_table_insert (self->acts, g_strdup (key), GUINT_TO_POINTER (act));
}

gboolean
byway_secret_draft_is_empty (const BywaySecretDraft *self)
{
  return g_hash_table_size (self->acts) == 0;
}

const BywaySecretSet *
byway_secret_draft_values (const BywaySecretDraft *self)
{
  return self->values;
}

BywaySecretAct
byway_secret_draft_wish (const BywaySecretDraft *self, const char *key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->acts, key));
}

BywaySecretAct
byway_secret_draft_act (const BywaySecretDraft *self, const char *key)
{
  return self->failed ? BYWAY_SECRET_LEAVE : byway_secret_draft_wish (self, key);
}

void
byway_secret_draft_fail (BywaySecretDraft *self)
{
  self->failed = TRUE;
}
