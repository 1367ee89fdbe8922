/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-route-watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#define GROUPS                                                                                     \
  (RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE)
/* A change of network is a burst of news; the first one shall not wait for the last for ever. */
#define QUIET_MS 150
#define PATIENCE_MS 600

struct _BywayRouteWatch
{
  GObject parent;
  struct mnl_socket *socket;
  guint source, quiet; /* sources */
  gint64 first;        /* of the burst; 0: none */
};

G_DEFINE_FINAL_TYPE (BywayRouteWatch, byway_route_watch, G_TYPE_OBJECT)

static guint changed_signal;

static gboolean
on_quiet (gpointer data)
{
  BywayRouteWatch *self = data;

  self->quiet = 0;
  self->first = 0;
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

static void
tell_soon (BywayRouteWatch *self)
{
  gint64 now = g_get_monotonic_time ();
  guint left;

  if (self->first == 0)
    self->first = now;
  left = PATIENCE_MS - MIN ((now - self->first) / 1000, PATIENCE_MS);
  g_clear_handle_id (&self->quiet, g_source_remove);
  self->quiet = g_timeout_add (MIN (left, QUIET_MS), on_quiet, self);
}

/* What they say is not read: a lost one (ENOBUFS) is a change like any other. */
static gboolean
on_news (int fd, GIOCondition condition, gpointer data)
{
  char buffer[8192];
  gssize n;

  do
    n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT | MSG_TRUNC);
  while (n > 0 || (n < 0 && errno == EINTR));
  tell_soon (data);
  return G_SOURCE_CONTINUE;
}

BywayRouteWatch *
byway_route_watch_new (void)
{
  BywayRouteWatch *self = g_object_new (BYWAY_TYPE_ROUTE_WATCH, NULL);

  self->socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (self->socket == NULL || mnl_socket_bind (self->socket, GROUPS, MNL_SOCKET_AUTOPID) < 0)
    g_warning ("Changes of the network will not be noticed: %s", g_strerror (errno));
  else
    self->source = g_unix_fd_add (mnl_socket_get_fd (self->socket), G_IO_IN, on_news, self);
  return self;
}

static void
byway_route_watch_finalize (GObject *object)
{
  BywayRouteWatch *self = BYWAY_ROUTE_WATCH (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->quiet, g_source_remove);
  if (self->socket != NULL)
    mnl_socket_close (self->socket);
  G_OBJECT_CLASS (byway_route_watch_parent_class)->finalize (object);
}

static void
byway_route_watch_class_init (BywayRouteWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_route_watch_finalize;
  changed_signal = g_signal_new ("changed", BYWAY_TYPE_ROUTE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
byway_route_watch_init (BywayRouteWatch *self)
{
}
