/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-libreswan-conf.h"
#include "lexer.h"

#include <string.h>

/* Libreswan's readwriteconf has the reader of addconn (libipsecconf), and prints what it read, in
 * an order and in units of its own. */

#define BATCH 1000 /* conns: one list of them in the program */
#define TEXT_MAX 1024

/* As the renderer of a conn uses them; and how readwriteconf writes the same. */
typedef enum
{
  ADDRESS,
  TEXT,
  WORD,
  PORT,
  NUMBER,
  SECONDS,
  FLAG
} Kind;

static const struct
{
  const char *key;
  Kind kind;
} lines[] = {
  { "left", ADDRESS },
  { "leftid", TEXT },
  { "leftprotoport", PORT },
  { "right", ADDRESS },
  { "rightid", TEXT },
  { "rightca", TEXT },
  { "ike", WORD },
  { "esp", WORD },
  { "reqid", NUMBER },
  { "keyingtries", NUMBER },
  { "pfs", FLAG },
  { "compress", FLAG },
  { "salifetime", SECONDS },
  { "ikelifetime", SECONDS },
  { "retransmit-timeout", SECONDS },
  { "retransmit-interval", NUMBER },
  { "rekeymargin", SECONDS },
  { "dpddelay", SECONDS },
  { "dpdtimeout", SECONDS },
};

static const char *const odd[] = { "'",
                                   "\\",
                                   "#",
                                   "=",
                                   " ",
                                   "{",
                                   "}",
                                   "%",
                                   "conn ",
                                   "also=",
                                   "\\",
                                   "$",
                                   "0x",
                                   "@[",
                                   "%any",
                                   "\\n",
                                   " #",
                                   "= ",
                                   "config setup",
                                   "!",
                                   "*",
                                   "`",
                                   "{x y}",
                                   "\xc3\xa9",
                                   "\xff",
                                   "leftupdown=/x",
                                   NULL };

typedef struct
{
  LexerRun *run;
  DiceAlphabet texts, words;
  GString *text;
  char *values[G_N_ELEMENTS (lines)];
} Making;

static gboolean
is_in_text (guint8 byte)
{
  return byte != '"' && byte >= 0x20 && byte != 0x7f;
}

static gboolean
is_in_word (guint8 byte)
{
  return g_ascii_isalnum (byte) || (byte != '\0' && strchr ("-_.,/:", byte) != NULL);
}

static void
write_address (Making *making, BywayLibreswanWriter *writer, guint line)
{
  Dice *dice = &making->run->dice;
  BywayAddress address = { .family = 4 };

  /* 0.0.0.0 is "any", which is no address of a server. */
  for (guint i = 0; i < 4; i++)
    address.bytes[i] = (guint8)(1 + dice_below (dice, 255));
  making->values[line] = byway_address_to_string (&address);
  byway_libreswan_writer_word (writer, lines[line].key, making->values[line]);
}

static gboolean
can_be_written (const char *text)
{
  BywayLibreswanWriter *writer = byway_libreswan_writer_new ("x");
  g_autofree char *written = NULL;

  byway_libreswan_writer_text (writer, "leftid", text, "x");
  written = byway_libreswan_writer_finish (writer, NULL);
  return written != NULL;
}

static void
write_text (Making *making, BywayLibreswanWriter *writer, guint line)
{
  Dice *dice = &making->run->dice;

  do
    dice_text (dice, &making->texts, odd, dice_length (dice, 1, TEXT_MAX), making->text);
  while (!can_be_written (making->text->str));
  making->values[line] = g_strdup (making->text->str);
  byway_libreswan_writer_text (writer, lines[line].key, making->text->str, "x");
}

/* Only digits would be a number, and no proposal is that. */
static void
write_word (Making *making, BywayLibreswanWriter *writer, guint line)
{
  Dice *dice = &making->run->dice;

  dice_text (dice, &making->words, odd, dice_length (dice, 1, 200), making->text);
  g_string_prepend_c (making->text, 'a');
  making->values[line] = g_strdup (making->text->str);
  byway_libreswan_writer_word (writer, lines[line].key, making->text->str);
}

static void
write_number (Making *making, BywayLibreswanWriter *writer, guint line)
{
  Dice *dice = &making->run->dice;
  guint number = 1 + dice_below (dice, dice_below (dice, 2) == 0 ? 86400 : 100);
  gboolean seconds = lines[line].kind == SECONDS;

  byway_libreswan_writer_uint (writer, lines[line].key, number, seconds ? "s" : "");
  making->values[line] = g_strdup_printf ("%u%s", number, seconds ? "000" : "");
}

