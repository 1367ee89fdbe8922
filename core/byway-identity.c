/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
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
    set_text (&parsed, BYWAY_IDENTITY_ADDRESS, text);
  else if (g_str_has_prefix (text, "@#"))
    {
      if (!set_hex (&parsed, text + 2))
        return FALSE;
    }
  else if (g_str_has_prefix (text, "keyid:") && text[6] != '\0')
    set_text (&parsed, BYWAY_IDENTITY_KEY_ID, text + 6);
  else if (g_str_has_prefix (text, "@@") && strchr (text + 2, '@') != NULL)
    set_text (&parsed, BYWAY_IDENTITY_USER, text + 2);
  else if (text[0] == '@' && text[1] != '\0' && strchr (text + 1, '@') == NULL)
    set_text (&parsed, BYWAY_IDENTITY_FQDN, text + 1);
  else if (text[0] != '@' && strchr (text, '@') != NULL)
    set_text (&parsed, BYWAY_IDENTITY_USER, text);
  else if (text[0] != '@' && strpbrk (text, "%=:/ ") == NULL)
    set_text (&parsed, BYWAY_IDENTITY_FQDN, text);
  else
    return FALSE;

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
key_id_to_hex (const BywayIdentity *identity)
{
  GString *text = g_string_new ("@#");

  for (gsize i = 0; i < identity->length; i++)
    g_string_append_printf (text, "%02x", (guint8)identity->value[i]);
  return g_string_free (text, FALSE);
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
      return g_strconcat ("fqdn:", identity->value, NULL);
    case BYWAY_IDENTITY_USER:
      return g_strconcat ("email:", identity->value, NULL);
    case BYWAY_IDENTITY_KEY_ID:
      return key_id_to_hex (identity);
    }
  g_return_val_if_reached (g_strdup ("%any"));
}

char *
byway_identity_to_string (const BywayIdentity *identity)
{
  if (identity->kind == BYWAY_IDENTITY_NONE)
    return g_strdup ("");
  if (identity->kind == BYWAY_IDENTITY_KEY_ID)
    return key_id_to_hex (identity);
  return g_strconcat (identity->kind == BYWAY_IDENTITY_FQDN ? "@" : "", identity->value, NULL);
}
