/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-roster.h"

#include <gtk/gtk.h>

/* All connections in a window: for desktops without a tray, and for those who like windows. What
 * is clicked are actions of @application. Escape closes it. */
GtkWidget *byway_window_new (GtkApplication *application, BywayRoster *roster);
/* A word above the list, until it is closed. */
void byway_window_say (GtkWidget *window, const char *text);
/* A bar of somebody else's above the list. */
void byway_window_add_bar (GtkWidget *window, GtkWidget *bar);
