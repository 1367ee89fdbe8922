/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-kill-switch.h"

BywayKillSwitch *
byway_kill_switch_new (const char *uuid)
{
  BywayKillSwitch *self = g_new0 (BywayKillSwitch, 1);

  self->uuid = g_strdup (uuid);
  self->servers = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  self->tunnel = g_array_new (FALSE, FALSE, sizeof (BywayPrefix));
  return self;
}

void
byway_kill_switch_free (BywayKillSwitch *self)
{
  g_array_unref (self->servers);
  g_array_unref (self->tunnel);
  g_free (self->uuid);
  g_free (self);
}

void
byway_kill_switch_set_servers (BywayKillSwitch *self, const BywayAddress *servers, guint n)
{
  g_array_set_size (self->servers, 0);
  g_array_append_vals (self->servers, servers, n);
}

void
byway_kill_switch_set_up (BywayKillSwitch *self, const BywayNetPlan *plan)
{
  byway_kill_switch_set_down (self);
  for (guint i = 0; i < plan->routes->len; i++)
    {
      const BywayRoute *route = &g_array_index (plan->routes, BywayRoute, i);
      BywayPrefix prefix = route->prefix;

      prefix.metric = 0;
      if (route->kind != BYWAY_ROUTE_UPLINK)
        g_array_append_val (self->tunnel, prefix);
    }
  self->up = TRUE;
}

void
byway_kill_switch_set_down (BywayKillSwitch *self)
{
  self->up = FALSE;
  g_array_set_size (self->tunnel, 0);
}

/* --- as text -------------------------------------------------------------------------------- */

/* A word a line: who reads it is the next helper, which takes every connection for one that is not
 * up. */
char *
byway_kill_switch_to_text (const BywayKillSwitch *self)
{
  GString *text = g_string_new (self->local ? "local\n" : "");

  for (guint i = 0; i < self->servers->len; i++)
    {
      g_autofree char *server
          = byway_address_to_string (&g_array_index (self->servers, BywayAddress, i));

      g_string_append_printf (text, "%s\n", server);
    }
  g_string_append (text, "end\n");
  return g_string_free (text, FALSE);
}

static gboolean
read_word (BywayKillSwitch *self, const char *word)
{
  BywayAddress server;

  if (g_str_equal (word, "local"))
    self->local = TRUE;
  else if (byway_address_parse (word, &server))
    g_array_append_val (self->servers, server);
  else
    return FALSE;
  return TRUE;
}

BywayKillSwitch *
byway_kill_switch_parse (const char *uuid, const char *text)
{
  g_autoptr (BywayKillSwitch) self = byway_kill_switch_new (uuid);
  g_auto (GStrv) words = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (words);

  if (n < 2 || !g_str_equal (words[n - 2], "end") || *words[n - 1] != '\0')
    return NULL; /* not written to its end */
  for (guint i = 0; i < n - 2; i++)
    if (!read_word (self, words[i]))
      return NULL;
  return g_steal_pointer (&self);
}

/* --- rules ---------------------------------------------------------------------------------- */

#define UDP 17
#define TCP 6

static const guint8 families[] = { 4, 6 };

/* How names are asked for: plainly, and by TLS. */
static const struct
{
  guint8 protocol;
  guint16 port;
} name_ports[] = { { UDP, 53 }, { TCP, 53 }, { TCP, 853 } };

/* Those that packets are of; 255 is a raw socket's that makes its own header. The kernel asks for
 * the link of a gateway, or of who asks by ARP, as of none of them. */
static const guint8 protocols[] = { 1, 2, 4, TCP, UDP, 33, 41, 47, 50, 51, 115, 132, 136, 255 };

/* What keeps the uplink's own address. */
#define DHCP_PORT 67

/* What a program sends to the local network without a name of anybody there. */
static const char *const link_ranges[] = { "224.0.0.0/4", "255.255.255.255/32" };

/* RFC 1918, RFC 3927, RFC 4193, and IPv6's addresses of one link. */
static const char *const private_ranges[] = { "10.0.0.0/8",     "172.16.0.0/12", "192.168.0.0/16",
                                              "169.254.0.0/16", "fc00::/7",      "fe80::/10" };

