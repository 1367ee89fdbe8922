/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-check.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A file of the user's, and the same bytes as they would come to the helper. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (BywayCertFile) file = byway_cert_file_read (data, size, "password", NULL);
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  g_autoptr (BywayCredential) handed = NULL;
  g_autoptr (BywayCredential) credential = NULL;
  const char *problem;
  gsize third = size / 3;

  if (file != NULL)
    credential = byway_cert_check (file, file, NULL, 1800000000, NULL);
  if (credential != NULL)
    byway_cert_is_signed (credential);
  byway_secret_set_put (set, "machine-cert", (const char *)data, third, &problem);
  byway_secret_set_put (set, "machine-ca", (const char *)data + third, third, &problem);
  byway_secret_set_put (set, "machine-key", (const char *)data + 2 * third, third, &problem);
  handed = byway_cert_unpack (set, "machine", 1800000000, NULL);
  return 0;
}
