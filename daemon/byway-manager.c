/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-examine.h"
#include "byway-issue.h"
#include "byway-limits.h"
#include "byway-manager-private.h"
#include "byway-store.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (BywayManager, byway_manager, G_TYPE_OBJECT)

static Call *
call_new (BywayManager *manager, GDBusMethodInvocation *invocation, GVariant *parameters,
          const char *uuid)
{
  Call *call = g_new0 (Call, 1);

  call->manager = g_object_ref (manager);
  call->invocation = g_object_ref (invocation);
  call->parameters = g_variant_ref (parameters);
  call->entry_uuid = g_strdup (uuid);
  return call;
}

Call *
byway_call_copy (Call *call)
{
  Call *copy = call_new (call->manager, call->invocation, call->parameters, call->entry_uuid);

  copy->uid = call->uid;
  copy->owner = call->owner;
  return copy;
}

const char *
byway_call_sender (Call *call)
{
  return g_dbus_method_invocation_get_sender (call->invocation);
}

void
byway_call_free (Call *call)
{
  g_object_unref (call->manager);
  g_object_unref (call->invocation);
  g_variant_unref (call->parameters);
  g_free (call->entry_uuid);
  g_free (call);
}

void
byway_call_reply (Call *call, GVariant *value)
{
  g_dbus_method_invocation_return_value (call->invocation, value);
}

void
byway_call_reply_error (Call *call, const GError *error)
{
  const char *name = byway_error_dbus_name (error->domain == BYWAY_ERROR ? (BywayError)error->code
                                                                         : BYWAY_ERROR_FAILED);

  g_dbus_method_invocation_return_dbus_error (call->invocation, name, error->message);
}

void
byway_call_reply_code (Call *call, BywayError code, const char *text)
{
  g_dbus_method_invocation_return_dbus_error (call->invocation, byway_error_dbus_name (code), text);
}

const BywayRecord *
byway_entry_record (Entry *entry)
{
  return byway_connection_get_record (entry->connection);
}

void
byway_entry_emit (Entry *entry, const char *path, const char *interface, const char *signal,
                  GVariant *arguments)
{
  byway_watchers_emit (entry->manager->watchers, byway_entry_record (entry)->owner, path, interface,
                       signal, arguments);
}

/* What only its caller may do with a transient connection. */
gboolean
byway_entry_refuse_transient (Call *call, Entry *entry)
{
  if (entry->keeper == 0)
    return FALSE;
  byway_call_reply_code (call, BYWAY_ERROR_DENIED,
                         "this connection is NetworkManager's: use nmcli, or its settings");
  return TRUE;
}

/* --- Manager ---------------------------------------------------------------------------------- */

static void
manager_list (Call *call, Entry *none)
{
  GVariantBuilder paths;
  GHashTableIter iter;
  gpointer entry;

  g_variant_builder_init (&paths, G_VARIANT_TYPE ("ao"));
  g_hash_table_iter_init (&iter, call->manager->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    if (byway_bouncer_sees (call->uid, byway_entry_record (entry)->owner)
        && ((Entry *)entry)->abandoned == 0)
      g_variant_builder_add (&paths, "o", ((Entry *)entry)->path);
  byway_call_reply (call, g_variant_new ("(ao)", &paths));
}

/* The caller's own before the system's, and these before another user's (which only root sees). */
static int
preference (Call *call, Entry *entry)
{
  guint owner = byway_entry_record (entry)->owner;

  if (entry->keeper != 0)
    return 0;
  return owner == call->uid ? 2 : owner == BYWAY_OWNER_SYSTEM ? 1 : 0;
}

static Entry *
find_visible (Call *call, const char *name)
{
  Entry *best = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, call->manager->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;
      const BywayRecord *record = byway_entry_record (entry);

      if (!byway_bouncer_sees (call->uid, record->owner)
          || (strcmp (record->name, name) != 0 && strcmp (record->uuid, name) != 0))
        continue;
      if (best == NULL || preference (call, entry) > preference (call, best))
        best = entry;
    }
  return best;
}

