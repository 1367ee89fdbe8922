/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-xfrm-watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>
#include <sys/socket.h>

#define ROOM 8192
#define MESSAGES_MAX 256

struct _BywayXfrmWatch
{
  struct mnl_socket *socket;
  guint source;
  void (*changed) (gpointer data);
  gpointer data;
};

static gboolean
join (struct mnl_socket *socket, int group)
{
  return mnl_socket_setsockopt (socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  BywayXfrmWatch *watch = data;
  char buffer[ROOM];
  guint n = 0;

  /* What was lost (ENOBUFS) may have been about us too. */
  while (n < MESSAGES_MAX
         && (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT) >= 0 || errno == ENOBUFS))
    n++;
  if (n > 0)
    watch->changed (watch->data);
  return G_SOURCE_CONTINUE;
}

BywayXfrmWatch *
byway_xfrm_watch_new (void (*changed) (gpointer data), gpointer data)
{
  struct mnl_socket *socket = mnl_socket_open2 (NETLINK_XFRM, SOCK_CLOEXEC | SOCK_NONBLOCK);
  BywayXfrmWatch *watch;

  if (socket == NULL)
    return NULL;
  if (mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) < 0 || !join (socket, XFRMNLGRP_SA)
      || !join (socket, XFRMNLGRP_EXPIRE))
    {
      mnl_socket_close (socket);
      return NULL;
    }
  watch = g_new0 (BywayXfrmWatch, 1);
  watch->socket = socket;
  watch->changed = changed;
  watch->data = data;
  watch->source = g_unix_fd_add (mnl_socket_get_fd (socket), G_IO_IN, on_readable, watch);
  return watch;
}

void
byway_xfrm_watch_free (BywayXfrmWatch *watch)
{
  g_source_remove (watch->source);
  mnl_socket_close (watch->socket);
  g_free (watch);
}
