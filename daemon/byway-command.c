/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "byway-error.h"
#include "byway-no-keys.h"
#include "byway-xl2tpd-log.h"

#define SEARCH_PATH "/usr/sbin:/usr/bin:/sbin:/bin"
#define OUTPUT_MAX (64 * 1024)
#define READ_SIZE 4096

static char *folder;
static const char *const environment[] = { "PATH=" SEARCH_PATH, "LC_ALL=C", NULL };

void
byway_command_set_folder (const char *path)
{
  g_free (folder);
  folder = path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
}

char *
byway_command_find (const char *program, GError **error)
{
  g_autofree char *base = g_path_get_basename (program);
  g_autofree char *own = g_path_is_absolute (program) ? g_path_get_dirname (program) : NULL;
  const char *where = folder != NULL ? folder : own != NULL ? own : SEARCH_PATH;
  g_auto (GStrv) folders = g_strsplit (where, ":", -1);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], base, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR)
          && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_MISSING_PROGRAM, "the program “%s” is not installed",
               program);
  return NULL;
}

/* --------------------------------------------------------------------------------- spawning */

/* TERM lets xl2tpd tell its server goodbye; its last lines go nowhere then, and must not kill it
 * before. */
static void
die_with_parent (pid_t parent)
{
  signal (SIGPIPE, SIG_IGN);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != parent)
    _exit (127);
}

/* Between fork and exec: system calls only. */
static void
begin_child (gpointer parent)
{
  byway_no_keys_enter (TRUE);
  if (parent != NULL)
    die_with_parent (GPOINTER_TO_INT (parent));
}

/* The same: stdio is not for here. */
static void
write_own_number (int fd)
{
  char digits[16];
  gsize at = sizeof digits;

  for (pid_t rest = getpid (); rest > 0 && at > 0; rest /= 10)
    digits[--at] = '0' + rest % 10;
  if (write (fd, digits + at, sizeof digits - at) < 0)
    _exit (127);
}

/* The same. A daemon that leaves our AppArmor profile for its own must be able to. */
static void
begin_apart (gpointer pid_fd)
{
  byway_no_keys_enter (FALSE);
  setsid ();
  write_own_number (GPOINTER_TO_INT (pid_fd));
}

/* No secret is ever among the words. */
static void
log_start (GSubprocess *process, const char *const *argv)
{
  g_autofree char *line = g_strjoinv (" ", (GStrv)argv);

  if (process != NULL)
    g_debug ("runs %s", line);
}

/* @begin, with @data, is what the child does first. */
static GSubprocess *
launch (GSubprocessLauncher *launcher, const char *const *argv, GSpawnChildSetupFunc begin,
        gpointer data, GError **error)
{
  GSubprocess *process;

  byway_no_keys_prepare ();
  g_subprocess_launcher_set_environ (launcher, (GStrv)environment);
  g_subprocess_launcher_set_cwd (launcher, "/");
  g_subprocess_launcher_set_child_setup (launcher, begin, data, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, error);
  byway_no_keys_report ();
  log_start (process, argv);
  return process;
}

static GSubprocess *
spawn (const char *const *argv, GSubprocessFlags flags, const BywayCommandFd *fds, gsize n_fds,
       gboolean dies_with_us, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) cause = NULL;
  GSubprocess *process;
  g_autofree char *program = byway_command_find (argv[0], error);
  g_autofree const char **words = NULL;

  if (program == NULL)
    return NULL;
  words = g_memdup2 (argv, (g_strv_length ((GStrv)argv) + 1) * sizeof *argv);
  words[0] = program;
  flags |= G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE;
  launcher = g_subprocess_launcher_new (flags);
  for (gsize i = 0; i < n_fds; i++)
    if (fds[i].fd >= 0 && fds[i].child_fd == STDIN_FILENO)
      g_subprocess_launcher_take_stdin_fd (launcher, fcntl (fds[i].fd, F_DUPFD_CLOEXEC, 3));
    else if (fds[i].fd >= 0)
      g_subprocess_launcher_take_fd (launcher, fcntl (fds[i].fd, F_DUPFD_CLOEXEC, 3),
                                     fds[i].child_fd);
  process = launch (launcher, words, begin_child, dies_with_us ? GINT_TO_POINTER (getpid ()) : NULL,
                    &cause);
  if (process == NULL)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_MISSING_PROGRAM, "“%s” could not be started: %s",
                 argv[0], cause->message);
  return process;
}

GSubprocess *
byway_command_spawn (const char *const *argv, const BywayCommandFd *fds, gsize n_fds,
                     gboolean dies_with_us, GError **error)
{
  return spawn (argv, G_SUBPROCESS_FLAGS_NONE, fds, n_fds, dies_with_us, error);
}

/* What the child wrote. GSubprocess does not tell the number of one that has ended already. */
static GPid
read_number (int fd, const char *pid_file, GError **error)
{
  char digits[16] = { 0 };
  ssize_t size = pread (fd, digits, sizeof digits - 1, 0);

  if (size > 0)
    return (GPid)g_ascii_strtoll (digits, NULL, 10);
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "%s could not be written", pid_file);
  return 0;
}

GPid
byway_command_spawn_apart (const char *const *argv, const char *pid_file, GError **error)
{
  const GSubprocessFlags flags
      = G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GSubprocess) process = NULL;
  int fd = open (pid_file, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  GPid pid = 0;

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", pid_file,
                   g_strerror (errno));
      return 0;
    }
  process = launch (launcher, argv, begin_apart, GINT_TO_POINTER (fd), error);
  if (process != NULL)
    pid = read_number (fd, pid_file, error);
  close (fd);
  if (pid == 0)
    unlink (pid_file);
  return pid;
}

