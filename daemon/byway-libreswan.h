/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ipsec-engine.h"

#define BYWAY_TYPE_LIBRESWAN (byway_libreswan_get_type ())
G_DECLARE_FINAL_TYPE (BywayLibreswan, byway_libreswan, BYWAY, LIBRESWAN, GObject)

/* Libreswan's pluto, driven by its own programs whack and addconn. @pid_file: NULL for
 * /run/pluto/pluto.pid; @drop_in: NULL for /etc/ipsec.d; @nss_folder: NULL for where pluto says
 * that its certificates are, or usually has them. With a system bus its unit is started where it
 * does not run. */
BywayIpsecEngine *byway_libreswan_new (const char *pid_file, const char *drop_in,
                                       const char *nss_folder, GDBusConnection *system_bus);
