/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Escape closes the window, where nothing in it has another use for that key; and so does Ctrl+W.
 */
void byway_escape_closes (GtkWindow *window);
