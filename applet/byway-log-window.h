/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What the programs said about one connection: to search in, to copy, to save. Whoever reads the
 * end sees new lines come; whoever reads further up is left there. */
GtkWidget *byway_log_window_new (GtkApplication *application, const char *name);
/* All lines there are now. */
void byway_log_window_set_lines (GtkWidget *window, const char *const *lines);
