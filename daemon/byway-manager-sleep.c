/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-manager-private.h"

/* All that were up have said goodbye. */
static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayManager) self = data;

  if (--self->falling_asleep == 0)
    byway_sleep_may_begin (self->sleep);
}

static void
put_to_sleep (BywayManager *self, Entry *entry)
{
  byway_redialer_set_asleep (entry->redialer, TRUE);
  if (!byway_connection_is_active (entry->connection))
    return;
  self->falling_asleep++;
  byway_connection_suspend (entry->connection, on_ended, g_object_ref (self));
}

static void
on_sleeping (BywaySleep *sleep, BywayManager *self)
{
  GHashTableIter iter;
  gpointer entry;

  self->falling_asleep++; /* ours, until all have been asked */
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    put_to_sleep (self, entry);
  if (--self->falling_asleep == 0)
    byway_sleep_may_begin (self->sleep);
}

static void
on_awake (BywaySleep *sleep, BywayManager *self)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    byway_redialer_set_asleep (((Entry *)entry)->redialer, FALSE);
}

void
byway_manager_watch_sleep (BywayManager *self)
{
  self->sleep = byway_sleep_new (self->bus);
  g_signal_connect_object (self->sleep, "sleeping", G_CALLBACK (on_sleeping), self, 0);
  g_signal_connect_object (self->sleep, "awake", G_CALLBACK (on_awake), self, 0);
}
