/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert.h"

#include "byway-openssl.h"
#include "byway-profile.h"

#include <openssl/x509v3.h>
#include <string.h>

#define MAX_LOGIN 255 /* pppd's bound on names */

static char *
name_to_text (const X509_NAME *name)
{
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  char *text;
  long length;

  X509_NAME_print_ex (out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  length = BIO_get_mem_data (out, &text);
  return g_utf8_make_valid (text, length);
}

static gint64
time_of (const ASN1_TIME *value)
{
  struct tm parts = { 0 };
  g_autoptr (GDateTime) date = NULL;

  if (ASN1_TIME_to_tm (value, &parts) == 1)
    date = g_date_time_new_utc (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return date != NULL ? g_date_time_to_unix (date) : 0;
}

static char *
address_to_text (const ASN1_OCTET_STRING *address)
{
  const guint8 *bytes = ASN1_STRING_get0_data (address);
  GString *text;

  if (ASN1_STRING_length (address) == 4)
    return g_strdup_printf ("%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
  if (ASN1_STRING_length (address) != 16)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < 16; i += 2)
    g_string_append_printf (text, "%s%x", i > 0 ? ":" : "", bytes[i] << 8 | bytes[i + 1]);
  return g_string_free (text, FALSE);
}

/* What is not plain text is no name that anybody could be asked for. */
static char *
text_of (const char *prefix, const ASN1_STRING *string)
{
  const char *bytes = (const char *)ASN1_STRING_get0_data (string);
  int length = ASN1_STRING_length (string);

  for (int i = 0; i < length; i++)
    if (!g_ascii_isgraph (bytes[i]))
      return NULL;
  return length > 0 ? g_strdup_printf ("%s%.*s", prefix, length, bytes) : NULL;
}

static char *
general_name_to_text (const GENERAL_NAME *name)
{
  int type;
  const void *value = GENERAL_NAME_get0_value (name, &type);

  if (type == GEN_DNS)
    return text_of ("@", value);
  if (type == GEN_EMAIL)
    return text_of ("", value);
  return type == GEN_IPADD ? address_to_text (value) : NULL;
}

static GStrv
alternative_names (X509 *x509)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GENERAL_NAMES *list = X509_get_ext_d2i (x509, NID_subject_alt_name, NULL, NULL);

  for (int i = 0; i < sk_GENERAL_NAME_num (list); i++)
    {
      g_autofree char *text = general_name_to_text (sk_GENERAL_NAME_value (list, i));

      if (text != NULL)
        g_strv_builder_add (names, text);
    }
  GENERAL_NAMES_free (list);
  return g_strv_builder_end (names);
}

/* A user's name in Windows' directory. */
static char *
principal_of (const GENERAL_NAME *name)
{
  int type;
  const OTHERNAME *other = GENERAL_NAME_get0_value (name, &type);

  if (type != GEN_OTHERNAME || OBJ_obj2nid (other->type_id) != NID_ms_upn
      || other->value->type != V_ASN1_UTF8STRING)
    return NULL;
  return text_of ("", other->value->value.utf8string);
}

static char *
common_name (X509 *x509)
{
  const X509_NAME *subject = X509_get_subject_name (x509);
  int at = X509_NAME_get_index_by_NID (subject, NID_commonName, -1);
  guint8 *utf8 = NULL;
  int length = at < 0 ? -1
                      : ASN1_STRING_to_UTF8 (
                          &utf8, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (subject, at)));
  char *name = NULL;

  if (length > 0 && length <= MAX_LOGIN && g_utf8_validate ((char *)utf8, length, NULL))
    name = g_strndup ((char *)utf8, length);
  OPENSSL_free (utf8);
  if (name != NULL && byway_text_has_controls (name))
    g_clear_pointer (&name, g_free);
  return name;
}

static char *
login_name (X509 *x509)
{
  GENERAL_NAMES *list = X509_get_ext_d2i (x509, NID_subject_alt_name, NULL, NULL);
  char *name = NULL;

  for (int i = 0; i < sk_GENERAL_NAME_num (list) && name == NULL; i++)
    name = principal_of (sk_GENERAL_NAME_value (list, i));
  GENERAL_NAMES_free (list);
  if (name != NULL && strlen (name) > MAX_LOGIN)
    g_clear_pointer (&name, g_free);
  return name != NULL ? name : common_name (x509);
}

/* IKE version 1 signs by RSA (RFC 2409) and, by RFC 4754, with these three curves. */
static char *
key_type (EVP_PKEY *key)
{
  static const struct
  {
    const char *group, *title;
  } curves[] = { { "prime256v1", "P-256" }, { "secp384r1", "P-384" }, { "secp521r1", "P-521" } };
  char group[40];

  if (key == NULL)
    return NULL;
  if (EVP_PKEY_is_a (key, "RSA"))
    return g_strdup_printf ("RSA %d", EVP_PKEY_get_bits (key));
  if (!EVP_PKEY_is_a (key, "EC") || !EVP_PKEY_get_group_name (key, group, sizeof group, NULL))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (curves); i++)
    if (strcmp (group, curves[i].group) == 0)
      return g_strconcat ("ECDSA ", curves[i].title, NULL);
  return NULL;
}

BywayCert *
byway_cert_new (GBytes *der)
{
  g_autoptr (X509) x509 = byway_openssl_read_x509 (der);
  BywayCert *cert;

  if (x509 == NULL)
    return NULL;
  cert = g_new0 (BywayCert, 1);
  cert->der = g_bytes_ref (der);
  cert->subject = name_to_text (X509_get_subject_name (x509));
  cert->issuer = name_to_text (X509_get_issuer_name (x509));
  cert->begins = time_of (X509_get0_notBefore (x509));
  cert->expires = time_of (X509_get0_notAfter (x509));
  cert->key_type = key_type (X509_get0_pubkey (x509));
  cert->names = alternative_names (x509);
  cert->login = login_name (x509);
  cert->authority = X509_check_ca (x509) == 1; /* with basicConstraints, as charon wants it */
  cert->self_signed = X509_get_extension_flags (x509) & EXFLAG_SS;
  cert->may_sign = X509_get_key_usage (x509) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
  ERR_clear_error ();
  return cert;
}

void
byway_cert_free (BywayCert *cert)
{
  g_bytes_unref (cert->der);
  g_free (cert->subject);
  g_free (cert->issuer);
  g_free (cert->key_type);
  g_strfreev (cert->names);
  g_free (cert->login);
  g_free (cert);
}

int
byway_cert_days_left (const BywayCert *cert, gint64 now)
{
  gint64 seconds = cert->expires - now;

  return (seconds >= 0 ? seconds : seconds - 86399) / 86400;
}

char *
byway_cert_date (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time);

  return date != NULL ? g_date_time_format (date, "%Y-%m-%d") : g_strdup ("?");
}
