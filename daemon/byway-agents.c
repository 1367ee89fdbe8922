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
  GPtrArray *open;    /* Question, not owned */
};

/* What an agent has not answered yet: a GTask's data. */
typedef struct
{
  GPtrArray *open; /* that it is in until then */
  char *name, *path, *uuid;
  guint32 serial; /* of the message that asks */
  GCancellable *cancellable;
  GCancellable *askers; /* may be NULL */
  gulong following;
} Question;

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
  self->open = g_ptr_array_new ();
  return self;
}

void
byway_agents_free (BywayAgents *self)
{
  g_hash_table_unref (self->of_uid);
  g_ptr_array_unref (self->open);
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

/* --- questions ------------------------------------------------------------------------------ */

static void
question_free (gpointer data)
{
  Question *question = data;

  g_cancellable_disconnect (question->askers, question->following);
  g_clear_object (&question->askers);
  g_object_unref (question->cancellable);
  g_ptr_array_unref (question->open);
  g_free (question->name);
  g_free (question->path);
  g_free (question->uuid);
  g_free (question);
}

static void
on_asker_cancelled (GCancellable *askers, GCancellable *questions)
{
  g_cancellable_cancel (questions);
}

static Question *
question_new (BywayAgents *self, const Agent *agent, const char *uuid, GCancellable *askers)
{
  Question *question = g_new0 (Question, 1);

  question->open = g_ptr_array_ref (self->open);
  question->name = g_strdup (agent->name);
  question->path = g_strdup (agent->path);
  question->uuid = g_strdup (uuid);
  question->cancellable = g_cancellable_new ();
  if (askers != NULL)
    {
      question->askers = g_object_ref (askers);
      question->following = g_cancellable_connect (askers, G_CALLBACK (on_asker_cancelled),
                                                   question->cancellable, NULL);
    }
  g_ptr_array_add (question->open, question);
  return question;
}

static GDBusMessage *
message_new (const Question *question, const char *method, GVariant *arguments)
{
  GDBusMessage *message = g_dbus_message_new_method_call (question->name, question->path,
                                                          "org.byway.Byway1.Agent", method);

  g_dbus_message_set_body (message, arguments);
  return message;
}

/* So that no dialog stays for nobody. An agent that does not know the call does not matter. */
static void
tell_cancelled (GDBusConnection *bus, const Question *question)
{
  g_autoptr (GDBusMessage) message
      = message_new (question, "CancelQuestion", g_variant_new ("(u)", question->serial));

  g_dbus_message_set_flags (message, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  g_dbus_connection_send_message (bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
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
is_users_no (const GError *error)
{
  g_autofree char *name = error != NULL ? g_dbus_error_get_remote_error (error) : NULL;

  return g_strcmp0 (name, byway_error_dbus_name (BYWAY_ERROR_CANCELLED)) == 0;
}

static gboolean
nobody_waits (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* NULL with @error: the agent's own, or why there is no answer. */
static BywaySecretSet *
finish_call (GDBusConnection *bus, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply
      = g_dbus_connection_send_message_with_reply_finish (bus, result, error);

  if (reply == NULL || g_dbus_message_to_gerror (reply, error))
    return NULL;
  return take_secrets (reply, error);
}

/* An answer that was on its way when the question was called off is none. */
static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  GDBusConnection *bus = G_DBUS_CONNECTION (source);
  g_autoptr (GTask) task = data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (BywaySecretSet) secrets = finish_call (bus, result, &error);
  BywayError code = is_users_no (error) ? BYWAY_ERROR_CANCELLED : BYWAY_ERROR_SECRETS_MISSING;

  g_ptr_array_remove (question->open, question);
  if (nobody_waits (error))
    tell_cancelled (bus, question);
  if (error != NULL)
    g_dbus_error_strip_remote_error (error);
  if (g_cancellable_is_cancelled (question->cancellable))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the question was called off");
  else if (secrets != NULL)
    g_task_return_pointer (task, g_steal_pointer (&secrets),
                           (GDestroyNotify)byway_secret_set_unref);
  else
    g_task_return_new_error (task, BYWAY_ERROR, code, "%s", error->message);
}

/* Takes @arguments, floating. */
static void
ask (BywayAgents *self, guint uid, const char *uuid, const char *method, GVariant *arguments,
     GTask *task)
{
  Agent *agent = g_hash_table_lookup (self->of_uid, GUINT_TO_POINTER (uid));
  g_autoptr (GVariant) body = g_variant_ref_sink (arguments);
  g_autoptr (GDBusMessage) message = NULL;
  Question *question;

  g_return_if_fail (agent != NULL);
  question = question_new (self, agent, uuid, g_task_get_cancellable (task));
  g_task_set_task_data (task, question, question_free);
  message = message_new (question, method, body);
  g_dbus_connection_send_message_with_reply (self->bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                             ASK_MS, &question->serial, question->cancellable,
                                             on_reply, g_object_ref (task));
}

void
byway_agents_ask (BywayAgents *self, guint uid, const char *connection, const char *uuid,
                  const char *const *keys, GCancellable *cancellable, GAsyncReadyCallback callback,
                  gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  ask (self, uid, uuid, "GetSecrets", g_variant_new ("(ss^as)", connection, uuid, keys), task);
}

void
byway_agents_ask_anew (BywayAgents *self, guint uid, const char *connection, const char *uuid,
                       const char *key, GVariant *refusal, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  ask (self, uid, uuid, "GetNewSecret",
       g_variant_new ("(sss@a{sv})", connection, uuid, key, refusal), task);
}

/* Who asked hears of it later, so none goes out of the list meanwhile. */
void
byway_agents_call_off (BywayAgents *self, const char *uuid)
{
  for (guint i = 0; i < self->open->len; i++)
    {
      Question *question = self->open->pdata[i];

      if (strcmp (question->uuid, uuid) == 0)
        g_cancellable_cancel (question->cancellable);
    }
}

BywaySecretSet *
byway_agents_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
