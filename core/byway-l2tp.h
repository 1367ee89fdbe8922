/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The few L2TP control messages (RFC 2661, sections 3.1 and 6) that end a tunnel whose xl2tpd died.
 */

#define BYWAY_L2TP_MESSAGE_SIZE 64

/* A control connection as the peer will accept us in it. */
typedef struct
{
  guint16 local_id, remote_id; /* tunnel numbers: ours, and the peer's */
  guint16 ns, nr;              /* our next, and the next that we expect */
} BywayL2tpTunnel;

/* Writes into `out` (BYWAY_L2TP_MESSAGE_SIZE bytes) and returns the length. The hello has a number
 * that the peer has seen: it answers with what it expects next (RFC 2661, 5.8). */
gsize byway_l2tp_write_old_hello (const BywayL2tpTunnel *tunnel, guint8 *out);
gsize byway_l2tp_write_stop (const BywayL2tpTunnel *tunnel, guint8 *out);
/* Takes Ns and Nr from a message to our tunnel; FALSE when it is anything else. */
gboolean byway_l2tp_read (const guint8 *data, gsize length, BywayL2tpTunnel *tunnel);
