/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-draft.h"

/* The keyring, as the editor of a connection needs it: in threads, so that a keyring that asks its
 * user holds up nobody. */

/* All that it has of that connection; empty where it has none, or stays locked. */
void byway_keeper_load (const char *uuid, GAsyncReadyCallback callback, gpointer data);
BywaySecretSet *byway_keeper_load_finish (GAsyncResult *result);

/* Takes every byway_draft_secret_step from @before (NULL: nothing is kept yet) to @after. Tries all
 * of them; the error is the first one's. */
void byway_keeper_keep (const char *uuid, const BywayDraft *before, const BywayDraft *after,
                        GAsyncReadyCallback callback, gpointer data);
gboolean byway_keeper_keep_finish (GAsyncResult *result, GError **error);

/* Everything of that connection. */
void byway_keeper_forget (const char *uuid, GAsyncReadyCallback callback, gpointer data);
gboolean byway_keeper_forget_finish (GAsyncResult *result, GError **error);
