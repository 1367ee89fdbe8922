/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-facts.h"
#include "byway-netlink.h"
#include "byway-xfrm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>

typedef struct
{
  guint32 reqid, mask;
  gboolean l2tp_only; /* somebody may have given others of that range to his own */
} Range;

static gboolean
is_l2tp (const struct xfrm_selector *selector)
{
  return selector->proto == IPPROTO_UDP
         && (selector->sport == htons (BYWAY_L2TP_PORT)
             || selector->dport == htons (BYWAY_L2TP_PORT));
}

static gboolean
in_range (guint32 reqid, const struct xfrm_selector *selector, const Range *range)
{
  return (reqid & range->mask) == (range->reqid & range->mask)
         && (!range->l2tp_only || is_l2tp (selector));
}

static gboolean
read_state (const struct nlmsghdr *message, struct xfrm_usersa_info *state)
{
  if (message->nlmsg_type != XFRM_MSG_NEWSA || mnl_nlmsg_get_payload_len (message) < sizeof *state)
    return FALSE;
  memcpy (state, mnl_nlmsg_get_payload (message), sizeof *state);
  return TRUE;
}

static gboolean
read_policy (const struct nlmsghdr *message, struct xfrm_userpolicy_info *policy)
{
  if (message->nlmsg_type != XFRM_MSG_NEWPOLICY
      || mnl_nlmsg_get_payload_len (message) < sizeof *policy)
    return FALSE;
  memcpy (policy, mnl_nlmsg_get_payload (message), sizeof *policy);
  return TRUE;
}

/* The first; FALSE: the policy has none. */
static gboolean
read_template (const struct nlmsghdr *message, struct xfrm_user_tmpl *template)
{
  const struct nlattr *attribute;

  mnl_attr_for_each (attribute, message, sizeof (struct xfrm_userpolicy_info))
  {
    if (mnl_attr_get_type (attribute) != XFRMA_TMPL
        || mnl_attr_get_payload_len (attribute) < sizeof *template)
      continue;
    memcpy (template, mnl_attr_get_payload (attribute), sizeof *template);
    return TRUE;
  }
  return FALSE;
}

static gboolean
is_our_state (const struct nlmsghdr *message, gconstpointer data)
{
  struct xfrm_usersa_info state;

  return read_state (message, &state) && in_range (state.reqid, &state.sel, data);
}

static gboolean
is_foreign_state (const struct nlmsghdr *message, gconstpointer data)
{
  return message->nlmsg_type == XFRM_MSG_NEWSA && !is_our_state (message, data);
}

/* A policy has its reqid in its template. */
static gboolean
is_our_policy (const struct nlmsghdr *message, gconstpointer data)
{
  struct xfrm_userpolicy_info policy;
  struct xfrm_user_tmpl template;

  return read_policy (message, &policy) && read_template (message, &template)
         && in_range (template.reqid, &policy.sel, data);
}

typedef struct
{
  const BywayAddress *here, *there;
} Pair;

static gboolean
is_address (const xfrm_address_t *address, guint16 family, const BywayAddress *wanted)
{
  return family == (wanted->family == 6 ? AF_INET6 : AF_INET)
         && memcmp (address, wanted->bytes, byway_address_size (wanted)) == 0;
}

static gboolean
has_keys (const struct nlmsghdr *message)
{
  const struct nlattr *attribute;

  mnl_attr_for_each (attribute, message, sizeof (struct xfrm_usersa_info))
  {
    guint16 type = mnl_attr_get_type (attribute);

    if (type == XFRMA_ALG_CRYPT || type == XFRMA_ALG_AUTH || type == XFRMA_ALG_AUTH_TRUNC
        || type == XFRMA_ALG_AEAD)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_larval (const struct nlmsghdr *message, gconstpointer data)
{
  const Pair *pair = data;
  struct xfrm_usersa_info state;

  if (!read_state (message, &state) || has_keys (message))
    return FALSE;
  return (is_address (&state.saddr, state.family, pair->here)
          && is_address (&state.id.daddr, state.family, pair->there))
         || (is_address (&state.saddr, state.family, pair->there)
             && is_address (&state.id.daddr, state.family, pair->here));
}

typedef struct
{
  guint32 reqid;
  const BywayAddress *here;
} Inbound;

static gboolean
is_inbound_in_use (const struct nlmsghdr *message, gconstpointer data)
{
  const Inbound *inbound = data;
  struct xfrm_usersa_info state;

  return read_state (message, &state) && state.reqid == inbound->reqid && state.curlft.packets > 0
         && is_address (&state.id.daddr, state.family, inbound->here);
}

static int
remove_state (const struct nlmsghdr *found)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct xfrm_usersa_info state;
  struct xfrm_usersa_id *id;

  memcpy (&state, mnl_nlmsg_get_payload (found), sizeof state);
  message->nlmsg_type = XFRM_MSG_DELSA;
  id = mnl_nlmsg_put_extra_header (message, sizeof *id);
  id->daddr = state.id.daddr;
  id->spi = state.id.spi;
  id->proto = state.id.proto;
  id->family = state.family;
  mnl_attr_put (message, XFRMA_SRCADDR, sizeof state.saddr, &state.saddr);
  return byway_netlink_change (NETLINK_XFRM, message);
}

int
byway_xfrm_remove_policy (const struct nlmsghdr *found)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct xfrm_userpolicy_info policy;
  struct xfrm_userpolicy_id *id;
  int problem;

  memcpy (&policy, mnl_nlmsg_get_payload (found), sizeof policy);
  message->nlmsg_type = XFRM_MSG_DELPOLICY;
  id = mnl_nlmsg_put_extra_header (message, sizeof *id);
  id->sel = policy.sel;
  id->index = policy.index;
  id->dir = policy.dir;
  problem = byway_netlink_change (NETLINK_XFRM, message);
  return problem == ENOENT ? 0 : problem;
}

