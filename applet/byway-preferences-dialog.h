/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-preferences.h"
#include "byway-roster.h"

/* A window; what is changed in it counts at once. */
GtkWidget *byway_preferences_dialog_new (GtkApplication *application, BywayPreferences *preferences,
                                         BywayRoster *roster);
