/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-roster.h"

#include <gtk/gtk.h>

/* One connection in the window's list. */
GtkWidget *byway_window_row_new (const char *id);
const char *byway_window_row_get_id (GtkWidget *row);
const char *byway_window_row_get_name (GtkWidget *row);
/* @now: unix s. */
void byway_window_row_set_entry (GtkWidget *row, const BywayEntry *entry, gint64 now);
