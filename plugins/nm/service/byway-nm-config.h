/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-profile.h"

/* What NetworkManager is told of a session that is up. Pure: @session is what Session.Get answered
 * (a{sv}), @addresses (BywayAddress) are the interface's IPv6 addresses. */
typedef struct
{
  GVariant *config, *ip4; /* a{sv} */
  GVariant *ip6;          /* NULL without IPv6 */
} BywayNmConfig;

/* NULL when the session has no usable address. */
BywayNmConfig *byway_nm_config_new (GVariant *session, const BywayProfile *profile,
                                    GArray *addresses);
void byway_nm_config_free (BywayNmConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayNmConfig, byway_nm_config_free)
