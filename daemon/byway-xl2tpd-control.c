/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-xl2tpd-control.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_MS 1000
#define RETRY_MS 20

struct _BywayXl2tpdControl
{
  char *path;
  BywayXl2tpdControlFunc function;
  gpointer data;
  const char *command; /* not written yet; NULL: none */
  gint64 until;
  guint retry;
};

BywayXl2tpdControl *
byway_xl2tpd_control_new (const char *path, BywayXl2tpdControlFunc function, gpointer data)
{
  BywayXl2tpdControl *self = g_new0 (BywayXl2tpdControl, 1);

  self->path = g_strdup (path);
  self->function = function;
  self->data = data;
  return self;
}

void
byway_xl2tpd_control_forget (BywayXl2tpdControl *self)
{
  self->command = NULL;
  g_clear_handle_id (&self->retry, g_source_remove);
}

void
byway_xl2tpd_control_free (BywayXl2tpdControl *self)
{
  byway_xl2tpd_control_forget (self);
  g_free (self->path);
  g_free (self);
}

static gboolean
write_to_pipe (const char *path, const char *command)
{
  int fd = open (path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  struct stat status;
  gboolean written;

  if (fd < 0)
    return FALSE;
  /* One write, and closed at once: xl2tpd stands still until we do. */
  written = fstat (fd, &status) == 0 && S_ISFIFO (status.st_mode)
            && write (fd, command, strlen (command)) == (ssize_t)strlen (command);
  close (fd);
  return written;
}

static void
finish (BywayXl2tpdControl *self, gboolean written)
{
  byway_xl2tpd_control_forget (self);
  self->function (written, self->data);
}

static gboolean
try_command (gpointer data)
{
  BywayXl2tpdControl *self = data;

  self->retry = 0;
  if (write_to_pipe (self->path, self->command))
    finish (self, TRUE);
  else if (g_get_monotonic_time () >= self->until)
    finish (self, FALSE);
  else
    self->retry = g_timeout_add (RETRY_MS, try_command, self);
  return G_SOURCE_REMOVE;
}

void
byway_xl2tpd_control_send (BywayXl2tpdControl *self, const char *command)
{
  byway_xl2tpd_control_forget (self);
  self->command = command;
  self->until = g_get_monotonic_time () + LIMIT_MS * G_TIME_SPAN_MILLISECOND;
  try_command (self);
}
