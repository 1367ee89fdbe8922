/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* This machine's sleep, as systemd-logind tells of it. Signals:
 *   "sleeping" (): it is about to; logind waits (5 s unless it is configured otherwise) until
 *     byway_sleep_may_begin
 *   "awake" ()
 * Without logind neither is ever told. */
#define BYWAY_TYPE_SLEEP (byway_sleep_get_type ())
G_DECLARE_FINAL_TYPE (BywaySleep, byway_sleep, BYWAY, SLEEP, GObject)

BywaySleep *byway_sleep_new (GDBusConnection *system_bus);
/* Lets it sleep; to be called after each "sleeping". */
void byway_sleep_may_begin (BywaySleep *sleep);
