/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-cert.h"

/* The largest file that is looked at. */
#define BYWAY_CERT_FILE_MAX (256 * 1024)

/* What a file of certificates and keys holds, whatever its format: PEM, DER, PKCS #8, the
 * traditional keys, PKCS #12. */
typedef struct
{
  GPtrArray *certs;   /* BywayCert, in the file's order */
  GBytes *key;        /* PKCS #8 without password, in locked memory; NULL: none in the file */
  gboolean encrypted; /* it took the password */
} BywayCertFile;

/* `password` may be NULL. NULL with a BYWAY_FAILURE: CERT_FORMAT when it is none of these,
 * CERT_PASSWORD when the password is wrong or missing, CERT_LEGACY when it is encrypted in a way
 * that this machine's OpenSSL does not do. The message is a detail in words, or empty. */
BywayCertFile *byway_cert_file_read (const guint8 *data, gsize length, const char *password,
                                     GError **error);
void byway_cert_file_free (BywayCertFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayCertFile, byway_cert_file_free)
