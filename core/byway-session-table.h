/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  BYWAY_STATE_NEW,
  BYWAY_STATE_PREPARING,
  BYWAY_STATE_SECURING,
  BYWAY_STATE_DIALING,
  BYWAY_STATE_CONFIGURING,
  BYWAY_STATE_UP,
  BYWAY_STATE_UNCONFIGURING,
  BYWAY_STATE_HANGING_UP,
  BYWAY_STATE_UNSECURING,
  BYWAY_STATE_DONE,
  BYWAY_N_STATES
} BywayState;

/* What can happen to a session. Each effect has completion events of its own, so that a late answer
 * to an abandoned step can't advance another one. */
typedef enum
{
  BYWAY_EVENT_START,
  BYWAY_EVENT_FACTS_OK,
  BYWAY_EVENT_FACTS_FAILED,
  BYWAY_EVENT_SECURED,
  BYWAY_EVENT_SA_FAILED, /* while establishing, or later */
  BYWAY_EVENT_IP_UP,
  BYWAY_EVENT_LINK_FAILED,
  BYWAY_EVENT_NET_APPLIED,
  BYWAY_EVENT_NET_FAILED,
  BYWAY_EVENT_STOP,
  BYWAY_EVENT_TIMEOUT, /* of the state that the session is in */
  BYWAY_EVENT_NET_REVERTED,
  BYWAY_EVENT_HUNG_UP,
  BYWAY_EVENT_RELEASED,
  BYWAY_N_EVENTS
} BywayEvent;

/* What the session then does, in the order of the bits. */
typedef enum
{
  BYWAY_EFFECT_NONE = 0,
  BYWAY_EFFECT_GATHER = 1 << 0,    /* facts and plan */
  BYWAY_EFFECT_PROTECT = 1 << 1,   /* files, guard on */
  BYWAY_EFFECT_ESTABLISH = 1 << 2, /* IKE */
  BYWAY_EFFECT_DIAL = 1 << 3,      /* L2TP and PPP */
  BYWAY_EFFECT_APPLY = 1 << 4,     /* routes, DNS */
  BYWAY_EFFECT_ANNOUNCE = 1 << 5,
  BYWAY_EFFECT_REVERT = 1 << 6,
  BYWAY_EFFECT_HANG_UP = 1 << 7,
  BYWAY_EFFECT_RELEASE = 1 << 8,
  BYWAY_EFFECT_UNPROTECT = 1 << 9, /* files gone, guard off */
} BywayEffect;

typedef struct
{
  BywayState next;
  guint effects;
} BywayTransition;

/* NULL: the event means nothing in this state and is dropped. */
const BywayTransition *byway_session_table_find (BywayState state, BywayEvent event);

/* "new", "preparing", … "up", "disconnecting" (for each state of the teardown), "done" */
const char *byway_state_to_string (BywayState state);
/* The state's own name, for the log: "unconfiguring", "hanging-up", "unsecuring". */
const char *byway_state_step_name (BywayState state);
gboolean byway_state_is_teardown (BywayState state);
