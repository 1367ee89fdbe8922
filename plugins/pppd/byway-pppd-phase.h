/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Where pppd is in the life of a link, as its PHASE_... */

int byway_pppd_phase_now (void);
/* Whether it is news: on its way down pppd passes phases again. */
int byway_pppd_phase_enter (int phase);
/* Tells the helper of the one that it is. */
void byway_pppd_phase_tell (void);
