/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ipsec-engine.h"
#include "byway-pluto-keys.h"

/* Puts the key in, loads the connection and brings it up, telling the engine's listeners. When it
 * fails or is cancelled, all that it did is taken back when it finishes. The key of the plan is in
 * @keys from the beginning. */
void byway_libreswan_raise (BywayIpsecEngine *engine, BywayPlutoKeys *keys, BywayPlan *plan,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean byway_libreswan_raise_finish (GAsyncResult *result, BywaySaInfo *info, GError **error);

/* Takes the connection of that name with all that came of it, and its key, out of pluto. Bounded.
 */
void byway_libreswan_withdraw (BywayPlutoKeys *keys, const char *name, GAsyncReadyCallback callback,
                               gpointer data);
void byway_libreswan_withdraw_finish (GAsyncResult *result);
