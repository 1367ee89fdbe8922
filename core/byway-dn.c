/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-dn.h"

#include <string.h>

enum
{
  TAG_OID = 0x06,
  TAG_UTF8 = 0x0c,
  TAG_PRINTABLE = 0x13,
  TAG_IA5 = 0x16,
  TAG_SEQUENCE = 0x30,
  TAG_SET = 0x31
};

/* RFC 4519 and RFC 2985; RFC 5280, appendix A, for the kinds of string. */
static const struct
{
  const char *name;
  guint8 oid[10];
  guint8 length;
  guint8 tag; /* 0: PrintableString where that will do, else UTF8String */
} attributes[] = {
  { "CN", { 0x55, 4, 3 }, 3, 0 },
  { "SN", { 0x55, 4, 5 }, 3, TAG_PRINTABLE },
  { "C", { 0x55, 4, 6 }, 3, TAG_PRINTABLE },
  { "L", { 0x55, 4, 7 }, 3, 0 },
  { "ST", { 0x55, 4, 8 }, 3, 0 },
  { "O", { 0x55, 4, 10 }, 3, 0 },
  { "OU", { 0x55, 4, 11 }, 3, 0 },
  { "T", { 0x55, 4, 12 }, 3, 0 },
  { "G", { 0x55, 4, 42 }, 3, 0 },
  { "S", { 0x55, 4, 4 }, 3, 0 },
  { "UID", { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1 }, 10, 0 },
  { "DC", { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25 }, 10, TAG_IA5 },
  { "E", { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1 }, 9, TAG_IA5 },
  { "emailAddress", { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1 }, 9, TAG_IA5 },
};

static int
find_attribute (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (g_ascii_strcasecmp (attributes[i].name, name) == 0)
      return (int)i;
  return -1;
}

static void
append (GByteArray *out, guint8 tag, const guint8 *bytes, gsize length)
{
  const guint8 small[] = { tag, length & 0x7f };
  const guint8 middle[] = { tag, 0x81, length & 0xff };
  const guint8 large[] = { tag, 0x82, length >> 8 & 0xff, length & 0xff };

  if (length < 0x80)
    g_byte_array_append (out, small, sizeof small);
  else if (length < 0x100)
    g_byte_array_append (out, middle, sizeof middle);
  else
    g_byte_array_append (out, large, sizeof large);
  g_byte_array_append (out, bytes, length);
}

/* X.680, 41.4 */
static gboolean
is_printable (const char *value)
{
  return value[strspn (value, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS " '()+,-./:=?")] == '\0';
}

static gboolean
append_value (GByteArray *out, guint8 tag, const char *value)
{
  if (*value == '\0' || (tag == TAG_PRINTABLE && !is_printable (value))
      || (tag == TAG_IA5 && !g_str_is_ascii (value)))
    return FALSE;
  if (tag == 0)
    tag = is_printable (value) ? TAG_PRINTABLE : TAG_UTF8;
  append (out, tag, (const guint8 *)value, strlen (value));
  return TRUE;
}

/* "NAME=value", blanks around both dropped. */
static gboolean
append_part (GByteArray *out, const char *part)
{
  const char *equals = strchr (part, '=');
  g_autofree char *name = equals != NULL ? g_strndup (part, (gsize)(equals - part)) : NULL;
  g_autofree char *value = equals != NULL ? g_strdup (equals + 1) : NULL;
  int which = name != NULL ? find_attribute (g_strstrip (name)) : -1;
  g_autoptr (GByteArray) pair = g_byte_array_new ();
  g_autoptr (GByteArray) sequence = g_byte_array_new ();

  if (which < 0)
    return FALSE;
  append (pair, TAG_OID, attributes[which].oid, attributes[which].length);
  if (!append_value (pair, attributes[which].tag, g_strstrip (value)))
    return FALSE;
  append (sequence, TAG_SEQUENCE, pair->data, pair->len);
  append (out, TAG_SET, sequence->data, sequence->len);
  return TRUE;
}

/* Up to the next comma that no backslash stands before; NULL for a backslash with nothing behind.
 * @text is moved on. */
static char *
take_part (const char **text)
{
  g_autoptr (GString) part = g_string_new (NULL);
  const char *at = *text;

  for (; *at != '\0' && *at != ','; at++)
    {
      if (*at == '\\' && *++at == '\0')
        return NULL;
      g_string_append_c (part, *at);
    }
  *text = *at == ',' ? at + 1 : NULL;
  return g_strdup (part->str);
}

GByteArray *
byway_dn_encode (const char *text)
{
  g_autoptr (GByteArray) parts = g_byte_array_new ();
  GByteArray *name;

  while (text != NULL)
    {
      g_autofree char *part = take_part (&text);

      if (part == NULL || !append_part (parts, part))
        return NULL;
    }
  name = g_byte_array_new ();
  append (name, TAG_SEQUENCE, parts->data, parts->len);
  return name;
}
