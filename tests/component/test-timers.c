/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-timers.h"

typedef struct
{
  GMainLoop *loop;
  BywayTimers *timers;
  guint ticks, others;
  gboolean ran; /* the timer, seen from its own function */
} World;

enum
{
  FIRST,
  SECOND,
  N_TIMERS
};

static World *
new_world (void)
{
  World *world = g_new0 (World, 1);

  world->loop = g_main_loop_new (NULL, FALSE);
  world->timers = byway_timers_new (N_TIMERS, world);
  return world;
}

static void
free_world (World *world)
{
  g_clear_pointer (&world->timers, byway_timers_free);
  g_main_loop_unref (world->loop);
  g_free (world);
}

static void
on_tick (gpointer owner)
{
  World *world = owner;

  world->ticks++;
  world->ran = world->timers != NULL && byway_timers_is_running (world->timers, FIRST);
}

static void
on_other (gpointer owner)
{
  World *world = owner;

  world->others++;
}

static gboolean
on_end (gpointer data)
{
  World *world = data;

  g_main_loop_quit (world->loop);
  return G_SOURCE_REMOVE;
}

/* Long enough for all of them: a source that is due sooner runs before one that is due later. */
static void
wait_for_all (World *world)
{
  g_timeout_add (60, on_end, world);
  g_main_loop_run (world->loop);
}

static void
test_once (void)
{
  World *world = new_world ();

  byway_timers_start (world->timers, FIRST, 1, on_tick);
  g_assert_true (byway_timers_is_running (world->timers, FIRST));
  g_assert_false (byway_timers_is_running (world->timers, SECOND));
  wait_for_all (world);
  g_assert_cmpuint (world->ticks, ==, 1);
  g_assert_false (world->ran);
  g_assert_false (byway_timers_is_running (world->timers, FIRST));
  free_world (world);
}

static void
test_anew (void)
{
  World *world = new_world ();

  byway_timers_start (world->timers, FIRST, 1, on_tick);
  byway_timers_start (world->timers, FIRST, 2, on_other);
  wait_for_all (world);
  g_assert_cmpuint (world->ticks, ==, 0);
  g_assert_cmpuint (world->others, ==, 1);
  free_world (world);
}

static void
test_stop (void)
{
  World *world = new_world ();

  byway_timers_start (world->timers, FIRST, 1, on_tick);
  byway_timers_start (world->timers, SECOND, 1, on_other);
  byway_timers_stop (world->timers, FIRST);
  byway_timers_stop (world->timers, FIRST);
  wait_for_all (world);
  g_assert_cmpuint (world->ticks, ==, 0);
  g_assert_cmpuint (world->others, ==, 1);

  byway_timers_start (world->timers, FIRST, 1, on_tick);
  byway_timers_start (world->timers, SECOND, 1, on_other);
  byway_timers_stop_all (world->timers);
  wait_for_all (world);
  g_assert_cmpuint (world->ticks, ==, 0);
  g_assert_cmpuint (world->others, ==, 1);
  free_world (world);
}

static void
free_timers (gpointer owner)
{
  World *world = owner;

  g_clear_pointer (&world->timers, byway_timers_free);
}

static void
test_freed (void)
{
  World *world = new_world ();

  byway_timers_start (world->timers, FIRST, 1, free_timers);
  byway_timers_start (world->timers, SECOND, 20, on_other);
  wait_for_all (world);
  g_assert_null (world->timers);
  g_assert_cmpuint (world->others, ==, 0);
  free_world (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timers/once", test_once);
  g_test_add_func ("/timers/anew", test_anew);
  g_test_add_func ("/timers/stop", test_stop);
  g_test_add_func ("/timers/freed-by-one", test_freed);
  return g_test_run ();
}
