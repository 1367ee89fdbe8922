/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-secret.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *problem;
  g_autoptr (BywaySecretSet) set = byway_secret_set_decode (data, size, &problem);
  gsize length;
  guint8 *again;

  if (set == NULL)
    return 0;
  again = byway_secret_set_encode (set, &length);
  g_assert_cmpmem (again, length, data, size);
  byway_locked_free (again);
  return 0;
}
