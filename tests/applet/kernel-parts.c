/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/xfrm.h>

/* The parts of a kernel that machines for tests often lack: PPP, L2TP and ESP. Preloaded below the
 * helper, it answers the helper's three trials as such a kernel would; everything else goes to the
 * kernel that is there. What would run through these parts is played by the fake programs. */

#define SYMBOL(name) ((typeof (name) *)dlsym (RTLD_NEXT, #name))

int
open (const char *path, int flags, ...)
{
  va_list arguments;
  int mode;

  va_start (arguments, flags);
  mode = va_arg (arguments, int);
  va_end (arguments);
  return SYMBOL (open) (strcmp (path, "/dev/ppp") == 0 ? "/dev/null" : path, flags, mode);
}

int
socket (int domain, int type, int protocol)
{
  if (domain == AF_PPPOX)
    return SYMBOL (socket) (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return SYMBOL (socket) (domain, type, protocol);
}

static int
is_association (const struct nlmsghdr *message)
{
  return message->nlmsg_type == XFRM_MSG_NEWSA || message->nlmsg_type == XFRM_MSG_DELSA;
}

/* NLMSG_NOOP: what the real kernel acknowledges, and does nothing about. */
ssize_t
mnl_socket_sendto (const struct mnl_socket *netlink, const void *data, size_t length)
{
  struct nlmsghdr header;
  char nothing[NLMSG_HDRLEN];
  int bus = -1;
  socklen_t size = sizeof bus;

  memcpy (&header, data, sizeof header);
  getsockopt (mnl_socket_get_fd (netlink), SOL_SOCKET, SO_PROTOCOL, &bus, &size);
  if (bus != NETLINK_XFRM || !is_association (&header))
    return SYMBOL (mnl_socket_sendto) (netlink, data, length);
  header.nlmsg_type = NLMSG_NOOP;
  header.nlmsg_len = sizeof nothing;
  memcpy (nothing, &header, sizeof nothing);
  return SYMBOL (mnl_socket_sendto) (netlink, nothing, sizeof nothing);
}
