/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nss.h"

#include "byway-diagnosis.h"
#include "byway-facts.h"
#include "byway-xl2tpd-log.h"

#include <string.h>

#define DIGITS 40 /* of SHA-1 in hex */
#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
/* What stands in "<" and ">" is a number; then the kind of key, its id, its nickname. */
#define KEY_PARTS 3

char *
byway_nss_nickname (GBytes *certificate)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, certificate);

  return g_strconcat (BYWAY_IKE_PREFIX, digest, NULL);
}

static gboolean
is_hex (const char *text)
{
  return strlen (text) == DIGITS && strspn (text, G_CSET_DIGITS "abcdef") == DIGITS;
}

gboolean
byway_nss_is_ours (const char *nickname)
{
  return g_str_has_prefix (nickname, BYWAY_IKE_PREFIX)
         && is_hex (nickname + strlen (BYWAY_IKE_PREFIX));
}

/* The whole command, with "$" for what it is about. An empty file is no password: NSS tries none
 * by itself, and where one is needed the program ends at once. */
static const char *const commands[][12] = {
  [BYWAY_NSS_LIST] = { "certutil", "-L" },
  [BYWAY_NSS_LIST_KEYS] = { "certutil", "-K", "-f", "/dev/null" },
  [BYWAY_NSS_SHOW] = { "certutil", "-L", "-a", "-n", "$" },
  [BYWAY_NSS_IMPORT]
  = { "pk12util", "-i", "/proc/self/fd/5", "-w", "/proc/self/fd/6", "-k", "/dev/null" },
  /* Without any trust: pluto asks for none, and nobody else should have it from us. */
  [BYWAY_NSS_ADD]
  = { "certutil", "-A", "-t", ",,", "-f", "/dev/null", "-i", "/proc/self/fd/5", "-n", "$" },
  [BYWAY_NSS_REMOVE] = { "certutil", "-D", "-f", "/dev/null", "-n", "$" },
  [BYWAY_NSS_REMOVE_WITH_KEY] = { "certutil", "-F", "-f", "/dev/null", "-n", "$" },
  [BYWAY_NSS_REMOVE_KEY] = { "certutil", "-F", "-f", "/dev/null", "-k", "$" },
};

G_STATIC_ASSERT (BYWAY_NSS_FD == 5 && BYWAY_NSS_PASSWORD_FD == 6);

GStrv
byway_nss_argv (BywayNssCommand command, const char *folder, const char *what)
{
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_autofree char *database = g_strconcat ("sql:", folder, NULL);

  for (guint i = 0; commands[command][i] != NULL; i++)
    g_strv_builder_add (argv,
                        strcmp (commands[command][i], "$") == 0 ? what : commands[command][i]);
  g_strv_builder_add (argv, "-d");
  g_strv_builder_add (argv, database);
  return g_strv_builder_end (argv);
}

/* --- what they say -------------------------------------------------------------------------- */

/* "CT,C,c" */
static gboolean
is_trust (const char *word)
{
  guint commas = 0;

  for (; *word != '\0'; word++)
    {
      commas += *word == ',';
      if (*word != ',' && !g_ascii_isalpha (*word))
        return FALSE;
    }
  return commas == 2;
}

/* A nickname may have blanks; the trust, which never has, is the last word. A "u" in it: there is
 * the key. */
static char *
nickname_of (const char *line, gboolean with_key)
{
  g_autofree char *text = g_strchomp (g_strdup (line));
  char *space = strrchr (text, ' ');

  if (space == NULL || !is_trust (space + 1) || (with_key && strchr (space, 'u') == NULL))
    return NULL;
  *space = '\0';
  g_strchomp (text);
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static GStrv
read_list (const char *output, gboolean with_key)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (char **line = lines; *line != NULL; line++)
    {
      char *name = nickname_of (*line, with_key);

      if (name != NULL && !g_hash_table_contains (seen, name))
        g_strv_builder_add (names, name);
      if (name != NULL)
        g_hash_table_add (seen, name);
    }
  return g_strv_builder_end (names);
}

GStrv
byway_nss_read_nicknames (const char *output)
{
  return read_list (output, FALSE);
}

GStrv
byway_nss_read_with_key (const char *output)
{
  return read_list (output, TRUE);
}

GPtrArray *
byway_nss_read_certificates (const char *output)
{
  GPtrArray *certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  const char *at = output;

  while ((at = strstr (at, BEGIN)) != NULL)
    {
      const char *body = at + strlen (BEGIN);
      const char *end = strstr (body, END);
      g_autofree char *text = NULL;
      guchar *der;
      gsize length;

      if (end == NULL)
        break;
      text = g_strndup (body, end - body);
      der = g_base64_decode (text, &length);
      g_ptr_array_add (certificates, g_bytes_new_take (der, length));
      at = end;
    }
  return certificates;
}

static void
key_free (gpointer data)
{
  BywayNssKey *key = data;

  g_free (key->id);
  g_free (key->nickname);
  g_free (key);
}

/* "< 0> rsa      1ce8…133a   byway-…": one whose certificate is gone keeps its nickname. */
static BywayNssKey *
read_key (const char *line)
{
  const char *close = *line == '<' ? strchr (line, '>') : NULL;
  g_auto (GStrv) words = g_strsplit_set (close != NULL ? close + 1 : "", " \t\r", -1);
  const char *part[KEY_PARTS] = { NULL };
  BywayNssKey *key;
  guint n = 0;

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && n++ < KEY_PARTS)
      part[n - 1] = *word;
  if (n != KEY_PARTS || !is_hex (part[1]) || !byway_nss_is_ours (part[2]))
    return NULL;
  key = g_new0 (BywayNssKey, 1);
  key->id = g_strdup (part[1]);
  key->nickname = g_strdup (part[2]);
  return key;
}

GPtrArray *
byway_nss_read_our_keys (const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  GPtrArray *keys = g_ptr_array_new_with_free_func (key_free);

  for (char **line = lines; *line != NULL; line++)
    {
      BywayNssKey *key = read_key (*line);

      if (key != NULL)
        g_ptr_array_add (keys, key);
    }
  return keys;
}

/* "certutil: could not …: SEC_ERROR_BAD_PASSWORD: The security password …": its last line. */
static char *
last_line (const char *output)
{
  g_autofree char *text = g_strchomp (g_strdup (output));
  const char *begin = strrchr (text, '\n');

  return byway_xl2tpd_clean_line (begin != NULL ? begin + 1 : text, -1);
}

GError *
byway_nss_explain (const char *output)
{
  g_autofree char *detail = last_line (output);

  if (strstr (output, "SEC_ERROR_BAD_PASSWORD") != NULL)
    return g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_NSS_LOCKED, "");
  return g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_NSS, detail);
}
