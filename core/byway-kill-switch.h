/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-net-plan.h"

/* What the kill switch of one connection knows: that it is on, and what may leave meanwhile. */
typedef struct
{
  char *uuid;
  gboolean local;     /* the local network's private ranges may be reached */
  gboolean resolving; /* the server's name is being asked for just now */
  gboolean up;        /* the connection is up: `tunnel` counts */
  GArray *servers;    /* BywayAddress: the way to the server */
  GArray *tunnel;     /* BywayPrefix: what must go through the tunnel or nowhere */
} BywayKillSwitch;

BywayKillSwitch *byway_kill_switch_new (const char *uuid);
void byway_kill_switch_free (BywayKillSwitch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayKillSwitch, byway_kill_switch_free)

/* The addresses of the server, which alone may be reached from now on. */
void byway_kill_switch_set_servers (BywayKillSwitch *self, const BywayAddress *servers, guint n);
/* Up: from now on the networks of that plan go through its link or nowhere. */
void byway_kill_switch_set_up (BywayKillSwitch *self, const BywayNetPlan *plan);
void byway_kill_switch_set_down (BywayKillSwitch *self);

/* What outlives the helper, as text; and back. NULL: it is none, and then it should be taken for
 * one that allows nothing. */
char *byway_kill_switch_to_text (const BywayKillSwitch *self);
BywayKillSwitch *byway_kill_switch_parse (const char *uuid, const char *text);

/* One policy rule of the kernel's ("ip rule"), of either family. Rules of a lower kind come first.
 */
typedef enum
{
  BYWAY_KILL_WAY,      /* to the server, or to name servers: as if there were no kill switch */
  BYWAY_KILL_NO_NAMES, /* a question for a name: refused, also where its server is in the local
                          network, because that asks further */
  BYWAY_KILL_NETWORK,  /* by a route for that network or a part of it, not by a wider one */
  BYWAY_KILL_PROTOCOL, /* every packet of that protocol is refused, */
  BYWAY_KILL_LINK,     /* so that what is no packet finds its link: whether a gateway is on it, and
                          whether to answer ARP */
  BYWAY_KILL_REFUSE,   /* what came so far does not leave */
  BYWAY_KILL_END,      /* where BYWAY_KILL_WAY goes on */
  BYWAY_N_KILL_KINDS
} BywayKillKind;

typedef struct
{
  BywayKillKind kind;
  BywayPrefix to;  /* its metric is 0, its family always set; length 0: everything */
  guint8 protocol; /* of IP; 0: any */
  guint16 port;    /* the destination's; 0: any */
} BywayKillRule;

/* The kernel's number for rules of that kind, and for the first of them. Nobody's default rules
 * stand before these. */
#define BYWAY_KILL_PREFERENCE 107

gboolean byway_kill_rule_equal (const BywayKillRule *a, const BywayKillRule *b);
/* In the words of `ip rule`, for logs and tests. Caller frees. */
char *byway_kill_rule_to_string (const BywayKillRule *rule);
gboolean byway_kill_rules_contain (GArray *rules, const BywayKillRule *rule);

/* What the kernel is to have while these (BywayKillSwitch *) are on, in the order to add it: when
 * one of them is not up, nothing but what each of them allows. Array of BywayKillRule. */
GArray *byway_kill_switch_rules (GPtrArray *switches);

/* A second wall, of IPsec policies that block or let pass by the same kinds: an IPv4 socket that is
 * bound to an interface takes what a policy rule refuses for an address on that link, and IPsec's
 * policies are asked nevertheless. IPv4 only, and nothing at all while every connection is up. */
GArray *byway_kill_switch_wall (GPtrArray *switches);
