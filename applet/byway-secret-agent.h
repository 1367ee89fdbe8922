/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-roster.h"
#include "byway-secret.h"

/* The user's secrets: from the keyring, or typed. Answers our own attempts to connect, and as an
 * agent that is registered with the helper those of other clients. One connection is asked for
 * once, however many want to know. */
#define BYWAY_TYPE_SECRET_AGENT (byway_secret_agent_get_type ())
G_DECLARE_FINAL_TYPE (BywaySecretAgent, byway_secret_agent, BYWAY, SECRET_AGENT, GObject)

/* Registers as soon as the helper is there, and each time that it comes back. */
BywaySecretAgent *byway_secret_agent_new (GDBusConnection *system_bus, BywayRoster *roster);

/* All secrets that the connection @id needs: the keyring's, then ONE dialog for what is missing,
 * and for @refused_key (may be NULL) whatever is kept of it; and what its files hold, with a dialog
 * more for the password of one. @reason, why it asks, and @parent may be NULL. The dialog closes
 * when it is cancelled, the connection deleted or the helper gone. */
void byway_secret_agent_gather (BywaySecretAgent *agent, GtkWindow *parent, const char *id,
                                const char *refused_key, const char *reason,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data);
/* The caller's; others may have it too: not to be changed. BYWAY_ERROR_CANCELLED when the user did
 * not want to, BYWAY_CAUSE_KEYRING_LOCKED when a keyring stayed locked, another BYWAY_FAILURE when
 * a file is of no use, BYWAY_ERROR_NOT_FOUND when there is no such connection of the helper's, or
 * no longer. */
BywaySecretSet *byway_secret_agent_gather_finish (BywaySecretAgent *agent, GAsyncResult *result,
                                                  GError **error);
/* The attempt's end, whoever began it. What was typed for it goes into the keyring only when it
 * worked; a wrong saved secret stays until then. */
void byway_secret_agent_settle (BywaySecretAgent *agent, const char *id, gboolean worked);
