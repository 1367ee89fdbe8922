/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-option.h"
#include "byway-profile.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Each byte pair (option, length) takes that many bytes as the option's text. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GHashTable) settings = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GPtrArray) issues = NULL;
  gsize n;
  const BywayOption *options = byway_options (&n);
  BywayProfile *profile;

  g_hash_table_insert (settings, "gateway", g_strdup ("vpn.example.net"));
  g_hash_table_insert (settings, "user", g_strdup ("alice"));
  while (size > 2)
    {
      gsize length = MIN (data[1], size - 2);

      g_hash_table_insert (settings, (char *)options[data[0] % n].key,
                           g_strndup ((const char *)data + 2, length));
      data += length + 2;
      size -= length + 2;
    }
  profile = byway_profile_parse (settings, &issues);
  if (profile == NULL)
    g_assert_cmpuint (issues->len, >, 0);
  else
    {
      g_assert_null (strchr (profile->user, '\n'));
      byway_profile_unref (profile);
    }
  return 0;
}
