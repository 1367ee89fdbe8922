/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ipsec-engine.h"
#include "byway-profile.h"

/* All IKE daemons that Byway can drive, and which one a connection gets. */
typedef struct _BywayIkeDaemons BywayIkeDaemons;

/* Takes the engines, each at its place. @preferred: what the system's settings say for connections
 * that leave it open. */
BywayIkeDaemons *byway_ike_daemons_new (BywayIpsecEngine *engines[BYWAY_N_IKE_DAEMONS],
                                        BywayIkeChoice preferred);
void byway_ike_daemons_free (BywayIkeDaemons *daemons);
BywayIpsecEngine *byway_ike_daemons_get (BywayIkeDaemons *daemons, BywayIkeDaemon daemon);

/* What the connection asks for, or else the system, or else one that runs, or one that is
 * installed; strongSwan where these are equal. */
BywayIkeDaemon byway_ike_daemons_choose (BywayIkeDaemons *daemons, BywayIkeChoice wanted);

/* The verbs of the same name, of all engines; see byway-ipsec-engine.h. The callback may be NULL.
 */
void byway_ike_daemons_clean (BywayIkeDaemons *daemons, GAsyncReadyCallback callback,
                              gpointer data);
void byway_ike_daemons_idle (BywayIkeDaemons *daemons, GAsyncReadyCallback callback, gpointer data);
void byway_ike_daemons_finish (GAsyncResult *result);
/* a{sv}, full: what each engine says, and "ike-daemon" s: which one a connection gets that leaves
 * it open. */
void byway_ike_daemons_examine (BywayIkeDaemons *daemons, GAsyncReadyCallback callback,
                                gpointer data);
GVariant *byway_ike_daemons_examine_finish (GAsyncResult *result);
