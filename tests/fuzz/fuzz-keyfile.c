/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-keyfile.h"

#include <string.h>

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is read is written and read again, the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (BywayRecord) record = byway_record_from_data ((const char *)data, size, UUID, NULL);
  g_autoptr (BywayRecord) again = NULL;
  g_autofree char *text = NULL;

  if (record == NULL)
    return 0;
  text = byway_record_to_data (record);
  again = byway_record_from_data (text, strlen (text), UUID, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (g_hash_table_size (again->settings), ==, g_hash_table_size (record->settings));
  return 0;
}
