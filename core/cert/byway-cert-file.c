/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-file.h"

#include "byway-diagnosis.h"
#include "byway-openssl.h"

#include <openssl/pem.h>
#include <string.h>

#define MAX_CERTS 32

/* A file that is being read. */
typedef struct
{
  BywayCertFile *file;
  const char *password;
  gboolean asked;       /* something wanted the password */
  gboolean opened;      /* and something without a key in it was opened */
  gboolean unsupported; /* an algorithm was not there */
} Reading;

static BywayCertFile *
file_new (void)
{
  BywayCertFile *file = g_new0 (BywayCertFile, 1);

  file->certs = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_cert_free);
  return file;
}

void
byway_cert_file_free (BywayCertFile *file)
{
  g_ptr_array_unref (file->certs);
  g_clear_pointer (&file->key, g_bytes_unref);
  g_free (file);
}

/* What OpenSSL thinks of the last step is looked through once, and forgotten. Its decoders say of
 * any rubbish that they do not support it: such as comes of a wrong password. */
static void
take_errors (Reading *reading)
{
  unsigned long error;

  while ((error = ERR_get_error ()) != 0)
    {
      int reason = ERR_GET_REASON (error);

      if ((reason == ERR_R_UNSUPPORTED && ERR_GET_LIB (error) != ERR_LIB_OSSL_DECODER)
          || (ERR_GET_LIB (error) == ERR_LIB_EVP
              && (reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == EVP_R_UNKNOWN_CIPHER)))
        reading->unsupported = TRUE;
    }
}

static void
add_cert (Reading *reading, GBytes *der)
{
  BywayCert *cert
      = der != NULL && reading->file->certs->len < MAX_CERTS ? byway_cert_new (der) : NULL;

  if (cert != NULL)
    g_ptr_array_add (reading->file->certs, cert);
}

/* The first one is the file's; takes @key. */
static void
add_key (Reading *reading, EVP_PKEY *key)
{
  g_autoptr (EVP_PKEY) owned = key;

  if (owned != NULL && reading->file->key == NULL)
    reading->file->key = byway_openssl_key_bytes (owned);
}

/* --- keys ----------------------------------------------------------------------------------- */

static int
give_password (char *buffer, int size, int writing, void *data)
{
  Reading *reading = data;
  gsize length = reading->password != NULL ? strlen (reading->password) : 0;

  reading->asked = TRUE;
  if (reading->password == NULL || length > (gsize)size)
    return -1;
  memcpy (buffer, reading->password, length);
  return length;
}

static EVP_PKEY *
open_encrypted (Reading *reading, X509_SIG *encrypted)
{
  g_autoptr (PKCS8_PRIV_KEY_INFO) info = NULL;

  reading->asked = TRUE;
  if (reading->password != NULL)
    info = PKCS8_decrypt (encrypted, reading->password, strlen (reading->password));
  return info != NULL ? EVP_PKCS82PKEY (info) : NULL;
}

static EVP_PKEY *
read_encrypted_key (Reading *reading, const guint8 *data, gsize length)
{
  g_autoptr (X509_SIG) encrypted = d2i_X509_SIG (NULL, &data, length);

  return encrypted != NULL ? open_encrypted (reading, encrypted) : NULL;
}

static EVP_PKEY *
read_plain_key (const guint8 *data, gsize length)
{
  return d2i_AutoPrivateKey (NULL, &data, length);
}

/* --- PEM ------------------------------------------------------------------------------------ */

/* The old way to encrypt a key stands in its header (RFC 1421). */
static gboolean
open_header (Reading *reading, char *header, guint8 *data, long *length)
{
  EVP_CIPHER_INFO cipher;

  if (!PEM_get_EVP_CIPHER_INFO (header, &cipher))
    {
      /* A cipher that this OpenSSL does not even know by name. */
      reading->asked = reading->unsupported = *header != '\0';
      return FALSE;
    }
  return PEM_do_header (&cipher, data, length, give_password, reading);
}

static void
read_block (Reading *reading, const char *name, char *header, guint8 *data, long length)
{
  if (g_str_has_suffix (name, "CERTIFICATE"))
    {
      const guint8 *rest = data;
      gsize left = length;
      g_autoptr (GBytes) der = byway_openssl_next_x509 (&rest, &left);

      add_cert (reading, der);
    }
  else if (strcmp (name, "ENCRYPTED PRIVATE KEY") == 0)
    add_key (reading, read_encrypted_key (reading, data, length));
  else if (g_str_has_suffix (name, "PRIVATE KEY") && open_header (reading, header, data, &length))
    add_key (reading, read_plain_key (data, length));
}

static gboolean
read_pem (Reading *reading, const guint8 *data, gsize length)
{
  g_autoptr (BIO) in = BIO_new_mem_buf (data, length);
  gboolean any = FALSE;
  char *name = NULL, *header = NULL;
  guint8 *block = NULL;
  long size;

  while (PEM_read_bio_ex (in, &name, &header, &block, &size, PEM_FLAG_SECURE) == 1)
    {
      any = TRUE;
      take_errors (reading);
      read_block (reading, name, header, block, size);
      take_errors (reading);
      OPENSSL_secure_free (name);
      OPENSSL_secure_free (header);
      OPENSSL_secure_clear_free (block, size);
    }
  ERR_clear_error (); /* that there is no further block */
  return any;
}

