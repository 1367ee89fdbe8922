/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-memfd.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_SIZE (256 * 1024)
#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

static BywaySecretSet *
read_sealed (int fd, GError **error)
{
  struct stat status;
  const char *problem = "the secrets did not come in a sealed memfd";
  BywaySecretSet *set = NULL;
  int seals = fcntl (fd, F_GET_SEALS);

  /* Without the seals the sender could change the bytes, or cut the file under our mapping. */
  if (seals >= 0 && (seals & SEALS) == SEALS && fstat (fd, &status) == 0
      && status.st_size <= MAX_SIZE)
    {
      gpointer data = NULL;

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
