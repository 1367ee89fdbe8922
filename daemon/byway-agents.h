/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-secret.h"

/* Programs that can ask their user for secrets: one for each uid, the one that came last. */
typedef struct _BywayAgents BywayAgents;

BywayAgents *byway_agents_new (GDBusConnection *bus);
void byway_agents_free (BywayAgents *agents);

/* Until `name` (unique) leaves the bus. */
void byway_agents_add (BywayAgents *agents, const char *name, const char *path, guint uid);
void byway_agents_remove (BywayAgents *agents, const char *name, guint uid);
/* Is there one of that uid's that is not `caller` itself? */
gboolean byway_agents_has (BywayAgents *agents, guint uid, const char *caller);

/* Asks for these keys of one connection. Takes minutes: somebody has to type. When the cancellable
 * is cancelled, or it takes too long, the agent is told that nobody waits any more. */
void byway_agents_ask (BywayAgents *agents, guint uid, const char *connection, const char *uuid,
                       const char *const *keys, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data);
/* Asks for another secret in place of the one that the server refused, whatever is kept of it;
 * @refusal: the diagnosis, a{sv}, a floating one is taken. */
void byway_agents_ask_anew (BywayAgents *agents, guint uid, const char *connection,
                            const char *uuid, const char *key, GVariant *refusal,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* Calls off whatever was asked for that connection and is not answered yet. */
void byway_agents_call_off (BywayAgents *agents, const char *uuid);
/* The answer to either: what was answered; with the agent's words BYWAY_ERROR_CANCELLED when its
 * user does not want to, BYWAY_ERROR_SECRETS_MISSING when there is no answer for another reason;
 * G_IO_ERROR_CANCELLED when the question was called off, whatever was answered meanwhile. */
BywaySecretSet *byway_agents_ask_finish (GAsyncResult *result, GError **error);
