/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-client.h"
#include "byway-import.h"
#include "byway-roster.h"

/* Windows that edit the helper's connections, one for each. Each saves what it is told to, secrets
 * into the keyring, and asks before something that was typed is lost. */

/* @id: an entry's; NULL: a new connection. @key: the option to go to; NULL: the first. A window
 * that is open for it already comes to the front. */
void byway_connection_editor_open (GtkApplication *application, BywayClient *client,
                                   BywayRoster *roster, const char *id, const char *key);
/* A new one that begins as a copy, with the secrets of that one. */
void byway_connection_editor_duplicate (GtkApplication *application, BywayClient *client,
                                        BywayRoster *roster, const char *id);
/* A new one that begins as what was read; what is wrong with it is shown. */
void byway_connection_editor_open_import (GtkApplication *application, BywayClient *client,
                                          BywayRoster *roster, const BywayImport *import);
