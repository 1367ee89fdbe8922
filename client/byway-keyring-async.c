/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-keyring-async.h"

/* What a thread works with; nobody else has any of it. */
typedef struct
{
  char *uuid, *name, *key;
  GStrv keys;
  gboolean may_unlock;
  BywayStorage storage;
  BywaySecretSet *secrets;
} Job;

/* What a thread found. */
typedef struct
{
  BywaySecretSet *secrets;
  BywayKeyringState state;
} Found;

static void
free_job (gpointer data)
{
  Job *job = data;

  g_free (job->uuid);
  g_free (job->name);
  g_free (job->key);
  g_strfreev (job->keys);
  g_clear_pointer (&job->secrets, byway_secret_set_unref);
  g_free (job);
}

static void
free_found (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->secrets, byway_secret_set_unref);
  g_free (found);
}

static Job *
new_job (const char *uuid, const char *key)
{
  Job *job = g_new0 (Job, 1);

  job->uuid = g_strdup (uuid);
  job->key = g_strdup (key);
  return job;
}

/* Takes @job. */
static void
start (Job *job, GTaskThreadFunc work, GCancellable *cancellable, GAsyncReadyCallback callback,
       gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, work);
  g_task_set_task_data (task, job, free_job);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, work);
}

/* --- reading -------------------------------------------------------------------------------- */

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  Found *found = g_new0 (Found, 1);

  found->secrets = byway_secret_set_new ();
  found->state = byway_keyring_read_sync (job->uuid, (const char *const *)job->keys,
                                          job->may_unlock, cancellable, found->secrets);
  g_task_return_pointer (task, found, free_found);
}

void
byway_keyring_read (const char *uuid, const char *const *keys, gboolean may_unlock,
                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  Job *job = new_job (uuid, NULL);

  job->keys = g_strdupv ((GStrv)keys);
  job->may_unlock = may_unlock;
  start (job, read_in_thread, cancellable, callback, data);
}

BywaySecretSet *
byway_keyring_read_finish (GAsyncResult *result, BywayKeyringState *state, GError **error)
{
  Found *found = g_task_propagate_pointer (G_TASK (result), error);
  BywaySecretSet *secrets = NULL;

  if (found == NULL)
    return NULL;
  *state = found->state;
  secrets = g_steal_pointer (&found->secrets);
  free_found (found);
  return secrets;
}

/* --- changing ------------------------------------------------------------------------------- */

static void
return_outcome (GTask *task, gboolean ok, GError *error)
{
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  gboolean ok = byway_keyring_save_sync (job->uuid, job->name, job->key, job->secrets, job->storage,
                                         &error);

  return_outcome (task, ok, error);
}

static BywaySecretSet *
copy_one (const BywaySecretSet *secrets, const char *key)
{
  BywaySecretSet *copy = byway_secret_set_new ();
  gsize length;
  const char *bytes = byway_secret_set_get (secrets, key, &length);
  const char *problem;

  byway_secret_set_put (copy, key, bytes, length, &problem);
  return copy;
}

void
byway_keyring_save (const char *uuid, const char *name, const char *key,
                    const BywaySecretSet *secrets, BywayStorage storage, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer data)
{
  Job *job = new_job (uuid, key);

  job->name = g_strdup (name);
  job->storage = storage;
  job->secrets = copy_one (secrets, key);
  start (job, save_in_thread, cancellable, callback, data);
}

gboolean
byway_keyring_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
forget_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  gboolean ok = byway_keyring_forget_sync (job->uuid, job->key, &error);

  return_outcome (task, ok, error);
}

void
byway_keyring_forget (const char *uuid, const char *key, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data)
{
  start (new_job (uuid, key), forget_in_thread, cancellable, callback, data);
}

gboolean
byway_keyring_forget_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
