/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-whack-run.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define KILLED 255 /* none of its own codes */

static const char *const folders[]
    = { "/usr/libexec/ipsec", "/usr/lib/ipsec", "/usr/local/libexec/ipsec", NULL };

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

/* What a pipe has room for at once: nobody has to wait for a reader. -1 with error. */
static int
pipe_with (GBytes *answer, GError **error)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (answer, &length);
  gboolean fits;
  int ends[2];

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return -1;
  fits = write (ends[1], data, length) == (gssize)length;
  close (ends[1]);
  if (fits)
    return ends[0];
  close (ends[0]);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no pipe takes the answer");
  return -1;
}

void
byway_whack_run (const char *const *argv, guint timeout_ms, GCancellable *cancellable,
                 BywayCommandLine on_line, gpointer line_data, GAsyncReadyCallback callback,
                 gpointer data)
{
  byway_whack_run_answering (argv, NULL, timeout_ms, cancellable, on_line, line_data, callback,
                             data);
}

/* whack asks by getpass(3): on our terminal, which a helper has none of, and else where its
 * standard input is. */
void
byway_whack_run_answering (const char *const *argv, GBytes *answer, guint timeout_ms,
                           GCancellable *cancellable, BywayCommandLine on_line, gpointer line_data,
                           GAsyncReadyCallback callback, gpointer data)
{
  g_autofree const char **words
      = g_memdup2 (argv, (g_strv_length ((GStrv)argv) + 1) * sizeof *argv);
  GError *error = NULL;
  g_autofree char *program = find (argv[0], &error);
  int input = program != NULL && answer != NULL ? pipe_with (answer, &error) : -1;

  if (error != NULL)
    {
      g_task_report_error (NULL, callback, data, byway_whack_run, error);
      return;
    }
  words[0] = program;
  byway_command_run_lines (words, &(BywayCommandFd){ input, STDIN_FILENO }, 1, timeout_ms,
                           cancellable, on_line, line_data, callback, data);
  if (input >= 0)
    close (input);
}

gboolean
byway_whack_run_finish (GAsyncResult *result, int *code, GError **error)
{
  int status;

  if (!byway_command_run_finish (result, &status, NULL, error))
    return FALSE;
  if (code != NULL)
    *code = status >= 0 ? status : KILLED;
  return TRUE;
}
