/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-netlink.h"
#include "byway-rtnl.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

static int
linux_family (const BywayAddress *address)
{
  return address->family == 6 ? AF_INET6 : AF_INET;
}

static BywayAddress
read_address (int family, const void *bytes)
{
  BywayAddress address = { .family = family == AF_INET6 ? 6 : 4 };

  memcpy (address.bytes, bytes, byway_address_size (&address));
  return address;
}

/* --- reading routes ------------------------------------------------------------------------- */

/* What matters of one route that the kernel listed. */
typedef struct
{
  BywayPrefix prefix;
  guint32 table;
  guint32 ifindex;
  BywayAddress gateway;
  BywayAddress source;
  guint8 type;
  guint8 protocol;
  gboolean peer; /* the kernel's own, to the other end of a link */
} KernelRoute;

static void
read_hop (const struct nlattr *attribute, int family, KernelRoute *route)
{
  const struct rtvia *via;

  switch (mnl_attr_get_type (attribute))
    {
    case RTA_GATEWAY:
      if (mnl_attr_get_payload_len (attribute) >= (family == AF_INET6 ? 16 : 4))
        route->gateway = read_address (family, mnl_attr_get_payload (attribute));
      break;
    case RTA_VIA: /* an IPv4 network behind an IPv6 neighbour, or the other way */
      via = mnl_attr_get_payload (attribute);
      if (mnl_attr_get_payload_len (attribute)
          >= sizeof *via + (via->rtvia_family == AF_INET6 ? 16 : 4))
        route->gateway = read_address (via->rtvia_family, via->rtvia_addr);
      break;
    default:
      break;
    }
}

/* Of several ways side by side the first that lives is as good as the others. */
static void
read_first_hop (const struct nlattr *attribute, int family, KernelRoute *route)
{
  const struct rtnexthop *hop = mnl_attr_get_payload (attribute);
  int left = mnl_attr_get_payload_len (attribute);
  const struct nlattr *inner;

  while (RTNH_OK (hop, left) && hop->rtnh_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
    {
      left -= RTNH_ALIGN (hop->rtnh_len);
      hop = RTNH_NEXT (hop);
    }
  if (!RTNH_OK (hop, left))
    return;
  route->ifindex = hop->rtnh_ifindex;
  for (inner = (const struct nlattr *)(hop + 1);
       mnl_attr_ok (inner, (const char *)hop + hop->rtnh_len - (const char *)inner);
       inner = mnl_attr_next (inner))
    read_hop (inner, family, route);
}

static void
read_attribute (const struct nlattr *attribute, int family, KernelRoute *route)
{
  gsize need = family == AF_INET6 ? 16 : 4;

  switch (mnl_attr_get_type (attribute))
    {
    case RTA_DST:
      if (mnl_attr_get_payload_len (attribute) >= need)
        route->prefix.address = read_address (family, mnl_attr_get_payload (attribute));
      break;
    case RTA_PREFSRC:
      if (mnl_attr_get_payload_len (attribute) >= need)
        route->source = read_address (family, mnl_attr_get_payload (attribute));
      break;
    case RTA_TABLE:
      route->table = mnl_attr_get_u32 (attribute);
      break;
    case RTA_PRIORITY:
      route->prefix.metric = mnl_attr_get_u32 (attribute);
      break;
    case RTA_OIF:
      route->ifindex = mnl_attr_get_u32 (attribute);
      break;
    case RTA_MULTIPATH:
      read_first_hop (attribute, family, route);
      break;
    default:
      read_hop (attribute, family, route);
      break;
    }
}

static KernelRoute
read_route (const struct nlmsghdr *message)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  KernelRoute route = { .prefix = { .address = { .family = header->rtm_family == AF_INET6 ? 6 : 4 },
                                    .length = header->rtm_dst_len },
                        .table = header->rtm_table,
                        .type = header->rtm_type,
                        .protocol = header->rtm_protocol };
  const struct nlattr *attribute;

  route.peer = route.protocol == RTPROT_KERNEL
               && route.prefix.length == 8 * byway_address_size (&route.prefix.address);

  mnl_attr_for_each (attribute, message, sizeof *header)
      read_attribute (attribute, header->rtm_family, &route);
  return route;
}

static GPtrArray *
list_routes (int family, BywayNetlinkFilter wanted, gconstpointer data, int *problem)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct rtmsg *header;

  message->nlmsg_type = RTM_GETROUTE;
  header = mnl_nlmsg_put_extra_header (message, sizeof *header);
  header->rtm_family = family;
  return byway_netlink_dump (NETLINK_ROUTE, message, wanted, data, problem);
}

