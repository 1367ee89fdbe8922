/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Runs our own command `byway` with these arguments (NULL-terminated), in the user's language and
 * without a terminal. Cancelling ends it. $BYWAY_COMMAND names another program in its place. */
void byway_program_run (const char *const *words, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data);
/* What it wrote to standard output, valid UTF-8. Where it wrote nothing there and failed, NULL with
 * BYWAY_ERROR_FAILED and what it wrote to standard error; *exit_code (may be NULL) is set then too.
 * More than 1 MiB is an error. */
char *byway_program_run_finish (GAsyncResult *result, int *exit_code, GError **error);
