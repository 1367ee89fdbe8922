/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-plan.h"

/* pppd reads our options before anybody dials, which takes a process and, where starting one is
 * dear, a tenth of a second. What it once took it takes again: as long as this helper lives, the
 * text is the same, and so are pppd, its plugin and /etc/ppp/options. What else these read is not
 * looked at; pppd itself would complain of it when dialled. */

/* Of all that the outcome depends on, as it is now. To be freed. */
char *byway_pppd_check_key (const BywayPlan *plan);
/* Whether a check of this key has passed already. */
gboolean byway_pppd_check_is_known (const char *key);
/* It passed; the key is that of before it began, for pppd may be another one meanwhile. */
void byway_pppd_check_remember (const char *key);
