/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-keyring.h"

/* The user's keyring for programs with a main loop: each call has a thread of its own, and secrets
 * of its own, so that no two threads have the same BywaySecretSet. A cancelled call answers at
 * once; what its thread still finds out is dropped. */

void byway_keyring_read (const char *uuid, const char *const *keys, gboolean may_unlock,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* What was found, which may be nothing; the caller's. NULL with error only when it was cancelled.
 */
BywaySecretSet *byway_keyring_read_finish (GAsyncResult *result, BywayKeyringState *state,
                                           GError **error);

/* @secrets is copied. */
void byway_keyring_save (const char *uuid, const char *name, const char *key,
                         const BywaySecretSet *secrets, BywayStorage storage,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean byway_keyring_save_finish (GAsyncResult *result, GError **error);

/* One secret, or with @key NULL all of the connection's. */
void byway_keyring_forget (const char *uuid, const char *key, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data);
gboolean byway_keyring_forget_finish (GAsyncResult *result, GError **error);
