/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-profile.h"

/* Memory that is locked, left out of core dumps, and wiped when freed. Never returns NULL. */
gpointer byway_locked_alloc (gsize size);
void byway_locked_free (gpointer memory);

/* The secrets of one attempt, by option key ("ipsec-psk", "password"). Holds bytes, not text: a
 * PSK may hold anything but NUL. Under the key of a file ("machine-key") lies what is in the file,
 * as DER: the setting itself names a file of the client's, which nobody else opens. Wipes itself
 * when the last reference goes; never printed. */
typedef struct _BywaySecretSet BywaySecretSet;

BywaySecretSet *byway_secret_set_new (void);
BywaySecretSet *byway_secret_set_ref (BywaySecretSet *set);
void byway_secret_set_unref (BywaySecretSet *set);

#define BYWAY_SECRET_FILE_MAX 32768

/* Copies `length` bytes. FALSE with *problem (static, for people) when the key is no secret's, or
 * the length is out of range, or a NUL or newline is in it (not so for a file's). */
gboolean byway_secret_set_put (BywaySecretSet *set, const char *key, const char *bytes,
                               gsize length, const char **problem);
/* Borrowed, NUL-terminated; NULL when absent. */
const char *byway_secret_set_get (const BywaySecretSet *set, const char *key, gsize *length);

/* Adds to @set what @more has and @set lacks. */
void byway_secret_set_merge (BywaySecretSet *set, const BywaySecretSet *more);
/* TRUE: both have that secret, and it is the same. */
gboolean byway_secret_set_same (const BywaySecretSet *one, const BywaySecretSet *other,
                                const char *key);
/* A new set with those that the profile's user lets us keep for a while: all but the ones that he
 * wants to be asked for each time. */
BywaySecretSet *byway_secret_set_new_kept (const BywaySecretSet *set, const BywayProfile *profile);

/* Keys that this profile needs and `have` (may be NULL) lacks; caller frees the container. */
GStrv byway_secrets_missing (const BywayProfile *profile, const BywaySecretSet *have);

/* How clients hand secrets over, in a sealed memfd: for each, "key", '\0', big-endian 16-bit
 * length, bytes. Strict: anything else is refused whole. */
BywaySecretSet *byway_secret_set_decode (const guint8 *data, gsize length, const char **problem);
/* Locked memory: free with byway_locked_free. */
guint8 *byway_secret_set_encode (const BywaySecretSet *set, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywaySecretSet, byway_secret_set_unref)
