/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-phase.h"

#include "byway-pppd-compat.h"
#include "byway-pppd-helper.h"

static int current_phase = PHASE_INITIALIZE;

int
byway_pppd_phase_now (void)
{
  return current_phase;
}

/* On its way down pppd passes again through phases that on the way up mean progress. */
static int
phase_is_news (int phase)
{
  return current_phase != PHASE_TERMINATE || (phase != PHASE_ESTABLISH && phase != PHASE_NETWORK);
}

int
byway_pppd_phase_enter (int phase)
{
  if (!phase_is_news (phase))
    return 0;
  current_phase = phase;
  return 1;
}

static int
phase_on_wire (int phase)
{
  switch (phase)
    {
    case PHASE_DEAD:
      return BYWAY_PPPD_PHASE_DEAD;
    case PHASE_INITIALIZE:
      return BYWAY_PPPD_PHASE_INITIALIZE;
    case PHASE_SERIALCONN:
      return BYWAY_PPPD_PHASE_SERIALCONN;
    case PHASE_DORMANT:
      return BYWAY_PPPD_PHASE_DORMANT;
    case PHASE_ESTABLISH:
      return BYWAY_PPPD_PHASE_ESTABLISH;
    case PHASE_AUTHENTICATE:
      return BYWAY_PPPD_PHASE_AUTHENTICATE;
    case PHASE_CALLBACK:
      return BYWAY_PPPD_PHASE_CALLBACK;
    case PHASE_NETWORK:
      return BYWAY_PPPD_PHASE_NETWORK;
    case PHASE_RUNNING:
      return BYWAY_PPPD_PHASE_RUNNING;
    case PHASE_TERMINATE:
      return BYWAY_PPPD_PHASE_TERMINATE;
    case PHASE_DISCONNECT:
      return BYWAY_PPPD_PHASE_DISCONNECT;
    case PHASE_HOLDOFF:
      return BYWAY_PPPD_PHASE_HOLDOFF;
    case PHASE_MASTER:
      return BYWAY_PPPD_PHASE_MASTER;
    default:
      return -1;
    }
}

void
byway_pppd_phase_tell (void)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_PHASE };
  int on_wire = phase_on_wire (current_phase);

  if (on_wire < 0)
    return;
  message.phase = (enum byway_pppd_phase)on_wire;
  byway_pppd_helper_tell (&message);
}
