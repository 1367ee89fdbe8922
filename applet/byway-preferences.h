/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib-object.h>

/* What the user wants of the applet, in byway/applet.conf of the configuration folder. Signal:
 * "changed" (). */
#define BYWAY_TYPE_PREFERENCES (byway_preferences_get_type ())
G_DECLARE_FINAL_TYPE (BywayPreferences, byway_preferences, BYWAY, PREFERENCES, GObject)

/* There is one: who asks while another has it gets the same. The caller's reference. */
BywayPreferences *byway_preferences_new (void);

/* Tell of connections that come up, go or fail. Default: yes. */
gboolean byway_preferences_get_notify (BywayPreferences *preferences);
void byway_preferences_set_notify (BywayPreferences *preferences, gboolean notify);
/* Offer to connect again when a connection is lost. Default: yes. */
gboolean byway_preferences_get_offer_reconnect (BywayPreferences *preferences);
void byway_preferences_set_offer_reconnect (BywayPreferences *preferences, gboolean offer);
/* Connect it at log-in; by an entry's id. Default: no. */
gboolean byway_preferences_get_login (BywayPreferences *preferences, const char *id);
void byway_preferences_set_login (BywayPreferences *preferences, const char *id, gboolean login);
