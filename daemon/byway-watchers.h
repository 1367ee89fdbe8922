/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Who gets signals: bus names that asked, until they leave. Each gets only what its user may see.
 */
typedef struct _BywayWatchers BywayWatchers;

BywayWatchers *byway_watchers_new (GDBusConnection *bus);
void byway_watchers_free (BywayWatchers *watchers);
/* FALSE: BYWAY_ERROR_LIMIT, this user has as many as he may. */
gboolean byway_watchers_add (BywayWatchers *watchers, const char *name, guint uid, GError **error);
/* Sends a signal about an object of `owner`; sinks `arguments`. */
void byway_watchers_emit (BywayWatchers *watchers, guint owner, const char *path,
                          const char *interface, const char *signal, GVariant *arguments);
