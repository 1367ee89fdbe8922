/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-cert-file.h"
#include "byway-credential.h"

#include <gio/gio.h>

/* Certificates and keys in files of the user's: opened here, in the user's own process, and never
 * by the helper. */

/* One file. NULL with a BYWAY_FAILURE whose message names it. `password` may be NULL. */
BywayCertFile *byway_credentials_read_file (const char *path, const char *password, GError **error);

/* The files together, checked (byway_cert_check). `key` and `authority` NULL or empty: they are in
 * `cert`. */
BywayCredential *byway_credentials_read (const char *cert, const char *key, const char *authority,
                                         const char *password, GError **error);

/* The same where the key lies on a token; then no password opens a file. */
BywayCredential *byway_credentials_read_without_key (const char *cert, const char *authority,
                                                     GError **error);

/* Puts what the profile's files hold into the set, where it is not there yet; passwords come from
 * the set too. TRUE also where no file is needed. Where one fails, @password is the option key of
 * the password of its key (static). */
gboolean byway_credentials_load (const BywayProfile *profile, BywaySecretSet *set,
                                 const char **password, GError **error);

/* The same in a thread, for whoever has windows: disks may be slow, and so is a key that its
 * password is stretched for. Nobody else may touch the set meanwhile. @wanted: only files of which
 * a part is among these keys are opened; NULL: all that the profile names. */
void byway_credentials_load_async (BywayProfile *profile, const char *const *wanted,
                                   BywaySecretSet *set, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean byway_credentials_load_finish (GAsyncResult *result, const char **password,
                                        GError **error);