static void
manager_find (Call *call, Entry *none)
{
  const char *name;
  Entry *entry;

  g_variant_get (call->parameters, "(&s)", &name);
  entry = find_visible (call, name);
  if (entry != NULL)
    byway_call_reply (call, g_variant_new ("(o)", entry->path));
  else
    byway_call_reply_code (call, BYWAY_ERROR_NOT_FOUND, "there is no connection of this name");
}

/* Is `name` free for this owner? `except` may keep its own name, and NetworkManager's count not. */
static gboolean
name_is_free (BywayManager *self, const char *name, guint owner, Entry *except, GError **error)
{
  GHashTableIter iter;
  gpointer value;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const BywayRecord *record = byway_entry_record (value);

      if (record->owner != owner || ((Entry *)value)->keeper != 0)
        continue;
      count++;
      if (value != except && strcmp (record->name, name) == 0)
        {
          g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_EXISTS,
                       "there is a connection named “%s” already", name);
          return FALSE;
        }
    }
  if (except == NULL && count >= BYWAY_LIMIT_CONNECTIONS_OF_OWNER)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_LIMIT, "%u connections are the most possible",
                   BYWAY_LIMIT_CONNECTIONS_OF_OWNER);
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_size (const char *name, GVariant *dictionary, GError **error)
{
  gsize size = strlen (name) + byway_settings_size (dictionary);

  if (size <= BYWAY_LIMIT_CONNECTION_SIZE)
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_LIMIT,
               "a connection may have %u bytes, not %" G_GSIZE_FORMAT, BYWAY_LIMIT_CONNECTION_SIZE,
               size);
  return FALSE;
}

/* Every problem of name and settings at once; empty where there is none. */
static GPtrArray *
find_issues (const char *name, GVariant *dictionary, GHashTable *settings)
{
  GPtrArray *issues = NULL;
  g_autoptr (BywayProfile) profile = byway_profile_parse (settings, &issues);
  const char *twice = byway_settings_find_twice (dictionary);
  const char *problem = byway_name_problem (name);

  if (issues == NULL)
    issues = byway_issues_new ();
  if (twice != NULL)
    g_ptr_array_add (issues,
                     byway_issue_new (twice, BYWAY_ISSUE_CONFLICT, "it comes more than once"));
  if (problem != NULL)
    g_ptr_array_insert (issues, 0, byway_issue_new ("name", BYWAY_ISSUE_SYNTAX, "%s", problem));
  return issues;
}

/* Name and settings checked as a whole: every problem in one error, or a new record. What is too
 * big is not even looked at. */
BywayRecord *
byway_manager_checked_record (const char *uuid, const char *name, guint owner, GVariant *dictionary,
                              GError **error)
{
  g_autoptr (GHashTable) settings = NULL;
  g_autoptr (GPtrArray) issues = NULL;

  if (!has_size (name, dictionary, error))
    return NULL;
  settings = byway_settings_from_variant (dictionary);
  issues = find_issues (name, dictionary, settings);
  if (issues->len > 0)
    {
      byway_issues_to_error (issues, error);
      return NULL;
    }
  return byway_record_new (uuid, name, owner, settings);
}

static void
manager_add (Call *call, Entry *none)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autoptr (GVariant) settings = NULL;
  g_autoptr (BywayRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  gboolean system;
  guint owner;
  Entry *entry = NULL;

  g_variant_get (call->parameters, "(&s@a{ss}b)", &name, &settings, &system);
  owner = system ? BYWAY_OWNER_SYSTEM : call->uid;
  record = byway_manager_checked_record (uuid, name, owner, settings, &error);
  if (record == NULL || !name_is_free (call->manager, name, owner, NULL, &error)
      || !byway_store_save (call->manager->store, record, &error)
      || (entry = byway_manager_export_connection (call->manager, g_steal_pointer (&record),
                                                   BYWAY_ROUTES_OURS, &error))
             == NULL)
    {
      byway_call_reply_error (call, error);
      return;
    }
  byway_call_reply (call, g_variant_new ("(o)", entry->path));
  byway_entry_emit (entry, ROOT_PATH, INTERFACE ("Manager"), "ConnectionAdded",
                    g_variant_new ("(o)", entry->path));
}

