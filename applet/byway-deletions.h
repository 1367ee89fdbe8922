/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-client.h"
#include "byway-roster.h"

/* Deletes connections some seconds after it was told so, with what the keyring has for them, unless
 * it is told otherwise. The roster hides them at once. Signals:
 *   "changed" (): another one would be taken back, or none any more
 *   "failed" (const char *name, const char *message): that one was not deleted, and is shown again
 */
#define BYWAY_TYPE_DELETIONS (byway_deletions_get_type ())
G_DECLARE_FINAL_TYPE (BywayDeletions, byway_deletions, BYWAY, DELETIONS, GObject)

BywayDeletions *byway_deletions_new (BywayClient *client, BywayRoster *roster);

/* By an id of the roster's; one that the helper does not keep is left alone. */
void byway_deletions_put (BywayDeletions *deletions, const char *id);
/* Takes back the last one, if there still is one. */
void byway_deletions_undo (BywayDeletions *deletions);
/* Its name, borrowed; NULL: nothing can be taken back. */
const char *byway_deletions_last_name (BywayDeletions *deletions);

/* Deletes at once all that waits: before the applet ends. Finishes when the helper has answered. */
void byway_deletions_flush (BywayDeletions *deletions, GAsyncReadyCallback callback, gpointer data);
void byway_deletions_flush_finish (BywayDeletions *deletions, GAsyncResult *result);
