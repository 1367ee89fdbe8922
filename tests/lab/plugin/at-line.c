/* SPDX-License-Identifier: GPL-2.0-or-later */

/* For the laboratory, preloaded into bywayd: in the very moment in which it logs a certain line, or
 * has written half of a certain file, itself or programs beside it are killed, as by kill -9.
 * LAB_ORDER names a file of two lines: a part of that line, or of "writes PATH", with stars for
 * what it may be; and a part of the programs' command lines, or "self". It goes when that came, and
 * in its place stands, with ".done", how many were killed. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static int
matches (const char *order, const char *what)
{
  char pattern[LINE + 2];

  snprintf (pattern, sizeof pattern, "*%s*", order);
  return fnmatch (pattern, what, 0) == 0;
}

/* Whether this is what was waited for; then the order is gone, and @word is whom it is about. */
static int
is_ordered (const char *what, char order[LINE], char **word)
{
  const char *path = getenv ("LAB_ORDER");

  return path != NULL && read_order (path, order, word) && matches (order, what)
         && unlink (path) == 0;
}

static void
kill_word (const char *word)
{
  const char *path = getenv ("LAB_ORDER");

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
  char line[LINE], order[LINE], *word;
  va_list arguments, again;

  va_start (arguments, format);
  va_copy (again, arguments);
  vsnprintf (line, sizeof line, format, again);
  va_end (again);
  g_logv (domain, level, format, arguments);
  va_end (arguments);
  if (is_ordered (line, order, &word))
    kill_word (word);
}

/* In bywayd itself: what it starts inherits us. */
static int
is_file_of_bywayd (int fd, char what[PATH_MAX])
{
  char link[64], program[PATH_MAX] = { 0 };
  struct stat status;
  ssize_t length;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode)
      || readlink ("/proc/self/exe", program, sizeof program - 1) < 0
      || strcmp (strrchr (program, '/'), "/bywayd") != 0)
    return 0;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  strcpy (what, "writes ");
  length = readlink (link, what + strlen ("writes "), PATH_MAX - strlen ("writes ") - 1);
  what[strlen ("writes ") + (length > 0 ? length : 0)] = '\0';
  return length > 0;
}

ssize_t
write (int fd, const void *data, size_t size)
{
  __typeof__ (&write) really = (__typeof__ (&write))dlsym (RTLD_NEXT, "write");
  char what[PATH_MAX], order[LINE], *word;

  if (!is_file_of_bywayd (fd, what) || !is_ordered (what, order, &word))
    return really (fd, data, size);
  really (fd, data, size / 2);
  kill_word (word);
  return really (fd, (const char *)data + size / 2, size - size / 2) + (ssize_t)(size / 2);
}
