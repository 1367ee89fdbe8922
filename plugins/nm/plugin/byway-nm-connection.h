/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <NetworkManager.h>

#include "byway-peer-conf.h"

/* A file's content as a profile of NetworkManager's, without a UUID; never NULL. @fallback_name is
 * its name where the file has none. */
NMConnection *byway_nm_connection_from_conf (const BywayPeerConf *conf, const char *fallback_name);

/* The other way; NULL with an NM_CONNECTION_ERROR that names each key that can't be said in a file.
 * Secrets are left out, as NetworkManager-l2tp leaves them out, and so are manual addresses and the
 * attributes of routes, which its format has no place for. */
BywayPeerConf *byway_nm_connection_to_conf (NMConnection *connection, GError **error);
