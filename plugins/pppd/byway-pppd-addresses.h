/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-pppd-compat.h"

/* What IPCP and IPV6CP agree on: what we ask for, and the news for the helper. */

/* Ask for name servers, and WINS servers. */
extern bool byway_pppd_want_dns, byway_pppd_want_wins;

void byway_pppd_addresses_install (void);
