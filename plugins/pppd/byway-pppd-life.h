/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* From the first word to the helper to the last: phases, and what begins with each, and the end. */

void byway_pppd_life_install (void);
/* Says HELLO; the end will be told too, however early. -1 when the helper does not listen. */
int byway_pppd_life_begin (void);
