/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-rules.h"

#include "byway-error.h"
#include "byway-netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

/* --- one rule to the kernel ----------------------------------------------------------------- */

static void
put_action (struct nlmsghdr *message, const BywayKillRule *rule)
{
  struct fib_rule_hdr *header = mnl_nlmsg_get_payload (message);

  switch (rule->kind)
    {
    case BYWAY_KILL_WAY:
      header->action = FR_ACT_GOTO;
      mnl_attr_put_u32 (message, FRA_GOTO, BYWAY_KILL_PREFERENCE + BYWAY_KILL_END);
      break;
    case BYWAY_KILL_NETWORK:
      header->action = FR_ACT_TO_TBL;
      header->table = RT_TABLE_MAIN;
      mnl_attr_put_u32 (message, FRA_SUPPRESS_PREFIXLEN, rule->to.length - 1u);
      break;
    case BYWAY_KILL_LINK:
      header->action = FR_ACT_TO_TBL;
      header->table = RT_TABLE_MAIN;
      mnl_attr_put_u32 (message, FRA_SUPPRESS_PREFIXLEN, 0);
      break;
    case BYWAY_KILL_NO_NAMES:
    case BYWAY_KILL_PROTOCOL:
    case BYWAY_KILL_REFUSE:
      header->action = FR_ACT_PROHIBIT;
      break;
    case BYWAY_KILL_END:
    case BYWAY_N_KILL_KINDS:
      header->action = FR_ACT_NOP;
      break;
    }
}

static struct nlmsghdr *
put_rule (char *buffer, guint16 type, const BywayKillRule *rule)
{
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct fib_rule_port_range ports = { rule->port, rule->port };
  struct fib_rule_hdr *header;

  message->nlmsg_type = type;
  header = mnl_nlmsg_put_extra_header (message, sizeof *header);
  header->family = rule->to.address.family == 6 ? AF_INET6 : AF_INET;
  header->dst_len = rule->to.length;
  mnl_attr_put_u32 (message, FRA_PRIORITY, BYWAY_KILL_PREFERENCE + rule->kind);
  mnl_attr_put_u8 (message, FRA_PROTOCOL, BYWAY_ROUTE_PROTOCOL);
  if (rule->to.length > 0)
    mnl_attr_put (message, FRA_DST, byway_address_size (&rule->to.address), rule->to.address.bytes);
  if (rule->protocol != 0)
    mnl_attr_put_u8 (message, FRA_IP_PROTO, rule->protocol);
  if (rule->port != 0)
    mnl_attr_put (message, FRA_DPORT_RANGE, sizeof ports, &ports);
  put_action (message, rule);
  return message;
}

static int
change (guint16 type, guint16 flags, const BywayKillRule *rule)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = put_rule (buffer, type, rule);

  message->nlmsg_flags = flags;
  return byway_netlink_change (NETLINK_ROUTE, message);
}

/* --- and back ------------------------------------------------------------------------------- */

static void
read_attribute (const struct nlattr *attribute, BywayKillRule *rule, guint32 *preference)
{
  gsize length = mnl_attr_get_payload_len (attribute);
  struct fib_rule_port_range ports;

  switch (mnl_attr_get_type (attribute))
    {
    case FRA_PRIORITY:
      *preference = mnl_attr_get_u32 (attribute);
      break;
    case FRA_DST:
      memcpy (rule->to.address.bytes, mnl_attr_get_payload (attribute),
              MIN (length, byway_address_size (&rule->to.address)));
      break;
    case FRA_IP_PROTO:
      rule->protocol = mnl_attr_get_u8 (attribute);
      break;
    case FRA_DPORT_RANGE:
      memcpy (&ports, mnl_attr_get_payload (attribute), MIN (length, sizeof ports));
      rule->port = ports.start;
      break;
    default:
      break;
    }
}

/* FALSE: ours by its number, but none that we make; an other helper's, say. */
static gboolean
read_rule (const struct nlmsghdr *message, BywayKillRule *rule)
{
  const struct fib_rule_hdr *header = mnl_nlmsg_get_payload (message);
  guint32 preference = 0;
  const struct nlattr *attribute;

  *rule = (BywayKillRule){ .to = { .address.family = header->family == AF_INET6 ? 6 : 4,
                                   .length = header->dst_len } };
  mnl_attr_for_each (attribute, message, sizeof *header)
      read_attribute (attribute, rule, &preference);
  rule->kind = preference - BYWAY_KILL_PREFERENCE;
  return preference >= BYWAY_KILL_PREFERENCE && rule->kind < BYWAY_N_KILL_KINDS;
}

