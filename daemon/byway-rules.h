/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-kill-switch.h"

/* The kernel's policy rules of our protocol number (BYWAY_ROUTE_PROTOCOL), both families. They stay
 * when we end, however that happens. */

/* Makes them exactly `wanted` (BywayKillRule, in the order to add them): first adds what lacks,
 * then removes what is too much, and then reads them back. Half of it is done at worst, and then
 * rather too much is refused than too little. */
gboolean byway_rules_apply (GArray *wanted, GError **error);
/* What is there now, in the kernel's order; NULL with error. */
GArray *byway_rules_list (GError **error);
