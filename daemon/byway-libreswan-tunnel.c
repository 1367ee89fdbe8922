/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-libreswan-tunnel.h"

#include "byway-error.h"
#include "byway-libreswan-render.h"
#include "byway-whack-run.h"
#include "byway-whack.h"

#define ADD_MS 5000
#define WITHDRAW_MS 3000
#define NO_PLUTO 33 /* whack's exit code */

/* --- taking back ---------------------------------------------------------------------------- */

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (!byway_pluto_keys_read_finish (result, &error))
    g_info ("%s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayPlutoKeys *keys = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  int code = 0;

  if (!byway_whack_run_finish (result, &code, &error))
    g_warning ("Libreswan's connection of ours may stay until the next start: %s", error->message);
  if (error != NULL || code == NO_PLUTO)
    g_task_return_boolean (task, TRUE); /* nobody is there who could know the key */
  else
    byway_pluto_keys_read (keys, FALSE, on_forgotten, g_steal_pointer (&task));
}

void
byway_libreswan_withdraw (BywayPlutoKeys *keys, const char *name, GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  g_auto (GStrv) argv = byway_whack_argv (BYWAY_WHACK_DELETE, name);

  g_task_set_task_data (task, keys, NULL);
  byway_pluto_keys_drop (keys, name);
  byway_whack_run ((const char *const *)argv, WITHDRAW_MS, NULL, NULL, NULL, on_deleted, task);
}

void
byway_libreswan_withdraw_finish (GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- raising -------------------------------------------------------------------------------- */

typedef struct
{
  BywayIpsecEngine *engine;
  BywayPlutoKeys *keys;
  BywayPlan *plan;
  GSource *cancelled;
  GCancellable *running; /* the program that runs just now */
  BywayWhackView view;
  char *last;        /* line */
  char *shown;       /* set: it is tried again, with this identity of the server's */
  gboolean changing; /* from the first try to the second */
  GError *error;     /* set: we are taking back */
} Raise;

static void
raise_free (gpointer data)
{
  Raise *raise = data;

  if (raise->cancelled != NULL)
    {
      g_source_destroy (raise->cancelled);
      g_source_unref (raise->cancelled);
    }
  g_object_unref (raise->running);
  g_object_unref (raise->engine);
  byway_plan_unref (raise->plan);
  byway_whack_view_clear (&raise->view);
  g_free (raise->last);
  g_free (raise->shown);
  g_clear_error (&raise->error);
  g_free (raise);
}

static void
tell_progress (Raise *raise, BywayStage stage, BywayStageState state, const char *text)
{
  g_signal_emit_by_name (raise->engine, "progress", raise->plan->uuid, stage, state, text);
}

static void
on_taken_back (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);

  byway_libreswan_withdraw_finish (result);
  g_task_return_error (task, g_steal_pointer (&raise->error));
}

/* The first reason counts. A connect that failed or was given up goes on in pluto, and is begun
 * again there, until it is deleted. Takes @error. */
static void
take_back (GTask *task, GError *error)
{
  Raise *raise = g_task_get_task_data (task);

  if (raise->error != NULL)
    {
      g_error_free (error);
      return;
    }
  raise->error = error;
  g_cancellable_cancel (raise->running);
  byway_libreswan_withdraw (raise->keys, raise->plan->ike_name, on_taken_back, g_object_ref (task));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  take_back (data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
  return G_SOURCE_REMOVE;
}

static void
on_ike_up (Raise *raise)
{
  g_autofree char *text
      = g_strdup_printf ("%s, %s", raise->view.mode != NULL ? raise->view.mode : "main mode",
                         raise->view.ike != NULL ? raise->view.ike : "");

  g_signal_emit_by_name (raise->engine, "agreed", raise->plan->uuid, raise->view.ike, NULL);
  tell_progress (raise, BYWAY_STAGE_IKE, BYWAY_STAGE_PASSED, text);
  tell_progress (raise, BYWAY_STAGE_SA, BYWAY_STAGE_RUNNING, "");
}

static void
on_up (Raise *raise)
{
  g_autofree char *text
      = g_strdup_printf ("ESP %s, transport mode%s", raise->view.esp != NULL ? raise->view.esp : "",
                         raise->view.encapsulated ? ", in UDP" : "");

  tell_progress (raise, BYWAY_STAGE_SA, BYWAY_STAGE_PASSED, text);
}

/* The server has shown an identity, and any would do. */
static gboolean
try_with_shown (Raise *raise)
{
  if (raise->shown != NULL || raise->view.cause != BYWAY_CAUSE_IKE_REMOTE_ID
      || raise->view.detail == NULL)
    return FALSE;
  raise->shown = byway_libreswan_shown_id (raise->plan, raise->view.detail);
  if (raise->shown == NULL)
    return FALSE;
  raise->changing = TRUE;
  g_cancellable_cancel (raise->running);
  return TRUE;
}

static void
on_initiate_line (const char *line, gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  Raise *raise = g_task_get_task_data (task);

  if (raise->error != NULL || raise->changing)
    return;
  g_free (raise->last);
  raise->last = g_strdup (byway_whack_words (line));
  g_signal_emit_by_name (raise->engine, "log", raise->plan->uuid, raise->last);
  switch (byway_whack_view_take (&raise->view, line))
    {
    case BYWAY_WHACK_NOTHING:
      break;
    case BYWAY_WHACK_IKE_UP:
      on_ike_up (raise);
      break;
    case BYWAY_WHACK_UP:
      on_up (raise);
      break;
    case BYWAY_WHACK_FAILURE:
      if (!try_with_shown (raise))
        take_back (task, byway_whack_view_explain (&raise->view, raise->last));
      break;
    }
}

static void begin (GTask *task);

static gboolean
write_conn (Raise *raise, GError **error)
{
  g_autofree char *path = g_build_filename (raise->plan->run_dir, BYWAY_LIBRESWAN_CONF, NULL);
  g_autofree char *text = byway_libreswan_conn_for (raise->plan, raise->shown);

  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static void
on_first_deleted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  g_autoptr (GBytes) record = byway_libreswan_secret_for (raise->plan, raise->shown);
  GError *error = NULL;

  if (raise->error != NULL)
    return;
  if (!byway_whack_run_finish (result, NULL, &error) || !write_conn (raise, &error))
    {
      take_back (task, error);
      return;
    }
  if (record != NULL)
    byway_pluto_keys_put (raise->keys, raise->plan->ike_name, raise->plan->run_dir, record);
  begin (task);
}

/* Takes the first try out of pluto. */
static void
change (GTask *task)
{
  Raise *raise = g_task_get_task_data (task);
  g_auto (GStrv) argv = byway_whack_argv (BYWAY_WHACK_DELETE, raise->plan->ike_name);

  raise->changing = FALSE;
  byway_whack_view_clear (&raise->view);
  g_object_unref (raise->running);
  raise->running = g_cancellable_new ();
  byway_whack_run ((const char *const *)argv, WITHDRAW_MS, raise->running, NULL, NULL,
                   on_first_deleted, g_object_ref (task));
}

static void
on_initiated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  int code = 0;
  gboolean ended = byway_whack_run_finish (result, &code, &error);

  if (raise->error != NULL)
    return;
  if (raise->changing)
    change (task);
  else if (raise->view.up)
    g_task_return_boolean (task, TRUE);
  else if (ended && code == NO_PLUTO)
    take_back (task, g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_LOST_IKE_DAEMON, ""));
  else
    take_back (task, byway_whack_view_explain (
                         &raise->view, raise->last != NULL ? raise->last : "it gave no reason"));
}