/* --- running to the end --------------------------------------------------------------------- */

typedef struct
{
  char *name;
  GSubprocess *process;
  GCancellable *cancel; /* of what we do, whoever wants the end */
  GString *output;      /* kept, or the line that has not ended yet */
  gboolean by_line;
  BywayCommandLine on_line;
  gpointer line_data;
  guint8 buffer[READ_SIZE];
  char *input;
  guint timer;
  guint timeout_ms;
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
  g_clear_object (&run->process);
  g_clear_object (&run->cancel);
  g_string_free (run->output, TRUE);
  g_free (run->input);
  g_free (run->name);
  g_free (run);
}

static void
return_failure (GTask *task, GError *cause)
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
  g_task_return_boolean (task, TRUE);
}

static void
tell_line (Run *run, gsize length)
{
  g_autofree char *clean = byway_xl2tpd_clean_line (run->output->str, (gssize)length);

  if (run->on_line != NULL)
    run->on_line (clean, run->line_data);
}

static void
tell_lines (Run *run)
{
  const char *end;

  while (!g_cancellable_is_cancelled (run->cancel)
         && (end = memchr (run->output->str, '\n', run->output->len)) != NULL)
    {
      gssize length = end - run->output->str;

      tell_line (run, (gsize)length);
      g_string_erase (run->output, 0, length + 1);
    }
}

static void
take_output (Run *run, gssize n)
{
  gssize room = run->by_line ? n : (gssize)(OUTPUT_MAX - run->output->len);

  g_string_append_len (run->output, (char *)run->buffer, MIN (n, room));
  if (run->by_line)
    tell_lines (run);
}

/* The last line may have no end. */
static void
take_last_output (Run *run)
{
  if (run->by_line && run->output->len > 0)
    tell_line (run, run->output->len);
}

static void
on_output (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Run *run = g_task_get_task_data (task);
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (stream, result, &error);

  if (n < 0)
    return_failure (task, error);
  else if (n == 0)
    {
      take_last_output (run);
      g_subprocess_wait_async (run->process, run->cancel, on_ended, g_steal_pointer (&task));
    }
  else
    {
      take_output (run, n);
      g_input_stream_read_async (stream, run->buffer, READ_SIZE, G_PRIORITY_DEFAULT, run->cancel,
                                 on_output, g_steal_pointer (&task));
    }
}

/* A program that does not want its input is not at fault. */
static void
on_input_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  g_output_stream_close_async (G_OUTPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
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

static void
begin (GTask *task, Run *run)
{
  GInputStream *output = g_subprocess_get_stdout_pipe (run->process);

  if (run->input != NULL)
    g_output_stream_write_all_async (g_subprocess_get_stdin_pipe (run->process), run->input,
                                     strlen (run->input), G_PRIORITY_DEFAULT, run->cancel,
                                     on_input_written, g_object_ref (task));
  g_input_stream_read_async (output, run->buffer, READ_SIZE, G_PRIORITY_DEFAULT, run->cancel,
                             on_output, g_object_ref (task));
}

static Run *
run_new (const char *program, guint timeout_ms)
{
  Run *run = g_new0 (Run, 1);

  run->name = g_strdup (program);
  run->output = g_string_new (NULL);
  run->cancel = g_cancellable_new ();
  run->timeout_ms = timeout_ms;
  return run;
}

/* Takes @run. */
static void
start (Run *run, const char *const *argv, const BywayCommandFd *fds, gsize n_fds,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  GSubprocessFlags flags
      = run->input != NULL ? G_SUBPROCESS_FLAGS_STDIN_PIPE : G_SUBPROCESS_FLAGS_NONE;
  GError *error = NULL;

  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, run, run_free);
  run->process = spawn (argv, flags, fds, n_fds, TRUE, &error);
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
  run->timer = g_timeout_add (run->timeout_ms, on_timeout, run);
  begin (task, run);
}

void
byway_command_run (const char *const *argv, const char *input, guint timeout_ms,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  Run *run = run_new (argv[0], timeout_ms);

  run->input = g_strdup (input);
  start (run, argv, NULL, 0, cancellable, callback, data);
}

void
byway_command_run_with (const char *const *argv, const BywayCommandFd *fds, gsize n_fds,
                        guint timeout_ms, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer data)
{
  start (run_new (argv[0], timeout_ms), argv, fds, n_fds, cancellable, callback, data);
}

void
byway_command_run_lines (const char *const *argv, const BywayCommandFd *fds, gsize n_fds,
                         guint timeout_ms, GCancellable *cancellable, BywayCommandLine on_line,
                         gpointer line_data, GAsyncReadyCallback callback, gpointer data)
{
  g_autofree char *name = g_path_get_basename (argv[0]);
  Run *run = run_new (name, timeout_ms);

  run->by_line = TRUE;
  run->on_line = on_line;
  run->line_data = line_data;
  start (run, argv, fds, n_fds, cancellable, callback, data);
}

gboolean
byway_command_run_finish (GAsyncResult *result, int *exit_status, char **output, GError **error)
{
  Run *run = g_task_get_task_data (G_TASK (result));
  gboolean exited;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  exited = g_subprocess_get_if_exited (run->process);
  if (exit_status != NULL)
    *exit_status = exited ? g_subprocess_get_exit_status (run->process) : -1;
  if (output != NULL)
    *output = g_utf8_make_valid (run->output->str, (gssize)run->output->len);
  return TRUE;
}
