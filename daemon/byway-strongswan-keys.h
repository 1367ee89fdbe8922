/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-plan.h"
#include "byway-vici.h"

/* Which private keys in charon are ours. Charon knows a key by itself only: the same one may be
 * somebody else's too, who has to keep it, or that of several connections of ours. */
typedef struct _BywayStrongswanKeys BywayStrongswanKeys;

BywayStrongswanKeys *byway_strongswan_keys_new (void);
void byway_strongswan_keys_free (BywayStrongswanKeys *keys);

typedef enum
{
  BYWAY_KEY_LOAD,  /* it has to be loaded, and is the plan's then */
  BYWAY_KEY_THERE, /* somebody else's: it is there, and stays */
  /* Charon looks at no PIN while the token is open, so neither of these may go on: */
  BYWAY_KEY_TAKEN, /* somebody else opened the token for that key, and this is a user's own plan */
  BYWAY_KEY_PIN    /* we opened it, by another PIN than the plan's, which is wrong therefore */
} BywayKeyVerdict;

/* @answer is get-keys'. */
BywayKeyVerdict byway_strongswan_keys_take (BywayStrongswanKeys *keys, BywayPlan *plan,
                                            const BywayViciNode *answer);
/* Whether get-keys' @answer has that key. */
gboolean byway_strongswan_keys_is_listed (const BywayViciNode *answer, const char *key_id);
/* TRUE when the key has to be unloaded: it was the plan's, and is no other's. */
gboolean byway_strongswan_keys_give_back (BywayStrongswanKeys *keys, const BywayPlan *plan);
