/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

gboolean
byway_socket_listens (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd;
  gboolean listens;

  if (strlen (path) >= sizeof address.sun_path)
    return FALSE;
  strcpy (address.sun_path, path);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return FALSE;
  /* EAGAIN: there is somebody, and a queue before him. */
  listens = connect (fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EAGAIN;
  close (fd);
  return listens;
}
