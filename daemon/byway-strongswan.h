/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ipsec-engine.h"
#include "byway-vici.h"

#define BYWAY_TYPE_STRONGSWAN (byway_strongswan_get_type ())
G_DECLARE_FINAL_TYPE (BywayStrongswan, byway_strongswan, BYWAY, STRONGSWAN, GObject)

/* The engine that drives charon over vici. `socket_path` NULL: /run/charon.vici. `system_bus` NULL:
 * no systemd. */
BywayIpsecEngine *byway_strongswan_new (const char *socket_path, GDBusConnection *system_bus);
/* Set of the names in an answer to get-algorithms; full. */
GHashTable *byway_strongswan_algorithms (const BywayViciNode *answer);
