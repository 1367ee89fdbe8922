/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-roster.h"

/* All about one connection: its state, its stages, its traffic, and why it failed. Follows the
 * roster while it can be seen, and is destroyed when the connection goes.
 * Signal "poll": once a second while it can be seen and the connection is up, so that somebody asks
 * the helper for the counters and puts them into the roster. No timer runs otherwise. */
GtkWidget *byway_status_window_new (GtkApplication *application, BywayRoster *roster,
                                    const char *id);
