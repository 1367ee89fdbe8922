/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-token.h"

#include <string.h>

#define SCHEME "pkcs11:"
#define ID_MAX 64
#define MODULE_MAX 64

void
byway_token_free (BywayToken *token)
{
  g_free (token->module);
  g_free (token->handle);
  g_free (token);
}

/* RFC 7512, 2.3: what may stand in a value as it is; both kinds of attribute have some more. */
static gboolean
is_plain (char c, const char *more)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("-._~:[]@!$'()*+,=", c) != NULL)
         || (c != '\0' && strchr (more, c) != NULL);
}

/* The bytes that a value stands for; NULL when it is malformed. */
static GByteArray *
decode (const char *value, const char *more)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (; *value != '\0'; value++)
    {
      guint8 byte = (guint8)*value;

      if (*value == '%')
        {
          if (!g_ascii_isxdigit (value[1]) || !g_ascii_isxdigit (value[2]))
            return NULL;
          byte = (guint8)(g_ascii_xdigit_value (value[1]) << 4 | g_ascii_xdigit_value (value[2]));
          value += 2;
        }
      else if (!is_plain (*value, more))
        return NULL;
      g_byte_array_append (bytes, &byte, 1);
    }
  return g_steal_pointer (&bytes);
}

static const char *
take_id (BywayToken *token, const char *value)
{
  g_autoptr (GByteArray) bytes = decode (value, "&");
  GString *hex;

  if (bytes == NULL || bytes->len == 0 || bytes->len > ID_MAX)
    return "has an id that is no bytes such as %01%a7, 64 of them at most";
  hex = g_string_new (NULL);
  for (guint i = 0; i < bytes->len; i++)
    g_string_append_printf (hex, "%02x", bytes->data[i]);
  token->handle = g_string_free (hex, FALSE);
  return NULL;
}

/* The IKE daemon has it as an int. */
static const char *
take_slot (BywayToken *token, const char *value)
{
  guint64 slot;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT32, &slot, NULL))
    return "has a slot-id that is no number";
  token->slot = (guint)slot;
  return NULL;
}

/* Only what a section of strongswan.conf can be called. */
static const char *
take_module (BywayToken *token, const char *value)
{
  gsize length = strlen (value);

  for (const char *c = value; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '-' && *c != '_')
      length = 0;
  if (length == 0 || length > MODULE_MAX)
    return "has a module-name that is not made of letters, digits, - and _";
  token->module = g_strdup (value);
  return NULL;
}

#define A_WHOLE "needs id, slot-id and module-name: pkcs11:id=%01;slot-id=0?module-name=NAME"
#define A_PIN                                                                                      \
  "names a PIN, which is a secret and belongs in the keyring (byway set-secret, machine-certpass)"

typedef const char *(*Take) (BywayToken *token, const char *value);

static const struct
{
  const char *name;
  gboolean query; /* behind the question mark, else before it */
  Take take;
  const char *refusal;
} attributes[] = {
  { "id", FALSE, take_id },
  { "slot-id", FALSE, take_slot },
  { "module-name", TRUE, take_module },
  { "pin-value", TRUE, NULL, A_PIN },
  { "pin-source", TRUE, NULL, A_PIN },
  { "module-path", TRUE, NULL,
    "names a module by its path, which only an administrator may do, in strongswan.conf; the name "
    "that it has there goes into module-name" },
};

#define N_ATTRIBUTES G_N_ELEMENTS (attributes)

static const char *
take_attribute (BywayToken *token, const char *text, gboolean query, gboolean seen[N_ATTRIBUTES])
{
  const char *equals = strchr (text, '=');

  for (gsize i = 0; equals != NULL && i < N_ATTRIBUTES; i++)
    {
      if (strlen (attributes[i].name) != (gsize)(equals - text)
          || !g_str_has_prefix (text, attributes[i].name))
        continue;
      if (attributes[i].refusal != NULL)
        return attributes[i].refusal;
      if (attributes[i].query != query)
        break;
      if (seen[i])
        return "has an attribute twice";
      seen[i] = TRUE;
      return attributes[i].take (token, equals + 1);
    }
  return "has something else than id and slot-id, separated by “;”, and, behind “?”, module-name";
}

static const char *
take_attributes (BywayToken *token, const char *text, gboolean query, gboolean seen[N_ATTRIBUTES])
{
  g_auto (GStrv) parts = g_strsplit (text, query ? "&" : ";", -1);
  const char *problem = NULL;

  for (char **part = parts; *part != NULL && problem == NULL; part++)
    problem = take_attribute (token, *part, query, seen);
  return problem;
}

static const char *
take_uri (BywayToken *token, const char *uri)
{
  g_auto (GStrv) halves = NULL;
  gboolean seen[N_ATTRIBUTES] = { FALSE };
  const char *problem;

  if (!g_str_has_prefix (uri, SCHEME))
    return "is no pkcs11: URI, such as pkcs11:id=%01;slot-id=0?module-name=NAME";
  halves = g_strsplit (uri + strlen (SCHEME), "?", 2);
  if (halves[0] == NULL) /* nothing behind the scheme */
    return A_WHOLE;
  problem = take_attributes (token, halves[0], FALSE, seen);
  if (problem == NULL && halves[1] != NULL)
    problem = take_attributes (token, halves[1], TRUE, seen);
  if (problem == NULL && (!seen[0] || !seen[1] || !seen[2]))
    problem = A_WHOLE;
  return problem;
}

BywayToken *
byway_token_parse (const char *uri, const char **problem)
{
  g_autoptr (BywayToken) token = g_new0 (BywayToken, 1);

  *problem = take_uri (token, uri);
  return *problem == NULL ? g_steal_pointer (&token) : NULL;
}

gboolean
byway_token_has_changed (GHashTable *before, GHashTable *after)
{
  return g_strcmp0 (g_hash_table_lookup (before, "machine-token"),
                    g_hash_table_lookup (after, "machine-token"))
         != 0;
}
