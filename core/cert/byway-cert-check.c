/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-check.h"

#include "byway-diagnosis.h"
#include "byway-openssl.h"

#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)

static gpointer
fail (GError **error, BywayCause cause, const char *detail)
{
  g_set_error_literal (error, BYWAY_FAILURE, cause, detail);
  return NULL;
}

static gboolean
fits_key (const BywayCert *cert, EVP_PKEY *key)
{
  g_autoptr (X509) x509 = byway_openssl_read_x509 (cert->der);
  gboolean fits = X509_check_private_key (x509, key) == 1;

  ERR_clear_error ();
  return fits;
}

/* The one whose key it is, wherever in the file it stands. */
static const BywayCert *
find_own (const BywayCertFile *file, EVP_PKEY *key)
{
  for (guint i = 0; i < file->certs->len; i++)
    if (fits_key (file->certs->pdata[i], key))
      return file->certs->pdata[i];
  return NULL;
}

/* Its name, and the end of its time that matters at @now. */
static char *
describe_time (const BywayCert *cert, gint64 now)
{
  g_autofree char *date = byway_cert_date (now < cert->begins ? cert->begins : cert->expires);

  return g_strdup_printf (now < cert->begins ? "%s, valid only from %s" : "%s, valid until %s",
                          cert->subject, date);
}

static gboolean
is_in_time (const BywayCert *cert, gint64 now, GError **error)
{
  g_autofree char *detail = describe_time (cert, now);

  if (now >= cert->begins && now <= cert->expires)
    return TRUE;
  fail (error, BYWAY_CAUSE_CERT_EXPIRED, detail);
  return FALSE;
}

/* A root says of itself who it is; where there is none, the last one that signed something. */
static gboolean
is_root (const BywayCertFile *file, const BywayCert *cert)
{
  for (guint i = 0; !cert->self_signed && i < file->certs->len; i++)
    {
      const BywayCert *other = file->certs->pdata[i];

      if (other != cert && other->authority && strcmp (other->subject, cert->issuer) == 0)
        return FALSE;
    }
  return cert->authority;
}

static void
add_chain (BywayCredential *credential, const BywayCertFile *file, const BywayCert *own)
{
  const BywayCert *at = own;

  for (guint left = file->certs->len; left > 0 && !at->self_signed; left--)
    {
      const BywayCert *next = NULL;

      for (guint i = 0; i < file->certs->len && next == NULL; i++)
        {
          const BywayCert *other = file->certs->pdata[i];

          if (other != at && other->authority && strcmp (other->subject, at->issuer) == 0)
            next = other;
        }
      if (next == NULL || next->self_signed)
        break;
      g_ptr_array_add (credential->chain, g_bytes_ref (next->der));
      at = next;
    }
}

/* --- who signed whom ------------------------------------------------------------------------ */

static void
push_all (STACK_OF (X509) * stack, GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    sk_X509_push (stack, byway_openssl_read_x509 (certificates->pdata[i]));
}

