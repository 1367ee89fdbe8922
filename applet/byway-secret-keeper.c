/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-secret-keeper.h"

#include "byway-keyring-async.h"
#include "byway-option.h"

/* @data: what it is about, ours. */
static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *what = data;
  g_autoptr (GError) error = NULL;

  if (!byway_keyring_save_finish (result, &error))
    g_message ("%s is not kept: %s", what, error->message);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *what = data;
  g_autoptr (GError) error = NULL;

  if (!byway_keyring_forget_finish (result, &error))
    g_message ("%s is not forgotten: %s", what, error->message);
}

static void
act (const char *uuid, const char *name, const char *key, const BywaySecretDraft *draft)
{
  const BywaySecretSet *values = byway_secret_draft_values (draft);
  BywaySecretAct what = byway_secret_draft_act (draft, key);
  BywayStorage storage = BYWAY_STORAGE_SAVE;

  switch (what)
    {
    case BYWAY_SECRET_LEAVE:
      return;
    case BYWAY_SECRET_FORGET:
      byway_keyring_forget (uuid, key, NULL, on_forgotten,
                            g_strdup_printf ("%s of “%s”", key, name));
      return;
    case BYWAY_SECRET_SAVE_SESSION:
      storage = BYWAY_STORAGE_SESSION;
      break;
    case BYWAY_SECRET_SAVE:
      break;
    }
  byway_keyring_save (uuid, name, key, values, storage, NULL, on_saved,
                      g_strdup_printf ("%s of “%s”", key, name));
}

void
byway_secret_keeper_keep (const char *uuid, const char *name, const BywaySecretDraft *draft)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_SECRET)
      act (uuid, name, options[i].key, draft);
}
