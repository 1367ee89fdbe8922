/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Writes a new file, for its owner only, and never over something that is there: that is
 * BYWAY_ERROR_EXISTS. */
gboolean byway_cli_write_file (const char *path, const char *text, GError **error);
/* Reads a file, or "-" (standard input), of at most @max bytes: of a longer one, @max and one more.
 * A NUL follows. Caller frees. BYWAY_ERROR_NOT_FOUND where there is none. */
char *byway_cli_read_file (const char *path, gsize max, gsize *length, GError **error);
