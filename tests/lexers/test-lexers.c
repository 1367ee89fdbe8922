/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "lexer.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* Usage: test-lexers PPPD_PLUGIN PPPD_ECHO XL2TPD_SPY PLUTO_SPY LIBRESWAN VALUES [FORMAT...]
 *
 * Each format that we write, with so many random values, is read by the program that it is for. One
 * line for each of them; a mismatch is told with the bytes, and fails. The seed of the environment
 * variable BYWAY_TEST_SEED, or another one each time; it is printed. */

static const Lexer *const lexers[] = { &lexer_pppd,      &lexer_vici,    &lexer_identity,
                                       &lexer_libreswan, &lexer_secrets, &lexer_xl2tpd };

static char *
version_of (const Lexer *lexer, const LexerPlaces *places)
{
  g_autofree char *program
      = g_path_is_absolute (lexer->version_argv[0])
            ? g_strdup (lexer->version_argv[0])
            : g_build_filename (places->libreswan, lexer->version_argv[0], NULL);
  g_autofree char *output
      = lexer_run ((const char *[]){ program, lexer->version_argv[1], NULL }, NULL, TRUE);
  const char *version = strstr (output, lexer->before);

  if (version == NULL)
    g_error ("%s does not say its version: %s", program, output);
  version += strlen (lexer->before);
  return g_strndup (version, strcspn (version, " \n"));
}

static gboolean
is_chosen (const Lexer *lexer, char **chosen)
{
  return chosen[0] == NULL || g_strv_contains ((const char *const *)chosen, lexer->format);
}

static gboolean
play (const Lexer *lexer, const LexerPlaces *places, guint64 wanted, guint32 seed)
{
  g_autofree char *version = version_of (lexer, places);
  LexerRun run = { .places = places,
                   .wanted = wanted,
                   .bytes = g_string_new (NULL),
                   .ends = g_array_new (FALSE, FALSE, sizeof (gsize)) };
  gint64 begin = g_get_monotonic_time ();

  dice_seed (&run.dice, seed);
  lexer->run (&run);
  printf ("%s: %s %s, %" G_GUINT64_FORMAT " values, %" G_GUINT64_FORMAT " mismatches, %.1f s\n",
          lexer->format, lexer->program, version, run.values, run.mismatches,
          (double)(g_get_monotonic_time () - begin) / G_USEC_PER_SEC);
  fflush (stdout);
  g_string_free (run.bytes, TRUE);
  g_array_unref (run.ends);
  return run.mismatches == 0 && run.values >= wanted;
}

static guint32
choose_seed (void)
{
  const char *text = g_getenv ("BYWAY_TEST_SEED");
  guint64 seed = g_random_int ();

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &seed, NULL))
    g_error ("BYWAY_TEST_SEED is no number");
  printf ("seed %u\n", (guint32)seed);
  fflush (stdout);
  return (guint32)seed;
}

static void
remove_folder (const char *path)
{
  const char *argv[] = { "rm", "-r", path, NULL };

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_strdup ("/dev/shm/byway-lexers-XXXXXX");
  gboolean good = TRUE;
  guint64 wanted;
  guint32 seed;

  if (argc < 7 || !g_ascii_string_to_unsigned (argv[6], 10, 1, G_MAXUINT32, &wanted, NULL))
    g_error ("usage: see test-lexers.c");
  for (guint i = 1; i < 6; i++)
    argv[i] = g_canonicalize_filename (argv[i], NULL);
  g_assert_nonnull (g_mkdtemp (folder));
  seed = choose_seed ();
  for (gsize i = 0; i < G_N_ELEMENTS (lexers); i++)
    {
      const LexerPlaces places = { argv[1], argv[2], argv[3], argv[4], argv[5], folder };

      if (is_chosen (lexers[i], argv + 7))
        good = play (lexers[i], &places, wanted, seed) && good;
    }
  remove_folder (folder);
  return good ? 0 : 1;
}