static void
manager_watch (Call *call, Entry *none)
{
  g_autoptr (GError) error = NULL;

  if (byway_watchers_add (call->manager->watchers, byway_call_sender (call), call->uid, &error))
    byway_call_reply (call, NULL);
  else
    byway_call_reply_error (call, error);
}

static void
on_examined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  g_autoptr (GVariant) about = byway_examine_finish (result);

  byway_call_reply (call, g_variant_new ("(@a{sv})", about));
}

static void
manager_examine (Call *call, Entry *none)
{
  byway_examine (call->manager->context.ike_daemons, on_examined,
                 call_new (call->manager, call->invocation, call->parameters, NULL));
}

/* --- Connection ------------------------------------------------------------------------------- */

/* The secrets without which it can't come back. */
static GVariant *
describe_lacks (Entry *entry)
{
  g_auto (GStrv) keys = byway_redialer_dup_lacks (entry->redialer);

  return g_variant_new_strv ((const char *const *)keys, -1);
}

static void
connection_get (Call *call, Entry *entry)
{
  const BywayRecord *record = byway_entry_record (entry);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "name", "s", record->name);
  g_variant_dict_insert (&dict, "uuid", "s", record->uuid);
  g_variant_dict_insert (&dict, "owner", "u", record->owner);
  g_variant_dict_insert (&dict, "system", "b", record->owner == BYWAY_OWNER_SYSTEM);
  g_variant_dict_insert (&dict, "transient", "b", entry->keeper != 0);
  g_variant_dict_insert_value (&dict, "settings", byway_settings_to_variant (record->settings));
  g_variant_dict_insert (&dict, "wanted", "b",
                         byway_redialer_is_wanted (entry->redialer)
                             || byway_connection_is_active (entry->connection));
  g_variant_dict_insert_value (&dict, "lacks", describe_lacks (entry));
  g_variant_dict_insert (&dict, "next-try", "x", byway_redialer_get_next (entry->redialer));
  g_variant_dict_insert (&dict, "kill-switch", "s", byway_entry_kill_switch (entry));
  g_variant_dict_insert (&dict, "session", "o",
                         entry->session_path != NULL ? entry->session_path : "/");
  byway_call_reply (call, g_variant_new ("(@a{sv})", g_variant_dict_end (&dict)));
}

static void
connection_update (Call *call, Entry *entry)
{
  const BywayRecord *old = byway_entry_record (entry);
  g_autoptr (GVariant) settings = NULL;
  g_autoptr (BywayRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  gboolean wanted = byway_redialer_is_wanted (entry->redialer);
  const char *name;

  if (byway_entry_refuse_transient (call, entry))
    return;
  g_variant_get (call->parameters, "(&s@a{ss})", &name, &settings);
  record = byway_manager_checked_record (old->uuid, name, old->owner, settings, &error);
  if (record == NULL || !name_is_free (call->manager, name, old->owner, entry, &error)
      || !byway_store_save (call->manager->store, record, &error))
    {
      byway_call_reply_error (call, error);
      return;
    }
  byway_connection_set_record (entry->connection, g_steal_pointer (&record));
  byway_redialer_reconsider (entry->redialer);
  if (wanted && !byway_redialer_is_wanted (entry->redialer))
    byway_entry_call_off_questions (entry);
  byway_call_reply (call, NULL);
  byway_entry_emit (entry, entry->path, INTERFACE ("Connection"), "Changed", NULL);
}

guint
byway_manager_count_active (BywayManager *self)
{
  return byway_manager_count_active_of (self, BYWAY_OWNER_NONE);
}

guint
byway_manager_count_active_of (BywayManager *self, guint uid)
{
  GHashTableIter iter;
  gpointer value;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      count += byway_connection_is_active (entry->connection)
               && (uid == BYWAY_OWNER_NONE || entry->wanted_by == uid);
    }
  return count;
}

