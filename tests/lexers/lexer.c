/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "lexer.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define TOLD 5 /* mismatches in full, the others are counted */

gboolean
lexer_wants_more (const LexerRun *run)
{
  return run->values < run->wanted && run->mismatches < 1000;
}

void
lexer_expect (LexerRun *run, gconstpointer bytes, gsize length)
{
  gsize end;

  g_string_append_len (run->bytes, bytes, (gssize)length);
  end = run->bytes->len;
  g_array_append_val (run->ends, end);
}

void
lexer_expect_text (LexerRun *run, const char *text)
{
  lexer_expect (run, text, strlen (text));
}

static void
print_bytes (const char *what, const char *bytes, gsize length, gsize from)
{
  printf ("#   %s, %zu bytes, from %zu on:", what, length, from);
  for (gsize i = from; i < MIN (length, from + 60); i++)
    printf (" %02x", (guint8)bytes[i]);
  printf ("\n");
}

/* A little before the first byte that differs. */
static void
print_difference (const char *written, gsize written_length, const char *read, gsize read_length)
{
  gsize same = 0;

  while (same < MIN (written_length, read_length) && written[same] == read[same])
    same++;
  same -= MIN (same, 8);
  print_bytes ("written", written, written_length, same);
  print_bytes ("read", read, read_length, same);
}

void
lexer_mismatch (LexerRun *run, const char *what)
{
  if (run->mismatches++ < TOLD)
    printf ("# mismatch: %s\n", what);
}

void
lexer_read (LexerRun *run, gconstpointer bytes, gsize length)
{
  gsize begin, end;

  if (run->read >= run->ends->len)
    {
      lexer_mismatch (run, "more was read than written");
      return;
    }
  begin = run->read > 0 ? g_array_index (run->ends, gsize, run->read - 1) : 0;
  end = g_array_index (run->ends, gsize, run->read);
  run->read++;
  run->values++;
  if (end - begin == length && memcmp (run->bytes->str + begin, bytes, length) == 0)
    return;
  lexer_mismatch (run, "another value");
  if (run->mismatches <= TOLD)
    print_difference (run->bytes->str + begin, end - begin, bytes, length);
}

void
lexer_batch_end (LexerRun *run)
{
  for (; run->read < run->ends->len; run->read++)
    {
      run->values++;
      lexer_mismatch (run, "not read at all");
    }
  g_string_truncate (run->bytes, 0);
  g_array_set_size (run->ends, 0);
  run->read = 0;
}

char *
lexer_write (const LexerRun *run, const char *name, const char *text, gssize length)
{
  char *path = g_build_filename (run->places->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_remove (path); /* GLib 2.74 leaves what a longer one had behind the new end */
  g_file_set_contents_full (path, text, length, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  return path;
}

char *
lexer_run (const char *const *argv, const char *preload, gboolean with_stderr)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  g_autofree char *complaints = NULL;
  char *output = NULL;
  int status;

  if (preload != NULL)
    environment = g_environ_setenv (environment, "LD_PRELOAD", preload, TRUE);
  g_spawn_sync (NULL, (char **)argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &output, &complaints,
                &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error) && !with_stderr)
    g_error ("%s: %s\n%.2000s%.2000s", argv[0], error->message, output, complaints);
  if (with_stderr)
    {
      char *both = g_strconcat (output, complaints, NULL);

      g_free (output);
      return both;
    }
  return output;
}

gboolean
lexer_unhex (const char *hex, gsize length, GString *bytes)
{
  g_string_set_size (bytes, length / 2);
  for (gsize i = 0; i < length / 2; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]), low = g_ascii_xdigit_value (hex[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      bytes->str[i] = (char)(high << 4 | low);
    }
  return length % 2 == 0;
}
