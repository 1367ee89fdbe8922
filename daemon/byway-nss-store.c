/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nss-store.h"

#include "byway-cert-pack.h"
#include "byway-command.h"
#include "byway-diagnosis.h"
#include "byway-error.h"
#include "byway-memfd.h"
#include "byway-nss.h"

#include <string.h>

#define RUN_MS 15000 /* one that is ended half-way leaves a key without its certificate */
#define DATABASE "cert9.db"
#define GONE "could not find certificate" /* certutil */

/* In a box that counts references: what was begun is ended, too, when the owner has gone. */
struct _BywayNssStore
{
  char *folder;
  GHashTable *holders; /* ike_name -> GPtrArray of nicknames */
  GQueue waiting;      /* GTask, begun one after the other */
  gboolean busy;
};

/* One thing to do, with the nickname that it is about. */
typedef struct
{
  BywayNssCommand command;
  char *what;
  GBytes *content; /* NULL: it reads nothing */
} Step;

typedef struct
{
  BywayNssStore *store;
  BywayPlan *plan; /* NULL: it is a sweep */
  GQueue steps;    /* Step: what is left */
  Step *step;      /* which runs */
  char *password;  /* of the PKCS #12 file, made for this one */
  int fd, password_fd;
  gboolean sweeping; /* what comes now only takes out */
  GError *error;     /* the first one of putting in */
} Job;

static void next_step (GTask *task);

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->content, g_bytes_unref);
  g_free (step->what);
  g_free (step);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->plan, byway_plan_unref);
  g_queue_clear_full (&job->steps, step_free);
  g_clear_pointer (&job->step, step_free);
  byway_memfd_wipe_file (&job->fd);
  byway_memfd_wipe_file (&job->password_fd);
  g_free (job->password);
  byway_nss_store_free (job->store);
  g_clear_error (&job->error);
  g_free (job);
}

static void
add_step (Job *job, BywayNssCommand command, const char *what, GBytes *content)
{
  Step *step = g_new0 (Step, 1);

  step->command = command;
  step->what = g_strdup (what);
  step->content = content;
  g_queue_push_tail (&job->steps, step);
}

/* --- who needs what ------------------------------------------------------------------------- */

static GPtrArray *
nicknames_of (const BywayPlan *plan)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *certificates = plan->libreswan.certificates;

  for (guint i = 0; i < certificates->len; i++)
    g_ptr_array_add (names, byway_nss_nickname (certificates->pdata[i]));
  return names;
}

static gboolean
is_held (BywayNssStore *store, const char *nickname)
{
  GHashTableIter iter;
  gpointer names;

  g_hash_table_iter_init (&iter, store->holders);
  while (g_hash_table_iter_next (&iter, NULL, &names))
    if (g_ptr_array_find_with_equal_func (names, nickname, g_str_equal, NULL))
      return TRUE;
  return FALSE;
}

/* --- taking out ----------------------------------------------------------------------------- */

static void
begin_sweep (Job *job)
{
  job->sweeping = TRUE;
  g_queue_clear_full (&job->steps, step_free);
  add_step (job, BYWAY_NSS_LIST, NULL, NULL);
}

/* A certificate with a key goes together with it. One without would be left by that, and NSS would
 * say that all is well. */
static void
sweep_certificates (Job *job, const char *output)
{
  g_auto (GStrv) names = byway_nss_read_nicknames (output);
  g_auto (GStrv) keyed = byway_nss_read_with_key (output);
  gboolean any = FALSE;

  for (char **name = names; *name != NULL; name++)
    if (byway_nss_is_ours (*name) && !is_held (job->store, *name))
      {
        gboolean has_key = g_strv_contains ((const char *const *)keyed, *name);

        add_step (job, has_key ? BYWAY_NSS_REMOVE_WITH_KEY : BYWAY_NSS_REMOVE, *name, NULL);
        any = TRUE;
      }
  /* Whether one was left, of an import that was cut off, is not seen in this list. */
  add_step (job, BYWAY_NSS_LIST_KEYS, NULL, NULL);
  if (any)
    g_debug ("certificates of ours are removed from %s", job->store->folder);
}

static void
sweep_keys (Job *job, const char *output)
{
  g_autoptr (GPtrArray) keys = byway_nss_read_our_keys (output);

  for (guint i = 0; i < keys->len; i++)
    {
      const BywayNssKey *key = keys->pdata[i];

      if (!is_held (job->store, key->nickname))
        add_step (job, BYWAY_NSS_REMOVE_KEY, key->id, NULL);
    }
}

