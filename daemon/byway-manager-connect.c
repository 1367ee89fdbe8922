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

gboolean
byway_manager_has_room (BywayManager *self, guint uid)
{
  return byway_manager_count_active (self) < BYWAY_LIMIT_SESSIONS
         && (uid == 0 || byway_manager_count_active_of (self, uid) < BYWAY_LIMIT_SESSIONS_OF_USER);
}

gboolean
byway_manager_make_session (Call *call, Entry *entry, BywaySecretSet *secrets)
{
  g_autoptr (GError) error = NULL;

  if (call->manager->ends)
    {
      byway_call_reply_code (call, BYWAY_ERROR_BUSY, "the helper is ending");
      return FALSE;
    }
  if (!byway_manager_has_room (call->manager, call->uid))
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

void
byway_manager_start_session (Call *call, Entry *entry)
{
  byway_call_reply (call, g_variant_new ("(o)", entry->session_path));
  byway_entry_emit (entry, entry->path, INTERFACE ("Connection"), "Changed", NULL);
  byway_session_start (byway_connection_get_session (entry->connection));
}

BywaySecretSet *
byway_manager_read_secrets (Call *call, int index)
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
  if (byway_manager_make_session (waiting->call, entry, waiting->secrets))
    byway_manager_start_session (waiting->call, entry);
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
  if (!ask_agent (call, entry, secrets) && byway_manager_make_session (call, entry, secrets))
    byway_manager_start_session (call, entry);
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
  if (byway_entry_refuse_transient (call, entry)
      || (secrets = byway_manager_read_secrets (call, index)) == NULL)
    return;
  if (byway_connection_is_ending (entry->connection)) /* which is soon over */
    byway_connection_stop (entry->connection, on_ended, waiting_new (call, entry, secrets));
  else
    connect_with (call, entry, secrets);
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
