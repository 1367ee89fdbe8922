/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-limits.h"
#include "byway-manager-private.h"
#include "byway-memfd.h"

#include <string.h>

/* --- agents ----------------------------------------------------------------------------------- */

void
byway_manager_register_agent (Call *call, Entry *none)
{
  const char *path;

  g_variant_get (call->parameters, "(&o)", &path);
  byway_agents_add (call->manager->agents, byway_call_sender (call), path, call->uid);
  byway_call_reply (call, NULL);
  byway_manager_agent_came (call->manager, call->uid);
}

void
byway_manager_unregister_agent (Call *call, Entry *none)
{
  byway_agents_remove (call->manager->agents, byway_call_sender (call), call->uid);
  byway_call_reply (call, NULL);
}

/* --- connecting ------------------------------------------------------------------------------- */

/* Root's own, NetworkManager's among them, are of any number of users. */
static gboolean
has_room (BywayManager *self, guint uid)
{
  return byway_manager_count_active (self) < BYWAY_LIMIT_SESSIONS
         && (uid == 0 || byway_manager_count_active_of (self, uid) < BYWAY_LIMIT_SESSIONS_OF_USER);
}

/* Makes the session, and answers with an error where it can't; does not start it. */
static gboolean
make_session (Call *call, Entry *entry, BywaySecretSet *secrets)
{
  g_autoptr (GError) error = NULL;

  if (call->manager->ends)
    {
      byway_call_reply_code (call, BYWAY_ERROR_BUSY, "the helper is ending");
      return FALSE;
    }
  if (!has_room (call->manager, call->uid))
    {
      byway_call_reply_code (call, BYWAY_ERROR_LIMIT, "too many connections are up");
      return FALSE;
    }
  if (!byway_connection_start (entry->connection, &call->manager->context, secrets, &error))
    {
      byway_call_reply_error (call, error);
      return FALSE;
    }
  if (byway_manager_register_session (entry, &error)
      && byway_entry_want_kill_switch (entry, &error))
    {
      entry->wanted_by = call->uid;
      entry->deaths = 0;
      if (entry->keeper == 0) /* what NetworkManager wants it says anew */
        byway_redialer_want (entry->redialer, secrets);
      return TRUE;
    }
  byway_session_stop (byway_connection_get_session (entry->connection));
  byway_call_reply_error (call, error);
  return FALSE;
}

static void
start_session (Call *call, Entry *entry)
{
  byway_call_reply (call, g_variant_new ("(o)", entry->session_path));
  byway_entry_emit (entry, entry->path, INTERFACE ("Connection"), "Changed", NULL);
  byway_session_start (byway_connection_get_session (entry->connection));
}

/* What the call brought; NULL when it was answered with why not. */
static BywaySecretSet *
read_secrets (Call *call, int index)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (call->invocation);
  g_autoptr (GError) error = NULL;
  BywaySecretSet *secrets = byway_memfd_read_secrets (message, index, &error);

  if (secrets == NULL)
    byway_call_reply_error (call, error);
  return secrets;
}

/* A Connect that waits, for an agent's answer or for the end of the session before. */
typedef struct
{
  Call *call;
  BywaySecretSet *secrets;
  guint called_off; /* how often its connection had been when this came */
  GCancellable *gone;
  guint caller; /* a watch: nothing is done for who is gone */
} Waiting;

static void
on_caller_gone (GDBusConnection *bus, const char *name, gpointer data)
{
  g_cancellable_cancel (((Waiting *)data)->gone);
}

static Waiting *
waiting_new (Call *call, Entry *entry, BywaySecretSet *secrets)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->call = byway_call_copy (call);
  waiting->secrets = byway_secret_set_ref (secrets);
  waiting->called_off = entry->called_off;
  waiting->gone = g_cancellable_new ();
  waiting->caller = g_bus_watch_name_on_connection (call->manager->bus, byway_call_sender (call),
                                                    G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                    on_caller_gone, waiting, NULL);
  return waiting;
}

