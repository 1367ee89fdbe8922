/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What our own command prints with --json: an object as a{sv}, lists in it as av. Full; NULL with
 * BYWAY_ERROR_FAILED when it is none. */
GVariant *byway_json_read_object (const char *text, GError **error);
