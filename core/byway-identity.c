/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-dn.h"
#include "byway-identity.h"

#include <string.h>

static void
set_text (BywayIdentity *identity, BywayIdentityKind kind, const char *text)
{
  identity->kind = kind;
  identity->value = g_strdup (text);
  identity->length = strlen (text);
}

static gboolean
set_hex (BywayIdentity *identity, const char *hex)
{
  gsize length = strlen (hex);

  if (length == 0 || length % 2 != 0 || strspn (hex, "0123456789abcdefABCDEF") != length)
    return FALSE;
  identity->kind = BYWAY_IDENTITY_KEY_ID;
  identity->length = length / 2;
  identity->value = g_malloc0 (identity->length + 1);
  for (gsize i = 0; i < identity->length; i++)
    identity->value[i]
        = g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]);
  return TRUE;
}

/* charon takes it for "%any": nobody who wrote an address meant that. */
static gboolean
is_unspecified (const BywayAddress *address)
{
  static const guint8 zeros[16];

  return memcmp (address->bytes, zeros, byway_address_size (address)) == 0;
}

/* A DN is long by nature, and goes without a key of its own. */
static gboolean
fits_vici (const BywayIdentity *identity)
{
  g_autofree char *text = byway_identity_to_vici (identity);

  return identity->kind == BYWAY_IDENTITY_DN || strlen (text) <= BYWAY_IDENTITY_OWNER_MAX;
}

static gboolean
is_dn (const char *text)
{
  g_autoptr (GByteArray) der = byway_dn_encode (text);

  return der != NULL;
}

gboolean
byway_identity_parse (const char *text, BywayIdentity *out)
{
  BywayIdentity parsed = { BYWAY_IDENTITY_NONE };
  BywayAddress address;

  if (*text == '\0')
    ;
  else if (strcmp (text, "%any") == 0)
    set_text (&parsed, BYWAY_IDENTITY_ANY, text);
  else if (byway_address_parse (text, &address))
    {
      if (is_unspecified (&address))
        return FALSE;
      set_text (&parsed, BYWAY_IDENTITY_ADDRESS, text);
    }
  else if (g_str_has_prefix (text, "@#"))
    {
      if (!set_hex (&parsed, text + 2))
        return FALSE;
    }
  else if (g_str_has_prefix (text, "keyid:") && text[6] != '\0')
    set_text (&parsed, BYWAY_IDENTITY_KEY_ID, text + 6);
  else if (g_str_has_prefix (text, "@@") && strchr (text + 2, '@') != NULL)
    set_text (&parsed, BYWAY_IDENTITY_USER, text + 2);
  else if (strchr (text, '=') != NULL && is_dn (text))
    set_text (&parsed, BYWAY_IDENTITY_DN, text);
  else if (text[0] == '@' && text[1] != '\0' && strchr (text + 1, '@') == NULL)
    set_text (&parsed, BYWAY_IDENTITY_FQDN, text + 1);
  else if (text[0] != '@' && strchr (text, '@') != NULL)
    set_text (&parsed, BYWAY_IDENTITY_USER, text);
  else if (text[0] != '@' && strpbrk (text, "%=:/ ") == NULL)
    set_text (&parsed, BYWAY_IDENTITY_FQDN, text);
  else
    return FALSE;
  if (!fits_vici (&parsed))
    {
      byway_identity_clear (&parsed);
      return FALSE;
    }

  *out = parsed;
  return TRUE;
}

void
byway_identity_clear (BywayIdentity *identity)
{
  g_clear_pointer (&identity->value, g_free);
  identity->kind = BYWAY_IDENTITY_NONE;
}

static char *
bytes_to_hex (const char *prefix, gconstpointer bytes, gsize length)
{
  static const char digits[] = "0123456789abcdef";
  GString *text = g_string_new (prefix);

  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = ((const guint8 *)bytes)[i];

      g_string_append_c (text, digits[byte >> 4]);
      g_string_append_c (text, digits[byte & 15]);
    }
  return g_string_free (text, FALSE);
}

static char *
to_hex (const char *prefix, const BywayIdentity *identity)
{
  return bytes_to_hex (prefix, identity->value, identity->length);
}

static char *
dn_to_vici (const char *text)
{
  g_autoptr (GByteArray) der = byway_dn_encode (text);

  return bytes_to_hex ("asn1dn:#", der->data, der->len);
}

/* Behind a prefix charon reads a '#' as the beginning of hex digits, and '^' as that of a regular
 * expression (its newer versions); and it refuses what is not printable in the C locale. */
static gboolean
is_plain (const char *value)
{
  if (*value == '#' || *value == '^')
    return FALSE;
  for (; *value != '\0'; value++)
    if (!g_ascii_isprint (*value))
      return FALSE;
  return TRUE;
}

static char *
name_to_vici (const char *type, const BywayIdentity *identity)
{
  g_autofree char *hex_prefix = g_strconcat (type, "#", NULL);

  return is_plain (identity->value) ? g_strconcat (type, identity->value, NULL)
                                    : to_hex (hex_prefix, identity);
}

char *
byway_identity_to_vici (const BywayIdentity *identity)
{
  switch (identity->kind)
    {
    case BYWAY_IDENTITY_NONE:
    case BYWAY_IDENTITY_ANY:
      return g_strdup ("%any");
    case BYWAY_IDENTITY_ADDRESS:
      return g_strdup (identity->value);
    case BYWAY_IDENTITY_FQDN:
      return name_to_vici ("fqdn:", identity);
    case BYWAY_IDENTITY_USER:
      return name_to_vici ("email:", identity);
    case BYWAY_IDENTITY_KEY_ID:
      return to_hex ("@#", identity);
    case BYWAY_IDENTITY_DN:
      return dn_to_vici (identity->value);
    }
  g_return_val_if_reached (g_strdup ("%any"));
}

char *
byway_identity_to_string (const BywayIdentity *identity)
{
  if (identity->kind == BYWAY_IDENTITY_NONE)
    return g_strdup ("");
  if (identity->kind == BYWAY_IDENTITY_KEY_ID)
    return to_hex ("@#", identity);
  return g_strconcat (identity->kind == BYWAY_IDENTITY_FQDN ? "@" : "", identity->value, NULL);
}
