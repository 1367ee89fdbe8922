/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-kill-switch.h"

/* The kill switch's second wall: the kernel's IPsec policies for what leaves, IPv4, whose priority
 * is BYWAY_WALL_PRIORITY and their kind. They stay when we end, however that happens. */

/* Makes them exactly `wanted` (of byway_kill_switch_wall): first adds what lacks, then removes what
 * is too much. Nothing wanted in a kernel without IPsec is no error. */
gboolean byway_wall_apply (GArray *wanted, GError **error);
/* What is there now; NULL with error. */
GArray *byway_wall_list (GError **error);
