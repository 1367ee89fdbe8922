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