/* What of the kernel's table the filter takes; NULL: it can't be read, and why is in @problem. */
static GPtrArray *
list (guint16 type, BywayNetlinkFilter filter, gconstpointer data, int *problem)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);

  message->nlmsg_type = type;
  return byway_netlink_dump (NETLINK_XFRM, message, filter, data, problem);
}

static void
flush (guint16 type, BywayNetlinkFilter is_ours, gconstpointer data,
       int (*remove_one) (const struct nlmsghdr *))
{
  int problem;
  g_autoptr (GPtrArray) found = list (type, is_ours, data, &problem);

  if (found == NULL && problem != EPROTONOSUPPORT)
    g_warning ("The kernel's IPsec table can't be read: %s", g_strerror (problem));
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      problem = remove_one (found->pdata[i]);
      if (problem != 0 && problem != ENOENT && problem != ESRCH)
        g_warning ("An IPsec entry of ours can't be removed: %s", g_strerror (problem));
    }
}

void
byway_xfrm_flush (guint32 reqid, guint32 mask)
{
  Range range = { reqid, mask, FALSE };

  flush (XFRM_MSG_GETPOLICY, is_our_policy, &range, byway_xfrm_remove_policy);
  flush (XFRM_MSG_GETSA, is_our_state, &range, remove_state);
}

void
byway_xfrm_flush_l2tp (guint32 reqid, guint32 mask)
{
  Range range = { reqid, mask, TRUE };

  flush (XFRM_MSG_GETPOLICY, is_our_policy, &range, byway_xfrm_remove_policy);
  flush (XFRM_MSG_GETSA, is_our_state, &range, remove_state);
}

gboolean
byway_xfrm_has_state (guint32 reqid)
{
  Range range = { reqid, G_MAXUINT32, TRUE };
  int problem;
  g_autoptr (GPtrArray) found = list (XFRM_MSG_GETSA, is_our_state, &range, &problem);

  return found == NULL || found->len > 0;
}

void
byway_xfrm_flush_larval (const BywayAddress *here, const BywayAddress *there)
{
  Pair pair = { here, there };

  flush (XFRM_MSG_GETSA, is_larval, &pair, remove_state);
}

/* Between any two addresses, of Neighbour Solicitation or Advertisement (RFC 4861, 4.3 and 4.4),
 * and without a template: as pluto makes them when it starts. */
static gboolean
is_neighbour_discovery (const struct nlmsghdr *message, gconstpointer data)
{
  struct xfrm_userpolicy_info policy;
  struct xfrm_user_tmpl template;

  return read_policy (message, &policy) && !read_template (message, &template)
         && policy.sel.family == AF_INET6 && policy.sel.proto == IPPROTO_ICMPV6
         && policy.sel.prefixlen_s == 0 && policy.sel.prefixlen_d == 0
         && (ntohs (policy.sel.sport) == ND_NEIGHBOR_SOLICIT
             || ntohs (policy.sel.sport) == ND_NEIGHBOR_ADVERT);
}

void
byway_xfrm_flush_neighbour_discovery (void)
{
  flush (XFRM_MSG_GETPOLICY, is_neighbour_discovery, NULL, byway_xfrm_remove_policy);
}

gboolean
byway_xfrm_has_received (guint32 reqid, const BywayAddress *here)
{
  Inbound inbound = { reqid, here };
  int problem;
  g_autoptr (GPtrArray) found = list (XFRM_MSG_GETSA, is_inbound_in_use, &inbound, &problem);

  return found != NULL && found->len > 0;
}

guint
byway_xfrm_count_foreign (guint32 reqid, guint32 mask)
{
  Range range = { reqid, mask, FALSE };
  int problem;
  g_autoptr (GPtrArray) found = list (XFRM_MSG_GETSA, is_foreign_state, &range, &problem);

  return found != NULL ? found->len : 0;
}
