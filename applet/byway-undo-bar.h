/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-deletions.h"

/* Says what was just deleted, and takes it back; or why it could not be deleted. Hidden while there
 * is nothing to say. */
GtkWidget *byway_undo_bar_new (BywayDeletions *deletions);
