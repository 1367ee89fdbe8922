/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Asks Byway's helper what this machine's IPsec can do. Nobody is asked for a password for that. */
void byway_nm_able (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* vici's names, a set, the caller's; NULL when that is not known. */
GHashTable *byway_nm_able_finish (GAsyncResult *result, GError **error);
