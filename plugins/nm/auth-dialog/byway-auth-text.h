/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Text that may be secret: grows in locked memory, and is wiped when it moves and when it goes.
 * Start with all zero, end with byway_auth_text_clear. */
typedef struct
{
  char *bytes; /* NUL-terminated; NULL as long as nothing was appended */
  gsize length, size;
} BywayAuthText;

/* @length may be -1: to the NUL. */
void byway_auth_text_append (BywayAuthText *text, const char *bytes, gssize length);
/* Empties it; what was in it is overwritten, the memory is kept. */
void byway_auth_text_truncate (BywayAuthText *text);
/* Frees the memory, not the struct. */
void byway_auth_text_clear (BywayAuthText *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BywayAuthText, byway_auth_text_clear)
