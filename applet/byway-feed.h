/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-client.h"
#include "byway-roster.h"

/* Keeps the roster as the helper has it: asks for all when it begins, and follows the helper's
 * signals. Never waits. When the helper goes, its connections go; when it comes back, they do. */
#define BYWAY_TYPE_FEED (byway_feed_get_type ())
G_DECLARE_FINAL_TYPE (BywayFeed, byway_feed, BYWAY, FEED, GObject)

BywayFeed *byway_feed_new (BywayClient *client, BywayRoster *roster);
/* Signal: "settled" (const char *id, gboolean worked): an attempt came up, or ended before that,
 * and by then the roster has the diagnosis. */

/* Asks how much went through that entry's session. */
void byway_feed_ask_traffic (BywayFeed *feed, const char *id);