gboolean
byway_kill_rule_equal (const BywayKillRule *a, const BywayKillRule *b)
{
  return a->kind == b->kind && a->protocol == b->protocol && a->port == b->port
         && a->to.length == b->to.length && a->to.address.family == b->to.address.family
         && (a->to.length == 0 || byway_address_equal (&a->to.address, &b->to.address));
}

gboolean
byway_kill_rules_contain (GArray *rules, const BywayKillRule *rule)
{
  for (guint i = 0; i < rules->len; i++)
    if (byway_kill_rule_equal (&g_array_index (rules, BywayKillRule, i), rule))
      return TRUE;
  return FALSE;
}

static char *
describe_action (const BywayKillRule *rule)
{
  switch (rule->kind)
    {
    case BYWAY_KILL_WAY:
      return g_strdup_printf ("goto %u", BYWAY_KILL_PREFERENCE + BYWAY_KILL_END);
    case BYWAY_KILL_NETWORK:
      return g_strdup_printf ("lookup main suppress_prefixlength %u", rule->to.length - 1u);
    case BYWAY_KILL_LINK:
      return g_strdup ("lookup main suppress_prefixlength 0");
    case BYWAY_KILL_NO_NAMES:
    case BYWAY_KILL_PROTOCOL:
    case BYWAY_KILL_REFUSE:
      return g_strdup ("prohibit");
    case BYWAY_KILL_END:
      return g_strdup ("nop");
    case BYWAY_N_KILL_KINDS:
      break;
    }
  return g_strdup ("nothing");
}

char *
byway_kill_rule_to_string (const BywayKillRule *rule)
{
  g_autofree char *to = byway_prefix_to_string (&rule->to);
  g_autofree char *action = describe_action (rule);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u: to %s ", BYWAY_KILL_PREFERENCE + rule->kind, to);
  if (rule->protocol != 0)
    g_string_append_printf (text, "ipproto %u ", rule->protocol);
  if (rule->port != 0)
    g_string_append_printf (text, "dport %u ", rule->port);
  g_string_append (text, action);
  return g_string_free (text, FALSE);
}

static void
add_rule (GArray *rules, BywayKillKind kind, const BywayPrefix *to)
{
  BywayKillRule rule = { .kind = kind, .to = *to };

  if (!byway_kill_rules_contain (rules, &rule))
    g_array_append_val (rules, rule);
}

/* As two halves: the kernel takes a rule without a destination for the same as any that has one. */
static void
refuse_all (GArray *rules)
{
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (families); i++)
    {
      BywayPrefix half = { .address.family = families[i / 2], .length = 1 };

      half.address.bytes[0] = i % 2 == 0 ? 0x00 : 0x80;
      add_rule (rules, BYWAY_KILL_REFUSE, &half);
    }
}

static void
add_end (GArray *rules)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    add_rule (rules, BYWAY_KILL_END, &(BywayPrefix){ .address.family = families[i] });
}

static void
add_name_ports (GArray *rules, BywayKillKind kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families) * G_N_ELEMENTS (name_ports); i++)
    {
      BywayKillRule rule = { .kind = kind,
                             .to.address.family = families[i / G_N_ELEMENTS (name_ports)],
                             .protocol = name_ports[i % G_N_ELEMENTS (name_ports)].protocol,
                             .port = name_ports[i % G_N_ELEMENTS (name_ports)].port };

      g_array_append_val (rules, rule);
    }
}

/* IPv4's only: IPv6 looks for a gateway's link in its table, and has no ARP. */
static void
add_protocols (GArray *rules)
{
  BywayKillRule rule = { .kind = BYWAY_KILL_PROTOCOL, .to.address.family = 4 };

  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      rule.protocol = protocols[i];
      g_array_append_val (rules, rule);
    }
  add_rule (rules, BYWAY_KILL_LINK, &rule.to);
}

static void
add_servers (GArray *rules, const BywayKillSwitch *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      BywayPrefix host = byway_prefix_for_host (&g_array_index (self->servers, BywayAddress, i));

      add_rule (rules, BYWAY_KILL_WAY, &host);
    }
}

