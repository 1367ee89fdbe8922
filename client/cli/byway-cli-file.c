/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-file.h"

#include "byway-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static gboolean
write_all (int fd, const char *text)
{
  gsize left = strlen (text);

  while (left > 0)
    {
      gssize written = write (fd, text, left);

      if (written < 0 && errno != EINTR)
        return FALSE;
      text += MAX (written, 0);
      left -= MAX (written, 0);
    }
  return TRUE;
}

gboolean
byway_cli_write_file (const char *path, const char *text, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean ok = fd >= 0 && write_all (fd, text);
  int problem = errno;

  if (fd >= 0 && close (fd) < 0 && ok)
    {
      problem = errno;
      ok = FALSE;
    }
  if (ok)
    return TRUE;
  if (fd >= 0)
    g_unlink (path);
  g_set_error (error, BYWAY_ERROR, problem == EEXIST ? BYWAY_ERROR_EXISTS : BYWAY_ERROR_FAILED,
               _ ("“%s” can't be written: %s"), path, g_strerror (problem));
  return FALSE;
}

/* FALSE with errno. */
static gboolean
read_all (int fd, char *data, gsize size, gsize *length)
{
  gssize got = 0;

  for (*length = 0; *length < size; *length += MAX (got, 0))
    {
      got = read (fd, data + *length, size - *length);
      if (got == 0)
        break;
      if (got < 0 && errno != EINTR)
        return FALSE;
    }
  return TRUE;
}

char *
byway_cli_read_file (const char *path, gsize max, gsize *length, GError **error)
{
  gboolean standard = strcmp (path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  char *data = g_malloc0 (max + 2);
  gboolean ok = fd >= 0 && read_all (fd, data, max + 1, length);
  int problem = errno;

  if (!standard && fd >= 0)
    close (fd);
  if (ok)
    return data;
  g_free (data);
  g_set_error (error, BYWAY_ERROR, problem == ENOENT ? BYWAY_ERROR_NOT_FOUND : BYWAY_ERROR_FAILED,
               _ ("“%s” can't be read: %s"), path, g_strerror (problem));
  return NULL;
}
