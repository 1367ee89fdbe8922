/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-agents.h"
#include "byway-error.h"
#include "byway-memfd.h"

#include <gio/gunixfdlist.h>
#include <string.h>

#define ASK_MS (5 * 60 * 1000)

typedef struct
{
  char *name, *path;
  guint watch;
} Agent;

struct _BywayAgents
{
  GDBusConnection *bus;
  GHashTable *of_uid; /* GUINT_TO_POINTER (uid) -> Agent */
};

static void
agent_free (Agent *agent)
{
  g_bus_unwatch_name (agent->watch);
  g_free (agent->name);
  g_free (agent->path);
  g_free (agent);
}

BywayAgents *
byway_agents_new (GDBusConnection *bus)
{
  BywayAgents *self = g_new0 (BywayAgents, 1);

  self->bus = g_object_ref (bus);
  self->of_uid = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)agent_free);
  return self;
}

void
byway_agents_free (BywayAgents *self)
{
  g_hash_table_unref (self->of_uid);
  g_object_unref (self->bus);
  g_free (self);
}

static gboolean
has_name (gpointer uid, gpointer agent, gpointer name)
{
  return strcmp (((Agent *)agent)->name, name) == 0;
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  BywayAgents *self = data;
  g_autofree char *gone = g_strdup (name);

  g_hash_table_foreach_remove (self->of_uid, has_name, gone);
}

/* One for each user, and the bus lets in only users that exist: they are few. */
void
byway_agents_add (BywayAgents *self, const char *name, const char *path, guint uid)
{
  Agent *agent = g_new0 (Agent, 1);

  agent->name = g_strdup (name);
  agent->path = g_strdup (path);
  g_hash_table_insert (self->of_uid, GUINT_TO_POINTER (uid), agent);
  agent->watch = g_bus_watch_name_on_connection (self->bus, name, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                 NULL, on_vanished, self, NULL);
}

void
byway_agents_remove (BywayAgents *self, const char *name, guint uid)
{
  Agent *agent = g_hash_table_lookup (self->of_uid, GUINT_TO_POINTER (uid));

  if (agent != NULL && strcmp (agent->name, name) == 0)
    g_hash_table_remove (self->of_uid, GUINT_TO_POINTER (uid));
}

gboolean
byway_agents_has (BywayAgents *self, guint uid, const char *caller)
{
  Agent *agent = g_hash_table_lookup (self->of_uid, GUINT_TO_POINTER (uid));

  return agent != NULL && strcmp (agent->name, caller) != 0;
}

static BywaySecretSet *
take_secrets (GDBusMessage *reply, GError **error)
{
  int index;

  if (strcmp (g_dbus_message_get_signature (reply), "h") != 0)
    {
      g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, "the agent's answer is none");
      return NULL;
    }
  g_variant_get (g_dbus_message_get_body (reply), "(h)", &index);
  return byway_memfd_read_secrets (reply, index, error);
}

static gboolean
is_cancelled (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  return g_strcmp0 (name, byway_error_dbus_name (BYWAY_ERROR_CANCELLED)) == 0;
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusMessage) reply = g_dbus_connection_send_message_with_reply_finish (
      G_DBUS_CONNECTION (source), result, &error);
  BywaySecretSet *secrets = NULL;
  BywayError code;

  if (reply != NULL && !g_dbus_message_to_gerror (reply, &error))
    secrets = take_secrets (reply, &error);
  if (secrets != NULL)
    {
      g_task_return_pointer (task, secrets, (GDestroyNotify)byway_secret_set_unref);
      return;
    }
  code = is_cancelled (error) ? BYWAY_ERROR_CANCELLED : BYWAY_ERROR_SECRETS_MISSING;
  g_dbus_error_strip_remote_error (error);
  g_task_return_new_error (task, BYWAY_ERROR, code, "%s", error->message);
}

static void
call_agent (BywayAgents *self, guint uid, const char *method, GVariant *arguments, GTask *task)
{
  Agent *agent = g_hash_table_lookup (self->of_uid, GUINT_TO_POINTER (uid));
  g_autoptr (GVariant) body = g_variant_ref_sink (arguments);
  g_autoptr (GDBusMessage) message = NULL;

  g_return_if_fail (agent != NULL);
  message
      = g_dbus_message_new_method_call (agent->name, agent->path, "org.byway.Byway1.Agent", method);
  g_dbus_message_set_body (message, body);
  g_dbus_connection_send_message_with_reply (self->bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                             ASK_MS, NULL, g_task_get_cancellable (task), on_reply,
                                             g_object_ref (task));
}

void
byway_agents_ask (BywayAgents *self, guint uid, const char *connection, const char *uuid,
                  const char *const *keys, GCancellable *cancellable, GAsyncReadyCallback callback,
                  gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  call_agent (self, uid, "GetSecrets", g_variant_new ("(ss^as)", connection, uuid, keys), task);
}

void
byway_agents_ask_anew (BywayAgents *self, guint uid, const char *connection, const char *uuid,
                       const char *key, GVariant *refusal, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  call_agent (self, uid, "GetNewSecret",
              g_variant_new ("(sss@a{sv})", connection, uuid, key, refusal), task);
}

BywaySecretSet *
byway_agents_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
