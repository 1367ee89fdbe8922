/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Charon keeps certificates in one place. Another connection that takes any peer whose certificate
 * charon can trust would take peers by a user's certificates too, as long as they are loaded. */

/* Looks, on a connection of its own to charon at `path`, for such a connection that is not ours. */
void byway_strongswan_trust_check (const char *path, GAsyncReadyCallback callback, gpointer data);
/* TRUE: there is none. Else FALSE with IKE_TRUST_SHARED, the message its name, or with why it could
 * not be found out. */
gboolean byway_strongswan_trust_check_finish (GAsyncResult *result, GError **error);
