/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-secret.h"

/* The user's keyring (Secret Service). Items carry the schema org.byway.Secret with the
 * connection's uuid and the option's key. All calls block: for command lines and threads. */

typedef enum
{
  BYWAY_KEYRING_OPEN,   /* what it did not tell it does not have */
  BYWAY_KEYRING_LOCKED, /* it has what it does not tell */
  BYWAY_KEYRING_ABSENT,
  BYWAY_KEYRING_SILENT /* it is there, and did not answer in time, or until @cancellable */
} BywayKeyringState;

/* Puts what the keyring has of @keys (NULL-terminated) into @secrets, up to the first that it does
 * not tell. Only with @may_unlock may it open a window. */
BywayKeyringState byway_keyring_read_sync (const char *uuid, const char *const *keys,
                                           gboolean may_unlock, GCancellable *cancellable,
                                           BywaySecretSet *secrets);
/* Puts what `secrets` lacks and the keyring has of the connection's secrets into it. A keyring that
 * is not there has none. FALSE when one is there, but locked, and was not unlocked. */
gboolean byway_keyring_load_sync (const char *uuid, BywaySecretSet *secrets);
/* The same of what NetworkManager's agents keep of a VPN connection, for @keys (NULL-terminated):
 * other items, which are the agents' to change. Only with @may_unlock may it open a window. */
gboolean byway_keyring_load_nm_sync (const char *uuid, const char *const *keys, gboolean may_unlock,
                                     BywaySecretSet *secrets);
/* Keeps one secret, for good or (BYWAY_STORAGE_SESSION) until logout. */
gboolean byway_keyring_save_sync (const char *uuid, const char *name, const char *key,
                                  const BywaySecretSet *secrets, BywayStorage storage,
                                  GError **error);
/* Forgets one secret, or with `key` NULL all of the connection's. */
gboolean byway_keyring_forget_sync (const char *uuid, const char *key, GError **error);
