/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Runs a program without input and in English, and waits for its end, at most so many seconds: then
 * it is killed. argv[0] is a path, or a name that is looked for where daemons are too. All that it
 * wrote on standard output, and with `errors` also on the other, as UTF-8; caller frees. NULL with
 * error when it could not be run. How it ended does not matter. */
char *byway_cli_program_output (const char *const *argv, gboolean errors, guint seconds,
                                GError **error);
