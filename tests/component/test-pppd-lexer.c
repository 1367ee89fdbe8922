/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-config.h"

#include <glib/gstdio.h>
#include <string.h>

/* Usage: test-pppd-lexer PLUGIN ECHO. The real pppd reads words that we quoted, and says through
 * the plugin ECHO what it found in them. */

#define PPPD "/usr/sbin/pppd"
#define WORDS 20000
#define FILES 200

static char *plugin, *echo;

/* What pppd echoed of this options file, a line each. It must have liked all of it. */
static GStrv
run_pppd (const char *options)
{
  g_autofree char *path = NULL, *output = NULL, *complaints = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GStrvBuilder) echoes = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;
  int fd = g_file_open_tmp ("byway-pppd-XXXXXX", &path, &error), status;
  const char *argv[]
      = { PPPD, "plugin", plugin, "byway-check", "plugin", echo, "file", path, NULL };

  g_assert_no_error (error);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, options, -1, NULL));
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &complaints,
                &status, &error);
  g_remove (path);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s\n%s%s", error->message, output, complaints);
  lines = g_strsplit (output, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "echo "))
      g_strv_builder_add (echoes, *line + strlen ("echo "));
  return g_strv_builder_end (echoes);
}

static void
assert_echo (const char *echoed, const char *word)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (; *word != '\0'; word++)
    g_string_append_printf (hex, "%02x", (guchar)*word);
  g_assert_cmpstr (echoed, ==, hex->str);
}

/* At most @most bytes, many of them special to pppd. */
static char *
odd_word (gsize most)
{
  static const char *const pieces[] = {
    "\"", "'", "\\",  "#", "\n",       "\r",    "\t",       "\v",   " ",
    "x",  "0", "101", "n", "\xc3\xa9", "\x01",  "\x7f",     "\xff", "\" plugin /nonesuch.so \"",
    "\n", "7", "s",   "@", "\\\n",     "\\x41", "\nfile /e"
  };
  GString *word = g_string_new (NULL);
  gint32 n = g_test_rand_int_range (0, g_test_rand_int_range (0, 50) == 0 ? 300 : 12);

  for (; n > 0; n--)
    if (g_test_rand_bit ())
      g_string_append (word, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    else
      g_string_append_c (word, (char)g_test_rand_int_range (1, 256));
  g_string_truncate (word, MIN (word->len, most));
  return g_string_free (word, FALSE);
}

/* Every byte, every pair of a special one and another, and words that dice made. */
static GPtrArray *
odd_words (void)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (guint byte = 1; byte < 256; byte++)
    {
      g_ptr_array_add (words, g_strdup_printf ("%c", byte));
      g_ptr_array_add (words, g_strdup_printf ("\\%c", byte));
      g_ptr_array_add (words, g_strdup_printf ("%c0", byte));
      g_ptr_array_add (words, g_strdup_printf ("\"%c", byte));
      g_ptr_array_add (words, g_strnfill (byte, (char)byte));
    }
  while (words->len < WORDS)
    g_ptr_array_add (words, odd_word (BYWAY_PPPD_WORD_MAX));
  return words;
}

static void
test_words (void)
{
  g_autoptr (GPtrArray) words = odd_words ();
  g_autoptr (GString) options = g_string_new (NULL);
  g_auto (GStrv) echoes = NULL;

  for (guint i = 0; i < words->len; i++)
    {
      BywayPppdWriter *writer = byway_pppd_writer_new ();
      g_autofree char *line = NULL;

      byway_pppd_writer_word (writer, "byway-echo", words->pdata[i]);
      line = byway_pppd_writer_finish (writer);
      g_assert_nonnull (line);
      g_string_append (options, line);
    }
  echoes = run_pppd (options->str);
  g_assert_cmpuint (g_strv_length (echoes), ==, words->len);
  for (guint i = 0; i < words->len; i++)
    assert_echo (echoes[i], words->pdata[i]);
}

/* In the middle of a whole file of ours: the name is what was meant, and what is behind it too. */
static void
test_names (void)
{
  const BywayProfile profile = {
    .remote_name = "",
    .mtu = 1400,
    .mru = 1400,
    .lcp_echo_interval = 10,
    .lcp_echo_failure = 3,
  };

  for (guint i = 0; i < FILES; i++)
    {
      g_autofree char *name = odd_word (BYWAY_PPPD_WORD_MAX), *folder = odd_word (200);
      const BywayFacts facts = { .uuid = folder, .run_dir = folder, .pppd_plugin = plugin };
      g_autofree char *quoted = byway_pppd_quote (name, strlen (name));
      g_autofree char *rendered = byway_pppd_render (&profile, &facts);
      g_autofree char *options
          = g_strdup_printf ("user %s\n%sbyway-echo-user\nbyway-echo end", quoted, rendered);
      g_auto (GStrv) echoes = run_pppd (options);

      g_assert_cmpuint (g_strv_length (echoes), ==, 2);
      assert_echo (echoes[0], name);
      assert_echo (echoes[1], "end");
    }
}

/* What core's own reader finds in a text that nobody quoted is what pppd finds in it. */
static void
test_reader (void)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) options = g_string_new (NULL);
  g_auto (GStrv) echoes = NULL;

  while (found->len < WORDS / 4)
    {
      g_autofree char *text = odd_word (1000);
      /* A backslash may take one line end away. */
      g_autofree char *line = g_strconcat ("byway-echo ", text, "\n\n", NULL);
      g_auto (GStrv) words = byway_pppd_config_read (line);

      if (words == NULL || g_strv_length (words) != 2)
        continue;
      g_ptr_array_add (found, g_strdup (words[1]));
      g_string_append (options, line);
    }
  echoes = run_pppd (options->str);
  g_assert_cmpuint (g_strv_length (echoes), ==, found->len);
  for (guint i = 0; i < found->len; i++)
    assert_echo (echoes[i], found->pdata[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc != 3)
    g_error ("usage: test-pppd-lexer PLUGIN ECHO");
  plugin = g_canonicalize_filename (argv[1], NULL);
  echo = g_canonicalize_filename (argv[2], NULL);
  g_test_add_func ("/pppd-lexer/words", test_words);
  g_test_add_func ("/pppd-lexer/names", test_names);
  g_test_add_func ("/pppd-lexer/reader", test_reader);
  return g_test_run ();
}
