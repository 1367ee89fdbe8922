/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-pppd-compat.h"

/* What the peer shows of itself, worth telling: enum byway_pppd_peer_news. */

/* The name that it must have; empty: any. */
extern char byway_pppd_peer_name[MAXNAMELEN];

/* Another link. */
void byway_pppd_news_reset (void);
/* A packet of the peer's. @data: what follows its header of code, id and length. */
void byway_pppd_news_look (unsigned int protocol, unsigned int code, const unsigned char *data,
                           int length);
/* The same of a challenge by CHAP, before pppd looks at it: one of a peer that must not have an
 * answer gets none, and pppd hangs up. */
void byway_pppd_news_look_at_challenge (const unsigned char *data, int length);
