/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Two frames get lost at the start of an L2TP call, and each costs a restart timer of three
 * seconds. The peer's Configure-Request may arrive when the PPPoX socket is connected but pppd has
 * not yet made a channel of it: it is then queued on the socket, where nobody reads. And ours may
 * arrive before the peer's pppd listens. So: read the socket just before pppd takes it over and
 * hand in what was found; and (option silent) let the peer begin, unless it waits for us to.
 */

/* Once it is clear which channel it is, before pppd connects it. */
void byway_pppd_first_frames_prepare (void);
/* pppd announces the phase just before it starts LCP, so "at once" is soon enough, not too soon. */
void byway_pppd_first_frames_begin (void);