/* Whether the authorities signed it, over the chain. Signatures only. */
static gboolean
is_signed (const BywayCredential *credential, GBytes *certificate)
{
  g_autoptr (X509) x509 = byway_openssl_read_x509 (certificate);
  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new ();
  g_autoptr (X509_STORE) nothing = X509_STORE_new ();
  STACK_OF (X509) *trusted = sk_X509_new_null ();
  STACK_OF (X509) *chain = sk_X509_new_null ();
  gboolean signed_by;

  push_all (trusted, credential->authorities);
  push_all (chain, credential->chain);
  X509_STORE_set_flags (nothing, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  signed_by = X509_STORE_CTX_init (context, nothing, x509, chain);
  X509_STORE_CTX_set0_trusted_stack (context, trusted);
  signed_by = signed_by && X509_verify_cert (context) == 1;
  sk_X509_pop_free (chain, X509_free);
  sk_X509_pop_free (trusted, X509_free);
  ERR_clear_error ();
  return signed_by;
}

gboolean
byway_cert_is_signed (const BywayCredential *credential)
{
  return is_signed (credential, credential->certificate);
}

static GBytes *
subject_of (GBytes *certificate)
{
  g_autoptr (X509) x509 = byway_openssl_read_x509 (certificate);
  const unsigned char *der;
  size_t length;

  return X509_NAME_get0_der (X509_get_subject_name (x509), &der, &length)
             ? g_bytes_new (der, length)
             : g_bytes_new (NULL, 0);
}

/* All of a file that was named for that; the roots of one that has also our own. */
static gboolean
add_authorities (BywayCredential *credential, const BywayCertFile *file, gboolean named, gint64 now,
                 GError **error)
{
  for (guint i = 0; i < file->certs->len; i++)
    {
      const BywayCert *cert = file->certs->pdata[i];

      if (!(named ? cert->authority : is_root (file, cert)))
        continue;
      if (!is_in_time (cert, now, error))
        return FALSE;
      g_ptr_array_add (credential->authorities, g_bytes_ref (cert->der));
      g_ptr_array_add (credential->authority_subjects, subject_of (cert->der));
    }
  if (credential->authorities->len > 0)
    return TRUE;
  fail (error, BYWAY_CAUSE_CERT_NO_AUTHORITY, "");
  return FALSE;
}

/* An authority's word counts for those between, too: servers often come from the same one. */
static void
add_signed_subjects (BywayCredential *credential)
{
  for (guint i = 0; i < credential->chain->len; i++)
    if (is_signed (credential, credential->chain->pdata[i]))
      g_ptr_array_add (credential->authority_subjects, subject_of (credential->chain->pdata[i]));
}

/* Nothing that a reader of names could take for a separator, an escape or a quotation mark. */
static gboolean
is_plain (const char *name)
{
  for (; *name != '\0'; name++)
    if (!g_ascii_isalnum (*name) && strchr (" .,=-_@&()", *name) == NULL)
      return FALSE;
  return TRUE;
}

static char *
plain_subject (X509 *x509)
{
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  g_autofree char *name = NULL;
  char *text;
  long length;

  X509_NAME_print_ex (out, X509_get_subject_name (x509), 0,
                      ASN1_STRFLGS_RFC2253 | XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_FN_SN);
  length = BIO_get_mem_data (out, &text);
  name = g_strndup (text, length);
  return *name != '\0' && is_plain (name) ? g_steal_pointer (&name) : NULL;
}

static char *
name_of_root (GPtrArray *authorities)
{
  char *name = NULL;
  guint roots = 0;

  for (guint i = 0; i < authorities->len; i++)
    {
      g_autoptr (X509) x509 = byway_openssl_read_x509 (authorities->pdata[i]);

      if (X509_NAME_cmp (X509_get_subject_name (x509), X509_get_issuer_name (x509)) == 0
          && roots++ == 0)
        name = plain_subject (x509);
    }
  if (roots != 1)
    g_clear_pointer (&name, g_free);
  return name;
}

/* RFC 5280, 4.2.1.2 (1): of the key itself, without its algorithm. */
static char *
key_id_of (X509 *x509)
{
  const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr (x509);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA1, ASN1_STRING_get0_data (key),
                                      ASN1_STRING_length (key));
}

static BywayCredential *
credential_new (const BywayCert *own, GBytes *key)
{
  BywayCredential *credential = g_new0 (BywayCredential, 1);
  g_autoptr (X509) x509 = byway_openssl_read_x509 (own->der);

  credential->certificate = g_bytes_ref (own->der);
  credential->chain = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  credential->authorities = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  credential->authority_subjects = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  credential->key = key != NULL ? g_bytes_ref (key) : NULL;
  credential->key_id = key_id_of (x509);
  credential->key_type = g_strdup (own->key_type);
  credential->subject = subject_of (own->der);
  credential->title = g_strdup (own->subject);
  credential->identity = g_strdup (own->login);
  credential->expires = own->expires;
  return credential;
}

static gboolean
is_of_use (const BywayCert *cert, gint64 now, GError **error)
{
  if (!is_in_time (cert, now, error))
    return FALSE;
  if (cert->key_type != NULL && cert->may_sign)
    return TRUE;
  fail (error, BYWAY_CAUSE_CERT_USAGE, cert->subject);
  return FALSE;
}

/* The certificate that belongs to the key, if it is of use. */
static const BywayCert *
choose_own (const BywayCertFile *own, GBytes *key_bytes, gint64 now, GError **error)
{
  g_autoptr (EVP_PKEY) key = byway_openssl_read_key (key_bytes);
  const BywayCert *cert = key != NULL ? find_own (own, key) : NULL;

  if (key == NULL)
    return fail (error, BYWAY_CAUSE_CERT_FORMAT, "");
  if (cert == NULL)
    return fail (error, BYWAY_CAUSE_CERT_KEY_MISMATCH,
                 ((const BywayCert *)own->certs->pdata[0])->subject);
  return is_of_use (cert, now, error) ? cert : NULL;
}

static const BywayCert *
choose_first (const BywayCertFile *own, gint64 now, GError **error)
{
  for (guint i = 0; i < own->certs->len; i++)
    {
      const BywayCert *cert = own->certs->pdata[i];

      if (!cert->authority)
        return is_of_use (cert, now, error) ? cert : NULL;
    }
  return fail (error, BYWAY_CAUSE_CERT_FORMAT, "");
}