static void
initiate (GTask *task)
{
  Raise *raise = g_task_get_task_data (task);
  g_auto (GStrv) argv = byway_whack_argv (BYWAY_WHACK_INITIATE, raise->plan->ike_name);

  byway_whack_run_answering ((const char *const *)argv, raise->plan->libreswan.xauth,
                             raise->plan->deadlines.initiate, raise->running, on_initiate_line,
                             task, on_initiated, g_object_ref (task));
}

static void
on_add_line (const char *line, gpointer data)
{
  Raise *raise = g_task_get_task_data (data);

  g_free (raise->last);
  raise->last = g_strdup (line);
  g_signal_emit_by_name (raise->engine, "log", raise->plan->uuid, line);
}

/* pluto tells its reasons only to its log: what could be one was looked for before. */
static GError *
explain_refusal (Raise *raise, int code)
{
  BywayIpsecEngineInterface *engine = BYWAY_IPSEC_ENGINE_GET_IFACE (raise->engine);

  if (engine->presence (raise->engine) != BYWAY_PRESENCE_RUNNING)
    return g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_LOST_IKE_DAEMON, "");
  return g_error_new (BYWAY_ERROR, BYWAY_ERROR_IPSEC,
                      "Libreswan does not take the connection: addconn ended with %d "
                      "(%s); Libreswan's own log says why",
                      code, raise->last != NULL ? raise->last : "without a word");
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  GError *error = NULL;
  int code = 0;

  if (!byway_whack_run_finish (result, &code, &error))
    take_back (task, error);
  else if (raise->error != NULL)
    return;
  else if (code != 0)
    take_back (task, explain_refusal (raise, code));
  else
    initiate (task);
}

static void
on_keys_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (raise->error != NULL)
    return;
  if (!byway_pluto_keys_read_finish (result, &error))
    {
      take_back (task, g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_UNREACHABLE,
                                            error->message));
      return;
    }
  byway_whack_run ((const char *const *)raise->plan->libreswan.add_argv, ADD_MS, raise->running,
                   on_add_line, task, on_added, g_object_ref (task));
}

static void
begin (GTask *task)
{
  Raise *raise = g_task_get_task_data (task);

  raise->view.certificate = raise->plan->libreswan.by_certificate;
  byway_pluto_keys_read (raise->keys, TRUE, on_keys_read, g_object_ref (task));
}

void
byway_libreswan_raise (BywayIpsecEngine *engine, BywayPlutoKeys *keys, BywayPlan *plan,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (engine, NULL, callback, data);
  Raise *raise = g_new0 (Raise, 1);

  raise->engine = g_object_ref (engine);
  raise->keys = keys;
  raise->plan = byway_plan_ref (plan);
  raise->running = g_cancellable_new ();
  g_task_set_task_data (task, raise, raise_free);
  if (cancellable != NULL)
    {
      raise->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (raise->cancelled, G_SOURCE_FUNC (on_cancelled), task, NULL);
      g_source_attach (raise->cancelled, g_main_context_get_thread_default ());
    }
  tell_progress (raise, BYWAY_STAGE_IKE, BYWAY_STAGE_RUNNING, "");
  begin (task);
}

gboolean
byway_libreswan_raise_finish (GAsyncResult *result, BywaySaInfo *info, GError **error)
{
  GTask *task = G_TASK (result);
  Raise *raise = g_task_get_task_data (task);

  if (!g_task_propagate_boolean (task, error))
    return FALSE;
  info->ike = g_steal_pointer (&raise->view.ike);
  info->esp = g_steal_pointer (&raise->view.esp);
  info->encapsulated = raise->view.encapsulated;
  return TRUE;
}