/* --- the way to an address ------------------------------------------------------------------ */

/* A route of the main table that is not ours, works and covers the address. */
static gboolean
leads_to (const struct nlmsghdr *message, gconstpointer address)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  KernelRoute route;

  if (message->nlmsg_type != RTM_NEWROUTE || header->rtm_protocol == BYWAY_ROUTE_PROTOCOL
      || header->rtm_flags & (RTM_F_CLONED | RTNH_F_DEAD | RTNH_F_LINKDOWN))
    return FALSE;
  route = read_route (message);
  return route.table == RT_TABLE_MAIN && byway_prefix_contains (&route.prefix, address);
}

/* A server may be the other end of the very link that it carries; so that comes last. */
static gboolean
is_better (const KernelRoute *route, const KernelRoute *than)
{
  if (route->peer != than->peer)
    return than->peer;
  if (route->prefix.length != than->prefix.length)
    return route->prefix.length > than->prefix.length;
  return route->prefix.metric < than->prefix.metric;
}

/* The longest prefix, among those the lowest metric, among those the first. */
static gboolean
find_route (const BywayAddress *address, KernelRoute *best, int *problem)
{
  g_autoptr (GPtrArray) found = list_routes (linux_family (address), leads_to, address, problem);

  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      KernelRoute route = read_route (found->pdata[i]);

      if (i == 0 || is_better (&route, best))
        *best = route;
    }
  *problem = ENETUNREACH;
  return found->len > 0 && best->type == RTN_UNICAST && best->ifindex != 0;
}

static gboolean
is_primary_address (const struct nlmsghdr *message, gconstpointer data)
{
  const struct ifaddrmsg *header = mnl_nlmsg_get_payload (message);
  guint32 ifindex = *(const guint32 *)data;
  guint8 unfit = header->ifa_family == AF_INET6
                     ? IFA_F_TEMPORARY | IFA_F_TENTATIVE | IFA_F_DEPRECATED | IFA_F_DADFAILED
                     : IFA_F_SECONDARY;

  return message->nlmsg_type == RTM_NEWADDR && header->ifa_index == ifindex
         && header->ifa_scope < RT_SCOPE_LINK && !(header->ifa_flags & unfit);
}

/* The address, and as a prefix the network that it is in: on a point-to-point link the peer's. */
static void
read_interface_address (const struct nlmsghdr *message, BywayAddress *own, BywayPrefix *network)
{
  const struct ifaddrmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;

  network->length = header->ifa_prefixlen;
  mnl_attr_for_each (attribute, message, sizeof *header)
  {
    if (mnl_attr_get_type (attribute) == IFA_LOCAL)
      *own = read_address (header->ifa_family, mnl_attr_get_payload (attribute));
    else if (mnl_attr_get_type (attribute) == IFA_ADDRESS)
      network->address = read_address (header->ifa_family, mnl_attr_get_payload (attribute));
  }
  if (!byway_address_is_set (own))
    *own = network->address;
}

/* As the kernel chooses: an address beside the next hop, else the interface's first. */
static BywayAddress
find_source (guint32 ifindex, const BywayAddress *hop)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct ifaddrmsg *header;
  g_autoptr (GPtrArray) found = NULL;
  BywayAddress source = { 0 };
  int problem;

  message->nlmsg_type = RTM_GETADDR;
  header = mnl_nlmsg_put_extra_header (message, sizeof *header);
  header->ifa_family = linux_family (hop);
  found = byway_netlink_dump (NETLINK_ROUTE, message, is_primary_address, &ifindex, &problem);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      BywayAddress own = { 0 };
      BywayPrefix network = { 0 };

      read_interface_address (found->pdata[i], &own, &network);
      if (byway_prefix_contains (&(BywayPrefix){ own, network.length, 0 }, hop)
          || byway_prefix_contains (&network, hop))
        return own;
      if (i == 0)
        source = own;
    }
  return source;
}

gboolean
byway_rtnl_lookup (const BywayAddress *server, BywayUplink *out, GError **error)
{
  BywayUplink uplink = { .server = *server };
  KernelRoute route = { 0 };
  int problem;

  if (!find_route (server, &route, &problem)
      || if_indextoname (route.ifindex, uplink.ifname) == NULL)
    {
      g_set_error_literal (error, BYWAY_FAILURE, BYWAY_CAUSE_NO_ROUTE, g_strerror (problem));
      return FALSE;
    }
  uplink.ifindex = route.ifindex;
  uplink.gateway = route.gateway;
  uplink.source = route.source;
  if (!byway_address_is_set (&uplink.source))
    uplink.source = find_source (route.ifindex,
                                 route.gateway.family == server->family ? &route.gateway : server);
  if (!byway_address_is_set (&uplink.source))
    {
      g_set_error (error, BYWAY_FAILURE, BYWAY_CAUSE_NO_ROUTE, "%s has no address of its own yet",
                   uplink.ifname);
      return FALSE;
    }
  *out = uplink;
  return TRUE;
}

