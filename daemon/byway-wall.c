/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-wall.h"

#include "byway-error.h"
#include "byway-facts.h"
#include "byway-netlink.h"
#include "byway-xfrm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>

static guint8
action_of (BywayKillKind kind)
{
  switch (kind)
    {
    case BYWAY_KILL_WAY:
    case BYWAY_KILL_NETWORK:
    case BYWAY_KILL_LINK:
    case BYWAY_KILL_END:
      return XFRM_POLICY_ALLOW;
    case BYWAY_KILL_NO_NAMES:
    case BYWAY_KILL_PROTOCOL:
    case BYWAY_KILL_REFUSE:
    case BYWAY_N_KILL_KINDS:
      break;
    }
  return XFRM_POLICY_BLOCK;
}

/* The kernel takes no two policies whose selectors are the same bytes, whatever their priority. Of
 * these the user is one, and nothing is matched by it: so names can be allowed before they are
 * refused no more, and another program's policy is in nobody's way. */
static struct xfrm_selector
make_selector (const BywayKillRule *rule)
{
  struct xfrm_selector selector;

  memset (&selector, 0, sizeof selector);
  selector.family = AF_INET;
  selector.user = BYWAY_WALL_PRIORITY + rule->kind;
  selector.proto = rule->protocol;
  selector.prefixlen_d = rule->to.length;
  memcpy (&selector.daddr, rule->to.address.bytes, byway_address_size (&rule->to.address));
  selector.dport = htons (rule->port);
  selector.dport_mask = htons (rule->port != 0 ? 0xffff : 0);
  return selector;
}

static int
add_policy (const BywayKillRule *rule)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct xfrm_userpolicy_info policy = { 0 };

  message->nlmsg_type = XFRM_MSG_NEWPOLICY;
  message->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
  policy.sel = make_selector (rule);
  policy.lft.soft_byte_limit = policy.lft.hard_byte_limit = XFRM_INF;
  policy.lft.soft_packet_limit = policy.lft.hard_packet_limit = XFRM_INF;
  policy.priority = BYWAY_WALL_PRIORITY + rule->kind;
  policy.dir = XFRM_POLICY_OUT;
  policy.action = action_of (rule->kind);
  memcpy (mnl_nlmsg_put_extra_header (message, sizeof policy), &policy, sizeof policy);
  return byway_netlink_change (NETLINK_XFRM, message);
}

static BywayKillRule
read_policy (const struct nlmsghdr *message)
{
  struct xfrm_userpolicy_info policy;
  BywayKillRule rule = { .to.address.family = 4 };

  memcpy (&policy, mnl_nlmsg_get_payload (message), sizeof policy);
  rule.kind = policy.priority - BYWAY_WALL_PRIORITY;
  rule.to.length = policy.sel.prefixlen_d;
  memcpy (rule.to.address.bytes, &policy.sel.daddr, byway_address_size (&rule.to.address));
  rule.protocol = policy.sel.proto;
  rule.port = ntohs (policy.sel.dport);
  return rule;
}

static gboolean
is_ours (const struct nlmsghdr *message, gconstpointer data)
{
  struct xfrm_userpolicy_info policy;

  if (message->nlmsg_type != XFRM_MSG_NEWPOLICY
      || mnl_nlmsg_get_payload_len (message) < sizeof policy)
    return FALSE;
  memcpy (&policy, mnl_nlmsg_get_payload (message), sizeof policy);
  return policy.dir == XFRM_POLICY_OUT && policy.sel.family == AF_INET
         && policy.priority >= BYWAY_WALL_PRIORITY
         && policy.priority < BYWAY_WALL_PRIORITY + BYWAY_N_KILL_KINDS;
}

static gboolean
set_error (GError **error, const char *verb, int problem)
{
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NET,
               "%s the kill switch's IPsec policies failed: %s", verb, g_strerror (problem));
  return FALSE;
}

/* The kernel's own messages: removing wants their index. NULL with error. */
static GPtrArray *
dump (GError **error)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  GPtrArray *found;
  int problem;

  message->nlmsg_type = XFRM_MSG_GETPOLICY;
  found = byway_netlink_dump (NETLINK_XFRM, message, is_ours, NULL, &problem);
  if (found == NULL && problem == EPROTONOSUPPORT)
    return g_ptr_array_new (); /* no XFRM, so none of ours either */
  if (found == NULL)
    set_error (error, "reading", problem);
  return found;
}

static GArray *
read_all (GPtrArray *found)
{
  GArray *rules = g_array_new (FALSE, FALSE, sizeof (BywayKillRule));

  for (guint i = 0; i < found->len; i++)
    {
      BywayKillRule rule = read_policy (found->pdata[i]);

      g_array_append_val (rules, rule);
    }
  return rules;
}

GArray *
byway_wall_list (GError **error)
{
  g_autoptr (GPtrArray) found = dump (error);

  return found != NULL ? read_all (found) : NULL;
}

static int
add_missing (GArray *wanted, GArray *there)
{
  int problem = 0;

  for (guint i = 0; i < wanted->len && problem == 0; i++)
    {
      const BywayKillRule *rule = &g_array_index (wanted, BywayKillRule, i);

      if (!byway_kill_rules_contain (there, rule))
        problem = add_policy (rule);
    }
  return problem;
}

static int
remove_others (GArray *wanted, GPtrArray *found)
{
  int problem = 0;

  for (guint i = 0; i < found->len && problem == 0; i++)
    {
      BywayKillRule rule = read_policy (found->pdata[i]);

      if (!byway_kill_rules_contain (wanted, &rule))
        problem = byway_xfrm_remove_policy (found->pdata[i]);
    }
  return problem;
}

gboolean
byway_wall_apply (GArray *wanted, GError **error)
{
  g_autoptr (GPtrArray) found = dump (error);
  g_autoptr (GArray) there = found != NULL ? read_all (found) : NULL;
  int problem;

  if (there == NULL)
    return FALSE;
  problem = add_missing (wanted, there);
  if (problem != 0)
    return set_error (error, "adding", problem);
  problem = remove_others (wanted, found);
  return problem == 0 || set_error (error, "removing", problem);
}
