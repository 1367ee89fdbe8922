/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How the peer wants to know who we are, and what becomes of it. The helper is told. */

void byway_pppd_login_install (void);
/* Another link. */
void byway_pppd_login_reset (void);
/* LCP is through. */
void byway_pppd_login_begin (void);
void byway_pppd_login_fail (void);
/* An enum byway_pppd_auth_protocol; 0 when the peer does not want to know, or not yet. */
unsigned int byway_pppd_login_protocol (void);
/* The same of an algorithm of CHAP (RFC 1994, 2433, 2759); 0 when it is none of ours. */
unsigned int byway_pppd_login_by_chap (int algorithm);

/* Once per attempt, so that a peer can't flood the helper: its first words are the reason. */
void byway_pppd_login_tell_words (const unsigned char *text, int length);
/* A packet that may refuse us. @data: what follows its header of code, id and length. */
void byway_pppd_login_look (unsigned int protocol, unsigned int code, const unsigned char *data,
                            int length);
