/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* pluto cuts a longer line, and reads its rest as another record. */
#define BYWAY_LIBRESWAN_LINE_MAX 2047

/* One record of ipsec.secrets: the pre-shared key for whoever of `ids` (spellings of
 * byway_identity_to_libreswan) is at the other end. In memory that is locked and wiped. NULL with
 * BYWAY_ERROR_INVALID when the line gets too long for pluto, or it would not take an id for a
 * single word. */
GBytes *byway_libreswan_secret (const char *const *ids, const char *key, gsize length,
                                GError **error);
