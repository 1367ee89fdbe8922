/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-diagnosis.h"
#include "byway-icmp.h"

/* What was learnt beside the daemons about the way to the server. Start with zeros. */
typedef struct
{
  gboolean plain;                       /* no IPsec is wanted */
  gboolean certificate;                 /* we prove by one who we are, in IKE */
  gboolean asked;                       /* IKE questions of our own were sent, to both ports */
  gboolean answered_500, answered_4500; /* the server answered them */
  gboolean asked_large, answered_large; /* the same at 4500, as large as our certificate makes it */
  gboolean splits;                      /* the server takes IKE's own fragments, which are small */
  gboolean refused_ike;                 /* ICMP: nobody listens at UDP 500 */
  gboolean refused_4500;                /* the same of 4500 */
  gboolean refused_l2tp;                /* the same of 1701 */
  guint unreachable;                    /* ICMP of routers: no way there; how often */
  char words[48];                       /* the last ICMP message's */
  gboolean encapsulated;                /* ESP goes in UDP */
  gboolean esp_received;                /* the association has taken packets in */
} BywayWireFacts;

void byway_wire_facts_add_notice (BywayWireFacts *facts, const BywayIcmpNotice *notice);
/* Nothing that charon or xl2tpd waits for will come: fail now. */
gboolean byway_wire_facts_is_hopeless (const BywayWireFacts *facts, BywayStage stage,
                                       BywayCause *cause);
/* Why an association is gone, by how the server took the questions after it. */
BywayCause byway_wire_facts_loss (const BywayWireFacts *facts);
/* The cause that remains when silence is looked at in the light of these facts. */
BywayCause byway_wire_facts_refine (const BywayWireFacts *facts, BywayCause cause);
