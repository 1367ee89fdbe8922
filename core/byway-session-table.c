/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-session-table.h"

typedef struct
{
  BywayState state;
  BywayEvent event;
  BywayTransition transition;
} Row;

#define ROW(s, e, n, f)                                                                            \
  {                                                                                                \
    BYWAY_STATE_##s, BYWAY_EVENT_##e,                                                              \
    {                                                                                              \
      BYWAY_STATE_##n, f                                                                           \
    }                                                                                              \
  }

/* clang-format off */
static const Row table[] = {
  ROW (NEW, START, PREPARING, BYWAY_EFFECT_GATHER),
  ROW (NEW, STOP, DONE, BYWAY_EFFECT_NONE),

  ROW (PREPARING, FACTS_OK, SECURING, BYWAY_EFFECT_PROTECT | BYWAY_EFFECT_ESTABLISH),
  ROW (PREPARING, FACTS_FAILED, DONE, BYWAY_EFFECT_NONE),
  ROW (PREPARING, STOP, DONE, BYWAY_EFFECT_NONE),
  ROW (PREPARING, TIMEOUT, DONE, BYWAY_EFFECT_NONE),

  ROW (SECURING, SECURED, DIALING, BYWAY_EFFECT_DIAL),
  ROW (SECURING, SA_FAILED, UNSECURING, BYWAY_EFFECT_RELEASE),
  ROW (SECURING, STOP, UNSECURING, BYWAY_EFFECT_RELEASE),
  ROW (SECURING, TIMEOUT, UNSECURING, BYWAY_EFFECT_RELEASE),

  ROW (DIALING, IP_UP, CONFIGURING, BYWAY_EFFECT_APPLY),
  ROW (DIALING, LINK_FAILED, HANGING_UP, BYWAY_EFFECT_HANG_UP),
  ROW (DIALING, SA_FAILED, HANGING_UP, BYWAY_EFFECT_HANG_UP),
  ROW (DIALING, STOP, HANGING_UP, BYWAY_EFFECT_HANG_UP),
  ROW (DIALING, TIMEOUT, HANGING_UP, BYWAY_EFFECT_HANG_UP),

  ROW (CONFIGURING, NET_APPLIED, UP, BYWAY_EFFECT_ANNOUNCE),
  ROW (CONFIGURING, IP_UP, CONFIGURING, BYWAY_EFFECT_APPLY),
  ROW (CONFIGURING, NET_FAILED, UNCONFIGURING, BYWAY_EFFECT_REVERT),
  ROW (CONFIGURING, LINK_FAILED, UNCONFIGURING, BYWAY_EFFECT_REVERT),
  ROW (CONFIGURING, SA_FAILED, UNCONFIGURING, BYWAY_EFFECT_REVERT),
  ROW (CONFIGURING, STOP, UNCONFIGURING, BYWAY_EFFECT_REVERT),
  ROW (CONFIGURING, TIMEOUT, UNCONFIGURING, BYWAY_EFFECT_REVERT),

  ROW (UP, IP_UP, CONFIGURING, BYWAY_EFFECT_APPLY),
  ROW (UP, LINK_FAILED, UNCONFIGURING, BYWAY_EFFECT_REVERT),
  ROW (UP, SA_FAILED, UNCONFIGURING, BYWAY_EFFECT_REVERT),
  ROW (UP, STOP, UNCONFIGURING, BYWAY_EFFECT_REVERT),

  ROW (UNCONFIGURING, NET_REVERTED, HANGING_UP, BYWAY_EFFECT_HANG_UP),
  ROW (UNCONFIGURING, TIMEOUT, HANGING_UP, BYWAY_EFFECT_HANG_UP),

  ROW (HANGING_UP, HUNG_UP, UNSECURING, BYWAY_EFFECT_RELEASE),
  ROW (HANGING_UP, TIMEOUT, UNSECURING, BYWAY_EFFECT_RELEASE),

  ROW (UNSECURING, RELEASED, DONE, BYWAY_EFFECT_UNPROTECT),
  ROW (UNSECURING, TIMEOUT, DONE, BYWAY_EFFECT_UNPROTECT),
};
/* clang-format on */

const BywayTransition *
byway_session_table_find (BywayState state, BywayEvent event)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].state == state && table[i].event == event)
      return &table[i].transition;
  return NULL;
}

const char *
byway_state_to_string (BywayState state)
{
  static const char *const names[BYWAY_N_STATES]
      = { "new", "preparing",     "securing",      "dialing",       "configuring",
          "up",  "disconnecting", "disconnecting", "disconnecting", "done" };

  g_return_val_if_fail (state < BYWAY_N_STATES, "done");
  return names[state];
}

const char *
byway_state_step_name (BywayState state)
{
  switch (state)
    {
    case BYWAY_STATE_UNCONFIGURING:
      return "unconfiguring";
    case BYWAY_STATE_HANGING_UP:
      return "hanging-up";
    case BYWAY_STATE_UNSECURING:
      return "unsecuring";
    case BYWAY_STATE_NEW:
    case BYWAY_STATE_PREPARING:
    case BYWAY_STATE_SECURING:
    case BYWAY_STATE_DIALING:
    case BYWAY_STATE_CONFIGURING:
    case BYWAY_STATE_UP:
    case BYWAY_STATE_DONE:
    case BYWAY_N_STATES:
      break;
    }
  return byway_state_to_string (state);
}

gboolean
byway_state_is_teardown (BywayState state)
{
  return state >= BYWAY_STATE_UNCONFIGURING && state <= BYWAY_STATE_UNSECURING;
}
