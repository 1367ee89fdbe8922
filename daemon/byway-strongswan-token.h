/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ipsec-engine.h"
#include "byway-strongswan-keys.h"
#include "byway-vici-client.h"

/* What is asked of charon about a key on a token, the PIN last. Each fails with a cause of the
 * token's where it can tell. */

/* Whether charon has the plugin for tokens. */
void byway_strongswan_token_find_plugin (BywayViciClient *client, GAsyncReadyCallback callback,
                                         gpointer data);
gboolean byway_strongswan_token_find_plugin_finish (GAsyncResult *result, GError **error);

/* Why charon does not take a connection that names a certificate on a token. */
GError *byway_strongswan_token_explain (const char *refusal);

/* Sends the PIN, once, and tells "pin" on @engine. A key that turns out to be another one than the
 * certificate's is unloaded again. */
void byway_strongswan_token_open (BywayIpsecEngine *engine, BywayViciClient *client,
                                  BywayStrongswanKeys *keys, BywayPlan *plan, GPtrArray *strangers,
                                  GAsyncReadyCallback callback, gpointer data);
gboolean byway_strongswan_token_open_finish (GAsyncResult *result, GError **error);
