/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-run.h"

#include <gio/gio.h>

#define PATIENCE_S 2

typedef struct
{
  GMainLoop *loop;
  GSubprocess *process;
  char *output;
} Run;

static void
on_output (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &run->output, NULL, NULL);
  g_main_loop_quit (run->loop);
}

static gboolean
on_patience_over (gpointer data)
{
  g_subprocess_force_exit (((Run *)data)->process);
  return G_SOURCE_CONTINUE; /* until it is gone */
}

char *
byway_cli_run (const char *const *argv)
{
  static const char *const environment[]
      = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  Run run = { 0 };
  guint timer;

  g_subprocess_launcher_set_environ (launcher, (GStrv)environment);
  g_subprocess_launcher_set_cwd (launcher, "/");
  run.process = g_subprocess_launcher_spawnv (launcher, argv, NULL);
  if (run.process == NULL)
    return NULL;
  run.loop = g_main_loop_new (NULL, FALSE);
  timer = g_timeout_add_seconds (PATIENCE_S, on_patience_over, &run);
  g_subprocess_communicate_utf8_async (run.process, NULL, NULL, on_output, &run);
  g_main_loop_run (run.loop);
  g_source_remove (timer);
  g_main_loop_unref (run.loop);
  g_object_unref (run.process);
  return run.output;
}
