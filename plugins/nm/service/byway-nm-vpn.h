/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <NetworkManager.h>

#include "byway-client.h"

#define BYWAY_TYPE_NM_VPN (byway_nm_vpn_get_type ())
G_DECLARE_FINAL_TYPE (BywayNmVpn, byway_nm_vpn, BYWAY, NM_VPN, NMVpnServicePlugin)

/* NetworkManager's side of one connection: what it asks for goes to the helper, what becomes of it
 * comes back. @bus_name is where NetworkManager looks for us. */
BywayNmVpn *byway_nm_vpn_new (const char *bus_name, BywayClient *client, GError **error);
