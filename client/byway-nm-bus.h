/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* NetworkManager's profiles, by its bus interface. Errors come as BYWAY_ERROR: MISSING_PROGRAM when
 * NetworkManager does not run, DENIED when it or polkit says no. All calls block. */
typedef struct _BywayNmBus BywayNmBus;

BywayNmBus *byway_nm_bus_new (GError **error);
void byway_nm_bus_free (BywayNmBus *bus);

/* Paths of the profiles that the caller may see. */
GStrv byway_nm_bus_list (BywayNmBus *bus, GError **error);
/* Paths of the profiles that are active now; empty when that can't be known. */
GStrv byway_nm_bus_list_active (BywayNmBus *bus);
/* a{sa{sv}}, full; NULL with error. */
GVariant *byway_nm_bus_get (BywayNmBus *bus, const char *path, GError **error);
/* a{sa{sv}} with the secrets that NetworkManager has or an agent gives, full; NULL: none. */
GVariant *byway_nm_bus_get_secrets (BywayNmBus *bus, const char *path);
/* Writes a profile, where it was kept before. An active connection goes on as it is. */
gboolean byway_nm_bus_update (BywayNmBus *bus, const char *path, GVariant *settings,
                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayNmBus, byway_nm_bus_free)
