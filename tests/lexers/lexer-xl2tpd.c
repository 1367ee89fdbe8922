/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-xl2tpd-config.h"
#include "lexer.h"

#include <string.h>

/* The real xl2tpd reads whole files of ours, one behind the other; the library SPY says which words
 * its reader handed on. See xl2tpd-spy.c. */

#define BATCH 1000 /* files of ours */

static const char *const odd[]
    = { "/", "//", ".", "..", "-", "_", "/run/byway/", "0", "yes", "no", "lac", "lns", NULL };

typedef struct
{
  LexerRun *run;
  DiceAlphabet path_bytes;
  GString *path;
  BywayProfile profile;
  BywayFacts facts;
} Making;

static gboolean
is_in_path (guint8 byte)
{
  return g_ascii_isalnum (byte) || (byte != '\0' && strchr ("/._-", byte) != NULL);
}

static void
dice_address (Dice *dice, BywayAddress *address)
{
  address->family = 4;
  for (guint i = 0; i < 4; i++)
    address->bytes[i] = (guint8)(1 + dice_below (dice, 255));
}

static void
make_facts (Making *making)
{
  Dice *dice = &making->run->dice;
  BywayFacts *facts = &making->facts;
  BywayProfile *profile = &making->profile;
  guint room = BYWAY_XL2TPD_VALUE_MAX - strlen ("//options");

  dice_text (dice, &making->path_bytes, odd, dice_length (dice, 1, room), making->path);
  while (making->path->str[making->path->len - 1] == '/') /* g_build_filename drops it */
    making->path->str[making->path->len - 1] = 'x';
  g_string_prepend_c (making->path, '/');
  facts->run_dir = making->path->str;
  facts->local_port = (guint16)(1 + dice_below (dice, 65535));
  dice_address (dice, &facts->uplink.source);
  dice_address (dice, &facts->uplink.server);
  profile->l2tp_max_retries
      = dice_below (dice, 2) == 0 ? 1 + dice_below (dice, 10) : (guint)(dice_roll (dice) >> 34);
  profile->length_bit = dice_below (dice, 2) == 0;
  profile->l2tp_auth = dice_below (dice, 2) == 0;
  profile->hidden_avps = dice_below (dice, 2) == 0;
}

static void
expect (LexerRun *run, const char *key, const char *value)
{
  g_autofree char *text = g_strconcat (key, "=", value, NULL);

  lexer_expect_text (run, text);
}

static void
expect_uint (LexerRun *run, const char *key, guint value)
{
  char text[16];

  g_snprintf (text, sizeof text, "%u", value);
  expect (run, key, text);
}

static void
expect_file (Making *making)
{
  LexerRun *run = making->run;
  g_autofree char *source = byway_address_to_string (&making->facts.uplink.source);
  g_autofree char *server = byway_address_to_string (&making->facts.uplink.server);
  g_autofree char *options = g_strconcat (making->path->str, "/options", NULL);

  expect_uint (run, "port", making->facts.local_port);
  expect (run, "listen-addr", source);
  expect (run, "access control", "yes");
  expect (run, "debug tunnel", "yes");
  expect (run, "debug avp", "yes");
  expect_uint (run, "max retries", making->profile.l2tp_max_retries);
  expect (run, "lac", BYWAY_XL2TPD_LAC);
  expect (run, "lns", server);
  expect (run, "pppoptfile", options);
  expect (run, "length bit", making->profile.length_bit ? "yes" : "no");
  if (making->profile.l2tp_auth)
    expect (run, "challenge", "yes");
  if (making->profile.hidden_avps)
    expect (run, "hidden bit", "yes");
  expect (run, "redial", "no");
  expect (run, "autodial", "no");
}

/* "lac" is followed by the name of the one that is there already, which is no value of ours, and
 * "global" by nothing. */
static void
read_values (LexerRun *run, char *output)
{
  char *next;

  for (char *line = output; *line != '\0'; line = next)
    {
      next = line + strcspn (line, "\n");
      if (strncmp (line, "read ", 5) == 0 && memchr (line, '=', (gsize)(next - line)) != NULL)
        lexer_read (run, line + 5, (gsize)(next - line - 5));
      next += *next != '\0';
    }
}

static void
run_batch (Making *making)
{
  LexerRun *run = making->run;
  g_autoptr (GString) file = g_string_new (NULL);
  g_autofree char *path = NULL, *output = NULL;

  for (guint i = 0; i < BATCH && run->values + run->ends->len < run->wanted; i++)
    {
      g_autofree char *text = NULL;

      make_facts (making);
      text = byway_xl2tpd_render (&making->profile, &making->facts);
      g_assert_nonnull (text);
      g_string_append (file, text);
      expect_file (making);
    }
  path = lexer_write (run, "xl2tpd.conf", file->str, (gssize)file->len);
  output = lexer_run ((const char *[]){ "/usr/sbin/xl2tpd", "-D", "-c", path, NULL },
                      run->places->xl2tpd_spy, FALSE);
  if (!g_str_has_suffix (output, "read everything\n"))
    lexer_mismatch (run, "xl2tpd did not read the file to its end");
  read_values (run, output);
  lexer_batch_end (run);
}

static void
run_xl2tpd (LexerRun *run)
{
  Making making = { .run = run, .path = g_string_new (NULL) };

  dice_alphabet_init (&making.path_bytes, is_in_path);
  while (lexer_wants_more (run))
    run_batch (&making);
  g_string_free (making.path, TRUE);
}

const Lexer lexer_xl2tpd = {
  .format = "xl2tpd.conf",
  .program = "xl2tpd",
  .version_argv = { "/usr/sbin/xl2tpd", "--version" },
  .before = "xl2tpd-",
  .run = run_xl2tpd,
};
