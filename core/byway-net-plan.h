/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-facts.h"
#include "byway-profile.h"

typedef enum
{
  BYWAY_ROUTE_LINK,       /* through the tunnel's interface */
  BYWAY_ROUTE_UPLINK,     /* through the uplink: the server, and networks that stay outside */
  BYWAY_ROUTE_UNREACHABLE /* refused: IPv6 that must not leave beside the tunnel */
} BywayRouteKind;

typedef struct
{
  BywayRouteKind kind;
  BywayPrefix prefix; /* its metric is the one to set, never 0 */
} BywayRoute;

/* What applying the addresses of one link means. Made by byway_net_plan_new, then read only. */
typedef struct
{
  BywayUplink uplink;
  BywayLinkInfo link;
  GArray *routes; /* BywayRoute, in the order to add them: the server's first */
  GArray *dns;    /* BywayAddress, in order; empty: leave DNS alone */
  GStrv search;   /* search domains */
  gboolean
      dns_for_all; /* every name goes to these servers (all traffic, or the user's own servers) */
} BywayNetPlan;

/* The same way: interface, next hop and address of ours. */
gboolean byway_uplink_equal (const BywayUplink *a, const BywayUplink *b);

BywayNetPlan *byway_net_plan_new (const BywayProfile *profile, const BywayUplink *uplink,
                                  const BywayLinkInfo *link);
/* Routes and DNS are somebody else's business: no more than the server's own route, where the link
 * would hide the way to it. */
BywayNetPlan *byway_net_plan_new_empty (const BywayUplink *uplink, const BywayLinkInfo *link);
void byway_net_plan_free (BywayNetPlan *plan);

/* Does a network behind the tunnel, or an address of the link, overlap with one of @local
 * (BywayPrefix: networks that this machine is in)? Then the two. All traffic as such does not. */
gboolean byway_net_plan_collides (const BywayNetPlan *plan, GArray *local, BywayPrefix *here,
                                  BywayPrefix *there);
/* Does the server's own address lie in a network that was asked for? Then that network. */
gboolean byway_net_plan_holds_server (const BywayNetPlan *plan, BywayPrefix *there);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayNetPlan, byway_net_plan_free)
