/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-terminal.h"

#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MAX_ANSWER 2048

static int
open_terminal (void)
{
  return open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

gboolean
byway_terminal_can_ask (void)
{
  int fd = isatty (STDIN_FILENO) ? open_terminal () : -1;

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}

gboolean
byway_terminal_can_draw (void)
{
  return isatty (STDERR_FILENO) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

gboolean
byway_terminal_has_colour (void)
{
  const char *no_colour = g_getenv ("NO_COLOR");

  return byway_terminal_can_draw () && (no_colour == NULL || *no_colour == '\0');
}

static void
say (int fd, const char *text)
{
  if (write (fd, text, strlen (text)) < 0)
    g_debug ("The terminal is gone");
}

#define CTRL_C '\003'

/* One line without its end, into `buffer`; bytes beyond its size are dropped. Returns how many, or
 * -1 when the terminal was closed, or Ctrl-C came as a character. */
static gssize
read_line (int fd, char *buffer, gsize size)
{
  gsize length = 0;
  char c;

  while (read (fd, &c, 1) == 1)
    {
      if (c == '\n')
        return length;
      if (c == CTRL_C)
        return -1;
      if (length < size)
        buffer[length++] = c;
    }
  return length > 0 ? (gssize)length : -1;
}

gboolean
byway_terminal_ask_secret (const char *question, const char *key, BywaySecretSet *secrets,
                           const char **problem)
{
  int fd = open_terminal ();
  struct termios before, hidden;
  char *buffer;
  gssize length;
  gboolean ok;

  *problem = NULL;
  if (fd < 0 || tcgetattr (fd, &before) != 0)
    {
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  buffer = byway_locked_alloc (MAX_ANSWER);
  hidden = before;
  hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG); /* no signal may end us with the echo off */
  hidden.c_cc[VEOL] = CTRL_C;                 /* ends the line, or it would wait for Enter */
  say (fd, question);
  tcsetattr (fd, TCSAFLUSH, &hidden);
  length = read_line (fd, buffer, MAX_ANSWER);
  tcsetattr (fd, TCSAFLUSH, &before);
  say (fd, "\n");
  ok = length > 0 && byway_secret_set_put (secrets, key, buffer, length, problem);
  byway_locked_free (buffer);
  close (fd);
  return ok;
}

char
byway_terminal_ask_letter (const char *question, const char *letters)
{
  int fd = open_terminal ();
  char answer[2] = { 0 };

  if (fd < 0)
    return letters[0];
  say (fd, question);
  if (read_line (fd, answer, 1) <= 0 || strchr (letters, g_ascii_tolower (answer[0])) == NULL)
    answer[0] = letters[0];
  close (fd);
  return g_ascii_tolower (answer[0]);
}