static void
connection_delete (Call *call, Entry *entry)
{
  g_autoptr (GError) error = NULL;

  if (byway_entry_refuse_transient (call, entry))
    return;
  if (byway_connection_is_active (entry->connection))
    {
      byway_call_reply_code (call, BYWAY_ERROR_BUSY, "the connection is up: take it down first");
      return;
    }
  if (!byway_store_delete (call->manager->store, byway_entry_record (entry)->uuid, &error))
    {
      byway_call_reply_error (call, error);
      return;
    }
  byway_redialer_give_up (entry->redialer);
  byway_entry_lift_kill_switch (entry, NULL); /* nobody could any more */
  byway_call_reply (call, NULL);
  byway_entry_emit (entry, ROOT_PATH, INTERFACE ("Manager"), "ConnectionRemoved",
                    g_variant_new ("(o)", entry->path));
  g_hash_table_remove (call->manager->entries, call->entry_uuid);
}

static void
connection_get_log (Call *call, Entry *entry)
{
  g_auto (GStrv) lines = byway_connection_dup_log (entry->connection);

  byway_call_reply (call, g_variant_new ("(^as)", lines));
}

/* --- Session ---------------------------------------------------------------------------------- */

static void
session_get (Call *call, Entry *entry)
{
  g_autoptr (GVariant) about = g_variant_ref_sink (
      byway_session_describe (byway_connection_get_session (entry->connection)));
  GVariantDict dict;

  g_variant_dict_init (&dict, about);
  g_variant_dict_insert (&dict, "connection", "o", entry->path);
  g_variant_dict_insert (&dict, "name", "s", byway_entry_record (entry)->name);
  byway_call_reply (call, g_variant_new ("(@a{sv})", g_variant_dict_end (&dict)));
}

static void
session_get_files (Call *call, Entry *entry)
{
  BywaySession *session = byway_connection_get_session (entry->connection);

  byway_call_reply (call, g_variant_new ("(@a(ss))", byway_session_describe_files (session)));
}

static void
on_stage (BywayConnection *connection, guint stage, guint state, guint milliseconds,
          const char *text, Entry *entry)
{
  if (entry->session_path != NULL)
    byway_entry_emit (entry, entry->session_path, INTERFACE ("Session"), "StageChanged",
                      g_variant_new ("(ssus)", byway_stage_to_string (stage),
                                     byway_stage_state_to_string (state), milliseconds, text));
}

static void
on_warning (BywayConnection *connection, const char *code, Entry *entry)
{
  if (entry->session_path != NULL)
    byway_entry_emit (entry, entry->session_path, INTERFACE ("Session"), "Diagnosed",
                      g_variant_new ("(s)", code));
}

static void
on_state (BywayConnection *connection, guint state, Entry *entry)
{
  BywaySession *session = byway_connection_get_session (connection);
  const BywayDiagnosis *diagnosis
      = byway_session_has_failed (session) ? byway_session_get_diagnosis (session) : NULL;
  g_autofree char *sentence = diagnosis != NULL ? byway_diagnosis_sentence (diagnosis) : NULL;

  if (entry->session_path != NULL)
    byway_entry_emit (entry, entry->session_path, INTERFACE ("Session"), "StateChanged",
                      g_variant_new ("(sss)", byway_state_to_string (state),
                                     diagnosis != NULL
                                         ? byway_error_dbus_name (byway_diagnosis_error (diagnosis))
                                         : "",
                                     sentence != NULL ? sentence : ""));
  if (state == BYWAY_STATE_DONE && byway_manager_count_active (entry->manager) == 0)
    byway_ike_daemons_idle (entry->manager->context.ike_daemons, NULL, NULL);
}

