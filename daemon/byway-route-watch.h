/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib-object.h>

/* Hears of every change of this machine's links, addresses and routes. Signal: "changed" (), once
 * it has been quiet for a moment. What changed is for the listener to look up: news are only a
 * reason to look. */
#define BYWAY_TYPE_ROUTE_WATCH (byway_route_watch_get_type ())
G_DECLARE_FINAL_TYPE (BywayRouteWatch, byway_route_watch, BYWAY, ROUTE_WATCH, GObject)

/* Without the kernel's news it never tells anything, and says so in the log. */
BywayRouteWatch *byway_route_watch_new (void);