static void
take_swept (Job *job, int status, const char *output)
{
  switch (job->step->command)
    {
    case BYWAY_NSS_LIST:
      sweep_certificates (job, output);
      break;
    case BYWAY_NSS_LIST_KEYS:
      sweep_keys (job, output);
      break;
    case BYWAY_NSS_REMOVE:
    case BYWAY_NSS_REMOVE_WITH_KEY:
    case BYWAY_NSS_REMOVE_KEY:
      if (status != 0 && strstr (output, GONE) == NULL)
        g_warning ("%s stays in Libreswan's database until the next start: %s", job->step->what,
                   output);
      break;
    case BYWAY_NSS_SHOW:
    case BYWAY_NSS_IMPORT:
    case BYWAY_NSS_ADD:
      break;
    }
}

/* --- putting in ----------------------------------------------------------------------------- */

static void
give_up (Job *job, GError *error)
{
  job->error = error;
  g_hash_table_remove (job->store->holders, job->plan->ike_name);
  begin_sweep (job);
}

/* What is there under a name that its content has is that; all else has to be looked at. */
static void
plan_looks (Job *job, const char *output)
{
  g_auto (GStrv) there = byway_nss_read_nicknames (output);
  g_autoptr (GPtrArray) wanted = nicknames_of (job->plan);
  GPtrArray *certificates = job->plan->libreswan.certificates;

  for (char **name = there; *name != NULL; name++)
    if (!g_ptr_array_find_with_equal_func (wanted, *name, g_str_equal, NULL))
      add_step (job, BYWAY_NSS_SHOW, *name, NULL);
  for (guint i = 0; i < certificates->len; i++)
    {
      const char *name = wanted->pdata[i];

      if (!g_strv_contains ((const char *const *)there, name))
        add_step (job, i == 0 ? BYWAY_NSS_IMPORT : BYWAY_NSS_ADD, name,
                  g_bytes_ref (certificates->pdata[i]));
    }
}

static void
forget_addition (Job *job, GBytes *certificate)
{
  for (GList *at = job->steps.head; at != NULL; at = at->next)
    {
      Step *step = at->data;

      if (step->command == BYWAY_NSS_ADD && g_bytes_equal (step->content, certificate))
        {
          step_free (step);
          g_queue_delete_link (&job->steps, at);
          return;
        }
    }
}

/* An authority that is there already, whoever put it there, is not put in again, because that would
 * change its trust. Our own certificate would get the nickname of one with the same subject. */
static void
take_shown (Job *job, const char *output)
{
  g_autoptr (GPtrArray) shown = byway_nss_read_certificates (output);
  GBytes *own = job->plan->libreswan.certificates->pdata[0];

  for (guint i = 0; i < shown->len; i++)
    {
      forget_addition (job, shown->pdata[i]);
      if (!byway_cert_same_subject (own, shown->pdata[i]))
        continue;
      give_up (job, g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_CERT_TAKEN,
                                         job->step->what));
      return;
    }
}

static void
take_put (Job *job, int status, const char *output)
{
  if (status != 0)
    {
      give_up (job, byway_nss_explain (output));
      return;
    }
  switch (job->step->command)
    {
    case BYWAY_NSS_LIST:
      plan_looks (job, output);
      break;
    case BYWAY_NSS_SHOW:
      take_shown (job, output);
      break;
    case BYWAY_NSS_IMPORT:
    case BYWAY_NSS_ADD:
    case BYWAY_NSS_LIST_KEYS:
    case BYWAY_NSS_REMOVE:
    case BYWAY_NSS_REMOVE_WITH_KEY:
    case BYWAY_NSS_REMOVE_KEY:
      break;
    }
}

/* --- one step after the other --------------------------------------------------------------- */

static void
start_next_job (BywayNssStore *store)
{
  GTask *task = g_queue_pop_head (&store->waiting);

  store->busy = task != NULL;
  if (task != NULL)
    next_step (task);
}

/* Takes @task. */
static void
end_job (GTask *task)
{
  Job *job = g_task_get_task_data (task);
  BywayNssStore *store = g_rc_box_acquire (job->store);

  if (job->error != NULL)
    g_task_return_error (task, g_steal_pointer (&job->error));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
  start_next_job (store);
  byway_nss_store_free (store);
}

static void
on_step (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  byway_memfd_wipe_file (&job->fd);
  byway_memfd_wipe_file (&job->password_fd);
  if (!byway_command_run_finish (result, &status, &output, &error))
    output = g_strdup (error->message);
  if (job->sweeping)
    take_swept (job, status, output);
  else
    take_put (job, status, output);
  next_step (task);
}

/* A key goes over in a PKCS #12 file, which is all that NSS's programs take; that file is in
 * memory, and nobody else can open it. */
static GBytes *
content_of (Job *job, GError **error)
{
  GBytes *pack;

  if (job->step->command != BYWAY_NSS_IMPORT)
    return g_bytes_ref (job->step->content);
  job->password = g_uuid_string_random ();
  pack = byway_cert_pack (job->step->content, job->plan->libreswan.private_key, job->step->what,
                          job->password);
  if (pack == NULL)
    g_set_error_literal (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_KEY_MISMATCH, "");
  return pack;
}

