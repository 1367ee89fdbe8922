/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-run-dir.h"

#include "byway-kill-switches.h"
#include "byway-wishes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "byway-error.h"

#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define MAX_DEPTH 4
#define TERM_WAIT_MS 1500
#define KILL_WAIT_MS 1000

typedef struct
{
  int fd;
} Fd;

static void
fd_clear (Fd *fd)
{
  if (fd->fd >= 0)
    close (fd->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fd, fd_clear)

static gboolean
fail (GError **error, const char *what, const char *name)
{
  int code = errno;

  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "could not %s “%s”: %s", what, name,
               g_strerror (code));
  return FALSE;
}

/* ---------------------------------------------------------------------------------- removing */

/* What one helper leaves to the next. */
static const char *const kept[] = { BYWAY_KILL_SWITCHES_FOLDER, BYWAY_WISHES_FOLDER, NULL };

static gboolean
stays (const char *name, const char *const *but)
{
  return strcmp (name, ".") == 0 || strcmp (name, "..") == 0
         || (but != NULL && g_strv_contains (but, name));
}

/* By descriptor all the way: a symbolic link is removed, never followed. @but: what is left in it.
 */
static void
empty_folder (int folder, guint depth, const char *const *but)
{
  DIR *listing = depth > 0 ? fdopendir (fcntl (folder, F_DUPFD_CLOEXEC, 3)) : NULL;
  struct dirent *entry;

  if (listing == NULL)
    return;
  rewinddir (listing);
  while ((entry = readdir (listing)) != NULL)
    {
      g_auto (Fd) sub = { -1 };

      if (stays (entry->d_name, but) || unlinkat (folder, entry->d_name, 0) == 0)
        continue;
      sub.fd = openat (folder, entry->d_name, OPEN_FOLDER);
      if (sub.fd < 0)
        continue;
      empty_folder (sub.fd, depth - 1, NULL);
      unlinkat (folder, entry->d_name, AT_REMOVEDIR);
    }
  closedir (listing);
}

static void
remove_folder (int base, const char *name)
{
  g_auto (Fd) folder = { openat (base, name, OPEN_FOLDER) };

  if (folder.fd >= 0)
    empty_folder (folder.fd, MAX_DEPTH, NULL);
  if (unlinkat (base, name, AT_REMOVEDIR) < 0 && errno == ENOTDIR)
    unlinkat (base, name, 0);
}

/* ---------------------------------------------------------------------------------- creating */

static gboolean
uuid_is_plain (const char *uuid)
{
  return uuid[0] != '\0' && uuid[strspn (uuid, "-" G_CSET_DIGITS G_CSET_a_2_z)] == '\0';
}

/* -1 with error, also when somebody else could write there. */
static int
open_base (const char *base, GError **error)
{
  struct stat status;
  int fd;

  if (mkdir (base, 0700) < 0 && errno != EEXIST)
    {
      fail (error, "make the folder", base);
      return -1;
    }
  fd = open (base, OPEN_FOLDER);
  if (fd < 0 || fstat (fd, &status) < 0)
    {
      fail (error, "open the folder", base);
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (status.st_uid == geteuid () && (status.st_mode & 0022) == 0)
    return fd;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "others may write to the folder “%s”", base);
  close (fd);
  return -1;
}

static gboolean
write_all (int fd, const char *content, gsize length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, content, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      content += n;
      length -= (gsize)n;
    }
  return TRUE;
}

static gboolean
holds (int fd, const char *content, gsize length)
{
  g_autofree char *found = g_malloc (length + 1);
  gsize have = 0;

  while (have <= length)
    {
      ssize_t n = pread (fd, found + have, length + 1 - have, (off_t)have);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      have += (gsize)n;
    }
  return have == length && memcmp (found, content, length) == 0;
}

static gboolean
write_file (int folder, const BywayPlanFile *file, GError **error)
{
  const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  gsize length = strlen (file->content);
  g_auto (Fd) fd = { -1 };

  if (file->name[0] == '.' || file->name[0] == '\0' || strchr (file->name, '/') != NULL)
    {
      errno = EINVAL;
      return fail (error, "write the file", file->name);
    }
  fd.fd = openat (folder, file->name, flags, (mode_t)file->mode);
  if (fd.fd < 0 || !write_all (fd.fd, file->content, length))
    return fail (error, "write the file", file->name);
  if (holds (fd.fd, file->content, length))
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "the file “%s” does not hold what we wrote",
               file->name);
  return FALSE;
}

