/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Each frame that pppd gets and sends. */
void byway_pppd_frames_install (void);

/* @frame: the peer's, from the code on (RFC 1661, 5). pppd only logs what the peer wants, and why
 * it refused us; it is worth telling. */
void byway_pppd_frames_look (unsigned int protocol, const unsigned char *frame, int length);
