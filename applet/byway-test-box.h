/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Examines, without connecting, whether a connection can be made: this machine, as `byway doctor`
 * does, and the server, as `byway probe` does. Shows each verdict with what to do about it. Goes on
 * until it is done, stopped or destroyed. */
#define BYWAY_TYPE_TEST_BOX (byway_test_box_get_type ())
G_DECLARE_FINAL_TYPE (BywayTestBox, byway_test_box, BYWAY, TEST_BOX, GtkBox)

GtkWidget *byway_test_box_new (void);

/* @name: of a saved connection; NULL: only what every connection needs is examined. @gateway: NULL
 * or "": no server is asked. What was shown goes. */
void byway_test_box_start (BywayTestBox *box, const char *name, const char *gateway);
void byway_test_box_stop (BywayTestBox *box);

/* The same in a window of its own. */
void byway_test_box_open (GtkWindow *parent, const char *name, const char *gateway);
