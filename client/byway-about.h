/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-profile.h"

/* What the helper's objects say of themselves: an a{sv}. */

/* A named string or boolean of an a{sv}; "" and FALSE when it is not there. Borrowed. */
const char *byway_about_string (GVariant *about, const char *key);
gboolean byway_about_bool (GVariant *about, const char *key);
guint64 byway_about_number (GVariant *about, const char *key);
/* Of a connection: its kill switch is on; and nothing leaves the machine because of it. */
gboolean byway_about_has_kill_switch (GVariant *about);
gboolean byway_about_blocks (GVariant *about);
/* The keys of the secrets without which it can't come up again by itself: floating, an as that may
 * be empty; and as one text, NULL when it needs none, which the caller frees. */
GVariant *byway_about_lacks (GVariant *about);
char *byway_about_dup_lacks (GVariant *about);
/* The connection's settings as a table, and as a profile (NULL with error). */
GHashTable *byway_about_settings (GVariant *about);
BywayProfile *byway_about_profile (GVariant *about, GError **error);
