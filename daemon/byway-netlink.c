/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#define MAX_ATTEMPTS 5
#define RECEIVE_SIZE 32768 /* what the kernel fills at most in one message of a dump */

typedef struct
{
  BywayNetlinkFilter wanted;
  gconstpointer data;
  GPtrArray *found;
} Collection;

static int
collect (const struct nlmsghdr *message, void *data)
{
  Collection *collection = data;

  if (collection->wanted (message, collection->data))
    g_ptr_array_add (collection->found, g_memdup2 (message, message->nlmsg_len));
  return MNL_CB_OK;
}

/* A dump of associations has their keys in it. */
static void
message_free (gpointer message)
{
  explicit_bzero (message, ((struct nlmsghdr *)message)->nlmsg_len);
  g_free (message);
}

static int
receive (struct mnl_socket *socket, struct nlmsghdr *request, Collection *collection)
{
  char buffer[RECEIVE_SIZE];
  gboolean interrupted = FALSE;
  int result = MNL_CB_OK;

  while (result > MNL_CB_STOP)
    {
      ssize_t n = mnl_socket_recvfrom (socket, buffer, RECEIVE_SIZE);

      if (n < 0)
        return errno;
      result = mnl_cb_run (buffer, n, request->nlmsg_seq, mnl_socket_get_portid (socket),
                           collection != NULL ? collect : NULL, collection);
      /* The table changed below the dump: libmnl says so by EINTR. Ask once more from the start. */
      explicit_bzero (buffer, n);
      if (result < 0 && errno != EINTR)
        return errno;
      interrupted |= result < 0;
    }
  return interrupted ? EINTR : 0;
}

static int
exchange (int bus, struct nlmsghdr *request, Collection *collection)
{
  struct mnl_socket *socket = mnl_socket_open2 (bus, SOCK_CLOEXEC);
  struct timeval limit = { .tv_sec = 5 };
  int problem;

  if (socket == NULL)
    return errno;
  request->nlmsg_seq = 1;
  setsockopt (mnl_socket_get_fd (socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) < 0
      || mnl_socket_sendto (socket, request, request->nlmsg_len) < 0)
    problem = errno;
  else
    problem = receive (socket, request, collection);
  mnl_socket_close (socket);
  return problem;
}

int
byway_netlink_change (int bus, struct nlmsghdr *request)
{
  request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
  return exchange (bus, request, NULL);
}

GPtrArray *
byway_netlink_dump (int bus, struct nlmsghdr *request, BywayNetlinkFilter wanted,
                    gconstpointer data, int *problem)
{
  request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_DUMP;
  for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++)
    {
      g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (message_free);
      Collection collection = { .wanted = wanted, .data = data, .found = found };

      *problem = exchange (bus, request, &collection);
      if (*problem == 0)
        return g_steal_pointer (&found);
      if (*problem != EINTR)
        break;
    }
  return NULL;
}
