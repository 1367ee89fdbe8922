/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-address.h"

/* In which order to go to the addresses of a server: as the name service gives them, IPv4 only,
 * without those that were @tried already (they belong to the same attempt). @avoided, which may be
 * none, comes last: it failed a moment ago. Arrays of BywayAddress; caller frees. */
GArray *byway_server_order (GArray *addresses, GArray *tried, const BywayAddress *avoided);