/* --- changing routes ------------------------------------------------------------------------ */

static struct nlmsghdr *
put_route (char *buffer, guint16 type, const BywayPrefix *prefix, guint8 route_type)
{
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct rtmsg *header;

  message->nlmsg_type = type;
  header = mnl_nlmsg_put_extra_header (message, sizeof *header);
  header->rtm_family = linux_family (&prefix->address);
  header->rtm_dst_len = prefix->length;
  header->rtm_table = RT_TABLE_MAIN;
  header->rtm_type = route_type;
  header->rtm_scope = type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE;
  mnl_attr_put (message, RTA_DST, byway_address_size (&prefix->address), prefix->address.bytes);
  if (prefix->metric != 0)
    mnl_attr_put_u32 (message, RTA_PRIORITY, prefix->metric);
  return message;
}

static struct nlmsghdr *
put_own_route (char *buffer, guint16 type, const BywayRoute *route)
{
  struct nlmsghdr *message
      = put_route (buffer, type, &route->prefix,
                   route->kind == BYWAY_ROUTE_UNREACHABLE ? RTN_UNREACHABLE : RTN_UNICAST);
  struct rtmsg *header = mnl_nlmsg_get_payload (message);

  header->rtm_protocol = BYWAY_ROUTE_PROTOCOL;
  return message;
}

static void
put_interface (struct nlmsghdr *message, guint32 ifindex)
{
  struct rtmsg *header = mnl_nlmsg_get_payload (message);

  mnl_attr_put_u32 (message, RTA_OIF, ifindex);
  if (header->rtm_family == AF_INET && header->rtm_scope == RT_SCOPE_UNIVERSE)
    header->rtm_scope = RT_SCOPE_LINK;
}

static void
put_gateway (struct nlmsghdr *message, const BywayAddress *gateway)
{
  struct rtmsg *header = mnl_nlmsg_get_payload (message);
  gsize size = byway_address_size (gateway);
  char via[sizeof (struct rtvia) + 16] = { 0 };

  header->rtm_scope = RT_SCOPE_UNIVERSE;
  /* The way is in use already, also where the gateway lies outside the interface's networks. */
  header->rtm_flags |= RTNH_F_ONLINK;
  if (linux_family (gateway) == header->rtm_family)
    {
      mnl_attr_put (message, RTA_GATEWAY, size, gateway->bytes);
      return;
    }
  ((struct rtvia *)via)->rtvia_family = linux_family (gateway);
  memcpy (((struct rtvia *)via)->rtvia_addr, gateway->bytes, size);
  mnl_attr_put (message, RTA_VIA, sizeof (struct rtvia) + size, via);
}

static gboolean
set_route_error (GError **error, const char *verb, const BywayPrefix *prefix, int problem)
{
  g_autofree char *text = byway_prefix_to_string (
      &(BywayPrefix){ .address = prefix->address, .length = prefix->length });

  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NET, "%s the route to %s failed: %s", verb, text,
               g_strerror (problem));
  return FALSE;
}

static gboolean
is_server (const BywayPrefix *prefix, const BywayUplink *uplink)
{
  return prefix->length == 8 * byway_address_size (&uplink->server)
         && byway_address_equal (&prefix->address, &uplink->server);
}

/* Some servers use one address outside and inside. Then the kernel's own route to the other end of
 * the link, which no metric of ours can pass, leads the tunnel's packets into the tunnel. */
static void
remove_peer_route (const BywayAddress *server, const char *link_ifname)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  BywayPrefix host = byway_prefix_for_host (server);
  guint32 ifindex = link_ifname != NULL ? if_nametoindex (link_ifname) : 0;
  struct nlmsghdr *message;

  if (ifindex == 0)
    return;
  message = put_route (buffer, RTM_DELROUTE, &host, RTN_UNICAST);
  put_interface (message, ifindex);
  byway_netlink_change (NETLINK_ROUTE, message);
}

/* The way on which this network goes without us. FALSE: on none, so nothing is to be done for it.
 */
static gboolean
uplink_for (const BywayPrefix *prefix, const BywayUplink *uplink, BywayUplink *way)
{
  *way = *uplink;
  if (is_server (prefix, uplink)
      || (prefix->address.family == uplink->server.family
          && byway_address_is_set (&uplink->gateway)))
    return TRUE;
  return byway_rtnl_lookup (&prefix->address, way, NULL);
}

