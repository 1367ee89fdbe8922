/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-address.h"

struct nlmsghdr;

/* Removes the kernel's IPsec associations and policies whose reqid is `reqid` under `mask`: what an
 * IKE daemon that died left of ours. Nothing to remove is no error; the rest is logged. */
void byway_xfrm_flush (guint32 reqid, guint32 mask);

/* The same, and only what protects L2TP: where others may have reqids of that range too. */
void byway_xfrm_flush_l2tp (guint32 reqid, guint32 mask);
/* Is there an association for L2TP with this reqid? TRUE as well when it can't be told. */
gboolean byway_xfrm_has_state (guint32 reqid);

/* Removes associations without keys between the two, in both directions: what an IKE daemon had
 * reserved for a negotiation, and was killed. They carry no reqid yet, so: only when nobody
 * negotiates there any more. */
void byway_xfrm_flush_larval (const BywayAddress *here, const BywayAddress *there);
/* pluto's policies that let IPv6 find its neighbours: it makes them when it starts, and leaves them
 * to whoever stops it (its unit empties the whole table). Only for a pluto of ours. */
void byway_xfrm_flush_neighbour_discovery (void);

/* Has an association of this reqid, with us as its end, taken in a packet? */
gboolean byway_xfrm_has_received (guint32 reqid, const BywayAddress *here);

/* How many associations there are whose reqid is not of that range: another program's tunnels. */
guint byway_xfrm_count_foreign (guint32 reqid, guint32 mask);

/* Removes the policy that a dump told of: by its index, because a policy of someone else's with the
 * same selector must not be hit. One that is gone is no error. Returns 0 or an errno. */
int byway_xfrm_remove_policy (const struct nlmsghdr *found);
