/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-config.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Words that were read, quoted, are read again, the same. */
static void
try_reader (const char *text)
{
  g_auto (GStrv) words = byway_pppd_config_read (text);
  g_auto (GStrv) again = NULL;
  g_autoptr (GString) file = g_string_new (NULL);

  if (words == NULL)
    return;
  for (char **word = words; *word != NULL; word++)
    {
      g_autofree char *quoted = byway_pppd_quote (*word, strlen (*word));

      if (quoted == NULL)
        return;
      g_string_append_printf (file, "%s\n", quoted);
    }
  again = byway_pppd_config_read (file->str);
  g_assert_nonnull (again);
  g_assert_true (g_strv_equal ((const char *const *)words, (const char *const *)again));
}

/* The input as a file of somebody's, and as a value among words of ours. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autofree char *quoted = byway_pppd_quote (text, strlen (text));
  g_autofree char *file = NULL;
  g_auto (GStrv) words = NULL;

  try_reader (text);
  g_assert_cmpint (quoted == NULL, ==, strlen (text) > BYWAY_PPPD_WORD_MAX);
  if (quoted == NULL)
    return 0;
  file = g_strdup_printf ("ipparam %s noauth\n", quoted);
  words = byway_pppd_config_read (file);
  g_assert_nonnull (words);
  g_assert_cmpuint (g_strv_length (words), ==, 3);
  g_assert_cmpstr (words[1], ==, text);
  g_assert_cmpstr (words[2], ==, "noauth");
  return 0;
}
