/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-traffic.h"

#define S G_USEC_PER_SEC

static void
assert_span (const BywayTraffic *traffic, guint n, double begin, double end, double rx, double tx)
{
  BywayTrafficSpan span = byway_traffic_span (traffic, n);

  g_assert_cmpfloat_with_epsilon (span.begin, begin, 1e-6);
  g_assert_cmpfloat_with_epsilon (span.end, end, 1e-6);
  g_assert_cmpfloat_with_epsilon (span.rx, rx, 1e-6);
  g_assert_cmpfloat_with_epsilon (span.tx, tx, 1e-6);
}

static void
test_nothing (void)
{
  g_autoptr (BywayTraffic) traffic = byway_traffic_new ();

  g_assert_cmpuint (byway_traffic_n_spans (traffic), ==, 0);
  g_assert_cmpfloat (byway_traffic_now (traffic).rx, ==, 0);
  g_assert_cmpfloat (byway_traffic_ceiling (traffic), ==, 1000);
  byway_traffic_add (traffic, 5 * S, 700, 70);
  g_assert_cmpuint (byway_traffic_n_spans (traffic), ==, 0);
  g_assert_cmpuint (byway_traffic_rx_bytes (traffic), ==, 700);
  g_assert_cmpuint (byway_traffic_tx_bytes (traffic), ==, 70);
}

/* What happened while nobody looked is spread over that time, and no peak. */
static void
test_rates (void)
{
  g_autoptr (BywayTraffic) traffic = byway_traffic_new ();

  byway_traffic_add (traffic, 100 * S, 1000, 0);
  byway_traffic_add (traffic, 101 * S, 3000, 500);
  byway_traffic_add (traffic, 111 * S, 4000, 500);
  g_assert_cmpuint (byway_traffic_n_spans (traffic), ==, 2);
  assert_span (traffic, 0, 11, 10, 2000, 500);
  assert_span (traffic, 1, 10, 0, 100, 0);
  g_assert_cmpfloat_with_epsilon (byway_traffic_now (traffic).rx, 100, 1e-6);
}

static void
test_close_together (void)
{
  g_autoptr (BywayTraffic) traffic = byway_traffic_new ();

  byway_traffic_add (traffic, 10 * S, 0, 0);
  byway_traffic_add (traffic, 11 * S, 100, 10);
  byway_traffic_add (traffic, 11 * S, 150, 15);
  byway_traffic_add (traffic, 11 * S + 1000, 200, 20);
  g_assert_cmpuint (byway_traffic_n_spans (traffic), ==, 1);
  g_assert_cmpuint (byway_traffic_rx_bytes (traffic), ==, 200);
  byway_traffic_add (traffic, 12 * S, 500, 30);
  g_assert_cmpuint (byway_traffic_n_spans (traffic), ==, 2);
  assert_span (traffic, 1, 1, 0, 400, 20);
}

static void
test_another_tunnel (void)
{
  g_autoptr (BywayTraffic) traffic = byway_traffic_new ();

  byway_traffic_add (traffic, 10 * S, 5000, 5000);
  byway_traffic_add (traffic, 11 * S, 6000, 6000);
  byway_traffic_add (traffic, 12 * S, 6001, 10);
  g_assert_cmpuint (byway_traffic_n_spans (traffic), ==, 0);
  g_assert_cmpuint (byway_traffic_tx_bytes (traffic), ==, 10);
  byway_traffic_add (traffic, 13 * S, 6101, 30);
  assert_span (traffic, 0, 1, 0, 100, 20);
  byway_traffic_clear (traffic);
  g_assert_cmpuint (byway_traffic_n_spans (traffic), ==, 0);
  g_assert_cmpuint (byway_traffic_rx_bytes (traffic), ==, 0);
}

/* Two minutes stay, however long it runs and however densely it is told. */
static void
test_horizon (void)
{
  static const gint64 steps[] = { S / 2, S, 7 * S };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (BywayTraffic) traffic = byway_traffic_new ();
      BywayTrafficSpan oldest;

      for (guint64 n = 0; n < 1000; n++)
        byway_traffic_add (traffic, n * steps[i], n * 100, n);
      oldest = byway_traffic_span (traffic, 0);
      g_assert_cmpfloat (oldest.end, <, BYWAY_TRAFFIC_SECONDS);
      g_assert_cmpfloat (oldest.begin, >=, BYWAY_TRAFFIC_SECONDS);
      g_assert_cmpuint (byway_traffic_rx_bytes (traffic), ==, 99900);
      for (guint n = 1; n < byway_traffic_n_spans (traffic); n++)
        g_assert_cmpfloat (byway_traffic_span (traffic, n).begin, ==,
                           byway_traffic_span (traffic, n - 1).end);
    }
}

/* A machine that slept an hour: the hour is one span. */
static void
test_long_pause (void)
{
  g_autoptr (BywayTraffic) traffic = byway_traffic_new ();

  byway_traffic_add (traffic, S, 0, 0);
  byway_traffic_add (traffic, 2 * S, 10, 0);
  byway_traffic_add (traffic, (gint64)3602 * S, 3610, 0);
  g_assert_cmpuint (byway_traffic_n_spans (traffic), ==, 1);
  assert_span (traffic, 0, 3600, 0, 1, 0);
}

static void
test_ceiling (void)
{
  static const struct
  {
    guint64 rx, tx;
    double ceiling;
  } rows[] = {
    { 0, 0, 1000 },          { 1000, 0, 1000 },       { 1001, 0, 2000 },
    { 0, 2001, 5000 },       { 5001, 7, 10000 },      { 10001, 0, 20000 },
    { 1234567, 1, 2000000 }, { 2000001, 1, 5000000 }, { 99999999, 0, 100000000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (BywayTraffic) traffic = byway_traffic_new ();

      byway_traffic_add (traffic, S, 0, 0);
      byway_traffic_add (traffic, 2 * S, rows[i].rx, rows[i].tx);
      g_assert_cmpfloat_with_epsilon (byway_traffic_ceiling (traffic), rows[i].ceiling, 1e-3);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/traffic/nothing", test_nothing);
  g_test_add_func ("/traffic/rates", test_rates);
  g_test_add_func ("/traffic/close-together", test_close_together);
  g_test_add_func ("/traffic/another-tunnel", test_another_tunnel);
  g_test_add_func ("/traffic/horizon", test_horizon);
  g_test_add_func ("/traffic/long-pause", test_long_pause);
  g_test_add_func ("/traffic/ceiling", test_ceiling);
  return g_test_run ();
}
