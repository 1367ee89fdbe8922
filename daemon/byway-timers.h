/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Some timers of one owner, numbered from 0. Each runs once at a time: to start it anew is to
 * forget what it was to do. */
typedef struct _BywayTimers BywayTimers;
typedef void (*BywayTimerFunc) (gpointer owner);

/* @owner is not owned, and frees them itself. */
BywayTimers *byway_timers_new (guint n, gpointer owner);
/* No function is called any more. */
void byway_timers_free (BywayTimers *timers);
/* @function is called once, when the timer does not run any more, and may free all of them. */
void byway_timers_start (BywayTimers *timers, guint which, guint milliseconds,
                         BywayTimerFunc function);
/* Nothing happens to one that does not run. */
void byway_timers_stop (BywayTimers *timers, guint which);
void byway_timers_stop_all (BywayTimers *timers);
gboolean byway_timers_is_running (const BywayTimers *timers, guint which);
