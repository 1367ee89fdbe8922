/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-facts.h"
#include "byway-l2tp.h"

/* A tunnel that a server still has, and we do not: it would keep it for minutes, and its kernel
 * would take the next tunnel's frames from the same port for the old one's. */
typedef struct
{
  BywayUplink uplink;
  guint16 local_port;
  guint16 local_id, remote_id; /* tunnel numbers */
} BywayL2tpRemains;

/* Ends it at the server: asks for the sequence numbers, sends StopCCN, waits for its
 * acknowledgement. IPsec must be there, and the port free. Within a second, and never fails: TRUE
 * when the server has acknowledged. */
void byway_l2tp_bury (const BywayL2tpRemains *remains, GAsyncReadyCallback callback, gpointer data);
gboolean byway_l2tp_bury_finish (GAsyncResult *result);

/* Written into the run directory when the tunnel comes up; at the start of the next helper all
 * notes below `base` are remembered. */
void byway_l2tp_note (const BywayL2tpRemains *remains, const char *run_dir);
void byway_l2tp_remember_notes (const char *base);
/* Ends all that is remembered, as far as IPsec is still there; the others stay remembered. */
void byway_l2tp_bury_all (GAsyncReadyCallback callback, gpointer data);

/* For the next connect to that server, when there was no IPsec any more to say it through. */
void byway_l2tp_remember (const BywayL2tpRemains *remains);
/* What is remembered of that server and port, and now forgotten: FALSE when nothing. */
gboolean byway_l2tp_recall (const BywayUplink *uplink, guint16 local_port, BywayL2tpRemains *out);
