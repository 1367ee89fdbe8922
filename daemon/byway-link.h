/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-diagnosis.h"
#include "byway-plan.h"
#include "byway-stage.h"

#define BYWAY_TYPE_LINK (byway_link_get_type ())
G_DECLARE_FINAL_TYPE (BywayLink, byway_link, BYWAY, LINK, GObject)

/* One L2TP tunnel with one PPP link in it: a private xl2tpd, its pppd, and our plugin's socket.
 * Signals:
 *   "progress" (guint stage, guint state, const char *text): L2TP and PPP stages pass
 *   "log" (const char *line): a line of xl2tpd's or pppd's, evidence without secrets
 *   "ip-up" (BywayLinkInfo *info): addresses are there; may come again with other ones
 *   "lost" (GError *error): the link ended by itself after dial succeeded
 *   "path" (guint largest, guint lost): the largest packet that came back from the server, and the
 *   smallest that did not; 0: none was lost
 */
BywayLink *byway_link_new (BywayPlan *plan, const char *ppp_name, BywaySecretSet *secrets);

/* The run directory and its files exist; IPsec need not. Checks pppd's options and starts xl2tpd,
 * and keeps a failure for dial. */
void byway_link_prepare (BywayLink *link);
/* Prepares where that was not done, writes "c c", and finishes with the first ip-up, or the first
 * failure. Once only. */
void byway_link_dial (BywayLink *link, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer data);
gboolean byway_link_dial_finish (BywayLink *link, GAsyncResult *result, BywayLinkInfo *info,
                                 GError **error);

/* Facts about this link that a diagnosis may name. */
void byway_link_describe (BywayLink *link, BywayDiagnosis *diagnosis);

/* There is no way to the server any more: hang_up will not try to say goodbye. */
void byway_link_abandon (BywayLink *link);
/* At any moment, also while dialling or when nothing runs: a clean goodbye ("d c", waiting for the
 * acknowledged StopCCN), then TERM, then KILL, all within plan->deadlines.hang_up. Never fails. */
void byway_link_hang_up (BywayLink *link, GAsyncReadyCallback callback, gpointer data);
void byway_link_hang_up_finish (BywayLink *link, GAsyncResult *result);