/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-address.h"

/* The IPv4 networks that this machine is in, without the loop and the interface @but: (element-type
 * BywayPrefix), caller's. */
GArray *byway_local_nets (const char *but);
