/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-cert-file.h"
#include "byway-credential.h"

/* A credential of what files hold. `key` and `authority` may be `own` itself; where the authority
 * is missing (NULL), those in `own` are taken. Everything is checked, as of `now`; NULL with a
 * BYWAY_FAILURE, its message what it is about. */
BywayCredential *byway_cert_check (const BywayCertFile *own, const BywayCertFile *key,
                                   const BywayCertFile *authority, gint64 now, GError **error);

/* The same where the key lies on a token, so that whether it belongs to the certificate is seen
 * later: the certificate is the first in `own` that is no authority's. */
BywayCredential *byway_cert_check_without_key (const BywayCertFile *own,
                                               const BywayCertFile *authority, gint64 now,
                                               GError **error);

/* The same of what byway_credential_pack made: nothing else is read, and no password opens
 * anything. */
BywayCredential *byway_cert_unpack (const BywaySecretSet *set, const char *whose, gint64 now,
                                    GError **error);
BywayCredential *byway_cert_unpack_without_key (const BywaySecretSet *set, const char *whose,
                                                gint64 now, GError **error);

/* What of it is over first, itself or an authority, where that is within BYWAY_CERT_WARN_DAYS of
 * `now`: "CN=laptop, valid until 2027-03-31". NULL: nothing is. Caller frees. */
char *byway_cert_soon_over (const BywayCredential *credential, gint64 now);

/* Whether its own authorities signed it: a server may have another one for its clients. */
gboolean byway_cert_is_signed (const BywayCredential *credential);
