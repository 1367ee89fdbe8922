/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-net-plan.h"

static gboolean
has_route_for (const BywayNetPlan *plan, const BywayPrefix *prefix)
{
  for (guint i = 0; i < plan->routes->len; i++)
    {
      const BywayPrefix *other = &g_array_index (plan->routes, BywayRoute, i).prefix;

      if (other->length == prefix->length
          && byway_address_equal (&other->address, &prefix->address))
        return TRUE;
    }
  return FALSE;
}

/* Of two routes for one network the first counts. So nothing ever takes the server's away, and what
 * is to stay outside does. */
static void
add_route (BywayNetPlan *plan, const BywayProfile *profile, BywayRouteKind kind, BywayPrefix prefix)
{
  BywayRoute route = { .kind = kind, .prefix = prefix };

  if (has_route_for (plan, &prefix))
    return;
  if (route.prefix.metric == 0)
    route.prefix.metric = MAX (profile->route_metric, 1);
  g_array_append_val (plan->routes, route);
}

/* All of one family as two halves: they win over the user's default route and leave it alone. */
static void
add_halves (BywayNetPlan *plan, const BywayProfile *profile, BywayRouteKind kind, guint8 family,
            guint32 metric)
{
  for (int half = 0; half < 2; half++)
    {
      BywayPrefix prefix = { .address = { .family = family }, .length = 1, .metric = metric };

      prefix.address.bytes[0] = half == 0 ? 0x00 : 0x80;
      add_route (plan, profile, kind, prefix);
    }
}

static void
plan_all_traffic (BywayNetPlan *plan, const BywayProfile *profile)
{
  add_halves (plan, profile, BYWAY_ROUTE_LINK, 4, 0);
  if (plan->link.ipv6)
    add_halves (plan, profile, BYWAY_ROUTE_LINK, 6, 0);
  else if (profile->block_ipv6)
    add_halves (plan, profile, BYWAY_ROUTE_UNREACHABLE, 6, 0);
}

static void
plan_split (BywayNetPlan *plan, const BywayProfile *profile)
{
  for (guint i = 0; i < profile->routes->len; i++)
    {
      const BywayPrefix *prefix = &g_array_index (profile->routes, BywayPrefix, i);

      if (prefix->address.family == 6 && !plan->link.ipv6)
        continue;
      if (prefix->length == 0)
        add_halves (plan, profile, BYWAY_ROUTE_LINK, prefix->address.family, prefix->metric);
      else
        add_route (plan, profile, BYWAY_ROUTE_LINK, *prefix);
    }
  /* The server's resolvers are often outside the networks named: reachable through it only. */
  for (guint i = 0; profile->dns_auto && i < G_N_ELEMENTS (plan->link.dns); i++)
    if (byway_address_is_set (&plan->link.dns[i]))
      add_route (plan, profile, BYWAY_ROUTE_LINK, byway_prefix_for_host (&plan->link.dns[i]));
}

static void
add_dns (BywayNetPlan *plan, const BywayAddress *server)
{
  if (!byway_address_is_set (server))
    return;
  for (guint i = 0; i < plan->dns->len; i++)
    if (byway_address_equal (&g_array_index (plan->dns, BywayAddress, i), server))
      return;
  g_array_append_val (plan->dns, *server);
}

static void
plan_dns (BywayNetPlan *plan, const BywayProfile *profile)
{
  for (guint i = 0; i < profile->dns->len; i++)
    add_dns (plan, &g_array_index (profile->dns, BywayAddress, i));
  for (guint i = 0; profile->dns_auto && i < G_N_ELEMENTS (plan->link.dns); i++)
    add_dns (plan, &plan->link.dns[i]);
  plan->search = profile->dns_search != NULL ? g_strdupv (profile->dns_search) : g_new0 (char *, 1);
  plan->dns_for_all = profile->all_traffic || profile->dns->len > 0;
}

gboolean
byway_uplink_equal (const BywayUplink *a, const BywayUplink *b)
{
  return a->ifindex == b->ifindex && byway_address_equal (&a->gateway, &b->gateway)
         && byway_address_equal (&a->source, &b->source);
}

