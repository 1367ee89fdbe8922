/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-progress.h"

static void
assert_stage (const BywayProgress *progress, BywayStage stage, const char *expected)
{
  g_autoptr (GVariant) all = g_variant_ref_sink (byway_progress_to_variant (progress));
  g_autoptr (GVariant) one = g_variant_get_child_value (all, stage);
  g_autofree char *text = g_variant_print (one, FALSE);

  g_assert_cmpuint (g_variant_n_children (all), ==, BYWAY_N_STAGES);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_time (void)
{
  BywayProgress progress = { 0 };

  assert_stage (&progress, BYWAY_STAGE_IKE, "('ike', 'waiting', 0, '')");
  g_assert_true (
      byway_progress_set (&progress, BYWAY_STAGE_IKE, BYWAY_STAGE_RUNNING, NULL, 5000000));
  assert_stage (&progress, BYWAY_STAGE_IKE, "('ike', 'running', 0, '')");
  g_assert_true (
      byway_progress_set (&progress, BYWAY_STAGE_IKE, BYWAY_STAGE_PASSED, NULL, 5042999));
  assert_stage (&progress, BYWAY_STAGE_IKE, "('ike', 'done', 42, '')");
  byway_progress_clear (&progress);
}

/* One that is told to run again goes on: its time does not begin anew. */
static void
test_runs_already (void)
{
  BywayProgress progress = { 0 };

  byway_progress_set (&progress, BYWAY_STAGE_SA, BYWAY_STAGE_RUNNING, "first", 1000000);
  g_assert_false (
      byway_progress_set (&progress, BYWAY_STAGE_SA, BYWAY_STAGE_RUNNING, "second", 1500000));
  assert_stage (&progress, BYWAY_STAGE_SA, "('sa', 'running', 0, 'first')");
  g_assert_true (byway_progress_set (&progress, BYWAY_STAGE_SA, BYWAY_STAGE_FAILED, "", 2000000));
  assert_stage (&progress, BYWAY_STAGE_SA, "('sa', 'failed', 1000, 'first')");
  byway_progress_clear (&progress);
}

/* New addresses: one that has passed runs once more, and anything else is told each time. */
static void
test_once_more (void)
{
  BywayProgress progress = { 0 };

  byway_progress_set (&progress, BYWAY_STAGE_IP, BYWAY_STAGE_RUNNING, NULL, 1000000);
  byway_progress_set (&progress, BYWAY_STAGE_IP, BYWAY_STAGE_PASSED, "10.0.0.1", 1001000);
  g_assert_true (
      byway_progress_set (&progress, BYWAY_STAGE_IP, BYWAY_STAGE_RUNNING, NULL, 9000000));
  g_assert_true (
      byway_progress_set (&progress, BYWAY_STAGE_IP, BYWAY_STAGE_PASSED, "10.0.0.2", 9007000));
  g_assert_true (
      byway_progress_set (&progress, BYWAY_STAGE_IP, BYWAY_STAGE_PASSED, "10.0.0.3", 9008000));
  assert_stage (&progress, BYWAY_STAGE_IP, "('ip', 'done', 8, '10.0.0.3')");
  byway_progress_clear (&progress);
}

static void
test_never_began (void)
{
  BywayProgress progress = { 0 };

  byway_progress_set (&progress, BYWAY_STAGE_PPP, BYWAY_STAGE_PASSED, NULL, 7000000);
  assert_stage (&progress, BYWAY_STAGE_PPP, "('ppp', 'done', 0, '')");
  byway_progress_clear (&progress);
}

static void
test_current (void)
{
  BywayProgress progress = { 0 };

  g_assert_cmpint (byway_progress_current (&progress, BYWAY_STAGE_IP), ==, BYWAY_STAGE_IP);
  byway_progress_set (&progress, BYWAY_STAGE_PREPARE, BYWAY_STAGE_RUNNING, NULL, 1);
  byway_progress_set (&progress, BYWAY_STAGE_RESOLVE, BYWAY_STAGE_RUNNING, NULL, 2);
  g_assert_cmpint (byway_progress_current (&progress, BYWAY_STAGE_IP), ==, BYWAY_STAGE_RESOLVE);
  byway_progress_set (&progress, BYWAY_STAGE_RESOLVE, BYWAY_STAGE_PASSED, NULL, 3);
  g_assert_cmpint (byway_progress_current (&progress, BYWAY_STAGE_IP), ==, BYWAY_STAGE_PREPARE);
  g_assert_true (byway_progress_is_running (&progress, BYWAY_STAGE_PREPARE));
  g_assert_false (byway_progress_is_running (&progress, BYWAY_STAGE_RESOLVE));
  byway_progress_set (&progress, BYWAY_STAGE_PREPARE, BYWAY_STAGE_FAILED, NULL, 4);
  g_assert_cmpint (byway_progress_current (&progress, BYWAY_STAGE_IP), ==, BYWAY_STAGE_IP);
  byway_progress_clear (&progress);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/progress/time", test_time);
  g_test_add_func ("/progress/runs-already", test_runs_already);
  g_test_add_func ("/progress/once-more", test_once_more);
  g_test_add_func ("/progress/never-began", test_never_began);
  g_test_add_func ("/progress/current", test_current);
  return g_test_run ();
}
