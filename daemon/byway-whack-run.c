/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-whack-run.h"

#include "byway-command.h"
#include "byway-error.h"
#include "byway-xl2tpd-log.h"

#define LINE_ROOM 8192

static const char *const folders[]
    = { "/usr/libexec/ipsec", "/usr/lib/ipsec", "/usr/local/libexec/ipsec", NULL };

typedef struct
{
  char *name;
  GSubprocess *process;
  GDataInputStream *lines;
  GCancellable *cancel; /* of what we do, whoever wants the end */
  BywayWhackLine on_line;
  gpointer line_data;
  guint timer, timeout_ms;
  gboolean timed_out;
  GCancellable *outer;
  gulong outer_id;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  g_clear_handle_id (&run->timer, g_source_remove);
  if (run->outer != NULL)
    g_cancellable_disconnect (run->outer, run->outer_id);
  g_clear_object (&run->outer);
  g_clear_object (&run->lines);
  g_clear_object (&run->process);
  g_clear_object (&run->cancel);
  g_free (run->name);
  g_free (run);
}

static void
return_failure (GTask *task, const GError *cause)
{
  Run *run = g_task_get_task_data (task);

  g_clear_handle_id (&run->timer, g_source_remove);
  g_subprocess_force_exit (run->process);
  if (run->timed_out)
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_TIMEOUT,
                             "“%s” did not end within %u ms", run->name, run->timeout_ms);
  else if (run->outer != NULL && g_cancellable_is_cancelled (run->outer))
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_CANCELLED, "cancelled");
  else
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_FAILED, "“%s”: %s", run->name,
                             cause->message);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error))
    {
      return_failure (task, error);
      return;
    }
  g_clear_handle_id (&run->timer, g_source_remove);
  g_task_return_int (task, g_subprocess_get_if_exited (run->process)
                               ? g_subprocess_get_exit_status (run->process)
                               : 255);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree char *line
      = g_data_input_stream_read_line_finish (run->lines, result, &length, &error);
  g_autofree char *clean = NULL;

  if (error != NULL)
    {
      return_failure (task, error);
      return;
    }
  if (line == NULL)
    {
      g_subprocess_wait_async (run->process, run->cancel, on_ended, g_steal_pointer (&task));
      return;
    }
  clean = byway_xl2tpd_clean_line (line, (gssize)length);
  if (run->on_line != NULL)
    run->on_line (clean, run->line_data);
  g_data_input_stream_read_line_async (run->lines, G_PRIORITY_DEFAULT, run->cancel, on_line,
                                       g_steal_pointer (&task));
}

static gboolean
on_timeout (gpointer data)
{
  Run *run = data;

  run->timer = 0;
  run->timed_out = TRUE;
  g_cancellable_cancel (run->cancel);
  return G_SOURCE_REMOVE;
}

static void
on_outer_cancelled (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (data);
}

static char *
find (const char *name, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);
      char *found = byway_command_find (path, first == NULL ? &first : NULL);

      if (found != NULL)
        return found;
    }
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}

gboolean
byway_whack_is_installed (void)
{
  g_autofree char *whack = find ("whack", NULL);
  g_autofree char *addconn = find ("addconn", NULL);

  return whack != NULL && addconn != NULL;
}

static GSubprocess *
spawn (const char *const *argv, GError **error)
{
  g_autofree const char **words
      = g_memdup2 (argv, (g_strv_length ((GStrv)argv) + 1) * sizeof *argv);
  g_autofree char *program = find (argv[0], error);

  if (program == NULL)
    return NULL;
  words[0] = program;
  return byway_command_spawn (words, NULL, 0, TRUE, error);
}

void
byway_whack_run (const char *const *argv, guint timeout_ms, GCancellable *cancellable,
                 BywayWhackLine on_each, gpointer line_data, GAsyncReadyCallback callback,
                 gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Run *run = g_new0 (Run, 1);
  GError *error = NULL;

  run->name = g_strdup (argv[0]);
  run->cancel = g_cancellable_new ();
  run->on_line = on_each;
  run->line_data = line_data;
  run->timeout_ms = timeout_ms;
  g_task_set_source_tag (task, byway_whack_run);
  g_task_set_task_data (task, run, run_free);
  run->process = spawn (argv, &error);
  if (run->process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (cancellable != NULL)
    {
      run->outer = g_object_ref (cancellable);
      run->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (on_outer_cancelled),
                                             g_object_ref (run->cancel), g_object_unref);
    }
  run->timer = g_timeout_add (timeout_ms, on_timeout, run);
  run->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (run->process));
  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (run->lines), LINE_ROOM);
  g_data_input_stream_read_line_async (run->lines, G_PRIORITY_DEFAULT, run->cancel, on_line,
                                       g_steal_pointer (&task));
}

gboolean
byway_whack_run_finish (GAsyncResult *result, int *code, GError **error)
{
  GError *cause = NULL;
  gssize value = g_task_propagate_int (G_TASK (result), &cause);

  if (cause != NULL)
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  if (code != NULL)
    *code = (int)value;
  return TRUE;
}
