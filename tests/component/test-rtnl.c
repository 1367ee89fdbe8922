/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real kernel's routes and policies, each test in a network namespace of its own. Needs root.
 */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-net.h"
#include "byway-rtnl.h"
#include "commands.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- the namespace -------------------------------------------------------------------------- */

/* up0 is the uplink with a default route, link0 stands for the tunnel. */
static void
enter_namespace (void)
{
  static const char *const links[] = { "up0", "up1", "link0", "link1" };

  if (unshare (CLONE_NEWNET) < 0)
    g_error ("a network namespace needs root: %s", g_strerror (errno));
  act ("ip link set lo up");
  act ("ip link add up0 type veth peer name up1");
  act ("ip link add link0 type veth peer name link1");
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *raise = g_strdup_printf ("ip link set %s addrgenmode none up", links[i]);

      act (raise); /* without link-local addresses, whose routes come when the kernel gets to it */
    }
  act ("ip address add 192.0.2.9/24 dev up0");
  act ("ip address add 10.9.0.2 peer 10.9.0.1/32 dev link0");
  act ("ip route add default via 192.0.2.1 metric 100");
}

static gboolean
says (const char *command, const char *needle)
{
  g_autofree char *output = run (command);

  return strstr (output, needle) != NULL;
}

static BywayAddress
address (const char *text)
{
  BywayAddress parsed;

  g_assert_true (byway_address_parse (text, &parsed));
  return parsed;
}

static BywayRoute
route (BywayRouteKind kind, const char *text)
{
  BywayRoute made = { .kind = kind };

  g_assert_true (byway_prefix_parse (text, &made.prefix));
  if (made.prefix.metric == 0)
    made.prefix.metric = 50;
  return made;
}

static BywayUplink
look_up (const char *server)
{
  BywayAddress wanted = address (server);
  BywayUplink uplink;
  g_autoptr (GError) error = NULL;

  byway_rtnl_lookup (&wanted, &uplink, &error);
  g_assert_no_error (error);
  return uplink;
}

static void
assert_way (const char *server, const char *ifname, const char *gateway, const char *source)
{
  BywayUplink uplink = look_up (server);
  g_autofree char *found_gateway = byway_address_to_string (&uplink.gateway);
  g_autofree char *found_source = byway_address_to_string (&uplink.source);

  g_assert_cmpstr (uplink.ifname, ==, ifname);
  g_assert_cmpuint (uplink.ifindex, >, 0);
  g_assert_cmpstr (found_gateway, ==, gateway);
  g_assert_cmpstr (found_source, ==, source);
}

static void
add (const BywayUplink *uplink, BywayRouteKind kind, const char *prefix)
{
  BywayRoute made = route (kind, prefix);
  g_autoptr (GError) error = NULL;

  byway_rtnl_add_route (&made, uplink, "link0", &error);
  g_assert_no_error (error);
}

static void
take (const BywayUplink *uplink, BywayRouteKind kind, const char *prefix)
{
  BywayRoute made = route (kind, prefix);
  g_autoptr (GError) error = NULL;

  byway_rtnl_remove_route (&made, uplink, "link0", &error);
  g_assert_no_error (error);
}

static void
flush (void)
{
  g_autoptr (GError) error = NULL;

  byway_rtnl_flush (&error);
  g_assert_no_error (error);
}

static char *
all_routes (void)
{
  g_autofree char *four = run ("ip -4 route show table all");
  g_autofree char *six = run ("ip -6 route show table main");

  return g_strconcat (four, six, NULL);
}

/* --- lookup --------------------------------------------------------------------------------- */

