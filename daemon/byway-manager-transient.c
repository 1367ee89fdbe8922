/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NetworkManager's connections, which last as long as their caller. */
#include "config.h"

#include "byway-limits.h"
#include "byway-manager-private.h"

static void
remove_entry (Entry *entry)
{
  g_autofree char *uuid = g_strdup (byway_entry_record (entry)->uuid);

  byway_entry_emit (entry, ROOT_PATH, INTERFACE ("Manager"), "ConnectionRemoved",
                    g_variant_new ("(o)", entry->path));
  g_hash_table_remove (entry->manager->entries, uuid);
}

static Entry *
find_first_abandoned (BywayManager *self, guint *count)
{
  GHashTableIter iter;
  gpointer value;
  Entry *first = NULL;

  *count = 0;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      *count += entry->abandoned != 0;
      if (entry->abandoned != 0 && (first == NULL || entry->abandoned < first->abandoned))
        first = entry;
    }
  return first;
}

/* Its caller does not stay to be asked why it failed, but people ask later. */
static void
keep_for_questions (Entry *entry)
{
  BywayManager *self = entry->manager;
  Entry *first;
  guint count;

  entry->abandoned = ++self->next_abandoned;
  first = find_first_abandoned (self, &count);
  if (count > BYWAY_LIMIT_ABANDONED)
    remove_entry (first);
}

static gboolean
has_failed (Entry *entry)
{
  BywaySession *session = byway_connection_get_session (entry->connection);

  return session != NULL && byway_session_has_failed (session);
}

static void
on_abandoned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayManager) self = data;
  const char *uuid = byway_connection_get_record (BYWAY_CONNECTION (source))->uuid;
  Entry *entry = g_hash_table_lookup (self->entries, uuid);

  if (entry == NULL || entry->connection != BYWAY_CONNECTION (source))
    return;
  if (has_failed (entry))
    keep_for_questions (entry);
  else
    remove_entry (entry);
}

/* Who asked for it left the bus: what it wanted goes too. */
static void
on_keeper_gone (GDBusConnection *bus, const char *name, gpointer data)
{
  Entry *entry = data;

  byway_connection_stop (entry->connection, on_abandoned, g_object_ref (entry->manager));
}

/* Room for a transient connection of that uuid: an ended one makes way. */
static gboolean
make_room (BywayManager *self, const char *uuid, GError **error)
{
  Entry *old = g_hash_table_lookup (self->entries, uuid);

  if (!g_uuid_string_is_valid (uuid))
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, "uuid: “%s” is none", uuid);
  else if (old != NULL && old->keeper == 0)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_EXISTS, "a saved connection has this uuid");
  else if (old != NULL && byway_connection_is_active (old->connection))
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_BUSY, "“%s” is up or on its way",
                 byway_entry_record (old)->name);
  else
    {
      if (old != NULL)
        remove_entry (old);
      return TRUE;
    }
  return FALSE;
}

void
byway_manager_connect_transient (Call *call, Entry *none)
{
  g_autoptr (GVariant) settings = NULL;
  g_autoptr (BywayRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  const char *uuid, *name;
  Entry *entry = NULL;
  guint owner;
  g_autoptr (BywaySecretSet) secrets = NULL;
  int index;

  g_variant_get (call->parameters, "(&s&su@a{ss}h)", &uuid, &name, &owner, &settings, &index);
  secrets = byway_manager_read_secrets (call, index);
  if (secrets == NULL)
    return;
  if (!make_room (call->manager, uuid, &error)
      || (record = byway_manager_checked_record (uuid, name, owner, settings, &error)) == NULL
      || (entry = byway_manager_export_connection (call->manager, g_steal_pointer (&record),
                                                   BYWAY_ROUTES_CALLERS, &error))
             == NULL)
    {
      byway_call_reply_error (call, error);
      return;
    }
  entry->keeper = g_bus_watch_name_on_connection (call->manager->bus, byway_call_sender (call),
                                                  G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                  on_keeper_gone, entry, NULL);
  if (!byway_manager_make_session (call, entry, secrets))
    {
      g_hash_table_remove (call->manager->entries, uuid);
      return;
    }
  byway_entry_emit (entry, ROOT_PATH, INTERFACE ("Manager"), "ConnectionAdded",
                    g_variant_new ("(o)", entry->path));
  byway_manager_start_session (call, entry);
}
