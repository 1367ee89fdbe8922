/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-wish.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is read is what is written. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autofree char *again = NULL;
  BywayWish wish;

  if (!byway_wish_parse (text, &wish))
    return 0;
  again = byway_wish_to_text (&wish);
  g_assert_cmpstr (again, ==, text);
  return 0;
}