static void
session_diagnosis (Call *call, Entry *entry)
{
  BywaySession *session = byway_connection_get_session (entry->connection);

  byway_call_reply (call,
                    g_variant_new ("(@a{sv})", byway_session_describe_diagnosis (
                                                   session, byway_entry_record (entry)->name)));
}

/* --- dispatch --------------------------------------------------------------------------------- */

/* A method after the bouncer said yes; `entry` is NULL for the Manager's own. */
typedef void (*Handler) (Call *call, Entry *entry);

static const struct
{
  const char *interface, *method;
  Handler handler;
} handlers[] = {
  { INTERFACE ("Manager"), "ListConnections", manager_list },
  { INTERFACE ("Manager"), "FindConnection", manager_find },
  { INTERFACE ("Manager"), "AddConnection", manager_add },
  { INTERFACE ("Manager"), "Watch", manager_watch },
  { INTERFACE ("Manager"), "RegisterAgent", byway_manager_register_agent },
  { INTERFACE ("Manager"), "UnregisterAgent", byway_manager_unregister_agent },
  { INTERFACE ("Manager"), "Examine", manager_examine },
  { INTERFACE ("Manager"), "ConnectTransient", byway_manager_connect_transient },
  { INTERFACE ("Connection"), "Get", connection_get },
  { INTERFACE ("Connection"), "Update", connection_update },
  { INTERFACE ("Connection"), "Delete", connection_delete },
  { INTERFACE ("Connection"), "Connect", byway_manager_connect },
  { INTERFACE ("Connection"), "Disconnect", byway_manager_disconnect },
  { INTERFACE ("Connection"), "LiftKillSwitch", byway_manager_lift_kill_switch },
  { INTERFACE ("Connection"), "GetLog", connection_get_log },
  { INTERFACE ("Session"), "Get", session_get },
  { INTERFACE ("Session"), "Diagnosis", session_diagnosis },
  { INTERFACE ("Session"), "GetFiles", session_get_files },
};

static void
run_handler (Call *call)
{
  const char *interface = g_dbus_method_invocation_get_interface_name (call->invocation);
  const char *method = g_dbus_method_invocation_get_method_name (call->invocation);
  Entry *entry = NULL;

  if (call->entry_uuid != NULL)
    {
      entry = g_hash_table_lookup (call->manager->entries, call->entry_uuid);
      /* What has the same uuid now may be another user's: of that nobody was asked. */
      if (entry == NULL || byway_entry_record (entry)->owner != call->owner)
        {
          byway_call_reply_code (call, BYWAY_ERROR_NOT_FOUND, "the connection was deleted");
          return;
        }
    }
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (strcmp (handlers[i].interface, interface) == 0 && strcmp (handlers[i].method, method) == 0)
      {
        handlers[i].handler (call, entry);
        return;
      }
  byway_call_reply_code (call, BYWAY_ERROR_DENIED, "there is no such method");
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  g_autoptr (GError) error = NULL;

  if (byway_bouncer_check_finish (BYWAY_BOUNCER (source), result, &call->uid, &error))
    run_handler (call);
  else
    byway_call_reply_error (call, error);
}

static guint
owner_of_call (GDBusMethodInvocation *invocation, GVariant *parameters, Entry *entry)
{
  gboolean system = FALSE;

  if (entry != NULL)
    return byway_entry_record (entry)->owner;
  if (strcmp (g_dbus_method_invocation_get_method_name (invocation), "AddConnection") == 0)
    g_variant_get (parameters, "(&s@a{ss}b)", NULL, NULL, &system);
  return system ? BYWAY_OWNER_SYSTEM : BYWAY_OWNER_NONE;
}

static void
on_method_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                BywayManager *self, Entry *entry)
{
  Call *call = call_new (self, invocation, parameters,
                         entry != NULL ? byway_entry_record (entry)->uuid : NULL);

  call->owner = owner_of_call (invocation, parameters, entry);
  byway_bouncer_check (self->bouncer, invocation, call->owner, on_checked, call);
}

