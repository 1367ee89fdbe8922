/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-able.h"

/* Asks Byway's helper what this machine can do. Nobody is asked for a password for that. */
void byway_nm_able (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* The caller's. */
BywayAble *byway_nm_able_finish (GAsyncResult *result, GError **error);
