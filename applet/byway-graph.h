/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-traffic.h"

/* The last two minutes of a tunnel, and below them what went through it. It has no clock: now is
 * when the counters were last read. */
GtkWidget *byway_graph_new (void);
/* Keeps nothing of @traffic. */
void byway_graph_set_traffic (GtkWidget *graph, const BywayTraffic *traffic);