static BywayNetPlan *
plan_new (const BywayUplink *uplink, const BywayLinkInfo *link)
{
  BywayNetPlan *plan = g_new0 (BywayNetPlan, 1);

  plan->uplink = *uplink;
  plan->link = *link;
  plan->routes = g_array_new (FALSE, FALSE, sizeof (BywayRoute));
  plan->dns = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  return plan;
}

/* Some servers give their own public address as the other end of the link. The kernel has a route
 * to that through the link then, and what carries the tunnel would go into it. */
BywayNetPlan *
byway_net_plan_new_empty (const BywayUplink *uplink, const BywayLinkInfo *link)
{
  BywayNetPlan *plan = plan_new (uplink, link);
  BywayRoute way = { BYWAY_ROUTE_UPLINK, byway_prefix_for_host (&uplink->server) };

  way.prefix.metric = 1;
  if (byway_address_equal (&link->remote, &uplink->server))
    g_array_append_val (plan->routes, way);
  return plan;
}

BywayNetPlan *
byway_net_plan_new (const BywayProfile *profile, const BywayUplink *uplink,
                    const BywayLinkInfo *link)
{
  BywayNetPlan *plan = plan_new (uplink, link);

  add_route (plan, profile, BYWAY_ROUTE_UPLINK, byway_prefix_for_host (&uplink->server));
  for (guint i = 0; i < profile->exclude_routes->len; i++)
    add_route (plan, profile, BYWAY_ROUTE_UPLINK,
               g_array_index (profile->exclude_routes, BywayPrefix, i));
  if (profile->all_traffic)
    plan_all_traffic (plan, profile);
  else
    plan_split (plan, profile);
  plan_dns (plan, profile);
  return plan;
}

void
byway_net_plan_free (BywayNetPlan *plan)
{
  g_array_unref (plan->routes);
  g_array_unref (plan->dns);
  g_strfreev (plan->search);
  g_free (plan);
}

/* --- what is not good about it -------------------------------------------------------------- */

/* The halves that stand for "everything" are no network of anybody's. */
#define NETWORK_LENGTH 2

static gboolean
overlap (const BywayPrefix *a, const BywayPrefix *b)
{
  return byway_prefix_contains (a, &b->address) || byway_prefix_contains (b, &a->address);
}

static gboolean
find_overlap (GArray *local, const BywayPrefix *there, BywayPrefix *here)
{
  for (guint i = 0; i < local->len; i++)
    if (overlap (&g_array_index (local, BywayPrefix, i), there))
      {
        *here = g_array_index (local, BywayPrefix, i);
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_network_of_tunnel (const BywayRoute *route)
{
  return route->kind == BYWAY_ROUTE_LINK && route->prefix.length >= NETWORK_LENGTH;
}

gboolean
byway_net_plan_collides (const BywayNetPlan *plan, GArray *local, BywayPrefix *here,
                         BywayPrefix *there)
{
  const BywayAddress *ends[] = { &plan->link.local, &plan->link.remote };

  for (guint i = 0; i < plan->routes->len; i++)
    {
      const BywayRoute *route = &g_array_index (plan->routes, BywayRoute, i);

      *there = route->prefix;
      if (is_network_of_tunnel (route) && find_overlap (local, there, here))
        return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      if (!byway_address_is_set (ends[i]))
        continue;
      *there = byway_prefix_for_host (ends[i]);
      if (find_overlap (local, there, here))
        return TRUE;
    }
  return FALSE;
}

gboolean
byway_net_plan_holds_server (const BywayNetPlan *plan, BywayPrefix *there)
{
  for (guint i = 0; i < plan->routes->len; i++)
    {
      const BywayRoute *route = &g_array_index (plan->routes, BywayRoute, i);

      *there = route->prefix;
      if (is_network_of_tunnel (route) && byway_prefix_contains (there, &plan->uplink.server))
        return TRUE;
    }
  return FALSE;
}
