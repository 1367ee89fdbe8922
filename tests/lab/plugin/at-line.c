/* SPDX-License-Identifier: GPL-2.0-or-later */

/* For the laboratory, preloaded into bywayd: in the very moment in which it logs a certain line,
 * itself or programs beside it are killed, as by kill -9. LAB_ORDER names a file of two lines: a
 * part of that line, and a part of the programs' command lines, or "self". It goes when that came,
 * and in its place stands, with ".done", how many were killed. */

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE 4096

void g_logv (const char *domain, int level, const char *format, va_list arguments);

static int
is_host_of (const char *pid, const char *ours)
{
  char path[64], found[64] = { 0 };

  snprintf (path, sizeof path, "/proc/%s/ns/mnt", pid);
  return readlink (path, found, sizeof found - 1) > 0 && strcmp (found, ours) == 0;
}

static int
has_word (const char *pid, const char *word)
{
  char path[64], line[LINE] = { 0 };
  ssize_t size = 0;
  int fd;

  snprintf (path, sizeof path, "/proc/%s/cmdline", pid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0)
    {
      size = read (fd, line, sizeof line - 1);
      close (fd);
    }
  for (ssize_t i = 0; i < size - 1; i++)
    if (line[i] == '\0')
      line[i] = ' ';
  return size > 0 && strstr (line, word) != NULL;
}

/* Of our host only: the servers are processes beside us. */
static unsigned
kill_all (const char *word)
{
  char ours[64] = { 0 };
  unsigned killed = 0;
  DIR *proc = opendir ("/proc");
  struct dirent *entry;

  if (proc == NULL || readlink ("/proc/self/ns/mnt", ours, sizeof ours - 1) < 0)
    return 0;
  while ((entry = readdir (proc)) != NULL)
    if (atoi (entry->d_name) > 1 && atoi (entry->d_name) != getpid ()
        && is_host_of (entry->d_name, ours) && has_word (entry->d_name, word))
      killed += kill (atoi (entry->d_name), SIGKILL) == 0;
  closedir (proc);
  return killed;
}

static int
read_order (const char *path, char order[LINE], char **word)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd >= 0 ? read (fd, order, LINE - 1) : -1;
  char *end;

  if (fd >= 0)
    close (fd);
  order[size > 0 ? size : 0] = '\0';
  *word = strchr (order, '\n');
  end = *word != NULL ? strchr (*word + 1, '\n') : NULL;
  if (end == NULL)
    return 0;
  *(*word)++ = *end = '\0';
  return 1;
}

static void
tell (const char *path, unsigned killed)
{
  char done[PATH_MAX];
  FILE *file;

  snprintf (done, sizeof done, "%s.done", path);
  file = fopen (done, "we");
  if (file == NULL)
    return;
  fprintf (file, "%u\n", killed);
  fclose (file);
}

static void
obey (const char *line)
{
  const char *path = getenv ("LAB_ORDER");
  char order[LINE], *word;

  if (path == NULL || !read_order (path, order, &word) || strstr (line, order) == NULL
      || unlink (path) != 0)
    return;
  if (strcmp (word, "self") == 0)
    {
      tell (path, 1);
      kill (getpid (), SIGKILL);
    }
  tell (path, kill_all (word));
}

void
g_log (const char *domain, int level, const char *format, ...)
{
  char line[LINE];
  va_list arguments, again;

  va_start (arguments, format);
  va_copy (again, arguments);
  vsnprintf (line, sizeof line, format, again);
  va_end (again);
  g_logv (domain, level, format, arguments);
  va_end (arguments);
  obey (line);
}
