/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-cert-file.h"
#include "byway-credential.h"

#include <gio/gio.h>

/* Certificates and keys in files of the user's: opened here, in the user's own process, and never
 * by the helper. */

/* One file. NULL with a BYWAY_FAILURE whose message names it. `password` may be NULL. */
BywayCertFile *byway_credentials_read_file (const char *path, const char *password, GError **error);

/* What one login by certificate names, by path. All but `cert` may be NULL or empty: key and
 * authority are in `cert` then. With the key on a `token` no other file and no password opens one.
 */
typedef struct
{
  const char *cert, *key, *authority;
  const char *password;
  gboolean token;
} BywayCredentialFiles;

/* The files together, checked (byway_cert_check). NULL with a BYWAY_FAILURE, and with *part the one
 * to blame: "cert", "key" or "ca", as the option keys end (static; @part may be NULL). */
BywayCredential *byway_credentials_read (const BywayCredentialFiles *files, const char **part,
                                         GError **error);

/* The same in a thread, for whoever has windows. @files are copied. */
void byway_credentials_read_async (const BywayCredentialFiles *files, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
BywayCredential *byway_credentials_read_finish (GAsyncResult *result, const char **part,
                                                GError **error);

/* What is not wrong with it, and still to be known: sentences for people, translated. Empty when
 * there is nothing. */
GStrv byway_credentials_remarks (const BywayCredential *credential);

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
