/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-mask.h"

#include <string.h>

#define MOST_VALUES 6

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Bytes of the placeholder that `text` begins with, or 0. */
static gsize
placeholder_length (const char *text)
{
  static const char *const words[]
      = { "server", "user", "name", "host", "address", "uuid", "mac", "mail", "hex", "secret" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = 1 + strlen (words[i]);

      if (text[0] != '<' || strncmp (text + 1, words[i], length - 1) != 0)
        continue;
      if (text[length] == '-')
        length += 1 + strspn (text + length + 1, "0123456789");
      if (text[length] == '>')
        return length + 1;
    }
  return 0;
}

/* What is not placeholder, in small letters; a byte that no value has stands for each of them. */
static char *
rest_of (const char *masked)
{
  GString *rest = g_string_new (NULL);

  while (*masked != '\0')
    {
      gsize length = placeholder_length (masked);

      g_string_append_c (rest, length > 0 ? '\x01' : g_ascii_tolower (*masked));
      masked += MAX (length, 1);
    }
  return g_string_free (rest, FALSE);
}

/* Lines: up to six values, of each kind in turn, then the text. Of a value of four bytes or more
 * nothing is left in the text. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *input = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (g_strdelimit (input, "\x01", ' '), "\n", MOST_VALUES + 1);
  guint n = g_strv_length (lines);
  g_autoptr (BywayMask) mask = byway_mask_new ();
  g_autofree char *masked = NULL;
  g_autofree char *rest = NULL;

  if (n < 2)
    return 0;
  for (guint i = 0; i + 1 < n; i++)
    if (i == MOST_VALUES - 2)
      byway_mask_add_host (mask, BYWAY_MASK_SERVER, lines[i]);
    else if (i == MOST_VALUES - 1)
      byway_mask_add_secret (mask, lines[i], strlen (lines[i]));
    else
      byway_mask_add (mask, i, lines[i]);
  masked = byway_mask_apply (mask, lines[n - 1]);
  rest = rest_of (masked);
  for (guint i = 0; i + 1 < n; i++)
    {
      g_autofree char *value = g_ascii_strdown (lines[i], -1);

      /* A value that looks like a placeholder, or a part of one, can't be told from one. */
      if (strlen (value) >= 4 && strpbrk (value, "<>") == NULL)
        g_assert_null (strstr (rest, value));
    }
  return 0;
}
