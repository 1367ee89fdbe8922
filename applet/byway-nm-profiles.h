/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-roster.h"

#include <gio/gio.h>

/* NetworkManager's Byway profiles, kept in the roster for as long as NetworkManager runs. Bringing
 * one up or down is NetworkManager's work. */
#define BYWAY_TYPE_NM_PROFILES (byway_nm_profiles_get_type ())
G_DECLARE_FINAL_TYPE (BywayNmProfiles, byway_nm_profiles, BYWAY, NM_PROFILES, GObject)

BywayNmProfiles *byway_nm_profiles_new (BywayRoster *roster);

/* TRUE, or an error in words for people; whether it comes up the roster tells. */
void byway_nm_profiles_activate (BywayNmProfiles *profiles, const char *uuid,
                                 GAsyncReadyCallback callback, gpointer data);
void byway_nm_profiles_deactivate (BywayNmProfiles *profiles, const char *uuid,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean byway_nm_profiles_finish (BywayNmProfiles *profiles, GAsyncResult *result, GError **error);
