/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Loaded into the real xl2tpd before its C library: says what xl2tpd's own reader of its
 * configuration found. It looks its keywords up with strcasecmp(), and takes values with strncpy(),
 * strtol(), gethostbyname() or, a flag, with strcasecmp() again. Its first socket is the end. */

#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXPORT __attribute__ ((visibility ("default")))

static char keyword[64]; /* a "lac" stays until its name was taken: it may be compared before */

static void
say (const char *value)
{
  if (*keyword == '\0')
    return;
  printf ("read %s=%s\n", keyword, value);
  *keyword = '\0';
}

static int
lower (char c)
{
  return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : (unsigned char)c;
}

EXPORT int
strcasecmp (const char *a, const char *b)
{
  const char *left = a, *right = b;
  int is_flag = strcmp (b, "yes") == 0 || strcmp (b, "no") == 0;

  while (*left != '\0' && lower (*left) == lower (*right))
    left++, right++;
  if (is_flag)
    say (a);
  else if (lower (*left) == lower (*right) && strcmp (keyword, "lac") != 0)
    snprintf (keyword, sizeof keyword, "%s", b);
  return lower (*left) - lower (*right);
}

/* gcc would take a plain loop for strncpy() itself. */
EXPORT char *
strncpy (char *to, const char *from, size_t n)
{
  size_t length = strnlen (from, n);

  say (from);
  memcpy (to, from, length);
  memset (to + length, 0, n - length);
  return to;
}

EXPORT long
strtol (const char *text, char **end, int base)
{
  long (*real) (const char *, char **, int)
      = (long (*) (const char *, char **, int))dlsym (RTLD_NEXT, "strtol");

  say (text);
  return real (text, end, base);
}

EXPORT struct hostent *
gethostbyname (const char *name)
{
  struct hostent *(*real) (const char *)
      = (struct hostent * (*)(const char *)) dlsym (RTLD_NEXT, "gethostbyname");

  say (name);
  return real (name);
}

EXPORT int
socket (int domain, int type, int protocol)
{
  printf ("read everything\n");
  fflush (stdout);
  _exit (0);
}
