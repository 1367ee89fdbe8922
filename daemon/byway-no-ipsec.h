/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ipsec-engine.h"

#define BYWAY_TYPE_NO_IPSEC (byway_no_ipsec_get_type ())
G_DECLARE_FINAL_TYPE (BywayNoIpsec, byway_no_ipsec, BYWAY, NO_IPSEC, GObject)

/* The engine of connections with ipsec=no: there is nothing to load and nothing to lose, so each
 * verb succeeds at once. */
BywayIpsecEngine *byway_no_ipsec_new (void);
