/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-roster.h"

#include <gtk/gtk.h>

/* The icon in the desktop's tray (StatusNotifierItem, or XEmbed where there is only that), and its
 * menu. Signal: "notify::shown": whether a tray shows it. */
#define BYWAY_TYPE_TRAY (byway_tray_get_type ())
G_DECLARE_FINAL_TYPE (BywayTray, byway_tray, BYWAY, TRAY, GObject)

/* What is chosen in the menu are actions of @application. */
BywayTray *byway_tray_new (GtkApplication *application, BywayRoster *roster);
gboolean byway_tray_is_shown (BywayTray *tray);
