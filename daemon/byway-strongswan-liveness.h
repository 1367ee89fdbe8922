/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-vici-client.h"

/* The bound for a silent server that charon does not keep with IKE version 2: there an unanswered
 * question is sent again and again by strongswan.conf's times, the same for all connections (165 s
 * in all, retransmit_tries and its kin), and dpd_timeout is version 1's alone. Charon asks; this
 * looks, by list-sas, for how long it has been waiting. */
typedef struct _BywayStrongswanLiveness BywayStrongswanLiveness;

/* Calls @dead once, when none of the associations called @name has had an answer for @timeout
 * seconds; it may free. @delay: seconds of silence before charon asks. Charon's "list-sa" has to be
 * registered on @client; the looks end when that is closed. */
BywayStrongswanLiveness *
byway_strongswan_liveness_new (BywayViciClient *client, const char *name, guint delay,
                               guint timeout, void (*dead) (const char *name, gpointer data),
                               gpointer data);
void byway_strongswan_liveness_free (BywayStrongswanLiveness *liveness);