static void
test_lookup (void)
{
  BywayAddress server = address ("203.0.113.5");
  BywayUplink uplink;
  g_autoptr (GError) error = NULL;

  assert_way ("203.0.113.5", "up0", "192.0.2.1", "192.0.2.9");
  assert_way ("192.0.2.77", "up0", "", "192.0.2.9");
  act ("ip address add 192.0.2.10/24 dev up0");
  act ("ip route add 203.0.113.0/24 via 192.0.2.2 src 192.0.2.10 metric 20");
  act ("ip route add 203.0.113.0/24 via 192.0.2.3 metric 30");
  act ("ip route add 203.0.113.0/24 via 192.0.2.4 metric 10 table 77");
  assert_way ("203.0.113.5", "up0", "192.0.2.2", "192.0.2.10");
  act ("ip route add 203.0.113.4/30 nexthop via 192.0.2.6 nexthop via 192.0.2.7");
  assert_way ("203.0.113.5", "up0", "192.0.2.6", "192.0.2.9");
  act ("ip route add unreachable 203.0.113.5/32");
  g_assert_false (byway_rtnl_lookup (&server, &uplink, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_NO_ROUTE);
  g_clear_error (&error);
  act ("ip route flush table main");
  g_assert_false (byway_rtnl_lookup (&server, &uplink, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_NO_ROUTE);
}

static void
test_lookup_leaves_out_ours (void)
{
  BywayUplink uplink = look_up ("203.0.113.5");

  add (&uplink, BYWAY_ROUTE_UPLINK, "203.0.113.5/32");
  add (&uplink, BYWAY_ROUTE_LINK, "0.0.0.0/1");
  add (&uplink, BYWAY_ROUTE_LINK, "128.0.0.0/1");
  g_assert_true (says ("ip route get 198.51.100.1", "dev link0"));
  g_assert_true (says ("ip route get 203.0.113.5", "via 192.0.2.1 dev up0"));
  assert_way ("198.51.100.1", "up0", "192.0.2.1", "192.0.2.9");
  assert_way ("203.0.113.5", "up0", "192.0.2.1", "192.0.2.9");
}

/* The link's other end is the server: the way to it stays the one outside, unless that is the only
 * one. */
static void
test_lookup_server_is_other_end (void)
{
  act ("ip address add 10.9.0.2 peer 203.0.113.5/32 dev link0");
  g_assert_true (says ("ip route get 203.0.113.5", "dev link0"));
  assert_way ("203.0.113.5", "up0", "192.0.2.1", "192.0.2.9");
  act ("ip route del default");
  assert_way ("203.0.113.5", "link0", "", "10.9.0.2");
}

static void
test_lookup_ipv6 (void)
{
  act ("ip address add 2001:db8:1::9/64 dev up0 nodad");
  act ("ip route add default via fe80::1 dev up0");
  assert_way ("2001:db8:9::1", "up0", "fe80::1", "2001:db8:1::9");
  act ("ip route add 198.51.100.0/24 via inet6 fe80::7 dev up0");
  assert_way ("198.51.100.1", "up0", "fe80::7", "192.0.2.9");
}

/* --- routes --------------------------------------------------------------------------------- */

static void
test_add_and_remove (void)
{
  static const struct
  {
    BywayRouteKind kind;
    const char *prefix;
    const char *shown;
  } rows[] = {
    { BYWAY_ROUTE_UPLINK, "203.0.113.5/32", "203.0.113.5 via 192.0.2.1 dev up0 proto 107" },
    { BYWAY_ROUTE_UPLINK, "10.8.0.0/16 7", "10.8.0.0/16 via 192.0.2.1 dev up0 proto 107" },
    { BYWAY_ROUTE_UPLINK, "2001:db8:5::/48", "2001:db8:5::/48 via fe80::1 dev up0 proto 107" },
    { BYWAY_ROUTE_LINK, "0.0.0.0/1", "0.0.0.0/1 dev link0 proto 107 scope link metric 50" },
    { BYWAY_ROUTE_LINK, "2001:db8::/32", "2001:db8::/32 dev link0 proto 107 metric 50" },
    { BYWAY_ROUTE_UNREACHABLE, "8000::/1", "unreachable 8000::/1 dev lo proto 107 metric 50" },
  };
  BywayUplink uplink = look_up ("203.0.113.5");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  act ("ip address add 2001:db8:1::9/64 dev up0 nodad");
  act ("ip route add default via fe80::1 dev up0");
  before = all_routes ();
  for (int twice = 0; twice < 2; twice++)
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        g_autofree char *shown = NULL;

        add (&uplink, rows[i].kind, rows[i].prefix);
        shown = all_routes ();
        if (strstr (shown, rows[i].shown) == NULL)
          g_error ("“%s” is not in:\n%s", rows[i].shown, shown);
      }
  for (int twice = 0; twice < 2; twice++)
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      take (&uplink, rows[i].kind, rows[i].prefix);
  after = all_routes ();
  g_assert_cmpstr (after, ==, before);
}

/* Someone else's route to the same network, of the same metric: ours wins, and only ours goes. */
static void
test_same_as_foreign (void)
{
  BywayUplink uplink = look_up ("203.0.113.5");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  act ("ip route add 0.0.0.0/1 via 192.0.2.99 metric 50");
  before = all_routes ();
  add (&uplink, BYWAY_ROUTE_LINK, "0.0.0.0/1");
  g_assert_true (says ("ip route get 100.64.0.1", "dev link0"));
  take (&uplink, BYWAY_ROUTE_LINK, "0.0.0.0/1");
  take (&uplink, BYWAY_ROUTE_LINK, "0.0.0.0/1");
  take (&uplink, BYWAY_ROUTE_UPLINK, "0.0.0.0/1");
  after = all_routes ();
  g_assert_cmpstr (after, ==, before);
}

static void
test_flush (void)
{
  BywayUplink uplink = look_up ("203.0.113.5");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  act ("ip route add 10.0.0.0/8 dev link0 proto static metric 50");
  act ("ip route add unreachable 4000::/2 metric 50");
  before = all_routes ();
  add (&uplink, BYWAY_ROUTE_UPLINK, "203.0.113.5/32");
  add (&uplink, BYWAY_ROUTE_LINK, "128.0.0.0/1");
  add (&uplink, BYWAY_ROUTE_LINK, "2001:db8::/32");
  add (&uplink, BYWAY_ROUTE_UNREACHABLE, "::/1");
  act ("ip route add 10.77.0.0/16 dev link0 proto 107 table 77");
  flush ();
  after = all_routes ();
  g_assert_cmpstr (after, ==, before);
  flush ();
}

/* The other end of the link has the server's own address. */
static void
test_server_is_peer (void)
{
  BywayUplink uplink = look_up ("203.0.113.5");

  act ("ip address add 10.9.0.5 peer 203.0.113.5/32 dev link0");
  g_assert_true (says ("ip route get 203.0.113.5", "dev link0"));
  add (&uplink, BYWAY_ROUTE_UPLINK, "203.0.113.5/32");
  g_assert_true (says ("ip route get 203.0.113.5", "via 192.0.2.1 dev up0"));
}

static void
test_link_gone (void)
{
  BywayUplink uplink = look_up ("203.0.113.5");
  BywayRoute made = route (BYWAY_ROUTE_LINK, "0.0.0.0/1");
  g_autoptr (GError) error = NULL;

  add (&uplink, BYWAY_ROUTE_LINK, "0.0.0.0/1");
  act ("ip link delete link0");
  take (&uplink, BYWAY_ROUTE_LINK, "0.0.0.0/1");
  g_assert_false (byway_rtnl_add_route (&made, &uplink, "link0", &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_NET);
}

/* --- guard ---------------------------------------------------------------------------------- */

/* 0 or the errno of one datagram to that port of the server. */
static int
send_to (const char *server, guint16 port)
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int problem = 0;

  g_assert_cmpint (inet_pton (AF_INET, server, &to.sin_addr), ==, 1);
  if (sendto (fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to) < 0)
    problem = errno;
  close (fd);
  return problem;
}

static void
guard (gboolean (*change) (const BywayAddress *server, GError **error), const char *server)
{
  BywayAddress parsed = address (server);
  g_autoptr (GError) error = NULL;

  change (&parsed, &error);
  g_assert_no_error (error);
}

static void
test_guard (void)
{
  g_autofree char *policies = NULL;

  g_assert_cmpint (send_to ("203.0.113.5", 1701), ==, 0);
  guard (byway_guard_on, "203.0.113.5");
  guard (byway_guard_on, "203.0.113.5");
  guard (byway_guard_on, "203.0.113.6");
  g_assert_cmpint (send_to ("203.0.113.5", 1701), ==, EPERM);
  g_assert_cmpint (send_to ("203.0.113.5", 500), ==, 0);
  g_assert_cmpint (send_to ("203.0.113.7", 1701), ==, 0);
  policies = run ("ip xfrm policy");
  g_assert_nonnull (strstr (policies, "src 0.0.0.0/0 dst 203.0.113.5/32 proto udp dport 1701"));
  g_assert_nonnull (strstr (policies, "src 203.0.113.5/32 dst 0.0.0.0/0 proto udp sport 1701"));
  g_assert_nonnull (strstr (policies, "action block priority 4294966039"));
  guard (byway_guard_off, "203.0.113.5");
  guard (byway_guard_off, "203.0.113.5");
  g_assert_cmpint (send_to ("203.0.113.5", 1701), ==, 0);
  g_assert_cmpint (send_to ("203.0.113.6", 1701), ==, EPERM);
}

static void
test_guard_flush (void)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  act ("ip xfrm policy add src 0.0.0.0/0 dst 203.0.113.9/32 proto udp dport 1701 dir out "
       "action block priority 77");
  act ("ip xfrm policy add src 10.0.0.0/8 dst 172.16.0.0/12 dir out priority 4294966039");
  before = run ("ip xfrm policy");
  guard (byway_guard_on, "203.0.113.5");
  guard (byway_guard_on, "203.0.113.6");
  byway_guard_flush (&error);
  g_assert_no_error (error);
  after = run ("ip xfrm policy");
  g_assert_cmpstr (after, ==, before);
}

