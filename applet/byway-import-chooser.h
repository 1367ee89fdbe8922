/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-client.h"
#include "byway-roster.h"

/* Lets the user choose a file, reads it, and opens what it holds as a new connection. Says so when
 * it can't be read. @parent may be NULL. */
void byway_import_choose (GtkApplication *application, BywayClient *client, BywayRoster *roster,
                          GtkWindow *parent);
/* The same for a file that is known. */
void byway_import_open (GtkApplication *application, BywayClient *client, BywayRoster *roster,
                        GtkWindow *parent, const char *path);
