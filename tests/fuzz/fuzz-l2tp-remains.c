/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-l2tp-remains.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is read is what is written, and names a tunnel. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autofree char *again = NULL;
  BywayL2tpRemains remains;

  if (!byway_l2tp_remains_parse (text, &remains))
    return 0;
  g_assert_true (byway_address_is_set (&remains.uplink.server));
  g_assert_true (byway_address_is_set (&remains.uplink.source));
  g_assert_true (remains.local_port != 0 && remains.local_id != 0 && remains.remote_id != 0);
  again = byway_l2tp_remains_to_text (&remains);
  g_assert_cmpstr (again, ==, text);
  return 0;
}
