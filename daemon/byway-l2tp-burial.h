/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-facts.h"
#include "byway-l2tp.h"

/* Ends a tunnel at the server when the xl2tpd that had it died: asks for the sequence numbers, sends
 * StopCCN, waits for its acknowledgement; IPsec must still be there. Within a second, and never
 * fails: TRUE when the server has acknowledged. */
void byway_l2tp_bury (const BywayUplink *uplink, guint16 local_port, guint16 local_id,
                      guint16 remote_id, GAsyncReadyCallback callback, gpointer data);
gboolean byway_l2tp_bury_finish (GAsyncResult *result);
