/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-manager-private.h"

/* What NetworkManager connects has no kill switch: it sees to routes itself. */
gboolean
byway_entry_want_kill_switch (Entry *entry, GError **error)
{
  const BywayRecord *record = byway_entry_record (entry);
  g_autoptr (BywayProfile) profile = byway_profile_parse (record->settings, NULL);

  if (entry->keeper != 0 || entry->manager->context.kill_switches == NULL)
    return TRUE;
  if (profile == NULL || !profile->kill_switch)
    return byway_entry_lift_kill_switch (entry, error);
  return byway_kill_switches_want (entry->manager->context.kill_switches, record->uuid,
                                   profile->gateway, profile->kill_switch_local, error);
}

gboolean
byway_entry_lift_kill_switch (Entry *entry, GError **error)
{
  BywayKillSwitches *all = entry->manager->context.kill_switches;

  return all == NULL || entry->keeper != 0
         || byway_kill_switches_lift (all, byway_entry_record (entry)->uuid, error);
}

const char *
byway_entry_kill_switch (Entry *entry)
{
  BywayKillSwitches *all = entry->manager->context.kill_switches;

  if (all == NULL || entry->keeper != 0)
    return "off";
  return byway_kill_switches_describe (all, byway_entry_record (entry)->uuid);
}

void
byway_manager_lift_kill_switch (Call *call, Entry *entry)
{
  g_autoptr (GError) error = NULL;

  if (byway_entry_lift_kill_switch (entry, &error))
    byway_call_reply (call, NULL);
  else
    byway_call_reply_error (call, error);
}

static void
on_changed (BywayKillSwitches *all, const char *uuid, BywayManager *self)
{
  Entry *entry = g_hash_table_lookup (self->entries, uuid);

  if (entry != NULL)
    byway_entry_emit (entry, entry->path, INTERFACE ("Connection"), "Changed", NULL);
}

void
byway_manager_watch_kill_switches (BywayManager *self)
{
  BywayKillSwitches *all = self->context.kill_switches;
  g_auto (GStrv) uuids = all != NULL ? byway_kill_switches_list (all) : NULL;

  if (all == NULL)
    return;
  g_signal_connect (all, "changed", G_CALLBACK (on_changed), self);
  for (char **uuid = uuids; *uuid != NULL; uuid++)
    if (!g_hash_table_contains (self->entries, *uuid))
      {
        g_warning ("A kill switch is on for a connection that is gone: lifted");
        byway_kill_switches_lift (all, *uuid, NULL);
      }
}