/* With all that goes with @cert, which is one of @own; @authority NULL: in @own too. */
static BywayCredential *
complete (const BywayCertFile *own, const BywayCert *cert, GBytes *key,
          const BywayCertFile *authority, gint64 now, GError **error)
{
  g_autoptr (BywayCredential) credential = credential_new (cert, key);

  add_chain (credential, own, cert);
  if (!add_authorities (credential, authority != NULL ? authority : own, authority != NULL, now,
                        error))
    return NULL;
  add_signed_subjects (credential);
  credential->root_name = name_of_root (credential->authorities);
  return g_steal_pointer (&credential);
}

BywayCredential *
byway_cert_check_without_key (const BywayCertFile *own, const BywayCertFile *authority, gint64 now,
                              GError **error)
{
  const BywayCert *cert = choose_first (own, now, error);

  return cert != NULL ? complete (own, cert, NULL, authority, now, error) : NULL;
}

BywayCredential *
byway_cert_check (const BywayCertFile *own, const BywayCertFile *key,
                  const BywayCertFile *authority, gint64 now, GError **error)
{
  const BywayCert *cert;

  if (own->certs->len == 0)
    return fail (error, BYWAY_CAUSE_CERT_FORMAT, "");
  if (key == NULL || key->key == NULL)
    return fail (error, BYWAY_CAUSE_CERT_KEY_MISSING, "");
  cert = choose_own (own, key->key, now, error);
  return cert != NULL ? complete (own, cert, key->key, authority, now, error) : NULL;
}

/* Whichever of both is over first. Takes @one, which may be NULL. */
static BywayCert *
sooner_over (BywayCert *one, GBytes *certificate)
{
  BywayCert *other = byway_cert_new (certificate);

  if (one != NULL && one->expires <= other->expires)
    {
      byway_cert_free (other);
      return one;
    }
  g_clear_pointer (&one, byway_cert_free);
  return other;
}

char *
byway_cert_soon_over (const BywayCredential *credential, gint64 now)
{
  g_autoptr (BywayCert) first = sooner_over (NULL, credential->certificate);

  for (guint i = 0; i < credential->authorities->len; i++)
    first = sooner_over (first, credential->authorities->pdata[i]);
  return byway_cert_days_left (first, now) <= BYWAY_CERT_WARN_DAYS ? describe_time (first, now)
                                                                   : NULL;
}

/* --- from the client ------------------------------------------------------------------------ */

/* Certificates and nothing else. */
static BywayCertFile *
read_packed (const BywaySecretSet *set, const char *whose, const char *part)
{
  g_autofree char *name = g_strconcat (whose, part, NULL);
  g_autoptr (BywayCertFile) file = g_new0 (BywayCertFile, 1);
  gsize length = 0;
  const guint8 *data = (const guint8 *)byway_secret_set_get (set, name, &length);
  GBytes *der;

  file->certs = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_cert_free);
  while (length > 0 && (der = byway_openssl_next_x509 (&data, &length)) != NULL)
    {
      BywayCert *cert = byway_cert_new (der);

      g_bytes_unref (der);
      if (cert == NULL)
        break;
      g_ptr_array_add (file->certs, cert);
    }
  return length == 0 && file->certs->len > 0 ? g_steal_pointer (&file) : NULL;
}

static GBytes *
copy_key (const BywaySecretSet *set, const char *whose)
{
  g_autofree char *name = g_strconcat (whose, "-key", NULL);
  gsize length = 0;
  const char *bytes = byway_secret_set_get (set, name, &length);
  gpointer copy;

  if (bytes == NULL)
    return NULL;
  copy = byway_locked_alloc (length);
  memcpy (copy, bytes, length);
  return g_bytes_new_with_free_func (copy, length, byway_locked_free, copy);
}

BywayCredential *
byway_cert_unpack (const BywaySecretSet *set, const char *whose, gint64 now, GError **error)
{
  g_autoptr (BywayCertFile) own = read_packed (set, whose, "-cert");
  g_autoptr (BywayCertFile) authority = read_packed (set, whose, "-ca");

  byway_openssl_init ();
  if (own == NULL || authority == NULL)
    return fail (error, BYWAY_CAUSE_CERT_FORMAT, "");
  own->key = copy_key (set, whose);
  return byway_cert_check (own, own, authority, now, error);
}

BywayCredential *
byway_cert_unpack_without_key (const BywaySecretSet *set, const char *whose, gint64 now,
                               GError **error)
{
  g_autoptr (BywayCertFile) own = read_packed (set, whose, "-cert");
  g_autoptr (BywayCertFile) authority = read_packed (set, whose, "-ca");

  byway_openssl_init ();
  if (own == NULL || authority == NULL)
    return fail (error, BYWAY_CAUSE_CERT_FORMAT, "");
  return byway_cert_check_without_key (own, authority, now, error);
}
