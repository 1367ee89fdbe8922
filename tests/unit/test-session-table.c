/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-session-table.h"

/* What a session holds after a sequence of events, as bits of the acquiring effects. */
typedef struct
{
  BywayState state;
  guint held;
  gboolean stopped;
} Walk;

#define ACQUIRES                                                                                   \
  (BYWAY_EFFECT_PROTECT | BYWAY_EFFECT_ESTABLISH | BYWAY_EFFECT_DIAL | BYWAY_EFFECT_APPLY)

static const struct
{
  guint release, acquire;
} pairs[] = { { BYWAY_EFFECT_REVERT, BYWAY_EFFECT_APPLY },
              { BYWAY_EFFECT_HANG_UP, BYWAY_EFFECT_DIAL },
              { BYWAY_EFFECT_RELEASE, BYWAY_EFFECT_ESTABLISH },
              { BYWAY_EFFECT_UNPROTECT, BYWAY_EFFECT_PROTECT } };

static Walk
step (Walk walk, BywayEvent event)
{
  const BywayTransition *transition = byway_session_table_find (walk.state, event);

  if (transition == NULL)
    return walk;
  if (walk.stopped || byway_state_is_teardown (walk.state))
    g_assert_false (transition->effects & ACQUIRES); /* nothing acquired on the way down */
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (transition->effects & pairs[i].release)
      {
        g_assert_true (walk.held & pairs[i].acquire); /* released once, and only what is held */
        walk.held &= ~pairs[i].acquire;
      }
  walk.held |= transition->effects & ACQUIRES;
  walk.state = transition->next;
  walk.stopped |= event == BYWAY_EVENT_STOP;
  if (walk.state == BYWAY_STATE_DONE)
    g_assert_cmphex (walk.held, ==, 0);
  return walk;
}

static gboolean seen[BYWAY_N_STATES][1024][2];

/* Every state and holding that any order of events can reach. */
static void
explore (Walk walk)
{
  if (seen[walk.state][walk.held][walk.stopped])
    return;
  seen[walk.state][walk.held][walk.stopped] = TRUE;
  for (guint event = 0; event < BYWAY_N_EVENTS; event++)
    explore (step (walk, event));
}

static void
test_every_order (void)
{
  explore ((Walk){ BYWAY_STATE_NEW });
  for (guint state = 0; state < BYWAY_N_STATES; state++)
    {
      gboolean reached = FALSE;

      for (guint held = 0; held < 1024; held++)
        reached |= seen[state][held][0] || seen[state][held][1];
      g_assert_true (reached);
    }
}

/* From everywhere, a stop and deadlines alone end in DONE. */
static void
test_deadlines_end_it (void)
{
  for (guint state = 0; state < BYWAY_N_STATES; state++)
    {
      const BywayTransition *transition;
      BywayState now = state;

      if ((transition = byway_session_table_find (now, BYWAY_EVENT_STOP)) != NULL)
        now = transition->next;
      for (guint i = 0; i < BYWAY_N_STATES && now != BYWAY_STATE_DONE; i++)
        if ((transition = byway_session_table_find (now, BYWAY_EVENT_TIMEOUT)) != NULL)
          now = transition->next;
      g_assert_cmpuint (now, ==, BYWAY_STATE_DONE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-table/every-order", test_every_order);
  g_test_add_func ("/session-table/deadlines-end-it", test_deadlines_end_it);
  return g_test_run ();
}