static void
add_networks (GArray *rules, const char *const *ranges, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      BywayPrefix range;

      if (byway_prefix_parse (ranges[i], &range))
        add_rule (rules, BYWAY_KILL_NETWORK, &range);
    }
}

/* Through the tunnel as long as it is there, and not beside it when it went. */
static void
add_tunnel (GArray *rules, const BywayKillSwitch *self, BywayKillKind kind)
{
  for (guint i = 0; i < self->tunnel->len; i++)
    add_rule (rules, kind, &g_array_index (self->tunnel, BywayPrefix, i));
}

/* What the switches say together: each that is not up has to agree. */
typedef struct
{
  gboolean closed, local, resolving;
} Summary;

static Summary
summarize (GPtrArray *switches)
{
  Summary sum = { .local = TRUE };

  for (guint i = 0; i < switches->len; i++)
    {
      const BywayKillSwitch *self = switches->pdata[i];

      if (self->up)
        continue;
      sum.closed = TRUE;
      sum.local = sum.local && self->local;
      sum.resolving = sum.resolving || self->resolving;
    }
  return sum;
}

static void
add_closed (GArray *rules, const Summary *sum)
{
  add_name_ports (rules, sum->resolving ? BYWAY_KILL_WAY : BYWAY_KILL_NO_NAMES);
  if (sum->local)
    add_networks (rules, private_ranges, G_N_ELEMENTS (private_ranges));
  add_protocols (rules);
  refuse_all (rules);
}

static void
add_open (GArray *rules, GPtrArray *switches)
{
  for (guint i = 0; i < switches->len; i++)
    add_tunnel (rules, switches->pdata[i], BYWAY_KILL_NETWORK);
  for (guint i = 0; i < switches->len; i++)
    add_tunnel (rules, switches->pdata[i], BYWAY_KILL_REFUSE);
}

GArray *
byway_kill_switch_rules (GPtrArray *switches)
{
  GArray *rules = g_array_new (FALSE, FALSE, sizeof (BywayKillRule));
  Summary sum = summarize (switches);

  if (switches->len == 0)
    return rules;
  add_end (rules);
  for (guint i = 0; i < switches->len; i++)
    add_servers (rules, switches->pdata[i]);
  if (sum.closed)
    add_closed (rules, &sum);
  else
    add_open (rules, switches);
  return rules;
}

/* --- the second wall ------------------------------------------------------------------------ */

static gboolean
is_of_wall (const BywayKillRule *rule)
{
  switch (rule->kind)
    {
    case BYWAY_KILL_WAY:
    case BYWAY_KILL_NO_NAMES:
    case BYWAY_KILL_NETWORK:
    case BYWAY_KILL_REFUSE:
      return rule->to.address.family == 4;
    case BYWAY_KILL_PROTOCOL:
    case BYWAY_KILL_LINK:
    case BYWAY_KILL_END:
    case BYWAY_N_KILL_KINDS:
      break;
    }
  return FALSE;
}

static void
add_closed_walls (GArray *walls, GArray *rules)
{
  for (guint i = 0; i < rules->len; i++)
    {
      const BywayKillRule *rule = &g_array_index (rules, BywayKillRule, i);

      if (is_of_wall (rule))
        g_array_append_val (walls, *rule);
    }
}

GArray *
byway_kill_switch_wall (GPtrArray *switches)
{
  GArray *walls = g_array_new (FALSE, FALSE, sizeof (BywayKillRule));
  g_autoptr (GArray) rules = byway_kill_switch_rules (switches);
  BywayKillRule lease
      = { .kind = BYWAY_KILL_WAY, .to.address.family = 4, .protocol = UDP, .port = DHCP_PORT };
  Summary sum = summarize (switches);

  if (!sum.closed)
    return walls;
  g_array_append_val (walls, lease);
  if (sum.local)
    add_networks (walls, link_ranges, G_N_ELEMENTS (link_ranges));
  add_closed_walls (walls, rules);
  return walls;
}
