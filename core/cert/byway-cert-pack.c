/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-pack.h"

#include "byway-openssl.h"
#include "byway-secret.h"

#include <string.h>

#define ONCE 1 /* it lives for a moment, in memory: there is nobody to make guessing hard for */

static GBytes *
to_locked_bytes (PKCS12 *pack)
{
  guint8 *der = NULL;
  int length = i2d_PKCS12 (pack, &der);
  gpointer locked;

  if (length <= 0)
    return NULL;
  locked = byway_locked_alloc (length);
  memcpy (locked, der, length);
  OPENSSL_clear_free (der, length);
  return g_bytes_new_with_free_func (locked, length, byway_locked_free, locked);
}

GBytes *
byway_cert_pack (GBytes *certificate, GBytes *key, const char *nickname, const char *password)
{
  g_autoptr (X509) x509 = byway_openssl_read_x509 (certificate);
  g_autoptr (EVP_PKEY) private_key = byway_openssl_read_key (key);
  g_autoptr (PKCS12) pack = NULL;

  if (x509 != NULL && private_key != NULL)
    pack = PKCS12_create (password, nickname, private_key, x509, NULL, NID_aes_256_cbc,
                          NID_aes_256_cbc, ONCE, ONCE, 0);
  ERR_clear_error ();
  return pack != NULL ? to_locked_bytes (pack) : NULL;
}

gboolean
byway_cert_same_subject (GBytes *one, GBytes *other)
{
  g_autoptr (X509) first = byway_openssl_read_x509 (one);
  g_autoptr (X509) second = byway_openssl_read_x509 (other);

  return first != NULL && second != NULL
         && X509_NAME_cmp (X509_get_subject_name (first), X509_get_subject_name (second)) == 0;
}
