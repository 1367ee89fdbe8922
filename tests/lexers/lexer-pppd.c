/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-config.h"
#include "lexer.h"

#include <string.h>

/* pppd reads a file of options, and its plugin ECHO says in hex what it found: words and numbers,
 * as pppd's own reader hands them to an option. */

#define PPPD "/usr/sbin/pppd"
#define BATCH 20000

static const char *const odd[]
    = { "\"",  "'",    "\\",    "#",     "\n",    "\r",  "\t", "\v", " ", "0", "101",
        "x41", "\\\n", "\\x41", "\\000", "\" #'", "@/x", "*",  "n",  "s", NULL };

static gboolean
is_allowed (guint8 byte)
{
  return byte != '\0';
}

static void
add_word (LexerRun *run, BywayPppdWriter *writer, const DiceAlphabet *alphabet, GString *word)
{
  dice_text (&run->dice, alphabet, odd, dice_length (&run->dice, 0, BYWAY_PPPD_WORD_MAX), word);
  byway_pppd_writer_word (writer, "byway-echo", word->str);
  lexer_expect (run, word->str, word->len);
}

/* As options of ours have them: no negative ones. */
static void
add_number (LexerRun *run, BywayPppdWriter *writer)
{
  guint number = (guint)(dice_roll (&run->dice) >> (33 + dice_below (&run->dice, 31)));
  char text[16];

  byway_pppd_writer_uint (writer, "byway-echo-number", number);
  byway_pppd_writer_option (writer, "byway-echo-that");
  g_snprintf (text, sizeof text, "%u", number);
  lexer_expect_text (run, text);
}

static void
read_echoes (LexerRun *run, char *output)
{
  g_autoptr (GString) word = g_string_new (NULL);
  char *next;

  for (char *line = output; *line != '\0'; line = next)
    {
      next = line + strcspn (line, "\n");
      if (strncmp (line, "echo ", 5) == 0 && lexer_unhex (line + 5, (gsize)(next - line - 5), word))
        lexer_read (run, word->str, word->len);
      next += *next != '\0';
    }
}

static void
run_batch (LexerRun *run, const char *options)
{
  g_autofree char *path = lexer_write (run, "options", options, -1);
  const char *argv[] = { PPPD,          "plugin", run->places->pppd_plugin,
                         "byway-check", "plugin", run->places->pppd_echo,
                         "file",        path,     NULL };
  g_autofree char *output = lexer_run (argv, NULL, FALSE);

  read_echoes (run, output);
  lexer_batch_end (run);
}

static void
run_pppd (LexerRun *run)
{
  g_autoptr (GString) word = g_string_new (NULL);
  DiceAlphabet alphabet;

  dice_alphabet_init (&alphabet, is_allowed);
  while (lexer_wants_more (run))
    {
      BywayPppdWriter *writer = byway_pppd_writer_new ();
      g_autofree char *options = NULL;

      for (guint i = MIN (BATCH, run->wanted - run->values); i > 0; i--)
        if (dice_below (&run->dice, 8) == 0)
          add_number (run, writer);
        else
          add_word (run, writer, &alphabet, word);
      options = byway_pppd_writer_finish (writer);
      g_assert_nonnull (options);
      run_batch (run, options);
    }
}

const Lexer lexer_pppd = {
  .format = "options of pppd",
  .program = "pppd",
  .version_argv = { PPPD, "--version" },
  .before = "pppd version ",
  .run = run_pppd,
};