/* The very traffic of someone else's policy: neither replaced nor, later, taken away. */
static void
test_guard_foreign (void)
{
  BywayAddress server = address ("203.0.113.5");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  act ("ip xfrm policy add src 0.0.0.0/0 dst 203.0.113.5/32 proto udp dport 1701 dir out "
       "action allow priority 77");
  before = run ("ip xfrm policy");
  g_assert_false (byway_guard_on (&server, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_IPSEC);
  guard (byway_guard_off, "203.0.113.5");
  after = run ("ip xfrm policy");
  g_assert_cmpstr (after, ==, before);
}

/* --- ports ---------------------------------------------------------------------------------- */

static void
test_ports (void)
{
  int families[] = { AF_INET, AF_INET6 };

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      struct sockaddr_in6 own = { .sin6_family = families[i], .sin6_port = htons (1701) };
      int fd = socket (families[i], SOCK_DGRAM | SOCK_CLOEXEC, 0);

      g_assert_false (byway_udp_port_taken (1701));
      g_assert_cmpint (bind (fd, (struct sockaddr *)&own, sizeof own), ==, 0);
      g_assert_true (byway_udp_port_taken (1701));
      g_assert_false (byway_udp_port_taken (1702));
      close (fd);
    }
}

/* --- all together --------------------------------------------------------------------------- */

