/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-program.h"

#include "byway-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_OUTPUT (1 << 20)

/* One stream of it, up to its end. */
typedef struct
{
  char *data;
  gsize length;
  gboolean ended;
} Stream;

typedef struct
{
  GSubprocess *process;
  Stream out, err;
  gboolean too_much, exited;
  gulong cancelled;
} Run;

static void
run_free (Run *run)
{
  g_clear_object (&run->process);
  g_free (run->out.data);
  g_free (run->err.data);
  g_free (run);
}

static const char *
find_command (void)
{
  const char *other = g_getenv ("BYWAY_COMMAND");

  return other != NULL && *other != '\0' ? other : BYWAY_BINDIR "/byway";
}

static void
finish (GTask *task, Run *run)
{
  if (!run->out.ended || !run->err.ended || !run->exited)
    return;
  if (run->cancelled != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), run->cancelled);
  run->cancelled = 0;
  if (run->too_much)
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_LIMIT,
                             _ ("the command wrote more than can be shown"));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_read (GTask *task, Stream *stream, GObject *source, GAsyncResult *result)
{
  Run *run = g_task_get_task_data (task);

  /* What goes wrong here shows in what is missing. */
  g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &stream->length, NULL);
  stream->ended = TRUE;
  if (stream->length > MAX_OUTPUT)
    {
      run->too_much = TRUE;
      g_subprocess_force_exit (run->process);
    }
  finish (task, run);
}

static void
on_output (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  on_read (task, &((Run *)g_task_get_task_data (task))->out, source, result);
}

static void
on_errors (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  on_read (task, &((Run *)g_task_get_task_data (task))->err, source, result);
}

static void
on_exited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Run *run = g_task_get_task_data (task);

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  run->exited = TRUE;
  finish (task, run);
}

static void
on_cancelled (GCancellable *cancellable, gpointer process)
{
  g_subprocess_force_exit (process);
}

static void
read_stream (GTask *task, Stream *stream, GInputStream *input, GAsyncReadyCallback callback)
{
  stream->data = g_malloc (MAX_OUTPUT + 1);
  g_input_stream_read_all_async (input, stream->data, MAX_OUTPUT + 1, G_PRIORITY_DEFAULT, NULL,
                                 callback, g_object_ref (task));
}

static void
start (GTask *task, Run *run)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  read_stream (task, &run->out, g_subprocess_get_stdout_pipe (run->process), on_output);
  read_stream (task, &run->err, g_subprocess_get_stderr_pipe (run->process), on_errors);
  g_subprocess_wait_async (run->process, NULL, on_exited, g_object_ref (task));
  if (cancellable != NULL)
    run->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                            g_object_ref (run->process), g_object_unref);
}

void
byway_program_run (const char *const *words, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  Run *run = g_new0 (Run, 1);
  GError *error = NULL;

  g_task_set_task_data (task, run, (GDestroyNotify)run_free);
  g_ptr_array_add (argv, (char *)find_command ());
  for (; *words != NULL; words++)
    g_ptr_array_add (argv, (char *)*words);
  g_ptr_array_add (argv, NULL);
  if (g_task_return_error_if_cancelled (task))
    return;
  run->process
      = g_subprocess_newv ((const char *const *)argv->pdata,
                           G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  if (run->process != NULL)
    start (task, run);
  else
    g_task_return_error (task, error);
}

/* Its own words, without the name that it puts before them. */
static char *
take_words (const Stream *stream)
{
  g_autofree char *text = g_utf8_make_valid (stream->data, stream->length);
  const char *words = g_str_has_prefix (text, "byway: ") ? text + strlen ("byway: ") : text;

  return g_strchomp (g_strdup (words));
}

char *
byway_program_run_finish (GAsyncResult *result, int *exit_code, GError **error)
{
  Run *run = g_task_get_task_data (G_TASK (result));
  g_autofree char *words = NULL;
  int code;

  if (exit_code != NULL)
    *exit_code = -1;
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  code = g_subprocess_get_if_exited (run->process) ? g_subprocess_get_exit_status (run->process)
                                                   : -1;
  if (exit_code != NULL)
    *exit_code = code;
  if (code == 0 || run->out.length > 0)
    return g_utf8_make_valid (run->out.data, run->out.length);
  words = take_words (&run->err);
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "%s",
               *words != '\0' ? words : _ ("the command ended without a word"));
  return NULL;
}