static void
write_port (Making *making, BywayLibreswanWriter *writer, guint line)
{
  guint port = 1 + dice_below (&making->run->dice, 65535);
  g_autofree char *word = g_strdup_printf ("17/%u", port);

  byway_libreswan_writer_word (writer, lines[line].key, word);
  making->values[line] = g_strdup_printf ("UDP/%u", port);
}

static void
write_flag (Making *making, BywayLibreswanWriter *writer, guint line)
{
  gboolean value = dice_below (&making->run->dice, 2) == 0;

  byway_libreswan_writer_flag (writer, lines[line].key, value);
  making->values[line] = g_strdup (value ? "yes" : "no");
}

static void
write_line (Making *making, BywayLibreswanWriter *writer, guint line)
{
  switch (lines[line].kind)
    {
    case ADDRESS:
      write_address (making, writer, line);
      break;
    case TEXT:
      write_text (making, writer, line);
      break;
    case WORD:
      write_word (making, writer, line);
      break;
    case PORT:
      write_port (making, writer, line);
      break;
    case NUMBER:
    case SECONDS:
      write_number (making, writer, line);
      break;
    case FLAG:
      write_flag (making, writer, line);
    }
}

static void
write_conn (Making *making, GString *file, guint number)
{
  g_autofree char *name = g_strdup_printf ("byway-%u", number);
  BywayLibreswanWriter *writer = byway_libreswan_writer_new (name);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  byway_libreswan_writer_word (writer, "type", "transport");
  byway_libreswan_writer_word (writer, "authby", "secret");
  byway_libreswan_writer_word (writer, "leftupdown", "%disabled");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    write_line (making, writer, i);
  text = byway_libreswan_writer_finish (writer, &error);
  g_assert_no_error (error);
  g_string_append (file, text);
  lexer_expect_text (making->run, name);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      lexer_expect_text (making->run, making->values[i]);
      g_clear_pointer (&making->values[i], g_free);
    }
}

/* --- what it printed ------------------------------------------------------------------------ */

static void
read_values (LexerRun *run, const char *name, char *values[G_N_ELEMENTS (lines)])
{
  if (name == NULL)
    return;
  lexer_read (run, name, strlen (name));
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      lexer_read (run, values[i] != NULL ? values[i] : "",
                  values[i] != NULL ? strlen (values[i]) : 0);
      values[i] = NULL;
    }
}

static void
take_line (char *line, char *values[G_N_ELEMENTS (lines)])
{
  char *value = strchr (line, '=');
  gsize length;

  if (*line != '\t' || value == NULL)
    return;
  *value++ = '\0';
  length = strlen (value);
  if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
    {
      value[length - 1] = '\0';
      value++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (strcmp (line + 1, lines[i].key) == 0)
      values[i] = value;
}

static void
read_conns (LexerRun *run, char *output)
{
  char *values[G_N_ELEMENTS (lines)] = { NULL };
  const char *name = NULL;
  char *next;

  for (char *line = output; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      if (!g_str_has_prefix (line, "conn "))
        {
          take_line (line, values);
          continue;
        }
      read_values (run, name, values);
      name = line + strlen ("conn ");
    }
  read_values (run, name, values);
  lexer_batch_end (run);
}

static void
run_batch (Making *making, const char *program)
{
  LexerRun *run = making->run;
  g_autoptr (GString) file = g_string_new (NULL);
  g_autofree char *path = NULL, *output = NULL;

  for (guint i = 0; i < BATCH && run->values + run->ends->len < run->wanted; i++)
    write_conn (making, file, i);
  path = lexer_write (run, "ipsec.conf", file->str, (gssize)file->len);
  output
      = lexer_run ((const char *[]){ program, "--config", path, "--nosetup", NULL }, NULL, FALSE);
  read_conns (run, output);
}

static void
run_libreswan (LexerRun *run)
{
  g_autofree char *program = g_build_filename (run->places->libreswan, "readwriteconf", NULL);
  Making making = { .run = run, .text = g_string_new (NULL) };

  dice_alphabet_init (&making.texts, is_in_text);
  dice_alphabet_init (&making.words, is_in_word);
  while (lexer_wants_more (run))
    run_batch (&making, program);
  g_string_free (making.text, TRUE);
}

const Lexer lexer_libreswan = {
  .format = "ipsec.conf",
  .program = "Libreswan's readwriteconf",
  .version_argv = { "whack", "--version" },
  .before = "Libreswan ",
  .run = run_libreswan,
};
