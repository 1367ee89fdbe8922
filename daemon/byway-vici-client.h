/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-vici.h"

#define BYWAY_TYPE_VICI_CLIENT (byway_vici_client_get_type ())
G_DECLARE_FINAL_TYPE (BywayViciClient, byway_vici_client, BYWAY, VICI_CLIENT, GObject)

/* One connection to charon's vici socket. Requests wait for each other, as the protocol wants it;
 * events come in between. Signals:
 *   "event" (const char *name, BywayViciNode *message)
 *   "closed" (): charon went away; every request under way has failed */
void byway_vici_client_connect (const char *path, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
BywayViciClient *byway_vici_client_connect_finish (GAsyncResult *result, GError **error);

/* `body` may be NULL. Cancelling drops the answer, not the request. */
void byway_vici_client_request (BywayViciClient *client, const char *command, GBytes *body,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data);
BywayViciNode *byway_vici_client_request_finish (BywayViciClient *client, GAsyncResult *result,
                                                 GError **error);
/* The same of an answer that must say success=yes. Otherwise NULL: with charon's reason in *refusal
 * where it says no, else with *error. */
BywayViciNode *byway_vici_client_success_finish (BywayViciClient *client, GAsyncResult *result,
                                                 char **refusal, GError **error);
/* Subscribes; its answer is awaited in turn like a request's. */
void byway_vici_client_register (BywayViciClient *client, const char *event);
gboolean byway_vici_client_is_open (BywayViciClient *client);
void byway_vici_client_close (BywayViciClient *client);
