/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-pack.h"

#include "byway-openssl.h"

#define ONCE 1 /* it lives for a moment, in memory: there is nobody to make guessing hard for */

GBytes *
byway_cert_pack (GBytes *certificate, GBytes *key, const char *nickname, const char *password)
{
  g_autoptr (X509) x509 = byway_openssl_read_x509 (certificate);
  g_autoptr (EVP_PKEY) private_key = byway_openssl_read_key (key);
  g_autoptr (PKCS12) pack = NULL;
  guint8 *der = NULL;
  int length;

  if (x509 != NULL && private_key != NULL)
    pack = PKCS12_create (password, nickname, private_key, x509, NULL, NID_aes_256_cbc,
                          NID_aes_256_cbc, ONCE, ONCE, 0);
  length = pack != NULL ? i2d_PKCS12 (pack, &der) : 0;
  ERR_clear_error ();
  return byway_openssl_take_secret (der, length);
}

gboolean
byway_cert_same_subject (GBytes *one, GBytes *other)
{
  g_autoptr (X509) first = byway_openssl_read_x509 (one);
  g_autoptr (X509) second = byway_openssl_read_x509 (other);

  return first != NULL && second != NULL
         && X509_NAME_cmp (X509_get_subject_name (first), X509_get_subject_name (second)) == 0;
}
