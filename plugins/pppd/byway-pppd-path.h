/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Somewhere on the way large packets may get lost without a word; then logins work and web pages
 * hang. The peer sends an Echo-Request back as it came (RFC 1661, 5.8), so one of full size tells.
 * When it gets lost, halving finds what does come back. Nothing else changes; the helper is told.
 */

/* The network is up, or up anew. */
void byway_pppd_path_begin (void);
/* An Echo-Reply, of @length bytes from the code on. */
void byway_pppd_path_look_at_echo (unsigned int id, int length);
