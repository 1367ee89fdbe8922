/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-libreswan-secrets.h"
#include "byway-secret.h"

#include <string.h>

/* Between the ids and the key, which as base64 has no character that pluto's lexer knows. */
#define MIDDLE ": PSK 0s"

static gsize
base64_length (gsize length)
{
  return (length + 2) / 3 * 4;
}

/* A first word of "include" would name a file. A ':' at a word's end is a word of its own, which
 * ends the list; "0t" makes a word of all that is left of the line (lex.c). */
static gboolean
is_word (const char *id)
{
  if (*id == '\0' || *id == '#' || g_ascii_strcasecmp (id, "include") == 0
      || g_str_has_suffix (id, ":") || g_str_has_prefix (id, "0t"))
    return FALSE;
  for (; *id != '\0'; id++)
    if (!g_ascii_isgraph (*id) || strchr ("\"'`", *id) != NULL)
      return FALSE;
  return TRUE;
}

static gboolean
measure (const char *const *ids, gsize key_length, gsize *total)
{
  *total = strlen (MIDDLE) + base64_length (key_length) + strlen ("\n");
  for (; *ids != NULL; ids++)
    {
      if (!is_word (*ids))
        return FALSE;
      *total += strlen (*ids) + 1;
    }
  return *total <= BYWAY_LIBRESWAN_LINE_MAX;
}

GBytes *
byway_libreswan_secret (const char *const *ids, const char *key, gsize length, GError **error)
{
  gsize total;
  int state = 0, save = 0;
  char *line, *end;

  if (!measure (ids, length, &total))
    {
      g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                           "the pre-shared key and the identities (options local-id, remote-id) "
                           "can't be written as one line of Libreswan's ipsec.secrets");
      return NULL;
    }
  /* GLib's encoder may want a few bytes more than it writes. */
  line = end = byway_locked_alloc (total + 8);
  for (; *ids != NULL; ids++)
    end = stpcpy (stpcpy (end, *ids), " ");
  end = stpcpy (end, MIDDLE);
  end += g_base64_encode_step ((const guchar *)key, length, FALSE, end, &state, &save);
  end += g_base64_encode_close (FALSE, end, &state, &save);
  *end++ = '\n';
  return g_bytes_new_with_free_func (line, end - line, byway_locked_free, line);
}