static gboolean
write_files (int base, const BywayPlan *plan, GError **error)
{
  g_auto (Fd) folder = { -1 };

  remove_folder (base, plan->uuid);
  if (mkdirat (base, plan->uuid, 0700) < 0)
    return fail (error, "make the folder", plan->uuid);
  folder.fd = openat (base, plan->uuid, OPEN_FOLDER);
  if (folder.fd < 0)
    return fail (error, "open the folder", plan->uuid);
  for (guint i = 0; i < plan->files->len; i++)
    if (!write_file (folder.fd, g_ptr_array_index (plan->files, i), error))
      return FALSE;
  return TRUE;
}

gboolean
byway_run_dir_create (const char *base, const BywayPlan *plan, GError **error)
{
  g_auto (Fd) fd = { -1 };

  if (!uuid_is_plain (plan->uuid))
    {
      errno = EINVAL;
      return fail (error, "make the folder", plan->uuid);
    }
  fd.fd = open_base (base, error);
  if (fd.fd < 0)
    return FALSE;
  if (write_files (fd.fd, plan, error))
    return TRUE;
  remove_folder (fd.fd, plan->uuid);
  return FALSE;
}

void
byway_run_dir_remove (const char *base, const char *uuid)
{
  g_auto (Fd) fd = { open (base, OPEN_FOLDER) };

  if (fd.fd >= 0 && uuid_is_plain (uuid))
    remove_folder (fd.fd, uuid);
}

/* ------------------------------------------------------------------------------- cleaning up */

static gboolean
names_our_program (const char *word)
{
  g_autofree char *name = g_path_get_basename (word);

  return strcmp (name, "xl2tpd") == 0 || strcmp (name, "pppd") == 0;
}

/* An xl2tpd or a pppd (as itself or as a script) with a word that is a path below @prefix. */
static gboolean
process_is_ours (const char *pid, const char *prefix)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "cmdline", NULL);
  g_autofree char *words = NULL;
  gboolean program = FALSE, below = FALSE;
  gsize length = 0, n = 0;

  if (!g_file_get_contents (path, &words, &length, NULL))
    return FALSE;
  for (const char *word = words; word < words + length; word += strlen (word) + 1, n++)
    {
      program = program || (n < 2 && names_our_program (word));
      below = below || g_str_has_prefix (word, prefix);
    }
  return program && below;
}

/* Pidfds of all of them; looked at twice, so that a reused number does no harm. */
static GArray *
find_processes (const char *prefix)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (proc != NULL && (name = g_dir_read_name (proc)) != NULL)
    {
      struct pollfd process = { .events = POLLIN };

      if (name[strspn (name, G_CSET_DIGITS)] != '\0' || !process_is_ours (name, prefix))
        continue;
      process.fd = pidfd_open (atoi (name), 0);
      if (process.fd >= 0 && process_is_ours (name, prefix))
        g_array_append_val (found, process);
      else if (process.fd >= 0)
        close (process.fd);
    }
  return found;
}

/* Sends @number to all that still run, and waits for their end. In a thread. */
static void
end_processes (GArray *processes, int number, int timeout_ms)
{
  gint64 until = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;

  for (guint i = 0; i < processes->len; i++)
    pidfd_send_signal (g_array_index (processes, struct pollfd, i).fd, number, NULL, 0);
  for (guint i = 0; i < processes->len; i++)
    {
      gint64 left = (until - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND;

      poll (&g_array_index (processes, struct pollfd, i), 1, (int)MAX (left, 0));
    }
}

static void
clean (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *base = data;
  g_autofree char *prefix = g_strconcat (base, "/", NULL);
  g_autoptr (GArray) processes = find_processes (prefix);
  g_auto (Fd) fd = { -1 };

  if (processes->len > 0)
    {
      end_processes (processes, SIGTERM, TERM_WAIT_MS);
      end_processes (processes, SIGKILL, KILL_WAIT_MS);
    }
  for (guint i = 0; i < processes->len; i++)
    close (g_array_index (processes, struct pollfd, i).fd);
  fd.fd = open (base, OPEN_FOLDER);
  if (fd.fd >= 0)
    empty_folder (fd.fd, MAX_DEPTH, kept);
  g_task_return_boolean (task, TRUE);
}

void
byway_run_dir_clean (const char *base, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);

  g_task_set_source_tag (task, byway_run_dir_clean);
  g_task_set_task_data (task, g_strdup (base), g_free);
  g_task_run_in_thread (task, clean);
}
