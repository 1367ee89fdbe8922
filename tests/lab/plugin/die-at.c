/* SPDX-License-Identifier: GPL-2.0-or-later */

/* For the laboratory, preloaded into bywayd: it dies, as by kill -9, before the nth call of one
 * kind that changes something, or, where the kind is "half", in the middle of the nth write.
 * LAB_DIE_AT is "kind:n", LAB_COUNTS a file in which the calls of each kind are counted, with or
 * without a death. What bywayd starts is left alone. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum
{
  CREATE,
  WRITE,
  HALF,
  SYNC,
  RENAME,
  UNLINK,
  SYMLINK,
  MKDIR,
  NETLINK,
  SPAWN,
  KINDS
};

static const char *const names[KINDS] = { "create", "write",   "half",  "sync",    "rename",
                                          "unlink", "symlink", "mkdir", "netlink", "spawn" };

static unsigned *counts;
static int fatal = KINDS;
static unsigned fatal_number;

#define REAL(name) ((__typeof__ (&name))dlsym (RTLD_NEXT, #name))

/* Whether this is the one to die at. */
static int
count (int kind)
{
  return counts != NULL && __atomic_add_fetch (&counts[kind], 1, __ATOMIC_SEQ_CST) == fatal_number
         && kind == fatal;
}

static void
pass (int kind)
{
  if (count (kind))
    kill (getpid (), SIGKILL);
}

__attribute__ ((constructor)) static void
begin (void)
{
  char path[PATH_MAX] = { 0 };
  const char *at = getenv ("LAB_DIE_AT"), *file = getenv ("LAB_COUNTS");
  const char *colon = at != NULL ? strchr (at, ':') : NULL;
  void *memory;
  int fd;

  if (readlink ("/proc/self/exe", path, sizeof path - 1) < 0 || file == NULL
      || strcmp (strrchr (path, '/'), "/bywayd") != 0)
    return;
  for (int kind = 0; colon != NULL && kind < KINDS; kind++)
    if (strncmp (at, names[kind], (size_t)(colon - at)) == 0 && names[kind][colon - at] == '\0')
      fatal = kind;
  fatal_number = colon != NULL ? (unsigned)atoi (colon + 1) : 0;
  fd = REAL (open) (file, O_RDWR | O_CREAT, 0600);
  if (fd < 0 || ftruncate (fd, sizeof (unsigned[KINDS])) != 0)
    return;
  memory = mmap (NULL, sizeof (unsigned[KINDS]), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  counts = memory != MAP_FAILED ? memory : NULL;
}

static mode_t
creating (int flags, va_list rest)
{
  if (!(flags & (O_CREAT | __O_TMPFILE)))
    return 0;
  pass (CREATE);
  return va_arg (rest, mode_t);
}

#define OPEN(name)                                                                                 \
  int name (const char *path, int flags, ...)                                                      \
  {                                                                                                \
    va_list rest;                                                                                  \
    mode_t mode;                                                                                   \
    va_start (rest, flags);                                                                        \
    mode = creating (flags, rest);                                                                 \
    va_end (rest);                                                                                 \
    return REAL (name) (path, flags, mode);                                                        \
  }

#define OPENAT(name)                                                                               \
  int name (int folder, const char *path, int flags, ...)                                          \
  {                                                                                                \
    va_list rest;                                                                                  \
    mode_t mode;                                                                                   \
    va_start (rest, flags);                                                                        \
    mode = creating (flags, rest);                                                                 \
    va_end (rest);                                                                                 \
    return REAL (name) (folder, path, flags, mode);                                                \
  }

OPEN (open)
OPEN (open64)
OPENAT (openat)
OPENAT (openat64)

ssize_t
write (int fd, const void *data, size_t size)
{
  struct stat status;

  if (counts == NULL || fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    return REAL (write) (fd, data, size);
  pass (WRITE);
  if (count (HALF))
    {
      REAL (write) (fd, data, size / 2);
      kill (getpid (), SIGKILL);
    }
  return REAL (write) (fd, data, size);
}

int
fsync (int fd)
{
  pass (SYNC);
  return REAL (fsync) (fd);
}

int
rename (const char *from, const char *to)
{
  pass (RENAME);
  return REAL (rename) (from, to);
}

int
renameat (int from_folder, const char *from, int to_folder, const char *to)
{
  pass (RENAME);
  return REAL (renameat) (from_folder, from, to_folder, to);
}

int
unlink (const char *path)
{
  pass (UNLINK);
  return REAL (unlink) (path);
}

int
unlinkat (int folder, const char *path, int flags)
{
  pass (UNLINK);
  return REAL (unlinkat) (folder, path, flags);
}

int
symlink (const char *target, const char *path)
{
  pass (SYMLINK);
  return REAL (symlink) (target, path);
}

int
rmdir (const char *path)
{
  pass (UNLINK);
  return REAL (rmdir) (path);
}

int
mkdir (const char *path, mode_t mode)
{
  pass (MKDIR);
  return REAL (mkdir) (path, mode);
}

int
mkdirat (int folder, const char *path, mode_t mode)
{
  pass (MKDIR);
  return REAL (mkdirat) (folder, path, mode);
}

static void
pass_netlink (int fd)
{
  int domain = 0;
  socklen_t size = sizeof domain;

  if (counts != NULL && getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0
      && domain == AF_NETLINK)
    pass (NETLINK);
}

ssize_t
sendto (int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
        socklen_t length)
{
  pass_netlink (fd);
  return REAL (sendto) (fd, data, size, flags, to, length);
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  pass_netlink (fd);
  return REAL (sendmsg) (fd, message, flags);
}

pid_t
fork (void)
{
  pass (SPAWN);
  return REAL (fork) ();
}

int
posix_spawn (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
             const posix_spawnattr_t *attributes, char *const *argv, char *const *environment)
{
  pass (SPAWN);
  return REAL (posix_spawn) (pid, path, actions, attributes, argv, environment);
}
