/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#define BYWAY_TRAFFIC_SECONDS 120

/* What went through a tunnel in the last two minutes. No clock in it: times are the caller's, in
 * microseconds of one that never goes back. */
typedef struct _BywayTraffic BywayTraffic;

/* Between two readings of the counters. */
typedef struct
{
  double begin, end; /* s before the newest reading; begin is the older one */
  double rx, tx;     /* bytes per second */
} BywayTrafficSpan;

BywayTraffic *byway_traffic_new (void);
void byway_traffic_free (BywayTraffic *traffic);
void byway_traffic_clear (BywayTraffic *traffic);

/* What the counters stand at. One that went back belongs to another tunnel: all begins anew. */
void byway_traffic_add (BywayTraffic *traffic, gint64 now, guint64 rx_bytes, guint64 tx_bytes);

/* Oldest first. The oldest one may reach out of the two minutes. */
guint byway_traffic_n_spans (const BywayTraffic *traffic);
BywayTrafficSpan byway_traffic_span (const BywayTraffic *traffic, guint n);
/* The newest; zeros when there is none yet. */
BywayTrafficSpan byway_traffic_now (const BywayTraffic *traffic);
/* The last counters. */
guint64 byway_traffic_rx_bytes (const BywayTraffic *traffic);
guint64 byway_traffic_tx_bytes (const BywayTraffic *traffic);

/* Where an axis ends that shows all spans: 1, 2 or 5 times a power of ten, at least 1000. */
double byway_traffic_ceiling (const BywayTraffic *traffic);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayTraffic, byway_traffic_free)
