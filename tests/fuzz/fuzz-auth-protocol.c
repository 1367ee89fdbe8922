/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-answer.h"
#include "byway-auth-reader.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_secrets (GPtrArray *fields, const BywaySecretSet *have)
{
  g_auto (BywayAuthText) text = { 0 };
  guint lines = 0, known = 0;

  byway_auth_answer_append_secrets (&text, fields, have);
  for (const char *p = text.bytes; (p = strchr (p, '\n')) != NULL; p++)
    lines++;
  for (guint i = 0; i < fields->len; i++)
    known += byway_auth_field_value (fields->pdata[i], have) != NULL;
  g_assert_cmpuint (lines, ==, 2 * known + 2);
  g_assert_true (g_str_has_suffix (text.bytes, "\n\n"));
  g_assert_true (g_utf8_validate (text.bytes, (gssize)text.length, NULL));
}

/* What GKeyFile reads is what was known. */
static void
check_window (GPtrArray *fields, const BywaySecretSet *have)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (BywayAuthText) text = { 0 };
  g_auto (GStrv) groups = NULL;

  byway_auth_answer_append_window (&text, fields, have, "title", "reason", TRUE);
  g_assert_true (g_key_file_load_from_data (file, text.bytes, text.length, G_KEY_FILE_NONE, NULL));
  groups = g_key_file_get_groups (file, NULL);
  g_assert_cmpuint (g_strv_length (groups), ==, fields->len + 1);
  for (guint i = 0; i < fields->len; i++)
    {
      const BywayAuthField *field = fields->pdata[i];
      const char *value = byway_auth_field_value (field, have);
      g_autofree char *read = g_key_file_get_string (file, field->key, "Value", NULL);

      g_assert_cmpstr (read, ==, value != NULL ? value : "");
    }
}

/* The first byte cuts the rest into pieces, which must not matter. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (BywayAuthReader) whole = byway_auth_reader_new ();
  g_autoptr (BywayAuthReader) pieces = byway_auth_reader_new ();
  g_autoptr (GPtrArray) fields = NULL;
  g_autoptr (BywaySecretSet) have = NULL;
  static const char *const hints[] = { "x-vpn-message:no", NULL };
  gsize piece;

  if (size < 1)
    return 0;
  piece = (gsize)data[0] + 1;
  byway_auth_reader_push (whole, (const char *)data + 1, size - 1);
  for (gsize at = 1; at < size; at += piece)
    byway_auth_reader_push (pieces, (const char *)data + at, MIN (piece, size - at));
  g_assert_cmpint (byway_auth_reader_push (whole, "", 0), ==,
                   byway_auth_reader_push (pieces, "", 0));
  g_assert_cmpint (byway_auth_reader_quit (whole), ==, byway_auth_reader_quit (pieces));
  g_assert_cmpuint (g_hash_table_size (byway_auth_reader_data (whole)), ==,
                    g_hash_table_size (byway_auth_reader_data (pieces)));

  fields = byway_auth_fields_new (byway_auth_reader_data (whole), hints);
  have = byway_auth_fields_known (fields, byway_auth_reader_secrets (whole));
  byway_auth_fields_settle (fields, have, FALSE);
  check_secrets (fields, have);
  check_window (fields, have);
  return 0;
}
