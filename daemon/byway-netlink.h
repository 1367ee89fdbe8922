/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

struct nlmsghdr;

/* One exchange with the kernel over a socket of its own; `bus` is NETLINK_ROUTE or NETLINK_XFRM. */

/* Room enough for each message that we make. */
#define BYWAY_NETLINK_SIZE 1024

/* Asks for one change and waits for the acknowledgement. Returns 0 or an errno. */
int byway_netlink_change (int bus, struct nlmsghdr *request);

typedef gboolean (*BywayNetlinkFilter) (const struct nlmsghdr *message, gconstpointer data);

/* Copies of all messages of the dump that the filter wants. NULL with *problem set to an errno. */
GPtrArray *byway_netlink_dump (int bus, struct nlmsghdr *request, BywayNetlinkFilter wanted,
                               gconstpointer data, int *problem);