static gboolean
is_ours (const struct nlmsghdr *message, gconstpointer data)
{
  const struct nlattr *attribute;

  if (message->nlmsg_type != RTM_NEWRULE)
    return FALSE;
  mnl_attr_for_each (
      attribute, message,
      sizeof (struct fib_rule_hdr)) if (mnl_attr_get_type (attribute)
                                        == FRA_PROTOCOL) return mnl_attr_get_u8 (attribute)
      == BYWAY_ROUTE_PROTOCOL;
  return FALSE;
}

static int
list_family (int family, GArray *rules)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct fib_rule_hdr *header;
  g_autoptr (GPtrArray) found = NULL;
  int problem;

  message->nlmsg_type = RTM_GETRULE;
  header = mnl_nlmsg_put_extra_header (message, sizeof *header);
  header->family = family;
  found = byway_netlink_dump (NETLINK_ROUTE, message, is_ours, NULL, &problem);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      BywayKillRule rule;

      if (read_rule (found->pdata[i], &rule))
        g_array_append_val (rules, rule);
    }
  return problem;
}

/* A kernel without IPv6 has no rules for it, and lets none of it leave. */
static gboolean
is_absent (int family, int problem)
{
  return family == AF_INET6
         && (problem == EAFNOSUPPORT || problem == EPFNOSUPPORT || problem == EOPNOTSUPP);
}

GArray *
byway_rules_list (GError **error)
{
  static const int families[] = { AF_INET, AF_INET6 };
  g_autoptr (GArray) rules = g_array_new (FALSE, FALSE, sizeof (BywayKillRule));

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      int problem = list_family (families[i], rules);

      if (problem == 0 || is_absent (families[i], problem))
        continue;
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NET,
                   "the kill switch's rules could not be read: %s", g_strerror (problem));
      return NULL;
    }
  return g_steal_pointer (&rules);
}

/* --- all of them ---------------------------------------------------------------------------- */

static gboolean
set_error (GError **error, const char *verb, const BywayKillRule *rule, int problem)
{
  g_autofree char *text = byway_kill_rule_to_string (rule);

  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NET, "%s the kill switch's rule “%s” failed: %s",
               verb, text, g_strerror (problem));
  return FALSE;
}

static gboolean
add_missing (GArray *wanted, GArray *there, GError **error)
{
  for (guint i = 0; i < wanted->len; i++)
    {
      const BywayKillRule *rule = &g_array_index (wanted, BywayKillRule, i);
      int problem = 0;

      if (!byway_kill_rules_contain (there, rule))
        problem = change (RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
      if (problem != 0 && !is_absent (rule->to.address.family == 6 ? AF_INET6 : AF_INET, problem))
        return set_error (error, "adding", rule, problem);
    }
  return TRUE;
}

/* Those that allow something go before those that refuse. */
static gboolean
remove_others (GArray *wanted, GArray *there, GError **error)
{
  for (guint i = 0; i < there->len; i++)
    {
      const BywayKillRule *rule = &g_array_index (there, BywayKillRule, i);
      int problem = 0;

      if (!byway_kill_rules_contain (wanted, rule))
        problem = change (RTM_DELRULE, 0, rule);
      if (problem != 0 && problem != ENOENT)
        return set_error (error, "removing", rule, problem);
    }
  return TRUE;
}

static gboolean
is_what_was_wanted (GArray *wanted, GArray *there)
{
  for (guint i = 0; i < there->len; i++)
    if (!byway_kill_rules_contain (wanted, &g_array_index (there, BywayKillRule, i)))
      return FALSE;
  for (guint i = 0; i < wanted->len; i++)
    {
      const BywayKillRule *rule = &g_array_index (wanted, BywayKillRule, i);

      if (rule->to.address.family == 4 && !byway_kill_rules_contain (there, rule))
        return FALSE;
    }
  return TRUE;
}

gboolean
byway_rules_apply (GArray *wanted, GError **error)
{
  g_autoptr (GArray) before = byway_rules_list (error);
  g_autoptr (GArray) after = NULL;

  if (before == NULL || !add_missing (wanted, before, error)
      || !remove_others (wanted, before, error) || (after = byway_rules_list (error)) == NULL)
    return FALSE;
  if (is_what_was_wanted (wanted, after))
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NET,
               "the kernel did not keep the kill switch's rules as they were set");
  return FALSE;
}
