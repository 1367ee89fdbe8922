/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Asks polkit whether who is at `caller`, a name on the bus, may do `action`; `interactive`: it may
 * ask a person for a password. The question ends with its time (byway-limits.h), and with its
 * caller: then polkit is told, so that no dialog stays. */
void byway_polkit_ask (GDBusConnection *bus, const char *caller, const char *action,
                       gboolean interactive, GAsyncReadyCallback callback, gpointer data);
/* FALSE without an error: polkit says no. With one: there is no answer, or none that makes sense.
 */
gboolean byway_polkit_ask_finish (GAsyncResult *result, GError **error);
