/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Writes a new file, for its owner only, and never over something that is there: that is
 * BYWAY_ERROR_EXISTS. */
gboolean byway_cli_write_file (const char *path, const char *text, GError **error);
