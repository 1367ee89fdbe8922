/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-reader.h"

#include "byway-auth-text.h"

#include <string.h>

typedef enum
{
  NOTHING,
  DATA_KEY,
  DATA_VAL,
  SECRET_KEY,
  SECRET_VAL
} Part;

static const struct
{
  const char *tag;
  Part part;
} tags[] = {
  { "DATA_KEY=", DATA_KEY },
  { "DATA_VAL=", DATA_VAL },
  { "SECRET_KEY=", SECRET_KEY },
  { "SECRET_VAL=", SECRET_VAL },
};

struct _BywayAuthReader
{
  BywayAuthState state;
  const char *problem;
  gboolean quit;
  BywayAuthText line;
  /* A pair ends where the next line does not continue it. */
  Part part;
  BywayAuthText key, value;
  guint n_pairs;
  GHashTable *data;
  BywaySecretSet *secrets;
};

BywayAuthReader *
byway_auth_reader_new (void)
{
  BywayAuthReader *reader = g_new0 (BywayAuthReader, 1);

  reader->data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reader->secrets = byway_secret_set_new ();
  return reader;
}

void
byway_auth_reader_free (BywayAuthReader *reader)
{
  byway_auth_text_clear (&reader->line);
  byway_auth_text_clear (&reader->key);
  byway_auth_text_clear (&reader->value);
  g_hash_table_unref (reader->data);
  byway_secret_set_unref (reader->secrets);
  g_free (reader);
}

static void
fail (BywayAuthReader *reader, const char *problem)
{
  reader->state = BYWAY_AUTH_BROKEN;
  reader->problem = problem;
}

/* NetworkManager-l2tp's old place for the key. An agent's secret counts more. */
static void
keep_old_key (BywayAuthReader *reader)
{
  const char *problem;

  if (strcmp (reader->key.bytes, "ipsec-psk") == 0 && reader->value.length > 0
      && byway_secret_set_get (reader->secrets, "ipsec-psk", NULL) == NULL)
    byway_secret_set_put (reader->secrets, "ipsec-psk", reader->value.bytes, reader->value.length,
                          &problem);
}

static void
keep_data (BywayAuthReader *reader)
{
  if (!g_utf8_validate (reader->key.bytes, (gssize)reader->key.length, NULL)
      || !g_utf8_validate (reader->value.bytes, (gssize)reader->value.length, NULL))
    fail (reader, "what it says is not UTF-8");
  else
    {
      g_hash_table_insert (reader->data, g_strdup (reader->key.bytes),
                           g_strdup (reader->value.bytes));
      keep_old_key (reader);
    }
}

/* What is no secret of ours, or can't be one, is as if it were not there. */
static void
keep_secret (BywayAuthReader *reader)
{
  const char *problem;

  /* An agent that knows none says so with an empty one. */
  if (reader->value.length == 0)
    return;
  if (!byway_secret_set_put (reader->secrets, reader->key.bytes, reader->value.bytes,
                             reader->value.length, &problem))
    g_debug ("A secret of the agent's %s", problem);
}

static void
end_pair (BywayAuthReader *reader)
{
  Part part = reader->part;

  if (part != DATA_VAL && part != SECRET_VAL)
    return;
  reader->part = NOTHING;
  if (++reader->n_pairs > BYWAY_AUTH_MAX_PAIRS)
    fail (reader, "it says too much");
  else if (part == DATA_VAL)
    keep_data (reader);
  else
    keep_secret (reader);
  byway_auth_text_truncate (&reader->value);
}

static void
start_part (BywayAuthReader *reader, Part part, const char *text)
{
  gboolean is_key = part == DATA_KEY || part == SECRET_KEY;
  BywayAuthText *into = is_key ? &reader->key : &reader->value;

  /* A value under another's key must never pass for one of ours. */
  if (!is_key && reader->part != (part == DATA_VAL ? DATA_KEY : SECRET_KEY))
    {
      fail (reader, "there is a value without a key");
      return;
    }
  byway_auth_text_truncate (into);
  byway_auth_text_append (into, text, -1);
  reader->part = part;
}

static void
continue_part (BywayAuthReader *reader, const char *text)
{
  gboolean is_key = reader->part == DATA_KEY || reader->part == SECRET_KEY;
  BywayAuthText *into = is_key ? &reader->key : &reader->value;

  if (reader->part == NOTHING)
    return;
  byway_auth_text_append (into, "\n", 1);
  byway_auth_text_append (into, text, -1);
  if (into->length > BYWAY_AUTH_MAX_LINE)
    fail (reader, "a value is too long");
}

static void
take_line (BywayAuthReader *reader, const char *line)
{
  if (*line == '=' && reader->state == BYWAY_AUTH_READING)
    {
      continue_part (reader, line + 1);
      return;
    }
  end_pair (reader);
  if (strcmp (line, "QUIT") == 0)
    reader->quit = TRUE;
  if (reader->state != BYWAY_AUTH_READING)
    return;
  if (strcmp (line, "DONE") == 0)
    reader->state = BYWAY_AUTH_READY;
  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    if (g_str_has_prefix (line, tags[i].tag))
      start_part (reader, tags[i].part, line + strlen (tags[i].tag));
}

/* Up to and with the next line break, or all; how much that was. */
static gsize
take_some (BywayAuthReader *reader, const char *bytes, gsize length)
{
  const char *end = memchr (bytes, '\n', length);
  gsize size = end != NULL ? (gsize)(end - bytes) : length;

  if (memchr (bytes, '\0', size) != NULL)
    fail (reader, "there is a NUL byte in it");
  else if (reader->line.length + size > BYWAY_AUTH_MAX_LINE)
    fail (reader, "a line is too long");
  if (reader->state == BYWAY_AUTH_BROKEN)
    return length;
  byway_auth_text_append (&reader->line, bytes, (gssize)size);
  if (end == NULL)
    return size;
  take_line (reader, reader->line.bytes);
  byway_auth_text_truncate (&reader->line);
  return size + 1;
}

BywayAuthState
byway_auth_reader_push (BywayAuthReader *reader, const char *bytes, gsize length)
{
  while (length > 0 && reader->state != BYWAY_AUTH_BROKEN)
    {
      gsize taken = take_some (reader, bytes, length);

      bytes += taken;
      length -= taken;
    }
  return reader->state;
}

gboolean
byway_auth_reader_quit (const BywayAuthReader *reader)
{
  return reader->quit;
}

const char *
byway_auth_reader_problem (const BywayAuthReader *reader)
{
  return reader->problem;
}

GHashTable *
byway_auth_reader_data (BywayAuthReader *reader)
{
  return reader->data;
}

BywaySecretSet *
byway_auth_reader_secrets (BywayAuthReader *reader)
{
  return reader->secrets;
}
