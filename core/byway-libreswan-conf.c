/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-libreswan-conf.h"
#include "byway-nss.h"

#include <string.h>

#define NAME_CHARACTERS "-_" G_CSET_DIGITS G_CSET_A_2_Z G_CSET_a_2_z
/* Of what our own words consist: algorithms, addresses, "17/1701", "%disabled". */
#define WORD_CHARACTERS "-_.,/%:" G_CSET_DIGITS G_CSET_A_2_Z G_CSET_a_2_z
/* A message to pluto has room for 4096 bytes of all texts together (whack.h). */
#define TEXT_MAX 1024

struct _BywayLibreswanWriter
{
  GString *text;
  GError *error;
};

static void
refuse (BywayLibreswanWriter *writer, const char *what)
{
  if (writer->error == NULL)
    writer->error
        = g_error_new (BYWAY_ERROR, BYWAY_ERROR_INVALID,
                       "Libreswan's ipsec.conf has no way to write this value (option %s)", what);
}

BywayLibreswanWriter *
byway_libreswan_writer_new (const char *name)
{
  BywayLibreswanWriter *writer = g_new0 (BywayLibreswanWriter, 1);

  writer->text = g_string_new (NULL);
  if (*name == '\0' || name[strspn (name, NAME_CHARACTERS)] != '\0')
    refuse (writer, "name");
  g_string_append_printf (writer->text, "conn %s\n", name);
  return writer;
}

void
byway_libreswan_writer_word (BywayLibreswanWriter *writer, const char *key, const char *word)
{
  if (*word == '\0' || word[strspn (word, WORD_CHARACTERS)] != '\0')
    refuse (writer, key);
  else
    g_string_append_printf (writer->text, "\t%s=%s\n", key, word);
}

void
byway_libreswan_writer_uint (BywayLibreswanWriter *writer, const char *key, guint value,
                             const char *unit)
{
  g_string_append_printf (writer->text, "\t%s=%u%s\n", key, value, unit);
}

void
byway_libreswan_writer_flag (BywayLibreswanWriter *writer, const char *key, gboolean value)
{
  byway_libreswan_writer_word (writer, key, value ? "yes" : "no");
}

/* For the sake of old files it takes ",," in what may be a distinguished name for a comma with a
 * backslash (confread.c). */
static gboolean
would_be_changed (const char *text)
{
  return *text != '@' && strchr (text, '=') != NULL && strstr (text, ",,") != NULL;
}

static gboolean
can_be_quoted (const char *text)
{
  if (*text == '\0' || strlen (text) > TEXT_MAX || would_be_changed (text))
    return FALSE;
  for (; *text != '\0'; text++)
    if (*text == '"' || g_ascii_iscntrl (*text))
      return FALSE;
  return TRUE;
}

void
byway_libreswan_writer_text (BywayLibreswanWriter *writer, const char *key, const char *text,
                             const char *option)
{
  if (text == NULL || !can_be_quoted (text))
    refuse (writer, option);
  else
    g_string_append_printf (writer->text, "\t%s=\"%s\"\n", key, text);
}

char *
byway_libreswan_writer_finish (BywayLibreswanWriter *writer, GError **error)
{
  char *text = g_string_free (writer->text, FALSE);

  if (writer->error != NULL)
    {
      g_clear_pointer (&text, g_free);
      g_propagate_error (error, writer->error);
    }
  g_free (writer);
  return text;
}

/* --- reading back --------------------------------------------------------------------------- */

/* All that a renderer of ours writes; what is not here, such as leftupdown=/a/program, include,
 * also and everything of "config setup", never comes out of it. */
static const char *const keywords[] = { "ikev2",
                                        "keyexchange",
                                        "aggressive",
                                        "authby",
                                        "type",
                                        "left",
                                        "leftid",
                                        "leftprotoport",
                                        "leftsendcert",
                                        "sendca",
                                        "rightca",
                                        "rightrsasigkey",
                                        "right",
                                        "rightid",
                                        "rightprotoport",
                                        "leftxauthclient",
                                        "leftusername",
                                        "rightxauthserver",
                                        "ike",
                                        "esp",
                                        "pfs",
                                        "compress",
                                        "encapsulation",
                                        "reqid",
                                        "keyingtries",
                                        "retransmit-timeout",
                                        "ikelifetime",
                                        "salifetime",
                                        "rekeymargin",
                                        "rekeyfuzz",
                                        "rekey",
                                        "dpddelay",
                                        "dpdtimeout",
                                        "dpdaction",
                                        "auto",
                                        "retransmit-interval",
                                        NULL };

