/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-program.h"

#include "byway-error.h"

/* A user's PATH lacks these. */
static const char *const folders[]
    = { "/usr/local/sbin",        "/usr/sbin",           "/sbin",
        "/usr/lib/ipsec",         "/usr/lib/strongswan", "/usr/libexec/ipsec",
        "/usr/libexec/strongswan" };

/* One run. */
typedef struct
{
  GSubprocess *process;
  GMainLoop *loop;
  char *output;
  guint deadline; /* source */
} Run;

static char *
find_program (const char *name)
{
  char *found = g_find_program_in_path (name);

  for (guint i = 0; found == NULL && i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);

      found = g_find_program_in_path (path);
    }
  return found;
}

static void
on_output (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;
  g_autoptr (GBytes) bytes = NULL;

  g_subprocess_communicate_finish (G_SUBPROCESS (source), result, &bytes, NULL, NULL);
  if (bytes != NULL)
    run->output
        = g_utf8_make_valid (g_bytes_get_data (bytes, NULL) ?: "", g_bytes_get_size (bytes));
  g_main_loop_quit (run->loop);
}

static gboolean
on_deadline (gpointer data)
{
  Run *run = data;

  run->deadline = 0;
  g_subprocess_force_exit (run->process);
  return G_SOURCE_REMOVE;
}

static char *
wait_for_output (GSubprocess *process, guint seconds)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run run = { process, loop, NULL, 0 };

  run.deadline = g_timeout_add_seconds (seconds, on_deadline, &run);
  g_subprocess_communicate_async (process, NULL, NULL, on_output, &run);
  g_main_loop_run (loop);
  g_clear_handle_id (&run.deadline, g_source_remove);
  return run.output != NULL ? run.output : g_strdup ("");
}

char *
byway_cli_program_output (const char *const *argv, gboolean errors, guint seconds, GError **error)
{
  g_autofree char *path = find_program (argv[0]);
  g_auto (GStrv) words = g_strdupv ((GStrv)argv);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;

  if (path == NULL)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NOT_FOUND, "there is no program “%s”", argv[0]);
      return NULL;
    }
  g_free (words[0]);
  words[0] = g_steal_pointer (&path);
  launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE
      | (errors ? G_SUBPROCESS_FLAGS_STDERR_MERGE : G_SUBPROCESS_FLAGS_STDERR_SILENCE));
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)words, error);
  return process != NULL ? wait_for_output (process, seconds) : NULL;
}