/* --- DER ------------------------------------------------------------------------------------ */

static gboolean
read_certs (Reading *reading, const guint8 *data, gsize length)
{
  GBytes *der;

  while (length > 0 && (der = byway_openssl_next_x509 (&data, &length)) != NULL)
    {
      add_cert (reading, der);
      g_bytes_unref (der);
    }
  return length == 0;
}

/* A file without password may have none at all, or an empty one. */
static gboolean
password_fits (Reading *reading, PKCS12 *bag, const char **password)
{
  static const char *const none[] = { NULL, "" };

  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    if (!PKCS12_mac_present (bag)
        || PKCS12_verify_mac (bag, reading->password != NULL ? reading->password : none[i], -1))
      {
        *password = reading->password != NULL ? reading->password : none[i];
        return TRUE;
      }
  return FALSE;
}

static void
take_bag (Reading *reading, PKCS12 *bag, const char *password)
{
  EVP_PKEY *key = NULL;
  X509 *own = NULL;
  STACK_OF (X509) *others = NULL;

  if (!PKCS12_parse (bag, password, &key, &own, &others))
    return;
  reading->opened = TRUE;
  add_key (reading, key);
  if (own != NULL)
    {
      g_autoptr (GBytes) der = byway_openssl_x509_bytes (own);

      add_cert (reading, der);
    }
  for (int i = 0; i < sk_X509_num (others); i++)
    {
      g_autoptr (GBytes) der = byway_openssl_x509_bytes (sk_X509_value (others, i));

      add_cert (reading, der);
    }
  X509_free (own);
  sk_X509_pop_free (others, X509_free);
}

static gboolean
read_bag (Reading *reading, const guint8 *data, gsize length)
{
  g_autoptr (PKCS12) bag = d2i_PKCS12 (NULL, &data, length);
  const char *password = NULL;

  ERR_clear_error ();
  if (bag == NULL)
    return FALSE;
  reading->asked = TRUE;
  if (password_fits (reading, bag, &password))
    {
      ERR_clear_error ();
      take_bag (reading, bag, password);
    }
  take_errors (reading);
  return TRUE;
}

static gboolean
read_key (Reading *reading, const guint8 *data, gsize length)
{
  const guint8 *end = data;
  g_autoptr (X509_SIG) encrypted = d2i_X509_SIG (NULL, &end, length);

  ERR_clear_error ();
  if (encrypted != NULL && end == data + length)
    add_key (reading, open_encrypted (reading, encrypted));
  else
    add_key (reading, read_plain_key (data, length));
  take_errors (reading);
  return reading->file->key != NULL || reading->asked;
}

/* --- any ------------------------------------------------------------------------------------ */

static gboolean
read_any (Reading *reading, const guint8 *data, gsize length)
{
  return read_pem (reading, data, length) || read_bag (reading, data, length)
         || read_certs (reading, data, length) || read_key (reading, data, length);
}

static gboolean
is_empty (const BywayCertFile *file)
{
  return file->key == NULL && file->certs->len == 0;
}

static gboolean
fill (Reading *reading, const guint8 *data, gsize length, GError **error)
{
  gboolean known = read_any (reading, data, length);
  /* It makes the whole file useless, also where its certificate is readable. */
  gboolean shut = reading->asked && reading->file->key == NULL && !reading->opened;
  BywayCause cause;

  if (shut)
    cause = reading->unsupported ? BYWAY_CAUSE_CERT_LEGACY : BYWAY_CAUSE_CERT_PASSWORD;
  else if (!known || is_empty (reading->file))
    cause = BYWAY_CAUSE_CERT_FORMAT;
  else
    return TRUE;
  g_set_error_literal (error, BYWAY_FAILURE, cause, "");
  return FALSE;
}

static BywayCertFile *
read_once (const guint8 *data, gsize length, const char *password, GError **error)
{
  g_autoptr (BywayCertFile) file = file_new ();
  Reading reading = { file, password };

  if (!fill (&reading, data, length, error))
    return NULL;
  file->encrypted = reading.asked;
  return g_steal_pointer (&file);
}

BywayCertFile *
byway_cert_file_read (const guint8 *data, gsize length, const char *password, GError **error)
{
  g_autoptr (GError) problem = NULL;
  BywayCertFile *file;

  byway_openssl_init ();
  if (length > BYWAY_CERT_FILE_MAX)
    {
      g_set_error_literal (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_FORMAT, "");
      return NULL;
    }
  file = read_once (data, length, password, &problem);
  /* Old ciphers only where something asks for them. */
  if (g_error_matches (problem, BYWAY_FAILURE, BYWAY_CAUSE_CERT_LEGACY)
      && byway_openssl_load_legacy ())
    {
      g_clear_error (&problem);
      file = read_once (data, length, password, &problem);
    }
  if (file == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return file;
}
