/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

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
  /* Charon looks at no PIN while the token is open, so none of these may go on: */
  BYWAY_KEY_WAIT, /* the same owner's, with a PIN that the token has not answered to yet: ask again
                   */
  BYWAY_KEY_PIN,  /* the same owner opened it, by another PIN, so the plan's is wrong */
  BYWAY_KEY_TAKEN /* somebody else opened it, or may have, and this is a user's own plan */
} BywayKeyVerdict;

/* The ids of get-keys' @answer that no plan of ours holds. Caller frees. */
GPtrArray *byway_strongswan_keys_strangers (BywayStrongswanKeys *keys, const BywayViciNode *answer);
BywayKeyVerdict byway_strongswan_keys_take (BywayStrongswanKeys *keys, BywayPlan *plan,
                                            GPtrArray *strangers);
/* The token took the plan's PIN. */
void byway_strongswan_keys_set_opened (BywayStrongswanKeys *keys, const BywayPlan *plan);
/* Calls back when that may have changed for which one has to wait. */
void byway_strongswan_keys_wait (BywayStrongswanKeys *keys, GAsyncReadyCallback callback,
                                 gpointer data);
/* Whether a plan of ours has that key just now. */
gboolean byway_strongswan_keys_is_held (BywayStrongswanKeys *keys, const char *key_id);
/* TRUE when the key has to be unloaded: it was the plan's, and is no other's. */
gboolean byway_strongswan_keys_give_back (BywayStrongswanKeys *keys, const BywayPlan *plan);
