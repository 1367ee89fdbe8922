/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-helper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static int helper_fd = -1;

int
byway_pppd_helper_is_gone (void)
{
  struct pollfd pollfd = { .fd = helper_fd, .events = POLLRDHUP };

  return poll (&pollfd, 1, 0) > 0 && (pollfd.revents & (POLLHUP | POLLERR | POLLRDHUP)) != 0;
}

void
byway_pppd_hang_up (void)
{
  kill (getpid (), SIGTERM);
}

static int
socket_is_ours (int fd)
{
  int domain = 0, type = 0;
  socklen_t size = sizeof domain;

  return getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX
         && getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

int
byway_pppd_helper_take (int fd)
{
  if (!socket_is_ours (fd) || fcntl (fd, F_SETFD, FD_CLOEXEC) < 0)
    return -1;
  helper_fd = fd;
  return 0;
}

int
byway_pppd_helper_is_there (void)
{
  return helper_fd >= 0;
}

/*
 * Without its helper this tunnel would be nobody's: it must go. pppd's select loop can wake up for
 * a descriptor but calls nobody for it, so the kernel is asked to send the signal that means
 * "hang up" as soon as anything happens to the socket; and nothing but its end can. No timer, no
 * thread, and it works from the first moment: before pppd has its handlers the signal just ends it.
 */
int
byway_pppd_helper_watch (void)
{
  if (fcntl (helper_fd, F_SETSIG, SIGTERM) < 0 || fcntl (helper_fd, F_SETOWN, getpid ()) < 0
      || fcntl (helper_fd, F_SETFL, O_NONBLOCK | O_ASYNC) < 0)
    return -1;
  return byway_pppd_helper_is_gone () ? -1 : 0;
}

/* A helper that does not listen is as good as gone, whatever the reason. Before there is one, and
 * in a check, there is nobody to tell. */
int
byway_pppd_helper_tell (const struct byway_pppd_message *message)
{
  uint8_t wire[BYWAY_PPPD_MESSAGE_MAX];
  ssize_t n;

  if (helper_fd < 0)
    return -1;
  n = byway_pppd_message_encode (message, wire, sizeof wire);
  if (n > 0 && send (helper_fd, wire, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) == n)
    return 0;
  byway_pppd_hang_up ();
  return -1;
}
