/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* An entry's text in locked memory of fixed size. A line break ends what is pasted. */
#define BYWAY_TYPE_PASSWORD_BUFFER (byway_password_buffer_get_type ())
G_DECLARE_FINAL_TYPE (BywayPasswordBuffer, byway_password_buffer, BYWAY, PASSWORD_BUFFER,
                      GtkEntryBuffer)

/* Holds at most @max bytes. */
GtkEntryBuffer *byway_password_buffer_new (gsize max);