static BywayNetPlan *
make_plan (const char *link_ifname, const char *network)
{
  BywayNetPlan *plan = g_new0 (BywayNetPlan, 1);
  BywayRoute routes[]
      = { route (BYWAY_ROUTE_UPLINK, "203.0.113.5/32"), route (BYWAY_ROUTE_LINK, network),
          route (BYWAY_ROUTE_UNREACHABLE, "::/1") };

  plan->uplink = look_up ("203.0.113.5");
  g_strlcpy (plan->link.ifname, link_ifname, sizeof plan->link.ifname);
  plan->routes = g_array_new (FALSE, FALSE, sizeof (BywayRoute));
  g_array_append_vals (plan->routes, routes, G_N_ELEMENTS (routes));
  plan->dns = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  plan->search = g_new0 (char *, 1);
  return plan;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static gboolean
apply (BywayNet *net, BywayNetPlan *plan, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *remark = NULL;
  gboolean applied;

  byway_net_apply (net, plan, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  applied = byway_net_apply_finish (net, result, &remark, error);
  g_assert_null (remark);
  return applied;
}

static void
revert (BywayNet *net)
{
  g_autoptr (GAsyncResult) result = NULL;

  byway_net_revert (net, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  byway_net_revert_finish (net, result);
}

static void
test_apply_and_revert (void)
{
  g_autoptr (BywayNet) net = byway_net_new (NULL, "0f8fad5b-d9cb-469f-a165-70867728950e");
  g_autofree char *before = all_routes ();
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (apply (net, make_plan ("link0", "10.0.0.0/8"), NULL));
  g_assert_true (says ("ip route", "10.0.0.0/8 dev link0 proto 107"));
  g_assert_true (apply (net, make_plan ("link0", "172.16.0.0/12"), NULL));
  g_assert_false (says ("ip route", "10.0.0.0/8"));
  g_assert_true (says ("ip route", "172.16.0.0/12 dev link0 proto 107"));
  g_assert_true (says ("ip route", "203.0.113.5 via 192.0.2.1 dev up0 proto 107"));
  revert (net);
  revert (net);
  after = all_routes ();
  g_assert_cmpstr (after, ==, before);

  g_assert_false (apply (net, make_plan ("gone0", "10.0.0.0/8"), &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_NET);
  g_assert_true (says ("ip route", "203.0.113.5 via"));
  revert (net);
  g_assert_false (says ("ip route", "203.0.113.5 via"));
}

/* A revert while an apply is under way: nothing stays, and the apply says that it was cancelled. */
static void
test_revert_during_apply (void)
{
  g_autoptr (BywayNet) net = byway_net_new (NULL, "0f8fad5b-d9cb-469f-a165-70867728950e");
  g_autofree char *before = all_routes ();
  g_autofree char *after = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  byway_net_apply (net, make_plan ("link0", "10.0.0.0/8"), NULL, keep_result, &result);
  revert (net);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (byway_net_apply_finish (net, result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  after = all_routes ();
  g_assert_cmpstr (after, ==, before);
}

static const struct
{
  const char *path;
  GTestFunc test;
} tests[] = {
  { "/rtnl/lookup", test_lookup },
  { "/rtnl/lookup-leaves-out-ours", test_lookup_leaves_out_ours },
  { "/rtnl/lookup-server-is-other-end", test_lookup_server_is_other_end },
  { "/rtnl/lookup-ipv6", test_lookup_ipv6 },
  { "/rtnl/add-and-remove", test_add_and_remove },
  { "/rtnl/same-as-foreign", test_same_as_foreign },
  { "/rtnl/flush", test_flush },
  { "/rtnl/server-is-peer", test_server_is_peer },
  { "/rtnl/link-gone", test_link_gone },
  { "/guard/on-and-off", test_guard },
  { "/guard/flush", test_guard_flush },
  { "/guard/foreign", test_guard_foreign },
  { "/udp-port/taken", test_ports },
  { "/net/apply-and-revert", test_apply_and_revert },
  { "/net/revert-during-apply", test_revert_during_apply },
};

static void
run_in_namespace (gconstpointer test)
{
  enter_namespace ();
  (*(const GTestFunc *)test) ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i].test, run_in_namespace);
  return g_test_run ();
}
