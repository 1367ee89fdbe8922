/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-xl2tpd-control.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The pipe, or what is there in its place, and what became of a command. */
typedef struct
{
  char *folder, *path;
  int fd; /* xl2tpd's end of the pipe; -1: it is not open */
  BywayXl2tpdControl *control;
  guint told;
  gboolean written;
} World;

static void
on_told (gboolean written, gpointer data)
{
  World *world = data;

  world->told++;
  world->written = written;
}

static World *
new_world (void)
{
  World *world = g_new0 (World, 1);

  world->folder = g_dir_make_tmp ("byway-control-XXXXXX", NULL);
  world->path = g_build_filename (world->folder, "control", NULL);
  world->fd = -1;
  world->control = byway_xl2tpd_control_new (world->path, on_told, world);
  return world;
}

static void
free_world (World *world)
{
  g_clear_pointer (&world->control, byway_xl2tpd_control_free);
  if (world->fd >= 0)
    close (world->fd);
  g_unlink (world->path);
  g_rmdir (world->folder);
  g_free (world->path);
  g_free (world->folder);
  g_free (world);
}

static void
make_pipe (World *world)
{
  g_assert_cmpint (mkfifo (world->path, 0600), ==, 0);
  world->fd = open (world->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (world->fd, >=, 0);
}

/* What is in the pipe, whose other end nobody has open any more. */
static void
assert_pipe_holds (World *world, const char *expected)
{
  char text[64] = "";

  g_assert_cmpint (read (world->fd, text, sizeof text - 1), ==, strlen (expected));
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (read (world->fd, text, 1), ==, 0);
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, on_time, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
run_until_told (World *world)
{
  while (world->told == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_at_once (void)
{
  World *world = new_world ();

  make_pipe (world);
  byway_xl2tpd_control_send (world->control, "c c\n");
  g_assert_cmpuint (world->told, ==, 1);
  g_assert_true (world->written);
  assert_pipe_holds (world, "c c\n");
  free_world (world);
}

static void
test_late (void)
{
  World *world = new_world ();

  byway_xl2tpd_control_send (world->control, "c c\n");
  run_for (50);
  g_assert_cmpuint (world->told, ==, 0);
  make_pipe (world);
  run_until_told (world);
  g_assert_true (world->written);
  assert_pipe_holds (world, "c c\n");
  free_world (world);
}

static void
test_other_command (void)
{
  World *world = new_world ();

  byway_xl2tpd_control_send (world->control, "c c\n");
  byway_xl2tpd_control_send (world->control, "d c\n");
  make_pipe (world);
  run_until_told (world);
  run_for (60);
  g_assert_cmpuint (world->told, ==, 1);
  assert_pipe_holds (world, "d c\n");
  free_world (world);
}

static void
test_forget (void)
{
  World *world = new_world ();

  byway_xl2tpd_control_send (world->control, "c c\n");
  byway_xl2tpd_control_forget (world->control);
  make_pipe (world);
  run_for (60);
  g_assert_cmpuint (world->told, ==, 0);
  assert_pipe_holds (world, "");
  free_world (world);
}

/* A file that somebody put there is not written to; and one that is not there is waited for no
 * longer than a second. */
static void
test_no_pipe (void)
{
  g_autofree char *text = NULL;
  World *none = new_world ();
  World *file = new_world ();
  gint64 begin = g_get_monotonic_time ();

  g_assert_true (g_file_set_contents (file->path, "", 0, NULL));
  byway_xl2tpd_control_send (none->control, "c c\n");
  byway_xl2tpd_control_send (file->control, "c c\n");
  run_until_told (none);
  run_until_told (file);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, G_TIME_SPAN_SECOND);
  g_assert_false (none->written);
  g_assert_false (file->written);
  g_assert_true (g_file_get_contents (file->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "");
  free_world (none);
  free_world (file);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xl2tpd-control/at-once", test_at_once);
  g_test_add_func ("/xl2tpd-control/late", test_late);
  g_test_add_func ("/xl2tpd-control/other-command", test_other_command);
  g_test_add_func ("/xl2tpd-control/forget", test_forget);
  g_test_add_func ("/xl2tpd-control/no-pipe", test_no_pipe);
  return g_test_run ();
}
