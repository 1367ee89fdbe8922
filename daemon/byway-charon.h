/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Whether charon runs, and starting it where nobody else did: by systemd's unit, or where there is
 * no systemd as a process of its own. What we started, and only that, we stop again. */
typedef struct _BywayCharon BywayCharon;

BywayCharon *byway_charon_new (const char *socket_path, GDBusConnection *system_bus);
void byway_charon_free (BywayCharon *charon);

/* Finishes when the socket takes connections; starts charon when it does not, within 10 s. */
void byway_charon_ensure (BywayCharon *charon, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
gboolean byway_charon_ensure_finish (BywayCharon *charon, GAsyncResult *result, GError **error);

/* Was it started by us, this helper or one before it? */
gboolean byway_charon_is_ours (BywayCharon *charon);
/* No more sessions: stops it if it is ours. */
void byway_charon_idle (BywayCharon *charon);
