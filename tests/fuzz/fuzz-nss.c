/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-nss.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Each is a line's, and once there: it is asked for by that name, which is a word of an argv. What
 * has a key is among them. */
static void
try_nicknames (const char *output)
{
  g_auto (GStrv) names = byway_nss_read_nicknames (output);
  g_auto (GStrv) keyed = byway_nss_read_with_key (output);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (char **name = names; *name != NULL; name++)
    {
      g_assert_true (**name != '\0');
      g_assert_null (strchr (*name, '\n'));
      g_assert_nonnull (strstr (output, *name));
      g_assert_true (g_hash_table_add (seen, *name));
    }
  for (char **name = keyed; *name != NULL; name++)
    g_assert_true (g_hash_table_contains (seen, *name));
}

/* What is removed by it is ours. */
static void
try_keys (const char *output)
{
  g_autoptr (GPtrArray) keys = byway_nss_read_our_keys (output);

  for (guint i = 0; i < keys->len; i++)
    {
      const BywayNssKey *key = keys->pdata[i];

      g_assert_cmpuint (strlen (key->id), ==, 40);
      g_assert_cmpuint (strspn (key->id, G_CSET_DIGITS "abcdef"), ==, 40);
      g_assert_true (byway_nss_is_ours (key->nickname));
    }
}

static void
try_certificates (const char *output, gsize size)
{
  g_autoptr (GPtrArray) certificates = byway_nss_read_certificates (output);

  for (guint i = 0; i < certificates->len; i++)
    {
      g_autofree char *name = byway_nss_nickname (certificates->pdata[i]);

      g_assert_true (byway_nss_is_ours (name));
      g_assert_cmpuint (g_bytes_get_size (certificates->pdata[i]), <, size);
    }
}

static void
try_explanation (const char *output)
{
  g_autoptr (GError) error = byway_nss_explain (output);

  g_assert_true (error->domain == BYWAY_FAILURE);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const char *at = error->message; *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));
}

/* The input is what certutil or pk12util said. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *output = g_strndup ((const char *)data, size);

  try_nicknames (output);
  try_keys (output);
  try_certificates (output, size);
  try_explanation (output);
  return 0;
}
