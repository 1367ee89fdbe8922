/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-keyfile.h"

#include <string.h>

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"
#define HEAD                                                                                       \
  "[connection]\nuuid=" UUID "\nname=Work\nowner=1000\n"                                           \
  "[settings]\ngateway=vpn.example.net\nuser=alice\n"
#define TAIL "\n[end]\ncomplete=yes\n"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is read is written and read again, the same. */
static void
try_file (const char *data, gsize size)
{
  g_autoptr (BywayRecord) record = byway_record_from_data (data, size, UUID, NULL);
  g_autoptr (BywayRecord) again = NULL;
  g_autofree char *text = NULL;
  GHashTableIter iter;
  gpointer key, value;

  if (record == NULL)
    return;
  text = byway_record_to_data (record);
  again = byway_record_from_data (text, strlen (text), UUID, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->name, ==, record->name);
  g_assert_cmpuint (again->owner, ==, record->owner);
  g_assert_cmpuint (g_hash_table_size (again->settings), ==, g_hash_table_size (record->settings));
  g_hash_table_iter_init (&iter, record->settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_assert_cmpstr (g_hash_table_lookup (again->settings, key), ==, value);
}

/* The input as a whole file, and as lines among the settings of a good one. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) file = g_string_new (HEAD);

  try_file ((const char *)data, size);
  g_string_append_len (file, (const char *)data, size);
  g_string_append (file, TAIL);
  try_file (file->str, file->len);
  return 0;
}
