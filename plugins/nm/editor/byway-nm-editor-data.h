/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <NetworkManager.h>

/* What the editor shows of a NetworkManager profile, and what it makes of one. */

/* The storages that NetworkManager has, as ids of the editor's. */
#define BYWAY_NM_STORAGE_USER "user"     /* the user's keyring */
#define BYWAY_NM_STORAGE_SYSTEM "system" /* NetworkManager keeps it, for all users */
#define BYWAY_NM_STORAGE_ASK "ask"
#define BYWAY_NM_STORAGE_NONE "none" /* there is none */

/* One secret of a profile. */
typedef struct
{
  const char *key;
  const char *text; /* NULL: none */
  const char *storage;
} BywayNmSecret;

/* The option table's secrets, by key; NULL at the end. */
#define BYWAY_NM_N_SECRETS 6
extern const char *const byway_nm_secret_keys[BYWAY_NM_N_SECRETS + 1];

/* Settings for the editor, never NULL. Keys that are nobody's go to `rest`. */
GHashTable *byway_nm_connection_settings (NMConnection *connection, GHashTable *rest);
/* Where the secret is kept and, if it is there, what it is. Borrows from the connection. */
BywayNmSecret byway_nm_connection_secret (NMConnection *connection, const char *key);

/* Makes the connection say these settings: one that does is left in whatever words it has, another
 * gets native keys in place of all that they replace; where its words were NetworkManager-l2tp's,
 * with the one that says so, and its pre-shared key goes on meaning what it meant. Of the secrets
 * it puts those that differ from what the connection has; a storage that keeps none leaves what is
 * there. Keys of nobody's, in there or in `rest`, stay. A pre-shared key in the data becomes a
 * secret. */
void byway_nm_connection_update (NMConnection *connection, GHashTable *settings, GHashTable *rest,
                                 const BywayNmSecret *secrets, gsize n_secrets);
