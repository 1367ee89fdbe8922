/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-keeper.h"

#include "byway-keyring.h"
#include "byway-option.h"

typedef struct
{
  const char *key; /* static */
  BywaySecretStep step;
  BywayStorage storage;
} Step;

/* What one thread has for itself. */
typedef struct
{
  char *uuid, *name;
  GArray *steps; /* Step */
  BywaySecretSet *secrets;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->uuid);
  g_free (job->name);
  g_clear_pointer (&job->steps, g_array_unref);
  g_clear_pointer (&job->secrets, byway_secret_set_unref);
  g_free (job);
}

static Job *
job_new (const char *uuid)
{
  Job *job = g_new0 (Job, 1);

  job->uuid = g_strdup (uuid);
  return job;
}

/* Takes @job. */
static void
start (Job *job, GTaskThreadFunc work, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);

  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, work);
}

static void
return_outcome (GTask *task, GError *error)
{
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* --- loading -------------------------------------------------------------------------------- */

static void
load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();

  byway_keyring_load_sync (job->uuid, secrets);
  g_task_return_pointer (task, g_steal_pointer (&secrets), (GDestroyNotify)byway_secret_set_unref);
}

void
byway_keeper_load (const char *uuid, GAsyncReadyCallback callback, gpointer data)
{
  start (job_new (uuid), load, callback, data);
}

BywaySecretSet *
byway_keeper_load_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* --- keeping -------------------------------------------------------------------------------- */

static gboolean
take_step (const Job *job, const Step *step, GError **error)
{
  switch (step->step)
    {
    case BYWAY_SECRET_STAYS:
      return TRUE;
    case BYWAY_SECRET_STORED:
      return byway_keyring_save_sync (job->uuid, job->name, step->key, job->secrets, step->storage,
                                      error);
    case BYWAY_SECRET_FORGOTTEN:
      return byway_keyring_forget_sync (job->uuid, step->key, error);
    }
  g_return_val_if_reached (FALSE);
}

static void
keep (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *first = NULL;

  for (guint i = 0; i < job->steps->len; i++)
    take_step (job, &g_array_index (job->steps, Step, i), first == NULL ? &first : NULL);
  return_outcome (task, first);
}

/* For another thread: sets count their users without a lock. */
static BywaySecretSet *
copy_secrets (const BywaySecretSet *secrets)
{
  gsize length;
  const char *problem;
  guint8 *data = byway_secret_set_encode (secrets, &length);
  BywaySecretSet *copy = byway_secret_set_decode (data, length, &problem);

  byway_locked_free (data);
  return copy != NULL ? copy : byway_secret_set_new ();
}

void
byway_keeper_keep (const char *uuid, const BywayDraft *before, const BywayDraft *after,
                   GAsyncReadyCallback callback, gpointer data)
{
  Job *job = job_new (uuid);
  gsize n;
  const BywayOption *options = byway_options (&n);

  job->name = g_strdup (after->name);
  job->secrets = copy_secrets (after->secrets);
  job->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_SECRET)
      {
        Step step = { options[i].key, byway_draft_secret_step (before, after, options[i].key),
                      byway_draft_storage (after, options[i].key) };

        g_array_append_val (job->steps, step);
      }
  start (job, keep, callback, data);
}

gboolean
byway_keeper_keep_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- forgetting ----------------------------------------------------------------------------- */

static void
forget (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  byway_keyring_forget_sync (((Job *)data)->uuid, NULL, &error);
  return_outcome (task, error);
}

void
byway_keeper_forget (const char *uuid, GAsyncReadyCallback callback, gpointer data)
{
  start (job_new (uuid), forget, callback, data);
}

gboolean
byway_keeper_forget_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
