/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-addresses.h"

#include "byway-pppd-helper.h"
#include "byway-pppd-path.h"

#include <string.h>

bool byway_pppd_want_dns, byway_pppd_want_wins;

static void (*next_ip_choose_hook) (uint32_t *);

/* IPCP has just reset what it wants, this being the last thing it does: the one place where
 * a plugin can add to it. */
static void
ask_for_more (uint32_t *remote)
{
  if (byway_pppd_want_dns)
    ipcp_gotoptions[0].req_dns1 = ipcp_gotoptions[0].req_dns2 = 1;
  if (byway_pppd_want_wins)
    compat_ask_for_wins (&ipcp_gotoptions[0]);
  if (next_ip_choose_hook != NULL)
    next_ip_choose_hook (remote);
}

/* What compat_ask_for_wins asks with is no answer. */
static void
take_wins (uint8_t *out, int which)
{
  uint32_t address = ipcp_gotoptions[0].winsaddr[which];

  if (address != COMPAT_NO_WINS)
    memcpy (out, &address, sizeof address);
}

static void
on_ip_up (void *data, int arg)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_IPV4_UP };
  struct byway_pppd_ipv4_up *up = &message.ipv4_up;

  strncpy (up->ifname, compat_ifname (), BYWAY_PPPD_IFNAME_MAX);
  up->unit = (uint32_t)compat_ifunit ();
  memcpy (up->local, &ipcp_gotoptions[0].ouraddr, sizeof up->local);
  memcpy (up->remote, &ipcp_hisoptions[0].hisaddr, sizeof up->remote);
  memcpy (up->dns1, &ipcp_gotoptions[0].dnsaddr[0], sizeof up->dns1);
  memcpy (up->dns2, &ipcp_gotoptions[0].dnsaddr[1], sizeof up->dns2);
  take_wins (up->wins1, 0);
  take_wins (up->wins2, 1);
  up->mtu = (uint32_t)compat_mtu ();
  byway_pppd_helper_tell (&message);
  byway_pppd_path_begin ();
}

static void
on_ip_down (void *data, int arg)
{
  byway_pppd_helper_tell (&(struct byway_pppd_message){ .type = BYWAY_PPPD_IPV4_DOWN });
}

static void
on_ipv6_up (void *data, int arg)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_IPV6_UP };
  struct byway_pppd_ipv6_up *up = &message.ipv6_up;

  strncpy (up->ifname, compat_ifname (), BYWAY_PPPD_IFNAME_MAX);
  memcpy (up->local, &ipv6cp_gotoptions[0].ourid, sizeof up->local);
  memcpy (up->remote, &ipv6cp_hisoptions[0].hisid, sizeof up->remote);
  byway_pppd_helper_tell (&message);
}

static void
on_ipv6_down (void *data, int arg)
{
  byway_pppd_helper_tell (&(struct byway_pppd_message){ .type = BYWAY_PPPD_IPV6_DOWN });
}

void
byway_pppd_addresses_install (void)
{
  next_ip_choose_hook = ip_choose_hook;
  ip_choose_hook = ask_for_more;

  compat_notify (IP_UP, on_ip_up);
  compat_notify (IP_DOWN, on_ip_down);
  compat_notify (IPV6_UP, on_ipv6_up);
  compat_notify (IPV6_DOWN, on_ipv6_down);
}
