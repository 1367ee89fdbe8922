/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-roster.h"

#include <gio/gio.h>

/* Tells the user what happened while he looks elsewhere: up, lost, failed; each once, with a button
 * for what can be done. */
#define BYWAY_TYPE_NOTIFIER (byway_notifier_get_type ())
G_DECLARE_FINAL_TYPE (BywayNotifier, byway_notifier, BYWAY, NOTIFIER, GObject)

BywayNotifier *byway_notifier_new (GApplication *application, BywayRoster *roster);
/* Off: nothing is told. On at first. */
void byway_notifier_set_enabled (BywayNotifier *notifier, gboolean enabled);
/* Whether one that was lost is offered to be brought up again. On at first. */
void byway_notifier_set_offers_reconnect (BywayNotifier *notifier, gboolean offers);
