/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-password-text.h"

#include "byway-xl2tpd-log.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *key, *label;
} rows[] = {
  { "ipsec-psk", N_ ("Pre-shared _key (shared secret)") },
  { "password", N_ ("_Password") },
  { "xauth-password", N_ ("Password inside _IPsec (XAUTH)") },
  { "l2tp-secret", N_ ("_Tunnel secret (L2TP)") },
  { "machine-certpass", N_ ("Password or PIN of the _machine’s private key") },
  { "user-certpass", N_ ("Password of _your private key") },
};

/* The user is told whose password it is: many have several. */
static char *
label_with_user (const char *user)
{
  g_autofree char *clean = byway_xl2tpd_clean_line (user, -1);
  g_auto (GStrv) parts = g_strsplit (clean, "_", -1);
  g_autofree char *shown = g_strjoinv ("__", parts);

  return g_strdup_printf (_ ("_Password for %s"), shown);
}

char *
byway_password_text_label (const char *key, const char *user)
{
  if (strcmp (key, "password") == 0 && user != NULL && *user != '\0')
    return label_with_user (user);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].key, key) == 0)
      return g_strdup (_ (rows[i].label));
  return g_strdup (key);
}

char *
byway_password_text_plain (const char *label)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = label; *p != '\0'; p++)
    if (*p != '_' || *++p != '\0')
      g_string_append_c (plain, *p);
    else
      break;
  return g_string_free (plain, FALSE);
}

char *
byway_password_text_sentence (const char *text)
{
  GString *sentence = g_string_new (NULL);
  const char *end = text;

  while (g_unichar_islower (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  if (end > text && *end == ' ')
    {
      g_string_append_unichar (sentence, g_unichar_toupper (g_utf8_get_char (text)));
      text = g_utf8_next_char (text);
    }
  g_string_append (sentence, text);
  if (g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (sentence->str + sentence->len))))
    g_string_append_c (sentence, '.');
  return g_string_free (sentence, FALSE);
}
