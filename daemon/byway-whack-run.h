/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-command.h"

/* Runs one of Libreswan's programs, whack or addconn, wherever they are, to its end, which is
 * bounded by `timeout_ms`. argv[0] is the program's plain name. @on_line (may be NULL) gets its
 * lines as they come, with @line_data, and none after the callback. */
void byway_whack_run (const char *const *argv, guint timeout_ms, GCancellable *cancellable,
                      BywayCommandLine on_line, gpointer line_data, GAsyncReadyCallback callback,
                      gpointer data);
/* The same of a program that may ask for @answer (NULL: for nothing), a line with its end. */
void byway_whack_run_answering (const char *const *argv, GBytes *answer, guint timeout_ms,
                                GCancellable *cancellable, BywayCommandLine on_line,
                                gpointer line_data, GAsyncReadyCallback callback, gpointer data);
/* Its exit code in *code. BYWAY_ERROR_MISSING_PROGRAM, _TIMEOUT or _CANCELLED. */
gboolean byway_whack_run_finish (GAsyncResult *result, int *code, GError **error);

/* Are the programs there? */
gboolean byway_whack_is_installed (void);
