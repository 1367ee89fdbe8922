/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-session.h"

#define BYWAY_TYPE_MANAGER (byway_manager_get_type ())
G_DECLARE_FINAL_TYPE (BywayManager, byway_manager, BYWAY, MANAGER, GObject)

/* The objects on the bus: one Manager, a Connection for each saved one, a Session for each attempt.
 */
BywayManager *byway_manager_new (GDBusConnection *bus, const BywaySessionContext *context,
                                 const char *store);
/* Registers all objects, and begins what was wanted again; an IKE daemon that a killed helper had
 * started, and nobody wants now, is let go. */
gboolean byway_manager_export (BywayManager *manager, GError **error);
/* Ends every session; finishes when all are undone. */
void byway_manager_stop (BywayManager *manager, GAsyncReadyCallback callback, gpointer data);
