/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ipsec-engine.h"
#include "byway-strongswan-keys.h"
#include "byway-vici-client.h"

/* What one tunnel does in charon: load, initiate, and take everything back. */

/* Loads the plan's keys and connection through `client` and initiates on a connection of its own to
 * `path`, whose log it follows; tells "progress" and "log" on `engine`. When it fails or is
 * cancelled, it has taken back what it loaded before it finishes. */
void byway_strongswan_raise (BywayIpsecEngine *engine, BywayViciClient *client,
                             BywayStrongswanKeys *keys, const char *path, BywayPlan *plan,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data);
gboolean byway_strongswan_raise_finish (GAsyncResult *result, BywaySaInfo *info, GError **error);

/* Why the attempt fails when charon refuses what is loaded. */
GError *byway_strongswan_conn_refused (const char *refusal);

/* All that takes back what `raise` loaded (BywayPlanRequest); gives the plan's key back. */
GPtrArray *byway_strongswan_undo (const BywayPlan *plan, BywayStrongswanKeys *keys);

/* Sends the requests and waits for the answers, within 3 s. Never fails: what charon does not know
 * is gone. */
void byway_strongswan_withdraw (BywayViciClient *client, GPtrArray *requests,
                                GAsyncReadyCallback callback, gpointer data);
void byway_strongswan_withdraw_finish (GAsyncResult *result);
