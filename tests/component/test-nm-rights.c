/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-rights.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <unistd.h>

/* Runs as root, which the service is. What a user could not open, is not opened for that user. */

static char *folder;
static uid_t user;
static guint calls;

static gboolean
can_open (gpointer path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  calls++;
  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static gboolean
user_can (const char *path)
{
  g_autoptr (GError) error = NULL;
  gboolean can = byway_nm_rights_act (user, can_open, (gpointer)path, &error);

  g_assert_no_error (error);
  return can;
}

static char *
make (const char *name, mode_t mode, gboolean users)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  g_assert_cmpint (chmod (path, mode), ==, 0);
  if (users)
    g_assert_cmpint (chown (path, user, -1), ==, 0);
  return path;
}

static void
test_rights (void)
{
  g_autofree char *roots = make ("roots", 0600, FALSE);
  g_autofree char *open_to_all = make ("all", 0644, FALSE);
  g_autofree char *own = make ("own", 0600, TRUE);
  g_autofree char *closed = g_build_filename (folder, "closed", NULL);
  g_autofree char *within = g_build_filename (closed, "within", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);

  g_assert_cmpint (g_mkdir (closed, 0700), ==, 0);
  g_assert_true (g_file_set_contents (within, "x", 1, NULL));
  g_assert_cmpint (chmod (within, 0644), ==, 0);
  g_assert_cmpint (symlink (roots, link), ==, 0);
  g_assert_true (user_can (own) && user_can (open_to_all));
  g_assert_false (user_can (roots) || user_can (within) || user_can (link));
  /* and ours are back */
  g_assert_true (can_open (roots) && can_open (within) && can_open (own));
  g_remove (link);
  g_remove (within);
  g_remove (closed);
  g_remove (roots);
  g_remove (open_to_all);
  g_remove (own);
}

/* A number that nobody has: nothing is done. */
static void
test_nobody (void)
{
  g_autoptr (GError) error = NULL;
  guint before = calls;

  g_assert_false (byway_nm_rights_act (4123456789u, can_open, (gpointer) "/", &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (calls, ==, before);
}

/* Another thread goes on as it is. */
static gpointer
wait_and_open (gpointer data)
{
  gpointer *pair = data;

  g_async_queue_pop (pair[0]);
  return GINT_TO_POINTER (can_open (pair[1]));
}

static gboolean
let_it_open (gpointer data)
{
  gpointer *pair = data;

  g_async_queue_push (pair[0], pair);
  return GPOINTER_TO_INT (g_thread_join (pair[2]));
}

static void
test_threads (void)
{
  g_autofree char *roots = make ("roots", 0600, FALSE);
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  gpointer pair[3] = { queue, roots, NULL };
  g_autoptr (GError) error = NULL;

  pair[2] = g_thread_new ("other", wait_and_open, pair);
  g_assert_true (byway_nm_rights_act (user, let_it_open, pair, &error));
  g_assert_no_error (error);
  g_remove (roots);
}

int
main (int argc, char **argv)
{
  const struct passwd *entry = getpwnam ("nobody");
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (geteuid (), ==, 0);
  g_assert_nonnull (entry);
  user = entry->pw_uid;
  folder = g_dir_make_tmp ("byway-rights-XXXXXX", NULL);
  g_assert_cmpint (chmod (folder, 0755), ==, 0);
  g_test_add_func ("/nm-rights/rights", test_rights);
  g_test_add_func ("/nm-rights/nobody", test_nobody);
  g_test_add_func ("/nm-rights/threads", test_threads);
  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return status;
}