static void
waiting_free (Waiting *waiting)
{
  g_bus_unwatch_name (waiting->caller);
  g_object_unref (waiting->gone);
  byway_call_free (waiting->call);
  byway_secret_set_unref (waiting->secrets);
  g_free (waiting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Waiting, waiting_free)

/* What it waited for is there; the connection need not be, and NetworkManager may have come with
 * the same uuid. NULL when the call was answered with that. */
static Entry *
find_waiting (Waiting *waiting)
{
  Entry *entry = g_hash_table_lookup (waiting->call->manager->entries, waiting->call->entry_uuid);

  if (entry == NULL || entry->keeper != 0)
    byway_call_reply_code (waiting->call, BYWAY_ERROR_NOT_FOUND, "the connection was deleted");
  else if (entry->called_off != waiting->called_off || g_cancellable_is_cancelled (waiting->gone))
    byway_call_reply_code (waiting->call, BYWAY_ERROR_CANCELLED, "it was called off meanwhile");
  else
    return entry;
  return NULL;
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Waiting) waiting = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BywaySecretSet) answer = byway_agents_ask_finish (result, &error);
  Entry *entry = find_waiting (waiting);

  if (entry == NULL)
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      byway_call_reply_code (waiting->call, BYWAY_ERROR_CANCELLED,
                             "the question for its secrets was called off");
      return;
    }
  if (answer == NULL)
    {
      byway_call_reply_code (waiting->call, BYWAY_ERROR_SECRETS_MISSING, error->message);
      return;
    }
  byway_secret_set_merge (waiting->secrets, answer);
  if (make_session (waiting->call, entry, waiting->secrets))
    start_session (waiting->call, entry);
}

/* Asks the agent of the caller's user where that helps. */
static gboolean
ask_agent (Call *call, Entry *entry, BywaySecretSet *secrets)
{
  const BywayRecord *record = byway_entry_record (entry);
  g_auto (GStrv) missing = byway_connection_missing (entry->connection, secrets);
  Waiting *waiting;

  if (missing == NULL || missing[0] == NULL || byway_connection_is_active (entry->connection)
      || !byway_agents_has (call->manager->agents, call->uid, byway_call_sender (call)))
    return FALSE;
  waiting = waiting_new (call, entry, secrets);
  byway_agents_ask (call->manager->agents, call->uid, record->name, record->uuid,
                    (const char *const *)missing, waiting->gone, on_asked, waiting);
  return TRUE;
}

static void
connect_with (Call *call, Entry *entry, BywaySecretSet *secrets)
{
  if (!ask_agent (call, entry, secrets) && make_session (call, entry, secrets))
    start_session (call, entry);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Waiting) waiting = data;
  Entry *entry = find_waiting (waiting);

  g_task_propagate_boolean (G_TASK (result), NULL);
  if (entry != NULL)
    connect_with (waiting->call, entry, waiting->secrets);
}

void
byway_manager_connect (Call *call, Entry *entry)
{
  g_autoptr (BywaySecretSet) secrets = NULL;
  int index;

  g_variant_get (call->parameters, "(h)", &index);
  if (byway_entry_refuse_transient (call, entry) || (secrets = read_secrets (call, index)) == NULL)
    return;
  if (byway_connection_is_ending (entry->connection)) /* which is soon over */
    byway_connection_stop (entry->connection, on_ended, waiting_new (call, entry, secrets));
  else
    connect_with (call, entry, secrets);
}

/* --- connecting again ------------------------------------------------------------------------- */

/* As make_session and start_session, for nobody's call. */
static void
start_again (Entry *entry, BywaySecretSet *secrets)
{
  g_autoptr (GError) error = NULL;

  if (!has_room (entry->manager, entry->wanted_by)
      || !byway_connection_start (entry->connection, &entry->manager->context, secrets, &error)
      || !byway_manager_register_session (entry, &error))
    {
      g_info ("%s: not tried again: %s", byway_entry_record (entry)->name,
              error != NULL ? error->message : "too many connections are up");
      byway_redialer_fail (entry->redialer,
                           g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_SECRETS_MISSING)
                               ? BYWAY_CAUSE_SECRETS_MISSING
                               : BYWAY_CAUSE_UNEXPECTED);
      return;
    }
  byway_entry_emit (entry, entry->path, INTERFACE ("Connection"), "Changed", NULL);
  byway_session_start (byway_connection_get_session (entry->connection));
}

