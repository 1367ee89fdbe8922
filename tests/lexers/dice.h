/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Random values, the same ones for the same seed. GLib's own would take longer than the lexers. */
typedef struct
{
  guint64 state;
} Dice;

void dice_seed (Dice *dice, guint32 seed);
guint64 dice_roll (Dice *dice);
/* 0 to @n - 1. */
guint dice_below (Dice *dice, guint n);
/* Any of @least to @most: small ones more often, and each end now and then. */
guint dice_length (Dice *dice, guint least, guint most);
/* One byte after the other, out of those that @allowed has. @odd: bytes and words that somebody's
 * lexer takes for something, which come often; those of its bytes that aren't allowed are left out.
 * Replaces what @text has. */
typedef struct
{
  gboolean allowed[256];
  guint8 bytes[256]; /* those, one after the other */
  guint n;
} DiceAlphabet;

void dice_alphabet_init (DiceAlphabet *alphabet, gboolean (*allows) (guint8 byte));
void dice_text (Dice *dice, const DiceAlphabet *alphabet, const char *const *odd, guint length,
                GString *text);
