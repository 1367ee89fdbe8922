/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-pppd-wire.h"

/* The helper at the other end of the socket. There is none before the option was read, and in a
 * check. */

/* @fd becomes its socket, which no script of pppd's inherits. -1 when it is no socket of its. */
int byway_pppd_helper_take (int fd);
int byway_pppd_helper_is_there (void);
/* From now on pppd ends when the helper does. -1 when it is gone already. */
int byway_pppd_helper_watch (void);
int byway_pppd_helper_is_gone (void);
/* -1 when there is none, or none that listens: then pppd hangs up. */
int byway_pppd_helper_tell (const struct byway_pppd_message *message);

/* pppd's own way to hang up in an orderly manner, good at any moment. */
void byway_pppd_hang_up (void);
