/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-timers.h"

typedef struct
{
  gpointer owner;
  BywayTimerFunc function;
  guint source; /* 0: does not run */
} Timer;

struct _BywayTimers
{
  guint n;
  Timer timers[];
};

BywayTimers *
byway_timers_new (guint n, gpointer owner)
{
  BywayTimers *self = g_malloc0 (sizeof *self + n * sizeof self->timers[0]);

  self->n = n;
  for (guint i = 0; i < n; i++)
    self->timers[i].owner = owner;
  return self;
}

void
byway_timers_free (BywayTimers *self)
{
  byway_timers_stop_all (self);
  g_free (self);
}

static gboolean
on_time (gpointer data)
{
  Timer *timer = data;

  timer->source = 0;
  timer->function (timer->owner);
  return G_SOURCE_REMOVE;
}

void
byway_timers_start (BywayTimers *self, guint which, guint milliseconds, BywayTimerFunc function)
{
  Timer *timer = &self->timers[which];

  byway_timers_stop (self, which);
  timer->function = function;
  timer->source = g_timeout_add (milliseconds, on_time, timer);
}

void
byway_timers_stop (BywayTimers *self, guint which)
{
  g_clear_handle_id (&self->timers[which].source, g_source_remove);
}

void
byway_timers_stop_all (BywayTimers *self)
{
  for (guint i = 0; i < self->n; i++)
    byway_timers_stop (self, i);
}

gboolean
byway_timers_is_running (const BywayTimers *self, guint which)
{
  return self->timers[which].source != 0;
}