static gboolean
open_files (Job *job, GError **error)
{
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) password = NULL;

  if (job->step->content == NULL)
    return TRUE;
  content = content_of (job, error);
  if (content == NULL)
    return FALSE;
  job->fd = byway_memfd_new_file (content, error);
  if (job->fd < 0 || job->password == NULL)
    return job->fd >= 0;
  password = g_bytes_new (job->password, strlen (job->password));
  job->password_fd = byway_memfd_new_file (password, error);
  return job->password_fd >= 0;
}

/* Takes @task. */
static void
next_step (GTask *task)
{
  Job *job = g_task_get_task_data (task);
  g_auto (GStrv) argv = NULL;
  GError *error = NULL;

  g_clear_pointer (&job->step, step_free);
  g_clear_pointer (&job->password, g_free);
  job->step = g_queue_pop_head (&job->steps);
  if (job->step != NULL && !open_files (job, &error))
    {
      give_up (job, error);
      step_free (job->step);
      job->step = g_queue_pop_head (&job->steps);
    }
  if (job->step == NULL)
    {
      end_job (task);
      return;
    }
  argv = byway_nss_argv (job->step->command, job->store->folder, job->step->what);
  byway_command_run_with ((const char *const *)argv,
                          (const BywayCommandFd[]){ { job->fd, BYWAY_NSS_FD },
                                                    { job->password_fd, BYWAY_NSS_PASSWORD_FD } },
                          2, RUN_MS, NULL, on_step, task);
}

/* --- the object ----------------------------------------------------------------------------- */

static GTask *
job_new (BywayNssStore *store, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Job *job = g_new0 (Job, 1);

  job->store = g_rc_box_acquire (store);
  job->fd = job->password_fd = -1;
  g_queue_init (&job->steps);
  g_task_set_task_data (task, job, job_free);
  return task;
}

static void
start (BywayNssStore *store, GTask *task)
{
  g_queue_push_tail (&store->waiting, task);
  if (!store->busy)
    start_next_job (store);
}

void
byway_nss_store_put (BywayNssStore *store, BywayPlan *plan, GAsyncReadyCallback callback,
                     gpointer data)
{
  GTask *task = job_new (store, callback, data);
  Job *job = g_task_get_task_data (task);

  g_hash_table_insert (store->holders, g_strdup (plan->ike_name), nicknames_of (plan));
  job->plan = byway_plan_ref (plan);
  add_step (job, BYWAY_NSS_LIST, NULL, NULL);
  start (store, task);
}

gboolean
byway_nss_store_put_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* One that failed has left nothing, and holds nothing. What was there under another name is not
 * found by ours, and stays. */
void
byway_nss_store_drop (BywayNssStore *store, const BywayPlan *plan, GAsyncReadyCallback callback,
                      gpointer data)
{
  GTask *task = job_new (store, callback, data);
  Job *job = g_task_get_task_data (task);
  g_autoptr (GPtrArray) names = nicknames_of (plan);
  gboolean holds = g_hash_table_remove (store->holders, plan->ike_name);

  job->sweeping = TRUE;
  for (guint i = 0; holds && i < names->len; i++)
    if (!is_held (store, names->pdata[i]))
      add_step (job, i == 0 ? BYWAY_NSS_REMOVE_WITH_KEY : BYWAY_NSS_REMOVE, names->pdata[i], NULL);
  start (store, task);
}

void
byway_nss_store_sweep (BywayNssStore *store, GAsyncReadyCallback callback, gpointer data)
{
  g_autofree char *database = g_build_filename (store->folder, DATABASE, NULL);
  g_autoptr (GTask) task = job_new (store, callback, data);

  if (!g_file_test (database, G_FILE_TEST_EXISTS))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  begin_sweep (g_task_get_task_data (task));
  start (store, g_steal_pointer (&task));
}

void
byway_nss_store_sweep_finish (GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

void
byway_nss_store_set_folder (BywayNssStore *store, const char *folder)
{
  g_free (store->folder);
  store->folder = g_strdup (folder);
}

BywayNssStore *
byway_nss_store_new (const char *folder)
{
  BywayNssStore *store = g_rc_box_new0 (BywayNssStore);

  store->folder = g_strdup (folder != NULL ? folder : BYWAY_NSS_FOLDER);
  store->holders
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_queue_init (&store->waiting);
  return store;
}

static void
clear (gpointer data)
{
  BywayNssStore *store = data;

  g_hash_table_unref (store->holders);
  g_free (store->folder);
}

void
byway_nss_store_free (BywayNssStore *store)
{
  g_rc_box_release_full (store, clear);
}
