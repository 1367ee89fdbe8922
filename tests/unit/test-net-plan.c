/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-net-plan.h"

#include <string.h>

/* Settings as "key=value" between ';', and what comes of them: one word for each route, in order,
 * and the name servers. */
typedef struct
{
  const char *name;
  const char *settings;
  const char *link_dns;
  gboolean link_ipv6;
  const char *routes;
  const char *dns;
  gboolean dns_for_all;
} Case;

#define SERVER "uplink:203.0.113.5/32@50 "

static const Case cases[] = {
  { "all-traffic", "", NULL, FALSE,
    SERVER "link:0.0.0.0/1@50 link:128.0.0.0/1@50 unreachable:::/1@50 unreachable:8000::/1@50", "",
    TRUE },
  { "all-traffic-ipv6", "ipv6=yes", "10.9.0.53", TRUE,
    SERVER "link:0.0.0.0/1@50 link:128.0.0.0/1@50 link:::/1@50 link:8000::/1@50", "10.9.0.53",
    TRUE },
  { "ipv6-not-blocked", "block-ipv6=no", NULL, FALSE,
    SERVER "link:0.0.0.0/1@50 link:128.0.0.0/1@50", "", TRUE },
  { "exclude", "exclude-routes=192.168.7.0/24, 10.0.0.0/8 7;block-ipv6=no", NULL, FALSE,
    SERVER "uplink:192.168.7.0/24@50 uplink:10.0.0.0/8@7 link:0.0.0.0/1@50 link:128.0.0.0/1@50", "",
    TRUE },
  { "exclude-ipv6", "exclude-routes=2001:db8::/32", NULL, FALSE,
    SERVER "uplink:2001:db8::/32@50 link:0.0.0.0/1@50 link:128.0.0.0/1@50 unreachable:::/1@50 "
           "unreachable:8000::/1@50",
    "", TRUE },
  { "exclude-server", "exclude-routes=203.0.113.5;block-ipv6=no", NULL, FALSE,
    SERVER "link:0.0.0.0/1@50 link:128.0.0.0/1@50", "", TRUE },
  { "split", "all-traffic=no;routes=10.0.0.0/8 7,172.16.0.0/12;route-metric=90", NULL, FALSE,
    "uplink:203.0.113.5/32@90 link:10.0.0.0/8@7 link:172.16.0.0/12@90", "", FALSE },
  { "split-without-routes", "all-traffic=no", NULL, FALSE, "uplink:203.0.113.5/32@50", "", FALSE },
  { "split-without-ipv6", "all-traffic=no;routes=10.0.0.0/8,2001:db8::/32", NULL, FALSE,
    SERVER "link:10.0.0.0/8@50", "", FALSE },
  { "split-with-ipv6", "all-traffic=no;routes=10.0.0.0/8,2001:db8::/32 8", NULL, TRUE,
    SERVER "link:10.0.0.0/8@50 link:2001:db8::/32@8", "", FALSE },
  { "split-exclude-wins", "all-traffic=no;routes=10.0.0.0/8;exclude-routes=10.0.0.0/8", NULL, FALSE,
    SERVER "uplink:10.0.0.0/8@50", "", FALSE },
  { "split-everything", "all-traffic=no;routes=0.0.0.0/0 9", NULL, FALSE,
    SERVER "link:0.0.0.0/1@9 link:128.0.0.0/1@9", "", FALSE },
  { "server-in-route", "all-traffic=no;routes=203.0.113.0/24", NULL, FALSE,
    SERVER "link:203.0.113.0/24@50", "", FALSE },
  { "server-is-route", "all-traffic=no;routes=203.0.113.5 1,10.0.0.0/8", NULL, FALSE,
    SERVER "link:10.0.0.0/8@50", "", FALSE },
  { "split-dns", "all-traffic=no;routes=10.0.0.0/8", "192.0.2.53", FALSE,
    SERVER "link:10.0.0.0/8@50 link:192.0.2.53/32@50", "192.0.2.53", FALSE },
  { "split-dns-is-server", "all-traffic=no", "203.0.113.5", FALSE, "uplink:203.0.113.5/32@50",
    "203.0.113.5", FALSE },
  { "split-dns-not-wanted", "all-traffic=no;dns-auto=no", "192.0.2.53", FALSE,
    "uplink:203.0.113.5/32@50", "", FALSE },
  { "own-dns-first", "all-traffic=no;dns=9.9.9.9", "192.0.2.53", FALSE,
    SERVER "link:192.0.2.53/32@50", "9.9.9.9 192.0.2.53", TRUE },
  { "own-dns-twice", "block-ipv6=no;dns=192.0.2.53,2001:db8::53", "192.0.2.53", FALSE,
    SERVER "link:0.0.0.0/1@50 link:128.0.0.0/1@50", "192.0.2.53 2001:db8::53", TRUE },
  { "own-dns-only", "block-ipv6=no;dns=9.9.9.9;dns-auto=no", "192.0.2.53", FALSE,
    SERVER "link:0.0.0.0/1@50 link:128.0.0.0/1@50", "9.9.9.9", TRUE },
};

