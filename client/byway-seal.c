/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-seal.h"

#include "byway-error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int
byway_seal_secrets (const BywaySecretSet *secrets, GError **error)
{
  gsize length;
  guint8 *data = byway_secret_set_encode (secrets, &length);
  int fd = memfd_create ("byway-secrets", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  gboolean ok
      = fd >= 0 && write (fd, data, length) == (gssize)length
        && fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
  int problem = errno;

  byway_locked_free (data);
  if (ok)
    return fd;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "the secrets can't be handed over: %s",
               g_strerror (problem));
  if (fd >= 0)
    close (fd);
  return -1;
}
