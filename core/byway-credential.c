/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-credential.h"

#include <string.h>

void
byway_credential_free (BywayCredential *credential)
{
  g_clear_pointer (&credential->certificate, g_bytes_unref);
  g_clear_pointer (&credential->chain, g_ptr_array_unref);
  g_clear_pointer (&credential->authorities, g_ptr_array_unref);
  g_clear_pointer (&credential->authority_subjects, g_ptr_array_unref);
  g_clear_pointer (&credential->key, g_bytes_unref);
  g_clear_pointer (&credential->subject, g_bytes_unref);
  g_free (credential->root_name);
  g_free (credential->key_type);
  g_free (credential->key_id);
  g_free (credential->title);
  g_free (credential->identity);
  g_free (credential);
}

/* Beside the certificates and our name: a signature of RSA with 2048 bits, the name of the
 * authority that we ask for, and the payloads' headers. */
#define SHOWN_WITH 400

gsize
byway_credential_shown_bytes (const BywayCredential *credential)
{
  gsize bytes = SHOWN_WITH + g_bytes_get_size (credential->certificate)
                + g_bytes_get_size (credential->subject);

  for (guint i = 0; i < credential->chain->len; i++)
    bytes += g_bytes_get_size (credential->chain->pdata[i]);
  return bytes;
}

/* DER says where it ends, so certificates need nothing between them. */
static void
append_all (GByteArray *out, GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      gsize length;
      const guint8 *bytes = g_bytes_get_data (certificates->pdata[i], &length);

      g_byte_array_append (out, bytes, length);
    }
}

static gboolean
put (BywaySecretSet *set, const char *whose, const char *part, const guint8 *bytes, gsize length,
     const char **problem)
{
  g_autofree char *key = g_strconcat (whose, part, NULL);

  return byway_secret_set_put (set, key, (const char *)bytes, length, problem);
}

gboolean
byway_credential_pack (const BywayCredential *credential, const char *whose, BywaySecretSet *set,
                       const char **problem)
{
  g_autoptr (GByteArray) certificates = g_byte_array_new ();
  g_autoptr (GByteArray) authorities = g_byte_array_new ();
  gsize length;
  const guint8 *bytes = g_bytes_get_data (credential->certificate, &length);
  gboolean has_key = credential->key != NULL;

  g_byte_array_append (certificates, bytes, length);
  append_all (certificates, credential->chain);
  append_all (authorities, credential->authorities);
  bytes = has_key ? g_bytes_get_data (credential->key, &length) : NULL;
  return put (set, whose, "-cert", certificates->data, certificates->len, problem)
         && (!has_key || put (set, whose, "-key", bytes, length, problem))
         && put (set, whose, "-ca", authorities->data, authorities->len, problem);
}

gboolean
byway_credential_is_wanted (const char *const *wanted, const char *whose)
{
  static const char *const parts[] = { "-cert", "-key", "-ca" };

  for (gsize i = 0; wanted != NULL && i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *key = g_strconcat (whose, parts[i], NULL);

      if (g_strv_contains (wanted, key))
        return TRUE;
    }
  return wanted == NULL;
}