static BywayProfile *
make_profile (const char *text)
{
  g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) pairs = g_strsplit (text, ";", -1);
  g_autoptr (GPtrArray) issues = NULL;
  BywayProfile *profile;

  g_hash_table_insert (settings, (char *)"gateway", (char *)"vpn.example.net");
  g_hash_table_insert (settings, (char *)"user", (char *)"alice");
  g_hash_table_insert (settings, (char *)"dns-search", (char *)"corp.example");
  for (char **pair = pairs; *pair != NULL; pair++)
    {
      char *value = strchr (*pair, '=');

      if (value == NULL)
        continue;
      *value = '\0';
      g_hash_table_insert (settings, *pair, value + 1);
    }
  profile = byway_profile_parse (settings, &issues);
  g_assert_nonnull (profile);
  return profile;
}

static char *
describe_routes (const BywayNetPlan *plan)
{
  static const char *const kinds[] = { [BYWAY_ROUTE_LINK] = "link",
                                       [BYWAY_ROUTE_UPLINK] = "uplink",
                                       [BYWAY_ROUTE_UNREACHABLE] = "unreachable" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plan->routes->len; i++)
    {
      const BywayRoute *route = &g_array_index (plan->routes, BywayRoute, i);
      g_autofree char *address = byway_address_to_string (&route->prefix.address);

      g_string_append_printf (text, "%s%s:%s/%u@%u", i == 0 ? "" : " ", kinds[route->kind], address,
                              route->prefix.length, route->prefix.metric);
    }
  return g_string_free (text, FALSE);
}

static char *
describe_dns (const BywayNetPlan *plan)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plan->dns->len; i++)
    {
      g_autofree char *address
          = byway_address_to_string (&g_array_index (plan->dns, BywayAddress, i));

      g_string_append_printf (text, "%s%s", i == 0 ? "" : " ", address);
    }
  return g_string_free (text, FALSE);
}

static void
test_case (gconstpointer data)
{
  const Case *wanted = data;
  g_autoptr (BywayProfile) profile = make_profile (wanted->settings);
  BywayUplink uplink = { .ifname = "eth0", .ifindex = 2 };
  BywayLinkInfo link = { .ifname = "ppp0", .mtu = 1400, .ipv6 = wanted->link_ipv6 };
  g_autoptr (BywayNetPlan) plan = NULL;
  g_autofree char *routes = NULL;
  g_autofree char *dns = NULL;

  g_assert_true (byway_address_parse ("203.0.113.5", &uplink.server));
  g_assert_true (byway_address_parse ("192.168.7.1", &uplink.gateway));
  if (wanted->link_dns != NULL)
    g_assert_true (byway_address_parse (wanted->link_dns, &link.dns[1]));
  plan = byway_net_plan_new (profile, &uplink, &link);
  routes = describe_routes (plan);
  dns = describe_dns (plan);
  g_assert_cmpstr (routes, ==, wanted->routes);
  g_assert_cmpstr (dns, ==, wanted->dns);
  g_assert_cmpint (plan->dns_for_all, ==, wanted->dns_for_all);
  g_assert_cmpstr (plan->search[0], ==, "corp.example");
  g_assert_null (plan->search[1]);
}

/* Nothing, unless the link's other end is the server. */
static void
test_empty (void)
{
  BywayUplink uplink = { .ifname = "eth0", .ifindex = 2 };
  BywayLinkInfo link = { .ifname = "ppp0", .mtu = 1400 };
  g_autoptr (BywayNetPlan) usual = NULL, hidden = NULL;
  g_autofree char *routes = NULL;

  g_assert_true (byway_address_parse ("203.0.113.5", &uplink.server));
  g_assert_true (byway_address_parse ("10.0.0.1", &link.remote));
  usual = byway_net_plan_new_empty (&uplink, &link);
  g_assert_cmpuint (usual->routes->len, ==, 0);
  link.remote = uplink.server;
  hidden = byway_net_plan_new_empty (&uplink, &link);
  routes = describe_routes (hidden);
  g_assert_cmpstr (routes, ==, "uplink:203.0.113.5/32@1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/net-plan/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/net-plan/empty", test_empty);
  return g_test_run ();
}
