/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-openssl.h"

#include "byway-secret.h"

#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <string.h>

#define SECURE_HEAP 65536
#define SMALLEST 32

void
byway_openssl_init (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      CRYPTO_secure_malloc_init (SECURE_HEAP, SMALLEST);
      g_once_init_leave (&done, 1);
    }
}

gboolean
byway_openssl_load_legacy (void)
{
  static gsize state;

  if (g_once_init_enter (&state))
    /* 1: the default provider stays. */
    g_once_init_leave (&state, OSSL_PROVIDER_try_load (NULL, "legacy", 1) != NULL ? 1 : 2);
  return state == 1;
}

X509 *
byway_openssl_read_x509 (GBytes *der)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (der, &length);
  const guint8 *end = data;
  g_autoptr (X509) x509 = d2i_X509 (NULL, &end, length);

  ERR_clear_error ();
  return x509 != NULL && end == data + length ? g_steal_pointer (&x509) : NULL;
}

GBytes *
byway_openssl_next_x509 (const guint8 **data, gsize *length)
{
  const guint8 *end = *data;
  g_autoptr (X509) x509 = d2i_X509 (NULL, &end, *length);
  GBytes *bytes;

  ERR_clear_error ();
  if (x509 == NULL)
    return NULL;
  bytes = g_bytes_new (*data, end - *data);
  *length -= end - *data;
  *data = end;
  return bytes;
}

GBytes *
byway_openssl_x509_bytes (X509 *x509)
{
  guint8 *der = NULL;
  int length = i2d_X509 (x509, &der);
  GBytes *bytes = length > 0 ? g_bytes_new (der, length) : NULL;

  OPENSSL_free (der);
  return bytes;
}

GBytes *
byway_openssl_take_secret (guint8 *der, int length)
{
  gpointer locked;

  if (length <= 0)
    return NULL;
  locked = byway_locked_alloc (length);
  memcpy (locked, der, length);
  OPENSSL_clear_free (der, length);
  return g_bytes_new_with_free_func (locked, length, byway_locked_free, locked);
}

GBytes *
byway_openssl_key_bytes (EVP_PKEY *key)
{
  g_autoptr (PKCS8_PRIV_KEY_INFO) info = EVP_PKEY2PKCS8 (key);
  guint8 *der = NULL;
  int length = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO (info, &der) : 0;

  ERR_clear_error ();
  return byway_openssl_take_secret (der, length);
}

EVP_PKEY *
byway_openssl_read_key (GBytes *der)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (der, &length);
  const guint8 *end = data;
  g_autoptr (PKCS8_PRIV_KEY_INFO) info = d2i_PKCS8_PRIV_KEY_INFO (NULL, &end, length);
  EVP_PKEY *key = info != NULL && end == data + length ? EVP_PKCS82PKEY (info) : NULL;

  ERR_clear_error ();
  return key;
}
