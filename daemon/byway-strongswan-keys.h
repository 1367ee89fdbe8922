/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-plan.h"
#include "byway-vici.h"

/* Which private keys in charon are ours. Charon knows a key by itself only: the same one may be
 * somebody else's too, who has to keep it, or that of several connections of ours. */
typedef struct _BywayStrongswanKeys BywayStrongswanKeys;

BywayStrongswanKeys *byway_strongswan_keys_new (void);
void byway_strongswan_keys_free (BywayStrongswanKeys *keys);

/* @answer is get-keys'. TRUE when the plan's key has to be loaded; it is the plan's then. */
gboolean byway_strongswan_keys_take (BywayStrongswanKeys *keys, const BywayPlan *plan,
                                     const BywayViciNode *answer);
/* TRUE when the key has to be unloaded: it was the plan's, and is no other's. */
gboolean byway_strongswan_keys_give_back (BywayStrongswanKeys *keys, const BywayPlan *plan);
