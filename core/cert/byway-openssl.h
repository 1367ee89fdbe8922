/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

/* OpenSSL's types as values of ours. Inside core/cert only. */

/* Room for keys that is locked, where the limit on locked memory allows. Once; cheap. */
void byway_openssl_init (void);
/* Whether the ciphers of old PKCS #12 files are there now (OpenSSL's legacy provider). */
gboolean byway_openssl_load_legacy (void);

/* The whole bytes, nothing behind; NULL: no certificate. */
X509 *byway_openssl_read_x509 (GBytes *der);
/* The first certificate of *data, which moves behind it; NULL when there is none. */
GBytes *byway_openssl_next_x509 (const guint8 **data, gsize *length);
GBytes *byway_openssl_x509_bytes (X509 *x509);
/* What OpenSSL encoded, in memory that is locked and wiped; takes @der. NULL: @length is not above
 * 0. */
GBytes *byway_openssl_take_secret (guint8 *der, int length);
/* PKCS #8 without password, in locked memory. */
GBytes *byway_openssl_key_bytes (EVP_PKEY *key);
/* From the same. */
EVP_PKEY *byway_openssl_read_key (GBytes *der);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PKCS12, PKCS12_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_SIG, X509_SIG_free)
