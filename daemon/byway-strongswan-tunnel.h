/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ipsec-engine.h"
#include "byway-vici-client.h"

/* What one tunnel does in charon: load, initiate, and take everything back. */

/* Loads the plan's key and connection through `client` and initiates on a connection of its own to
 * `path`, whose log it follows; tells "progress" and "log" on `engine`. When it fails or is
 * cancelled, it has taken back what it loaded before it finishes. */
void byway_strongswan_raise (BywayIpsecEngine *engine, BywayViciClient *client, const char *path,
                             BywayPlan *plan, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
gboolean byway_strongswan_raise_finish (GAsyncResult *result, BywaySaInfo *info, GError **error);

/* Sends the undo messages (terminate, unload-conn, unload-shared twice) and waits for the answers,
 * within 3 s. Never fails: what charon does not know is gone. */
void byway_strongswan_withdraw (BywayViciClient *client, GBytes *const undo[BYWAY_PLAN_UNDOS],
                                GAsyncReadyCallback callback, gpointer data);
void byway_strongswan_withdraw_finish (GAsyncResult *result);