/* The value of a line; NULL where the real reader would stop at it, or read something else. */
static char *
read_value (const char *text)
{
  gsize length = strlen (text);

  if (length > 2 && text[0] == '"' && text[length - 1] == '"')
    {
      g_autofree char *inner = g_strndup (text + 1, length - 2);

      return can_be_quoted (inner) ? g_steal_pointer (&inner) : NULL;
    }
  return length > 0 && text[strspn (text, WORD_CHARACTERS)] == '\0' ? g_strdup (text) : NULL;
}

/* "leftupdown" may only say that there is none, and "leftcert" only name one of ours. */
static gboolean
is_known (const char *key, const char *value)
{
  if (strcmp (key, "leftupdown") == 0)
    return strcmp (value, "%disabled") == 0;
  if (strcmp (key, "leftcert") == 0)
    return byway_nss_is_ours (value);
  return g_strv_contains (keywords, key);
}

static gboolean
read_line (const char *line, GPtrArray *pairs)
{
  const char *equals = strchr (line, '=');
  g_autofree char *key = NULL;
  g_autofree char *value = NULL;

  if (*line != '\t' || equals == NULL)
    return FALSE;
  key = g_strndup (line + 1, equals - line - 1);
  value = read_value (equals + 1);
  if (value == NULL || !is_known (key, value))
    return FALSE;
  for (guint i = 0; i < pairs->len; i += 2)
    if (strcmp (pairs->pdata[i], key) == 0)
      return FALSE;
  g_ptr_array_add (pairs, g_steal_pointer (&key));
  g_ptr_array_add (pairs, g_steal_pointer (&value));
  return TRUE;
}

GStrv
byway_libreswan_conf_read (const char *text, char **name)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  guint n = g_strv_length (lines);
  const char *conn;

  *name = NULL;
  if (n < 2 || *lines[n - 1] != '\0' || !g_str_has_prefix (lines[0], "conn "))
    return NULL;
  conn = lines[0] + strlen ("conn ");
  if (*conn == '\0' || conn[strspn (conn, NAME_CHARACTERS)] != '\0')
    return NULL;
  for (guint i = 1; i < n - 1; i++)
    if (!read_line (lines[i], pairs))
      return NULL;
  *name = g_strdup (conn);
  g_ptr_array_add (pairs, NULL);
  g_ptr_array_set_free_func (pairs, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&pairs), FALSE);
}

/* --- identities ----------------------------------------------------------------------------- */

/* atoid() takes an '=' anywhere for a distinguished name, and "#", "~" and "[" behind the first '@'
 * for other kinds. Blanks and quotes would be safe in ipsec.conf, and not in ipsec.secrets. */
static gboolean
is_plain (const char *value)
{
  if (*value == '\0' || strchr ("#~[@%", *value) != NULL || strchr (value, '=') != NULL)
    return FALSE;
  for (; *value != '\0'; value++)
    if (!g_ascii_isgraph (*value) || strchr ("\"'`", *value) != NULL)
      return FALSE;
  return TRUE;
}

static char *
key_id (const BywayIdentity *identity)
{
  GString *text = g_string_new ("@#");

  for (gsize i = 0; i < identity->length; i++)
    g_string_append_printf (text, "%02x", (guint8)identity->value[i]);
  return g_string_free (text, FALSE);
}

char *
byway_identity_to_libreswan (const BywayIdentity *identity)
{
  switch (identity->kind)
    {
    case BYWAY_IDENTITY_NONE:
    case BYWAY_IDENTITY_ANY:
    case BYWAY_IDENTITY_DN: /* its blanks have no place in ipsec.secrets */
      return NULL;
    case BYWAY_IDENTITY_ADDRESS:
      return g_strdup (identity->value);
    case BYWAY_IDENTITY_FQDN:
      return is_plain (identity->value) ? g_strconcat ("@", identity->value, NULL) : NULL;
    case BYWAY_IDENTITY_USER:
      return is_plain (identity->value) ? g_strdup (identity->value) : NULL;
    case BYWAY_IDENTITY_KEY_ID:
      return key_id (identity);
    }
  g_return_val_if_reached (NULL);
}
