/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-wish.h"

#include <string.h>

#define LONG_S 600

char *
byway_wish_to_text (const BywayWish *wish)
{
  return g_strdup_printf ("user %u\nup %s\ndeaths %u\nend\n", wish->uid,
                          wish->was_up ? "yes" : "no", wish->deaths);
}

static gboolean
read_number (const char *line, const char *key, guint *number)
{
  guint64 value;

  if (!g_str_has_prefix (line, key)
      || !g_ascii_string_to_unsigned (line + strlen (key), 10, 0, G_MAXUINT32, &value, NULL))
    return FALSE;
  *number = (guint)value;
  return TRUE;
}

gboolean
byway_wish_parse (const char *text, BywayWish *wish)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *again = NULL;
  BywayWish read = { 0 };

  if (g_strv_length (lines) != 5 || !read_number (lines[0], "user ", &read.uid)
      || !read_number (lines[2], "deaths ", &read.deaths))
    return FALSE;
  read.was_up = g_str_equal (lines[1], "up yes");
  again = byway_wish_to_text (&read);
  if (!g_str_equal (again, text))
    return FALSE;
  *wish = read;
  return TRUE;
}

BywayWish
byway_wish_after_death (const BywayWish *wish, gint64 age_s)
{
  BywayWish after = *wish;

  after.deaths = age_s > LONG_S ? 1 : MIN (wish->deaths, G_MAXUINT32 - 1) + 1;
  return after;
}
