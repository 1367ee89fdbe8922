/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-traffic.h"

/* Two readings that are closer than this tell a rate by chance. */
#define CLOSEST (G_USEC_PER_SEC / 2)
/* As many as there can be in that time, and the two ends. */
#define N_READINGS (BYWAY_TRAFFIC_SECONDS * 2 + 2)
#define LOWEST_CEILING 1000

typedef struct
{
  gint64 at;
  guint64 rx, tx;
} Reading;

struct _BywayTraffic
{
  Reading ring[N_READINGS];
  guint first, n;
  guint64 rx, tx; /* the last counters, also where they were too close for a reading */
};

BywayTraffic *
byway_traffic_new (void)
{
  return g_new0 (BywayTraffic, 1);
}

void
byway_traffic_free (BywayTraffic *traffic)
{
  g_free (traffic);
}

void
byway_traffic_clear (BywayTraffic *traffic)
{
  *traffic = (BywayTraffic){ 0 };
}

static const Reading *
nth (const BywayTraffic *traffic, guint n)
{
  return &traffic->ring[(traffic->first + n) % N_READINGS];
}

static const Reading *
newest (const BywayTraffic *traffic)
{
  return traffic->n > 0 ? nth (traffic, traffic->n - 1) : NULL;
}

static void
append (BywayTraffic *traffic, Reading reading)
{
  if (traffic->n == N_READINGS)
    {
      traffic->first = (traffic->first + 1) % N_READINGS;
      traffic->n--;
    }
  traffic->ring[(traffic->first + traffic->n) % N_READINGS] = reading;
  traffic->n++;
}

/* Spans that ended before the two minutes. */
static void
forget_old (BywayTraffic *traffic)
{
  gint64 horizon = newest (traffic)->at - (gint64)BYWAY_TRAFFIC_SECONDS * G_USEC_PER_SEC;

  while (traffic->n > 2 && nth (traffic, 1)->at <= horizon)
    {
      traffic->first = (traffic->first + 1) % N_READINGS;
      traffic->n--;
    }
}

void
byway_traffic_add (BywayTraffic *traffic, gint64 now, guint64 rx_bytes, guint64 tx_bytes)
{
  const Reading *last = newest (traffic);

  if (last != NULL && (rx_bytes < traffic->rx || tx_bytes < traffic->tx || now < last->at))
    {
      byway_traffic_clear (traffic);
      last = NULL;
    }
  traffic->rx = rx_bytes;
  traffic->tx = tx_bytes;
  if (last != NULL && now - last->at < CLOSEST)
    return;
  append (traffic, (Reading){ now, rx_bytes, tx_bytes });
  forget_old (traffic);
}

guint
byway_traffic_n_spans (const BywayTraffic *traffic)
{
  return traffic->n > 0 ? traffic->n - 1 : 0;
}

BywayTrafficSpan
byway_traffic_span (const BywayTraffic *traffic, guint n)
{
  const Reading *a = nth (traffic, n), *b = nth (traffic, n + 1);
  gint64 zero = newest (traffic)->at;
  double seconds = (b->at - a->at) / (double)G_USEC_PER_SEC;

  return (BywayTrafficSpan){
    .begin = (zero - a->at) / (double)G_USEC_PER_SEC,
    .end = (zero - b->at) / (double)G_USEC_PER_SEC,
    .rx = (b->rx - a->rx) / seconds,
    .tx = (b->tx - a->tx) / seconds,
  };
}

BywayTrafficSpan
byway_traffic_now (const BywayTraffic *traffic)
{
  guint n = byway_traffic_n_spans (traffic);

  return n > 0 ? byway_traffic_span (traffic, n - 1) : (BywayTrafficSpan){ 0 };
}

guint64
byway_traffic_rx_bytes (const BywayTraffic *traffic)
{
  return traffic->rx;
}

guint64
byway_traffic_tx_bytes (const BywayTraffic *traffic)
{
  return traffic->tx;
}

double
byway_traffic_ceiling (const BywayTraffic *traffic)
{
  static const double steps[] = { 2, 2.5, 2 }; /* 1, 2, 5, 10 */
  double peak = 0, ceiling = LOWEST_CEILING;

  for (guint i = 0; i < byway_traffic_n_spans (traffic); i++)
    {
      BywayTrafficSpan span = byway_traffic_span (traffic, i);

      peak = MAX (peak, MAX (span.rx, span.tx));
    }
  for (guint i = 0; ceiling < peak; i++)
    ceiling *= steps[i % G_N_ELEMENTS (steps)];
  return ceiling;
}
