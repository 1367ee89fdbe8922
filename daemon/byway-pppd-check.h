/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-plan.h"

/* pppd reads our options before anybody dials, which takes a process and, where starting one is
 * dear, a tenth of a second. What it once took it takes again: as long as this helper lives, the
 * text is the same, and so are pppd, its plugin and /etc/ppp/options. What else these read is not
 * looked at; pppd itself would complain of it when dialled. */

/* Whether this plan's check has passed already. */
gboolean byway_pppd_check_is_known (const BywayPlan *plan);
/* It passed. */
void byway_pppd_check_remember (const BywayPlan *plan);
