/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-netlink.h"
#include "byway-rtnl.h"
#include "byway-xfrm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>

static gboolean
set_error (GError **error, const char *what, int problem)
{
  if (problem == EPROTONOSUPPORT || problem == EAFNOSUPPORT || problem == ENOPROTOOPT)
    g_set_error (error, BYWAY_FAILURE, BYWAY_CAUSE_KERNEL_NO_ESP, "%s: %s", what,
                 g_strerror (problem));
  else
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_IPSEC, "%s failed: %s", what,
                 g_strerror (problem));
  return FALSE;
}

/* All L2TP to (out) or from (in) that server, whatever our own address and port. */
static struct xfrm_selector
make_selector (const BywayAddress *server, guint8 direction)
{
  struct xfrm_selector selector;
  gsize size = byway_address_size (server);

  memset (&selector, 0, sizeof selector); /* the padding too: selectors are compared as bytes */
  selector.family = server->family == 6 ? AF_INET6 : AF_INET;
  selector.proto = IPPROTO_UDP;
  if (direction == XFRM_POLICY_OUT)
    {
      memcpy (&selector.daddr, server->bytes, size);
      selector.prefixlen_d = 8 * size;
      selector.dport = htons (BYWAY_L2TP_PORT);
      selector.dport_mask = htons (0xffff);
    }
  else
    {
      memcpy (&selector.saddr, server->bytes, size);
      selector.prefixlen_s = 8 * size;
      selector.sport = htons (BYWAY_L2TP_PORT);
      selector.sport_mask = htons (0xffff);
    }
  return selector;
}

static int
add_policy (const BywayAddress *server, guint8 direction)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct xfrm_userpolicy_info policy = { 0 };

  message->nlmsg_type = XFRM_MSG_NEWPOLICY;
  message->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
  policy.sel = make_selector (server, direction);
  policy.lft.soft_byte_limit = policy.lft.hard_byte_limit = XFRM_INF;
  policy.lft.soft_packet_limit = policy.lft.hard_packet_limit = XFRM_INF;
  policy.priority = BYWAY_GUARD_PRIORITY;
  policy.dir = direction;
  policy.action = XFRM_POLICY_BLOCK;
  memcpy (mnl_nlmsg_put_extra_header (message, sizeof policy), &policy, sizeof policy);
  return byway_netlink_change (NETLINK_XFRM, message);
}

/* A copy: netlink aligns to four bytes only, this struct wants eight. */
static struct xfrm_userpolicy_info
read_policy (const struct nlmsghdr *message)
{
  struct xfrm_userpolicy_info policy;

  memcpy (&policy, mnl_nlmsg_get_payload (message), sizeof policy);
  return policy;
}

/* What the filter looks for: our policies, of one server and direction where those are given. */
typedef struct
{
  const BywayAddress *server;
  guint8 direction;
} Wanted;

static gboolean
is_wanted (const struct nlmsghdr *message, gconstpointer data)
{
  const Wanted *wanted = data;
  struct xfrm_userpolicy_info policy;
  struct xfrm_selector selector;

  if (message->nlmsg_type != XFRM_MSG_NEWPOLICY)
    return FALSE;
  policy = read_policy (message);
  if (policy.priority != BYWAY_GUARD_PRIORITY || policy.action != XFRM_POLICY_BLOCK)
    return FALSE;
  if (wanted->server == NULL)
    return TRUE;
  selector = make_selector (wanted->server, wanted->direction);
  return policy.dir == wanted->direction && memcmp (&policy.sel, &selector, sizeof selector) == 0;
}

static GPtrArray *
list_policies (const BywayAddress *server, guint8 direction, int *problem)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  Wanted wanted = { .server = server, .direction = direction };

  message->nlmsg_type = XFRM_MSG_GETPOLICY;
  return byway_netlink_dump (NETLINK_XFRM, message, is_wanted, &wanted, problem);
}

static int
remove_policies (const BywayAddress *server, guint8 direction)
{
  int problem;
  g_autoptr (GPtrArray) found = list_policies (server, direction, &problem);

  if (found == NULL)
    return problem == EPROTONOSUPPORT ? 0 : problem; /* no XFRM, so none of ours either */
  for (guint i = 0; i < found->len; i++)
    {
      int failed = byway_xfrm_remove_policy (found->pdata[i]);

      problem = failed != 0 ? failed : problem;
    }
  return problem;
}

static const guint8 directions[] = { XFRM_POLICY_OUT, XFRM_POLICY_IN };

gboolean
byway_guard_on (const BywayAddress *server, GError **error)
{
  g_autofree char *address = byway_address_to_string (server);
  g_autofree char *what = g_strdup_printf ("blocking unprotected L2TP to %s", address);

  for (gsize i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      int problem;
      g_autoptr (GPtrArray) found = list_policies (server, directions[i], &problem);

      if (found == NULL)
        return set_error (error, what, problem);
      if (found->len == 0)
        problem = add_policy (server, directions[i]);
      if (problem == EEXIST)
        {
          g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_IPSEC,
                       "%s failed: another program has an IPsec policy for the same traffic "
                       "(ip xfrm policy shows it)",
                       what);
          return FALSE;
        }
      if (problem != 0)
        return set_error (error, what, problem);
    }
  return TRUE;
}

gboolean
byway_guard_off (const BywayAddress *server, GError **error)
{
  int problem = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      int failed = remove_policies (server, directions[i]);

      problem = failed != 0 ? failed : problem;
    }
  return problem == 0 || set_error (error, "removing the block of unprotected L2TP", problem);
}

gboolean
byway_guard_flush (GError **error)
{
  int problem = remove_policies (NULL, 0);

  return problem == 0 || set_error (error, "removing the blocks of unprotected L2TP", problem);
}
