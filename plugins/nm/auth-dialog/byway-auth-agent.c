/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-agent.h"

#include "byway-error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#define CHUNK 4096

gboolean
byway_auth_agent_read_more (BywayAuthReader *reader)
{
  char *chunk = byway_locked_alloc (CHUNK);
  gssize n;

  do
    n = read (STDIN_FILENO, chunk, CHUNK);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    byway_auth_reader_push (reader, chunk, (gsize)n);
  byway_locked_free (chunk);
  return n > 0;
}

gboolean
byway_auth_agent_read (BywayAuthReader *reader, GError **error)
{
  BywayAuthState state;
  gboolean more = TRUE;

  while ((state = byway_auth_reader_push (reader, "", 0)) == BYWAY_AUTH_READING && more
         && !byway_auth_reader_quit (reader))
    more = byway_auth_agent_read_more (reader);
  if (state == BYWAY_AUTH_READY)
    return TRUE;
  if (state == BYWAY_AUTH_BROKEN)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, _ ("the request can't be read: %s"),
                 byway_auth_reader_problem (reader));
  else
    g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                         _ ("the request ends before DONE"));
  return FALSE;
}

gboolean
byway_auth_agent_write (const BywayAuthText *text)
{
  gsize done = 0;

  while (done < text->length)
    {
      gssize n = write (STDOUT_FILENO, text->bytes + done, text->length - done);

      if (n < 0 && errno != EINTR)
        return FALSE;
      done += n > 0 ? (gsize)n : 0;
    }
  return TRUE;
}

void
byway_auth_agent_wait (BywayAuthReader *reader)
{
  gint64 end = g_get_monotonic_time () + BYWAY_AUTH_QUIT_SECONDS * G_USEC_PER_SEC;
  gboolean more = TRUE;

  while (more && !byway_auth_reader_quit (reader))
    {
      GPollFD input = { .fd = STDIN_FILENO, .events = G_IO_IN | G_IO_HUP };
      gint64 left = (end - g_get_monotonic_time ()) / 1000;
      int ready = left > 0 ? g_poll (&input, 1, (int)left) : 0;

      if (ready > 0)
        more = byway_auth_agent_read_more (reader);
      else if (ready == 0 || errno != EINTR)
        more = FALSE;
    }
}
