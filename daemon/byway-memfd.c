/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-limits.h"
#include "byway-memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

static BywaySecretSet *
read_sealed (int fd, GError **error)
{
  struct stat status;
  const char *problem = "the secrets did not come in a sealed memfd";
  BywaySecretSet *set = NULL;
  int seals = fcntl (fd, F_GET_SEALS);

  /* Without the seals the sender could change the bytes, or cut the file under our mapping. */
  if (seals >= 0 && (seals & SEALS) == SEALS && fstat (fd, &status) == 0)
    {
      gpointer data = NULL;

      if (status.st_size > BYWAY_LIMIT_SECRETS_SIZE)
        {
          g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_LIMIT, "secrets may have %u bytes",
                       BYWAY_LIMIT_SECRETS_SIZE);
          return NULL;
        }
      if (status.st_size == 0)
        return byway_secret_set_new ();
      data = mmap (NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
      if (data != MAP_FAILED)
        {
          set = byway_secret_set_decode (data, status.st_size, &problem);
          munmap (data, status.st_size);
        }
    }
  if (set == NULL)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, "secrets: %s", problem);
  return set;
}

BywaySecretSet *
byway_memfd_read_secrets (GDBusMessage *message, int index, GError **error)
{
  GUnixFDList *list = g_dbus_message_get_unix_fd_list (message);
  BywaySecretSet *set;
  int fd;

  if (list == NULL || index < 0 || index >= g_unix_fd_list_get_length (list))
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, "secrets: no descriptor came along");
      return NULL;
    }
  fd = g_unix_fd_list_get (list, index, error);
  if (fd < 0)
    return NULL;
  set = read_sealed (fd, error);
  close (fd);
  return set;
}

/* --- a file of ours for a program ----------------------------------------------------------- */

int
byway_memfd_new_file (GBytes *content, GError **error)
{
  int fd = memfd_create ("byway", MFD_CLOEXEC);
  gsize length;
  gconstpointer bytes = g_bytes_get_data (content, &length);

  if (fd >= 0 && pwrite (fd, bytes, length, 0) == (gssize)length)
    return fd;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "no memory for a secret: %s",
               g_strerror (errno));
  byway_memfd_wipe_file (&fd);
  return -1;
}

void
byway_memfd_wipe_file (int *fd)
{
  static const guint8 zeros[BYWAY_LIMIT_SECRETS_SIZE];
  struct stat status;

  if (*fd < 0)
    return;
  if (fstat (*fd, &status) < 0
      || pwrite (*fd, zeros, MIN ((gsize)status.st_size, sizeof zeros), 0) < 0
      || ftruncate (*fd, 0) < 0)
    g_warning ("A secret in memory could not be wiped: %s", g_strerror (errno));
  close (*fd);
  *fd = -1;
}
