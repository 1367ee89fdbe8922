/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "dice.h"

void
dice_seed (Dice *dice, guint32 seed)
{
  dice->state = 0x9e3779b97f4a7c15u ^ ((guint64)seed << 32 | seed);
}

/* xorshift64*: enough for a test, and a few nanoseconds. */
guint64
dice_roll (Dice *dice)
{
  dice->state ^= dice->state >> 12;
  dice->state ^= dice->state << 25;
  dice->state ^= dice->state >> 27;
  return dice->state * 0x2545f4914f6cdd1du;
}

guint
dice_below (Dice *dice, guint n)
{
  return (guint)((dice_roll (dice) >> 32) * n >> 32);
}

guint
dice_length (Dice *dice, guint least, guint most)
{
  guint kind = dice_below (dice, 32), room = most - least;

  if (kind == 0)
    return least;
  if (kind == 1)
    return most;
  if (kind == 2)
    return least + dice_below (dice, room + 1);
  return least + dice_below (dice, MIN (room, kind < 8 ? 64 : 16) + 1);
}

void
dice_alphabet_init (DiceAlphabet *alphabet, gboolean (*allows) (guint8 byte))
{
  alphabet->n = 0;
  for (guint byte = 0; byte < 256; byte++)
    {
      alphabet->allowed[byte] = allows ((guint8)byte);
      if (alphabet->allowed[byte])
        alphabet->bytes[alphabet->n++] = (guint8)byte;
    }
}

static void
add_word (const DiceAlphabet *alphabet, const char *word, guint length, GString *text)
{
  for (; *word != '\0' && text->len < length; word++)
    if (alphabet->allowed[(guint8)*word])
      g_string_append_c (text, *word);
}

void
dice_text (Dice *dice, const DiceAlphabet *alphabet, const char *const *odd, guint length,
           GString *text)
{
  guint n = 0;

  while (odd[n] != NULL)
    n++;
  g_string_truncate (text, 0);
  while (text->len < length)
    if (dice_below (dice, 4) == 0)
      add_word (alphabet, odd[dice_below (dice, n)], length, text);
    else
      g_string_append_c (text, (char)alphabet->bytes[dice_below (dice, alphabet->n)]);
}
