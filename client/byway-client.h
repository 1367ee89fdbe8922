/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-secret.h"

#define BYWAY_CLIENT_ROOT "/org/byway/Byway1"

#define BYWAY_TYPE_CLIENT (byway_client_get_type ())
G_DECLARE_FINAL_TYPE (BywayClient, byway_client, BYWAY, CLIENT, GObject)

/* The helper as its clients see it. `interface` is the last word of its D-Bus name: "Manager",
 * "Connection" or "Session". The helper's errors come as BYWAY_ERROR. Signals:
 *   "event" (const char *path, const char *interface, const char *member, GVariant *arguments):
 *     only after byway_client_watch_sync
 *   "gone" (): the helper left the bus; "came" (): it is there */
BywayClient *byway_client_new (GError **error);
/* The system bus. Borrowed. */
GDBusConnection *byway_client_get_bus (BywayClient *client);

/* Waits for the answer without limit: polkit may have a question for the user. `arguments` may be
 * floating or NULL. */
GVariant *byway_client_call_sync (BywayClient *client, const char *path, const char *interface,
                                  const char *method, GVariant *arguments, GError **error);
void byway_client_call (BywayClient *client, const char *path, const char *interface,
                        const char *method, GVariant *arguments, GAsyncReadyCallback callback,
                        gpointer data);
GVariant *byway_client_call_finish (BywayClient *client, GAsyncResult *result, GError **error);

/* Starts a session; its object's path comes by the finish function. */
void byway_client_connect (BywayClient *client, const char *connection, BywaySecretSet *secrets,
                           GAsyncReadyCallback callback, gpointer data);
/* The same for settings that nobody saves (Manager.ConnectTransient); `owner`: a uid, or
 * BYWAY_OWNER_SYSTEM. It is the caller's for as long as it stays on the bus. */
void byway_client_connect_transient (BywayClient *client, const char *uuid, const char *name,
                                     guint owner, GHashTable *settings, BywaySecretSet *secrets,
                                     GAsyncReadyCallback callback, gpointer data);
/* Of both. */
char *byway_client_connect_finish (BywayClient *client, GAsyncResult *result, GError **error);

/* The object of the connection with that name or UUID. Caller frees. */
char *byway_client_find_sync (BywayClient *client, const char *name, GError **error);
/* What Get of a Connection or Session answers: a{sv}. */
GVariant *byway_client_get_sync (BywayClient *client, const char *path, const char *interface,
                                 GError **error);
/* The helper's version; caller frees. NULL with error. */
char *byway_client_version_sync (BywayClient *client, GError **error);
gboolean byway_client_watch_sync (BywayClient *client, GError **error);