static void
on_manager_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                 const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                 gpointer data)
{
  on_method_call (bus, sender, path, interface, method, parameters, invocation, data, NULL);
}

static void
on_entry_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
               const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
               gpointer data)
{
  Entry *entry = data;

  on_method_call (bus, sender, path, interface, method, parameters, invocation, entry->manager,
                  entry);
}

static GVariant *
on_get_property (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                 const char *property, GError **error, gpointer data)
{
  return g_variant_new_string (PACKAGE_VERSION); /* "Version" is the only one */
}

static const GDBusInterfaceVTable manager_vtable = { on_manager_call, on_get_property, NULL };
static const GDBusInterfaceVTable entry_vtable = { on_entry_call, NULL, NULL };

/* --- objects ---------------------------------------------------------------------------------- */

void
byway_entry_call_off_questions (Entry *entry)
{
  byway_agents_call_off (entry->manager->agents, byway_entry_record (entry)->uuid);
}

static void
entry_free (Entry *entry)
{
  byway_entry_call_off_questions (entry);
  if (entry->keeper != 0)
    g_bus_unwatch_name (entry->keeper);
  if (entry->registration != 0)
    g_dbus_connection_unregister_object (entry->manager->bus, entry->registration);
  if (entry->session_registration != 0)
    g_dbus_connection_unregister_object (entry->manager->bus, entry->session_registration);
  g_signal_handlers_disconnect_by_data (entry->connection, entry);
  g_signal_handlers_disconnect_by_data (entry->redialer, entry);
  g_object_unref (entry->redialer);
  g_object_unref (entry->connection);
  g_free (entry->path);
  g_free (entry->session_path);
  g_free (entry);
}

static guint
register_interface (BywayManager *self, const char *path, const char *interface,
                    const GDBusInterfaceVTable *vtable, gpointer data, GError **error)
{
  return g_dbus_connection_register_object (
      self->bus, path, g_dbus_node_info_lookup_interface (self->interfaces, interface), vtable,
      data, NULL, error);
}

/* The new session takes the place of the connection's last one. */
gboolean
byway_manager_register_session (Entry *entry, GError **error)
{
  BywayManager *self = entry->manager;

  byway_entry_call_off_questions (entry);
  if (entry->session_registration != 0)
    g_dbus_connection_unregister_object (self->bus, entry->session_registration);
  g_free (entry->session_path);
  entry->session_path = g_strdup_printf (ROOT_PATH "/session/%u", ++self->next_session);
  entry->session_registration = register_interface (
      self, entry->session_path, INTERFACE ("Session"), &entry_vtable, entry, error);
  return entry->session_registration != 0;
}

static char *
connection_path (const char *uuid)
{
  g_auto (GStrv) parts = g_strsplit (uuid, "-", -1);
  g_autofree char *plain = g_strjoinv ("_", parts);

  return g_strconcat (ROOT_PATH "/connection/", plain, NULL);
}

static void
tell_changed (Entry *entry)
{
  byway_entry_emit (entry, entry->path, INTERFACE ("Connection"), "Changed", NULL);
}

/* Takes the record. */
Entry *
byway_manager_export_connection (BywayManager *self, BywayRecord *record, BywayRoutes routes,
                                 GError **error)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->manager = self;
  entry->path = connection_path (record->uuid);
  entry->connection = byway_connection_new (record, routes);
  g_signal_connect (entry->connection, "stage", G_CALLBACK (on_stage), entry);
  g_signal_connect (entry->connection, "state", G_CALLBACK (on_state), entry);
  g_signal_connect (entry->connection, "warning", G_CALLBACK (on_warning), entry);
  entry->redialer = byway_redialer_new (entry->connection, self->context.watch);
  g_signal_connect (entry->redialer, "again", G_CALLBACK (byway_manager_connect_again), entry);
  g_signal_connect_swapped (entry->redialer, "changed", G_CALLBACK (tell_changed), entry);
  g_signal_connect (entry->redialer, "refused", G_CALLBACK (byway_manager_ask_anew), entry);
  byway_manager_note_wishes (entry);
  entry->registration = register_interface (self, entry->path, INTERFACE ("Connection"),
                                            &entry_vtable, entry, error);
  if (entry->registration == 0)
    {
      entry_free (entry);
      return NULL;
    }
  g_hash_table_insert (self->entries, g_strdup (record->uuid), entry);
  return entry;
}

