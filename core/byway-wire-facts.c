/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-wire-facts.h"

#define ICMP_PORT_UNREACHABLE 3
#define UDP 17
/* A router that just looks for its neighbour says so once, and finds it the next time. */
#define SURE 2

void
byway_wire_facts_add_notice (BywayWireFacts *facts, const BywayIcmpNotice *notice)
{
  gboolean no_port = notice->code == ICMP_PORT_UNREACHABLE && notice->protocol == UDP;

  g_strlcpy (facts->words, byway_icmp_text (notice->code), sizeof facts->words);
  if (no_port && notice->port == 500)
    facts->refused_ike = TRUE;
  else if (no_port && notice->port == 4500)
    facts->refused_4500 = TRUE;
  else if (no_port && notice->port == 1701)
    facts->refused_l2tp = TRUE;
  else if (!no_port && !notice->by_server)
    facts->unreachable++;
}

gboolean
byway_wire_facts_is_hopeless (const BywayWireFacts *facts, BywayStage stage, BywayCause *cause)
{
  if (stage == BYWAY_STAGE_IKE && facts->refused_ike)
    *cause = BYWAY_CAUSE_IKE_REJECTED;
  else if (stage == BYWAY_STAGE_IKE && facts->unreachable >= SURE)
    *cause = BYWAY_CAUSE_IKE_HOST_UNREACHABLE;
  else if (stage == BYWAY_STAGE_L2TP && facts->refused_l2tp)
    *cause = facts->plain ? BYWAY_CAUSE_L2TP_PLAIN_NO_SERVER : BYWAY_CAUSE_L2TP_NO_SERVER;
  else
    return FALSE;
  return TRUE;
}

/* Charon does not say why. A server whose IKE service has stopped refuses a question; one that
 * answers has ended it, or somebody has; one that is silent is gone. */
BywayCause
byway_wire_facts_loss (const BywayWireFacts *facts)
{
  if (facts->refused_ike)
    return BYWAY_CAUSE_LOST_BY_SERVER;
  return facts->answered_500 || facts->answered_4500 ? BYWAY_CAUSE_LOST_IPSEC
                                                     : BYWAY_CAUSE_LOST_SERVER;
}

static BywayCause
refine_silence (const BywayWireFacts *facts)
{
  if (facts->answered_500)
    return BYWAY_CAUSE_IKE_SOURCE_500_BLOCKED;
  if (facts->unreachable > 0 && !facts->answered_4500)
    return BYWAY_CAUSE_IKE_HOST_UNREACHABLE;
  if (facts->answered_4500)
    return BYWAY_CAUSE_IKE_500_BLOCKED;
  return BYWAY_CAUSE_IKE_SILENT;
}

/* Of a server that answers at port 4500. */
static BywayCause
refine_cert_silence (const BywayWireFacts *facts)
{
  return facts->asked_large && !facts->answered_large && !facts->splits
             ? BYWAY_CAUSE_IKE_LARGE_LOST
             : BYWAY_CAUSE_IKE_CERT_SILENT;
}

/* The server agreed on algorithms, and then no word came. Our own question to 4500 tells whether
 * that port is the reason; where its IKE daemon was away meanwhile, one that is there again knows
 * nothing of what was begun. */
static BywayCause
refine_stall (const BywayWireFacts *facts, BywayCause cause)
{
  if (facts->refused_ike || facts->refused_4500)
    return BYWAY_CAUSE_IKE_STALLED;
  if (!facts->asked)
    return cause;
  if (!facts->answered_4500)
    return BYWAY_CAUSE_IKE_4500_SILENT;
  if (cause == BYWAY_CAUSE_IKE_CERT_SILENT)
    return refine_cert_silence (facts);
  return facts->certificate ? cause : BYWAY_CAUSE_IKE_PSK_WRONG;
}

BywayCause
byway_wire_facts_refine (const BywayWireFacts *facts, BywayCause cause)
{
  BywayCause hopeless;

  if (cause == BYWAY_CAUSE_IKE_SILENT)
    return byway_wire_facts_is_hopeless (facts, BYWAY_STAGE_IKE, &hopeless)
               ? hopeless
               : refine_silence (facts);
  if (cause == BYWAY_CAUSE_IKE_STALLED || cause == BYWAY_CAUSE_IKE_CERT_SILENT)
    return refine_stall (facts, cause);
  if (cause == BYWAY_CAUSE_L2TP_SILENT && facts->refused_l2tp)
    return facts->plain ? BYWAY_CAUSE_L2TP_PLAIN_NO_SERVER : BYWAY_CAUSE_L2TP_NO_SERVER;
  if (cause == BYWAY_CAUSE_L2TP_SILENT && facts->plain)
    return BYWAY_CAUSE_L2TP_PLAIN_SILENT;
  if (cause == BYWAY_CAUSE_L2TP_SILENT && !facts->encapsulated && !facts->esp_received)
    return BYWAY_CAUSE_ESP_SILENT;
  return cause;
}
