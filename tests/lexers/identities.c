/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "identities.h"

#define TEXT_MAX 255

static const char *const odd[]
    = { "@",    "@@",       "#",  "@#", "~",   "[",   "]",       ":",      "0t",     "0x",
        "0s",   "%",        "^",  "'",  "`",   "\\",  "PSK",     ": PSK",  "keyid:", "=",
        "C=DE", ", CN=x",   "::", ".",  "psk", "\"",  "include", "%any",   "*",      "email:",
        "fqdn", "\xc3\xa9", "//", "{",  "}",   "1.2", "dns:",    "asn1dn", "/",      NULL };

/* As the options take text: no control characters. */
static gboolean
is_in_text (guint8 byte)
{
  return byte >= 0x20 && byte != 0x7f;
}

static gboolean
is_graph (guint8 byte)
{
  return g_ascii_isgraph (byte);
}

static char *
make_address (Dice *dice)
{
  BywayAddress address = { .family = dice_below (dice, 2) == 0 ? 4 : 6 };

  for (guint i = 0; i < byway_address_size (&address); i++)
    address.bytes[i] = (guint8)dice_roll (dice);
  return byway_address_to_string (&address);
}

static char *
make_text (Dice *dice)
{
  static const char *const prefixes[] = { "", "@", "@@", "keyid:", "CN=", "C=DE, O=x, CN=" };
  static DiceAlphabet any, graph;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *valid = NULL;
  const char *prefix = prefixes[dice_below (dice, G_N_ELEMENTS (prefixes))];

  if (any.n == 0)
    {
      dice_alphabet_init (&any, is_in_text);
      dice_alphabet_init (&graph, is_graph);
    }
  dice_text (dice, dice_below (dice, 4) == 0 ? &any : &graph, odd, dice_length (dice, 1, TEXT_MAX),
             text);
  valid = g_utf8_make_valid (text->str, -1);
  if (dice_below (dice, 3) == 0)
    return g_strconcat (prefix, valid, "@x", NULL);
  return g_strconcat (prefix, valid, NULL);
}

static char *
make_hex (Dice *dice)
{
  GString *text = g_string_new ("@#");

  for (guint i = dice_length (dice, 1, 120); i > 0; i--)
    g_string_append_printf (text, "%02x", (guint)(dice_roll (dice) & 0xff));
  return g_string_free (text, FALSE);
}

void
dice_identity (Dice *dice, BywayIdentity *identity)
{
  for (;;)
    {
      guint kind = dice_below (dice, 16);
      g_autofree char *text = kind == 0   ? make_address (dice)
                              : kind == 1 ? make_hex (dice)
                                          : make_text (dice);

      if (!byway_identity_parse (text, identity))
        continue;
      if (identity->kind > BYWAY_IDENTITY_ANY)
        return;
      byway_identity_clear (identity);
    }
}