/* A question that is put to an agent for a connection that may be gone when it is answered. */
typedef struct
{
  BywayManager *manager;
  char *uuid;
  BywaySecretSet *secrets;
} Again;

static void
again_free (Again *again)
{
  g_object_unref (again->manager);
  byway_secret_set_unref (again->secrets);
  g_free (again->uuid);
  g_free (again);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Again, again_free)

/* With all that it needs, or it waits for somebody who has the rest. */
static void
start_or_lack (Entry *entry, BywaySecretSet *secrets, const char *why)
{
  g_auto (GStrv) missing = byway_connection_missing (entry->connection, secrets);
  g_autofree char *line = NULL;

  if (missing == NULL || missing[0] == NULL)
    {
      start_again (entry, secrets);
      return;
    }
  line = g_strdup_printf ("It waits for its secrets: %s", why);
  byway_connection_log (entry->connection, line);
  byway_redialer_lack (entry->redialer, missing);
}

/* Only a no of its user's is one: who does not answer may be out for a while. */
static void
on_asked_again (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Again) again = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BywaySecretSet) answer = byway_agents_ask_finish (result, &error);
  Entry *entry = g_hash_table_lookup (again->manager->entries, again->uuid);

  if (entry == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || !byway_redialer_is_wanted (entry->redialer)
      || byway_connection_is_active (entry->connection))
    return;
  if (g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_CANCELLED))
    {
      byway_redialer_fail (entry->redialer, BYWAY_CAUSE_SECRETS_MISSING);
      return;
    }
  if (answer != NULL)
    byway_secret_set_merge (again->secrets, answer);
  start_or_lack (entry, again->secrets,
                 error != NULL ? error->message : "the answer does not have them all");
}

void
byway_manager_connect_again (BywayRedialer *redialer, BywaySecretSet *secrets, Entry *entry)
{
  const BywayRecord *record = byway_entry_record (entry);
  g_auto (GStrv) missing = byway_connection_missing (entry->connection, secrets);
  Again *again;

  if (missing == NULL || missing[0] == NULL
      || !byway_agents_has (entry->manager->agents, entry->wanted_by, ""))
    {
      start_or_lack (entry, secrets, "nobody who has them is here");
      return;
    }
  again = g_new0 (Again, 1);
  again->manager = g_object_ref (entry->manager);
  again->uuid = g_strdup (record->uuid);
  again->secrets = byway_secret_set_ref (secrets);
  byway_agents_ask (entry->manager->agents, entry->wanted_by, record->name, record->uuid,
                    (const char *const *)missing, NULL, on_asked_again, again);
}

/* --- disconnecting ---------------------------------------------------------------------------- */

static void
on_disconnected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  Entry *entry = g_hash_table_lookup (call->manager->entries, call->entry_uuid);
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), NULL);
  /* Who connected it again meanwhile wants it on. */
  if (entry == NULL || byway_connection_is_active (entry->connection)
      || byway_entry_lift_kill_switch (entry, &error))
    byway_call_reply (call, NULL);
  else
    byway_call_reply_error (call, error);
}

void
byway_manager_disconnect (Call *call, Entry *entry)
{
  entry->called_off++;
  byway_redialer_give_up (entry->redialer);
  byway_entry_call_off_questions (entry);
  byway_connection_stop (entry->connection, on_disconnected, byway_call_copy (call));
}

/* --- transient connections -------------------------------------------------------------------- */

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
  secrets = read_secrets (call, index);
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
  if (!make_session (call, entry, secrets))
    {
      g_hash_table_remove (call->manager->entries, uuid);
      return;
    }
  byway_entry_emit (entry, ROOT_PATH, INTERFACE ("Manager"), "ConnectionAdded",
                    g_variant_new ("(o)", entry->path));
  start_session (call, entry);
}