static int
add_uplink_route (struct nlmsghdr *message, const BywayRoute *route, const BywayUplink *uplink,
                  const char *link_ifname)
{
  BywayUplink way;

  if (!uplink_for (&route->prefix, uplink, &way))
    return 0;
  if (is_server (&route->prefix, uplink))
    remove_peer_route (&uplink->server, link_ifname);
  put_interface (message, way.ifindex);
  if (byway_address_is_set (&way.gateway))
    put_gateway (message, &way.gateway);
  if (byway_address_is_set (&way.source) && way.source.family == route->prefix.address.family)
    mnl_attr_put (message, RTA_PREFSRC, byway_address_size (&way.source), way.source.bytes);
  return byway_netlink_change (NETLINK_ROUTE, message);
}

static int
add_link_route (struct nlmsghdr *message, const char *link_ifname)
{
  guint32 ifindex = link_ifname != NULL ? if_nametoindex (link_ifname) : 0;

  if (ifindex == 0)
    return ENODEV;
  put_interface (message, ifindex);
  return byway_netlink_change (NETLINK_ROUTE, message);
}

/* A kernel without IPv6 has nothing that could leave beside the tunnel. */
static int
add_unreachable_route (struct nlmsghdr *message)
{
  int problem = byway_netlink_change (NETLINK_ROUTE, message);

  return problem == EOPNOTSUPP || problem == EAFNOSUPPORT ? 0 : problem;
}

gboolean
byway_rtnl_add_route (const BywayRoute *route, const BywayUplink *uplink, const char *link_ifname,
                      GError **error)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = put_own_route (buffer, RTM_NEWROUTE, route);
  int problem = 0;

  /* Not NLM_F_EXCL: someone else's equal route of equal metric would then silently keep its place.
   * So the kernel says EEXIST for this very route only, and puts ours before others. */
  message->nlmsg_flags = NLM_F_CREATE;
  switch (route->kind)
    {
    case BYWAY_ROUTE_UPLINK:
      problem = add_uplink_route (message, route, uplink, link_ifname);
      break;
    case BYWAY_ROUTE_LINK:
      problem = add_link_route (message, link_ifname);
      break;
    case BYWAY_ROUTE_UNREACHABLE:
      problem = add_unreachable_route (message);
      break;
    }
  return problem == 0 || problem == EEXIST
         || set_route_error (error, "adding", &route->prefix, problem);
}

gboolean
byway_rtnl_remove_route (const BywayRoute *route, const BywayUplink *uplink,
                         const char *link_ifname, GError **error)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = put_own_route (buffer, RTM_DELROUTE, route);
  guint32 ifindex = link_ifname != NULL ? if_nametoindex (link_ifname) : 0;
  int problem;

  if (route->kind == BYWAY_ROUTE_LINK && ifindex == 0)
    return TRUE; /* it went with the interface */
  if (route->kind == BYWAY_ROUTE_LINK)
    put_interface (message, ifindex);
  problem = byway_netlink_change (NETLINK_ROUTE, message);
  return problem == 0 || problem == ESRCH || problem == ENOENT || problem == ENODEV
         || problem == EOPNOTSUPP || problem == EAFNOSUPPORT
         || set_route_error (error, "removing", &route->prefix, problem);
}

/* --- all of ours ---------------------------------------------------------------------------- */

static gboolean
is_ours (const struct nlmsghdr *message, gconstpointer data)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);

  return message->nlmsg_type == RTM_NEWROUTE && header->rtm_protocol == BYWAY_ROUTE_PROTOCOL
         && !(header->rtm_flags & RTM_F_CLONED);
}

static int
flush_family (int family)
{
  int problem;
  g_autoptr (GPtrArray) found = list_routes (family, is_ours, NULL, &problem);

  if (found == NULL)
    return problem == EOPNOTSUPP || problem == EAFNOSUPPORT ? 0 : problem;
  for (guint i = 0; i < found->len; i++)
    {
      struct nlmsghdr *message = found->pdata[i];
      int failed;

      message->nlmsg_type = RTM_DELROUTE;
      message->nlmsg_flags = 0;
      failed = byway_netlink_change (NETLINK_ROUTE, message);
      if (failed != 0 && failed != ESRCH && failed != ENODEV)
        problem = failed;
    }
  return problem;
}

gboolean
byway_rtnl_flush (GError **error)
{
  int problem = flush_family (AF_INET);
  int problem6 = flush_family (AF_INET6);

  if (problem == 0)
    problem = problem6;
  if (problem != 0)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NET, "removing old routes failed: %s",
                 g_strerror (problem));
  return problem == 0;
}
