/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-roster.h"

/* A picture of an attempt: a line for each stage, its bar where it was in time. It draws when it is
 * given something new, and has no clock. */
GtkWidget *byway_timeline_new (void);
/* NULL: none. Keeps nothing of @session. */
void byway_timeline_set_session (GtkWidget *timeline, const BywaySessionLook *session);
