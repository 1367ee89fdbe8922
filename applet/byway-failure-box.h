/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-roster.h"

/* Why a connection failed, or what is not good about one that is up: what is wrong, how that is
 * known, what else it may be, and a button for each thing that a click can do about it. Not shown
 * while nothing is wrong. */
GtkWidget *byway_failure_box_new (void);
void byway_failure_box_set_entry (GtkWidget *box, const BywayEntry *entry);
