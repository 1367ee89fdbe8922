/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-l2tp-remains.h"
#include "byway-l2tp.h"

typedef enum
{
  BYWAY_BURIAL_DONE,   /* the server has acknowledged */
  BYWAY_BURIAL_SILENT, /* no answer: it does not know the tunnel, or is not there */
  BYWAY_BURIAL_BLOCKED /* nothing could be sent: there is no IPsec, or the port is taken */
} BywayBurialResult;

/* Ends it at the server: asks for the sequence numbers, sends StopCCN, waits for its
 * acknowledgement. IPsec must be there, and the port free. Within a second. Once `cancellable` is
 * cancelled nothing is sent any more: whoever takes IPsec and the guard away cancels first. */
void byway_l2tp_bury (const BywayL2tpRemains *remains, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data);
BywayBurialResult byway_l2tp_bury_finish (GAsyncResult *result);

/* Written into the run directory when the tunnel comes up; at the start of the next helper all
 * notes below `base` are remembered. */
void byway_l2tp_note (const BywayL2tpRemains *remains, const char *run_dir);
void byway_l2tp_remember_notes (const char *base);

/* For the next connect to that server, when there was no IPsec any more to say it through. */
void byway_l2tp_remember (const BywayL2tpRemains *remains);
/* What is remembered of that server and port, and our address, and now forgotten. Or what is of
 * another address of ours: once for each that we have meanwhile, and not forgotten. FALSE when
 * nothing. */
gboolean byway_l2tp_recall (const BywayUplink *uplink, guint16 local_port, BywayL2tpRemains *out);