gboolean
byway_manager_export (BywayManager *self, GError **error)
{
  g_autoptr (GPtrArray) records = byway_store_load (self->store);

  for (guint i = 0; i < records->len; i++)
    if (byway_manager_export_connection (self, records->pdata[i], BYWAY_ROUTES_OURS, error) == NULL)
      return FALSE;
  byway_manager_watch_kill_switches (self);
  byway_manager_resume_wishes (self);
  if (byway_manager_count_active (self) == 0) /* a helper that was killed may have begun one */
    byway_ike_daemons_idle (self->context.ike_daemons, NULL, NULL);
  return register_interface (self, ROOT_PATH, INTERFACE ("Manager"), &manager_vtable, self, error)
         != 0;
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  BywayManager *self = g_task_get_source_object (task);

  if (--self->stopping == 0)
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* Also of those that wait for another try: who stops the helper wants none of them back. */
static void
give_up_all (BywayManager *self)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    byway_redialer_give_up (((Entry *)entry)->redialer);
}

void
byway_manager_stop (BywayManager *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  GHashTableIter iter;
  gpointer entry;

  self->ends = TRUE;
  give_up_all (self);
  /* Kill switches stay on: nobody has lifted them. */
  if (byway_manager_count_active (self) == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    {
      self->stopping++;
      byway_connection_stop (((Entry *)entry)->connection, on_stopped, g_object_ref (task));
    }
}

BywayManager *
byway_manager_new (GDBusConnection *bus, const BywaySessionContext *context, const char *store)
{
  BywayManager *self = g_object_new (BYWAY_TYPE_MANAGER, NULL);
  g_autoptr (GBytes) xml = g_resources_lookup_data ("/org/byway/Byway1/org.byway.Byway1.xml",
                                                    G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  self->bus = g_object_ref (bus);
  self->context = *context;
  self->store = g_strdup (store);
  self->door = byway_door_new (bus);
  self->bouncer = byway_bouncer_new (bus);
  self->watchers = byway_watchers_new (bus);
  self->agents = byway_agents_new (bus);
  self->kept = byway_kept_secrets_new (context->run_base);
  byway_manager_watch_sleep (self);
  self->interfaces = g_dbus_node_info_new_for_xml (g_bytes_get_data (xml, NULL), NULL);
  g_assert (self->interfaces != NULL);
  return self;
}

static void
byway_manager_finalize (GObject *object)
{
  BywayManager *self = BYWAY_MANAGER (object);

  if (self->context.kill_switches != NULL)
    g_signal_handlers_disconnect_by_data (self->context.kill_switches, self);
  g_hash_table_unref (self->entries);
  g_clear_pointer (&self->watchers, byway_watchers_free);
  g_clear_pointer (&self->agents, byway_agents_free);
  g_clear_pointer (&self->kept, byway_kept_secrets_free);
  g_clear_object (&self->sleep);
  g_clear_object (&self->bouncer);
  g_clear_pointer (&self->door, byway_door_free);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->interfaces, g_dbus_node_info_unref);
  g_free (self->store);
  G_OBJECT_CLASS (byway_manager_parent_class)->finalize (object);
}

static void
byway_manager_class_init (BywayManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_manager_finalize;
}

static void
byway_manager_init (BywayManager *self)
{
  self->entries
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)entry_free);
}
