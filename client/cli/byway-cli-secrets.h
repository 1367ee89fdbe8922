/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

#include <gio/gio.h>

/* The secrets of one attempt, and which of them the user wants to keep once it has worked. */
typedef struct
{
  BywaySecretSet *set;
  GHashTable *keep; /* option key -> BywayStorage */
} BywayCliSecrets;

/* From the descriptor `fd` (lines KEY=VALUE; -1: none), then the keyring, then by asking on the
 * terminal. NULL with BYWAY_ERROR_SECRETS_MISSING naming those that nobody had. */
BywayCliSecrets *byway_cli_secrets_gather (GVariant *about, int fd, GError **error);
/* Saves what was wanted; what the keyring can't do is said, not fatal. */
void byway_cli_secrets_keep (BywayCliSecrets *secrets, GVariant *about);
void byway_cli_secrets_free (BywayCliSecrets *secrets);

/* Reads one secret for `key` from standard input up to its end (one last newline is dropped), or
 * asks on the terminal. */
gboolean byway_cli_secrets_read (const char *key, gboolean from_stdin, BywaySecretSet *set,
                                 GError **error);
/* After a change from what @about says to @settings: where byway_token_has_changed, the keyring's
 * password or PIN is forgotten. */
void byway_cli_secrets_forget_pin (GVariant *about, GHashTable *settings);
/* "Pre-shared key", "Password": what a person calls it. */
const char *byway_cli_secrets_title (const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayCliSecrets, byway_cli_secrets_free)
