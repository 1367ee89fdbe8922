/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* pppd 2.5 renamed most of what a plugin uses. The plugin is written in the names below. */

#include <net/ppp_defs.h>

#define COMPAT_EAP 0xc227 /* RFC 2284, 4; not every pppd's headers name it */

#ifdef BYWAY_PPPD_2_5

#include <pppd/pppdconf.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <pppd/pppd.h>
#include <pppd/chap.h>
#include <pppd/eui64.h>
#include <pppd/fsm.h>
#include <pppd/ipcp.h>
#include <pppd/ipv6cp.h>
#include <pppd/lcp.h>
#include <pppd/options.h>
#include <pppd/upap.h>

#define PPPD_VERSION_TEXT PPPD_VERSION

/* Exported by every pppd, declared by none since 2.5. */
extern char user[MAXNAMELEN];
extern char passwd[MAXSECRETLEN];
extern unsigned char outpacket_buf[];

#define compat_add_options(options) ppp_add_options (options)
#define compat_notify(event, function) ppp_add_notify (NF_##event, function, NULL)
#define compat_option_error(...) ppp_option_error (__VA_ARGS__)
#define compat_timeout(function, ms) ppp_timeout (function, NULL, (ms) / 1000, (ms) % 1000 * 1000)
#define compat_untimeout(function) ppp_untimeout (function, NULL)
#define compat_ifname() ppp_ifname ()
#define compat_ifunit() ppp_ifunit ()
#define compat_mtu() ppp_get_mtu (ppp_ifunit ())
#define compat_status() ((int)ppp_status ())

#define COMPAT_NO_WINS 0
static inline void
compat_ask_for_wins (ipcp_options *options)
{
  options->req_wins1 = options->req_wins2 = 1;
}

#else

#define INET6 1 /* the distributed pppd is built with it, and its headers ask for it */

#include <stdio.h>
#include <sys/types.h>

#include <pppd/pppd.h>
#include <pppd/patchlevel.h>
#include <pppd/chap-new.h>
#include <pppd/eui64.h>
#include <pppd/fsm.h>
#include <pppd/ipcp.h>
#include <pppd/ipv6cp.h>
#include <pppd/lcp.h>
#include <pppd/upap.h>

#define PPPD_VERSION_TEXT VERSION

#define NF_PHASE_CHANGE phasechange
#define NF_EXIT exitnotify
#define NF_AUTH_UP auth_up_notifier
#define NF_IP_UP ip_up_notifier
#define NF_IP_DOWN ip_down_notifier
#define NF_IPV6_UP ipv6_up_notifier
#define NF_IPV6_DOWN ipv6_down_notifier

#define compat_add_options(options) add_options (options)
#define compat_notify(event, function) add_notifier (&NF_##event, function, NULL)
#define compat_option_error(...) option_error (__VA_ARGS__)
#define compat_timeout(function, ms) timeout (function, NULL, (ms) / 1000, (ms) % 1000 * 1000)
#define compat_untimeout(function) untimeout (function, NULL)
#define compat_ifname() ((const char *)ifname)
#define compat_ifunit() ifunit
#define compat_mtu() netif_get_mtu (ifunit)
#define compat_status() ((int)status)

/* pppd 2.4 asks for a WINS server where it has one, and takes another one's address in answer. */
#define COMPAT_NO_WINS 0xffffffffu
static inline void
compat_ask_for_wins (ipcp_options *options)
{
  options->winsaddr[0] = options->winsaddr[1] = COMPAT_NO_WINS;
}

#endif
