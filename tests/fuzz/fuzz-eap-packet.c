/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-eap-packet.h"

#include <glib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Looking changes nothing; a wish changes one byte at most, and only once. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *packet = g_memdup2 (data, size);
  g_autofree guint8 *again = NULL;
  const guint8 *words;
  gsize left = 0;
  guint changed = 0;

  g_assert_cmpint (byway_eap_packet_alert (packet, size), <=, 255);
  g_assert_cmpint (byway_eap_packet_alert (packet, size), >=, -1);
  words = byway_eap_packet_refusal (packet, size, &left);
  if (words != NULL)
    g_assert_true (left > 0 && words > packet && words + left <= packet + size);
  byway_eap_packet_wish_for_tls (packet, size, byway_eap_packet_requested (packet, size));
  for (gsize i = 0; i < size; i++)
    changed += packet[i] != data[i];
  g_assert_cmpuint (changed, <=, 1);
  again = g_memdup2 (packet, size);
  byway_eap_packet_wish_for_tls (packet, size, 0);
  g_assert_true (changed == 0 || memcmp (packet, again, size) == 0);
  return 0;
}
