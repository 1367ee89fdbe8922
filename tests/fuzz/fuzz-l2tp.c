/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-l2tp.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Our tunnel's number is the one that the message has, so that it counts; what is not taken leaves
 * the tunnel as it was, and what we would answer the other end takes. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const BywayL2tpTunnel before
      = { .local_id = size >= 6 ? data[4] << 8 | data[5] : 1, .remote_id = 2, .ns = 3, .nr = 4 };
  BywayL2tpTunnel tunnel = before, peer = { .local_id = 2, .remote_id = before.local_id };
  guint8 out[BYWAY_L2TP_MESSAGE_SIZE];
  gsize length;

  if (!byway_l2tp_read (data, size, &tunnel))
    {
      g_assert_cmpmem (&tunnel, sizeof tunnel, &before, sizeof before);
      return 0;
    }
  g_assert_cmpuint (size, >=, 12);
  g_assert_cmpuint (tunnel.local_id, ==, before.local_id);
  g_assert_cmpuint (tunnel.remote_id, ==, before.remote_id);
  length = byway_l2tp_write_stop (&tunnel, out);
  g_assert_cmpuint (length, <=, sizeof out);
  g_assert_true (byway_l2tp_read (out, length, &peer));
  g_assert_cmpuint (peer.ns, ==, tunnel.nr);
  length = byway_l2tp_write_old_hello (&tunnel, out);
  g_assert_cmpuint (length, <=, sizeof out);
  g_assert_true (byway_l2tp_read (out, length, &peer));
  return 0;
}
