/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The pipe by which one xl2tpd is told what to do. It reads whatever is in there as one command, so
 * there is one at a time; and it closes and opens its end between two, so each is tried for a
 * second. */
typedef struct _BywayXl2tpdControl BywayXl2tpdControl;
/* @written: or it could not be within that second. */
typedef void (*BywayXl2tpdControlFunc) (gboolean written, gpointer data);

/* @path: the pipe, which xl2tpd makes. */
BywayXl2tpdControl *byway_xl2tpd_control_new (const char *path, BywayXl2tpdControlFunc function,
                                              gpointer data);
/* The function is not called any more. */
void byway_xl2tpd_control_free (BywayXl2tpdControl *control);
/* @command: a literal, with its end of line. In place of one that is not written yet. The function
 * is called once, maybe before this returns, and may free the pipe. */
void byway_xl2tpd_control_send (BywayXl2tpdControl *control, const char *command);
/* What is not written yet will not be, and nobody is told. */
void byway_xl2tpd_control_forget (BywayXl2tpdControl *control);
