/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* The secrets of connections that are to come back, where the next helper finds them should this
 * one be killed: in the kernel's own memory, as keys of root's keyring. That is never swapped, in
 * no file, gone with the machine's power, and overwritten when a key is forgotten. Where the kernel
 * has no room or no keys nothing is kept, and that is logged. Of the main thread only. */
typedef struct _BywayKeptSecrets BywayKeptSecrets;

/* @name: of the keyring; another one for each run folder. */
BywayKeptSecrets *byway_kept_secrets_new (const char *name);
void byway_kept_secrets_free (BywayKeptSecrets *kept); /* and not what is kept */

/* In place of what there was of that connection. */
void byway_kept_secrets_put (BywayKeptSecrets *kept, const char *uuid, const BywaySecretSet *set);
/* Never NULL: an empty set where nothing is kept. Caller frees. */
BywaySecretSet *byway_kept_secrets_get (BywayKeptSecrets *kept, const char *uuid);
void byway_kept_secrets_forget (BywayKeptSecrets *kept, const char *uuid);
void byway_kept_secrets_forget_all (BywayKeptSecrets *kept);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayKeptSecrets, byway_kept_secrets_free)
