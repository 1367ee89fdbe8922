/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The program: one instance for each user. Wires the helper, NetworkManager, tray and windows
 * together; what they want done comes as an action. */
#define BYWAY_TYPE_APPLET (byway_applet_get_type ())
G_DECLARE_FINAL_TYPE (BywayApplet, byway_applet, BYWAY, APPLET, GtkApplication)

BywayApplet *byway_applet_new (void);
