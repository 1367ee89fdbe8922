/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-eap-tls.h"

#include <string.h>

#define LINE 72 /* GLib's */
#define ARMOUR (2 * sizeof "-----BEGIN PRIVATE KEY-----\n")

static gsize
room_for (GBytes *der)
{
  gsize encoded = (g_bytes_get_size (der) / 3 + 1) * 4 + 4;

  return ARMOUR + encoded + encoded / LINE + 1;
}

/* RFC 7468. Written in place, so that no copy of a key is left behind. */
static char *
append_pem (char *end, const char *label, GBytes *der)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (der, &length);
  int state = 0, save = 0;

  end = stpcpy (stpcpy (stpcpy (end, "-----BEGIN "), label), "-----\n");
  end += g_base64_encode_step (bytes, length, TRUE, end, &state, &save);
  end += g_base64_encode_close (TRUE, end, &state, &save);
  return stpcpy (stpcpy (stpcpy (end, "-----END "), label), "-----\n");
}

static GBytes *
to_pem (const char *label, GPtrArray *parts)
{
  gsize room = 1;
  char *text, *end;

  for (guint i = 0; i < parts->len; i++)
    room += room_for (parts->pdata[i]);
  text = end = byway_locked_alloc (room);
  for (guint i = 0; i < parts->len; i++)
    end = append_pem (end, label, parts->pdata[i]);
  return g_bytes_new_with_free_func (text, end - text, byway_locked_free, text);
}

GBytes *
byway_eap_tls_file (const BywayCredential *credential, BywayEapTlsFile file)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  switch (file)
    {
    case BYWAY_EAP_TLS_CERT:
      g_ptr_array_add (parts, credential->certificate);
      g_ptr_array_extend (parts, credential->chain, NULL, NULL);
      return to_pem ("CERTIFICATE", parts);
    case BYWAY_EAP_TLS_KEY:
      g_ptr_array_add (parts, credential->key);
      return to_pem ("PRIVATE KEY", parts);
    case BYWAY_EAP_TLS_CA:
      return to_pem ("CERTIFICATE", credential->authorities);
    case BYWAY_EAP_TLS_FILES:
      break;
    }
  g_return_val_if_reached (NULL);
}

char *
byway_eap_tls_path (BywayEapTlsFile file)
{
  return g_strdup_printf ("/proc/self/fd/%u", BYWAY_EAP_TLS_FD + file);
}

char *
byway_eap_tls_name (const BywayProfile *profile, const BywayCredential *credential)
{
  if (*profile->user != '\0' || credential == NULL || credential->identity == NULL)
    return byway_profile_ppp_name (profile);
  if (*profile->domain == '\0')
    return g_strdup (credential->identity);
  return g_strconcat (profile->domain, "\\", credential->identity, NULL);
}
