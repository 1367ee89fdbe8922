/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-secret-agent.h"

#include "byway-agent-info.h"
#include "byway-credential-question.h"
#include "byway-diagnosis.h"
#include "byway-error.h"
#include "byway-seal.h"
#include "byway-secret-keeper.h"
#include "byway-words.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>

#define HELPER "org.byway.Byway1"
#define PATH "/org/byway/Applet/Agent"
/* The helper waits no longer for an answer. */
#define HELPER_SECONDS (5 * 60)

struct _BywaySecretAgent
{
  GObject parent;
  GDBusConnection *bus;
  BywayRoster *roster;
  char *helper; /* its unique name; NULL: not there */
  guint watch, object;
  GHashTable *askings; /* id -> Asking, not owned: it ends with its question */
  GHashTable *drafts;  /* id -> BywaySecretDraft: what was typed for the last attempt */
  GHashTable *calls;   /* the serial of the helper's message -> Call, not owned */
};

G_DEFINE_FINAL_TYPE (BywaySecretAgent, byway_secret_agent, G_TYPE_OBJECT)

/* One question, and all that wait for its answer. */
typedef struct
{
  BywaySecretAgent *agent;
  char *id;
  GCancellable *cancellable;
  GPtrArray *waiters; /* Waiter */
  BywaySecretDraft *earlier;
  gboolean over; /* nobody waits; a late answer is dropped */
} Asking;

typedef struct
{
  Asking *asking;
  GTask *task;
  gulong cancelled;
} Waiter;

/* --- who waits ------------------------------------------------------------------------------ */

static void
free_waiter (gpointer data)
{
  Waiter *waiter = data;

  g_clear_signal_handler (&waiter->cancelled, g_task_get_cancellable (waiter->task));
  g_object_unref (waiter->task);
  g_free (waiter);
}

static void
free_asking (Asking *asking)
{
  g_ptr_array_unref (asking->waiters);
  g_clear_pointer (&asking->earlier, byway_secret_draft_free);
  g_object_unref (asking->cancellable);
  g_object_unref (asking->agent);
  g_free (asking->id);
  g_free (asking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, free_asking)

/* The callback shall not run inside of whoever cancels. */
static gboolean
return_cancelled (gpointer task)
{
  g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_CANCELLED, "%s",
                           _ ("the question for secrets was cancelled"));
  return G_SOURCE_REMOVE;
}

/* Frees it, maybe at once: the question answers to its cancellable. */
static void
drop_asking (Asking *asking)
{
  asking->over = TRUE;
  g_hash_table_remove (asking->agent->askings, asking->id);
  g_cancellable_cancel (asking->cancellable);
}

static void
on_waiter_cancelled (Waiter *waiter)
{
  Asking *asking = waiter->asking;

  g_idle_add_full (G_PRIORITY_DEFAULT, return_cancelled, g_object_ref (waiter->task),
                   g_object_unref);
  g_ptr_array_remove (asking->waiters, waiter);
  if (asking->waiters->len == 0)
    drop_asking (asking);
}

static void
add_waiter (Asking *asking, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *waiter = g_new0 (Waiter, 1);

  g_task_set_check_cancellable (task, FALSE); /* its error is ours */
  waiter->asking = asking;
  waiter->task = g_object_ref (task);
  g_ptr_array_add (asking->waiters, waiter);
  if (cancellable == NULL)
    return;
  waiter->cancelled = g_signal_connect_swapped (cancellable, "cancelled",
                                                G_CALLBACK (on_waiter_cancelled), waiter);
  if (g_cancellable_is_cancelled (cancellable))
    on_waiter_cancelled (waiter);
}

/* With @secrets, or why there are none. A callback may begin to ask anew. */
static void
answer (GPtrArray *waiters, BywaySecretSet *secrets, const GError *error)
{
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = waiters->pdata[i];

      if (secrets != NULL)
        g_task_return_pointer (waiter->task, byway_secret_set_ref (secrets),
                               (GDestroyNotify)byway_secret_set_unref);
      else
        g_task_return_error (waiter->task, g_error_copy (error));
    }
}

/* Nobody else may cancel what is being answered. */
static GPtrArray *
take_waiters (Asking *asking)
{
  GPtrArray *waiters = asking->waiters;

  asking->waiters = g_ptr_array_new_with_free_func (free_waiter);
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = waiters->pdata[i];

      g_clear_signal_handler (&waiter->cancelled, g_task_get_cancellable (waiter->task));
    }
  return waiters;
}

static void
end_asking (Asking *asking, BywayError code, const char *text)
{
  g_autoptr (GPtrArray) waiters = take_waiters (asking);
  g_autoptr (GError) error = g_error_new_literal (BYWAY_ERROR, code, text);

  drop_asking (asking);
  answer (waiters, NULL, error);
}

/* --- asking --------------------------------------------------------------------------------- */

static void
keep_draft (Asking *asking, BywaySecretDraft *draft)
{
  BywaySecretAgent *self = asking->agent;

  if (!byway_secret_draft_is_empty (draft) && byway_roster_find (self->roster, asking->id) != NULL)
    g_hash_table_insert (self->drafts, g_strdup (asking->id), draft);
  else
    byway_secret_draft_free (draft);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asking) asking = data;
  g_autoptr (GError) error = NULL;
  BywaySecretDraft *draft = NULL;
  g_autoptr (BywaySecretSet) secrets
      = byway_credential_question_ask_finish (result, &draft, &error);
  g_autoptr (GPtrArray) waiters = NULL;

  if (asking->over)
    {
      g_clear_pointer (&draft, byway_secret_draft_free);
      return;
    }
  g_hash_table_remove (asking->agent->askings, asking->id);
  if (draft != NULL)
    keep_draft (asking, draft);
  waiters = take_waiters (asking);
  answer (waiters, secrets, error);
}

/* What was typed for the attempt before is this question's now. */
static BywaySecretDraft *
take_draft (BywaySecretAgent *self, const char *id)
{
  g_autofree char *key = NULL;
  BywaySecretDraft *draft = NULL;

  g_hash_table_steal_extended (self->drafts, id, (gpointer *)&key, (gpointer *)&draft);
  return draft;
}

static Asking *
new_asking (BywaySecretAgent *self, const char *id)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->agent = g_object_ref (self);
  asking->id = g_strdup (id);
  asking->cancellable = g_cancellable_new ();
  asking->waiters = g_ptr_array_new_with_free_func (free_waiter);
  asking->earlier = take_draft (self, id);
  g_hash_table_insert (self->askings, asking->id, asking);
  return asking;
}

/* One that is asked for already is not asked for again. */
static void
gather (BywaySecretAgent *self, GtkWindow *parent, const char *id,
        const BywaySecretSubject *subject, GTask *task)
{
  Asking *asking = g_hash_table_lookup (self->askings, id);

  if (asking == NULL)
    {
      asking = new_asking (self, id);
      byway_credential_question_ask (subject, asking->earlier, parent, asking->cancellable,
                                     on_answered, asking);
    }
  add_waiter (asking, task);
}

void
byway_secret_agent_gather (BywaySecretAgent *self, GtkWindow *parent, const char *id,
                           const char *refused_key, const char *reason, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  const BywayEntry *entry = byway_roster_find (self->roster, id);
  g_autoptr (BywayProfile) profile = byway_roster_profile (entry);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, byway_secret_agent_gather);
  if (entry == NULL || entry->home != BYWAY_HOME_HELPER)
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_NOT_FOUND, "%s",
                             _ ("the helper has no such connection"));
  else
    gather (self, parent, id,
            &(BywaySecretSubject){ .uuid = entry->uuid,
                                   .name = entry->name,
                                   .profile = profile,
                                   .refused = refused_key,
                                   .reason = reason },
            task);
}

BywaySecretSet *
byway_secret_agent_gather_finish (BywaySecretAgent *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
byway_secret_agent_settle (BywaySecretAgent *self, const char *id, gboolean worked)
{
  const BywayEntry *entry = byway_roster_find (self->roster, id);
  BywaySecretDraft *draft = g_hash_table_lookup (self->drafts, id);

  if (draft == NULL)
    return;
  if (!worked)
    {
      byway_secret_draft_fail (draft);
      return;
    }
  if (entry != NULL)
    byway_secret_keeper_keep (entry->uuid, entry->name, draft);
  g_hash_table_remove (self->drafts, id);
}

static void
on_removed (BywayRoster *roster, const char *id, BywaySecretAgent *self)
{
  Asking *asking = g_hash_table_lookup (self->askings, id);

  g_hash_table_remove (self->drafts, id);
  if (asking != NULL)
    end_asking (asking, BYWAY_ERROR_NOT_FOUND, _ ("the connection was deleted"));
}

/* --- the helper's questions ----------------------------------------------------------------- */

/* One call of GetSecrets or GetNewSecret. */
typedef struct
{
  GHashTable *calls; /* it is in */
  GDBusMethodInvocation *invocation;
  GStrv keys;
  GCancellable *cancellable;
  guint deadline;
} Call;

static gpointer
serial_of (GDBusMethodInvocation *invocation)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (invocation);

  return GUINT_TO_POINTER (g_dbus_message_get_serial (message));
}

static Call *
new_call (BywaySecretAgent *self, GDBusMethodInvocation *invocation)
{
  Call *call = g_new0 (Call, 1);

  call->calls = g_hash_table_ref (self->calls);
  call->invocation = g_object_ref (invocation);
  call->cancellable = g_cancellable_new ();
  g_hash_table_insert (call->calls, serial_of (invocation), call);
  return call;
}

static void
free_call (Call *call)
{
  g_hash_table_remove (call->calls, serial_of (call->invocation));
  g_hash_table_unref (call->calls);
  g_object_unref (call->invocation);
  g_clear_handle_id (&call->deadline, g_source_remove);
  g_object_unref (call->cancellable);
  g_strfreev (call->keys);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, free_call)

/* Whoever asks for one secret gets no other. */
static BywaySecretSet *
only_keys (const BywaySecretSet *secrets, GStrv keys)
{
  BywaySecretSet *some = byway_secret_set_new ();

  for (; *keys != NULL; keys++)
    {
      gsize length;
      const char *bytes = byway_secret_set_get (secrets, *keys, &length);
      const char *problem;

      if (bytes != NULL)
        byway_secret_set_put (some, *keys, bytes, length, &problem);
    }
  return some;
}

/* A failure's message is for a sentence only: a file's name, or nothing. */
static void
reply_failure (GDBusMethodInvocation *invocation, const GError *failure)
{
  g_autoptr (BywayDiagnosis) diagnosis
      = byway_diagnosis_new_from_error (failure, BYWAY_STAGE_PREPARE);
  g_autoptr (BywayWords) words = byway_words_new (diagnosis);

  g_dbus_method_invocation_return_dbus_error (
      invocation, byway_error_dbus_name (BYWAY_ERROR_SECRETS_MISSING), words->sentence);
}

/* Takes @error. */
static void
reply_error (GDBusMethodInvocation *invocation, GError *error)
{
  const char *name = byway_error_dbus_name (
      error->domain == BYWAY_ERROR ? (BywayError)error->code : BYWAY_ERROR_SECRETS_MISSING);

  if (error->domain == BYWAY_FAILURE)
    reply_failure (invocation, error);
  else
    g_dbus_method_invocation_return_dbus_error (invocation, name, error->message);
  g_error_free (error);
}

static void
reply (Call *call, const BywaySecretSet *secrets)
{
  g_autoptr (BywaySecretSet) asked = only_keys (secrets, call->keys);
  g_autoptr (GUnixFDList) list = NULL;
  GError *error = NULL;
  int fd = byway_seal_secrets (asked, &error);

  if (fd < 0)
    {
      reply_error (call->invocation, error);
      return;
    }
  list = g_unix_fd_list_new_from_array (&fd, 1);
  g_dbus_method_invocation_return_value_with_unix_fd_list (call->invocation,
                                                           g_variant_new ("(h)", 0), list);
}

static void
on_gathered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  GError *error = NULL;
  g_autoptr (BywaySecretSet) secrets
      = byway_secret_agent_gather_finish (BYWAY_SECRET_AGENT (source), result, &error);

  if (secrets != NULL)
    reply (call, secrets);
  else
    reply_error (call->invocation, error);
}

static gboolean
on_call_deadline (gpointer data)
{
  Call *call = data;

  call->deadline = 0;
  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

/* Takes @keys. Puts into the subject what is wanted of which connection; the rest is there. */
static void
answer_call (BywaySecretAgent *self, GDBusMethodInvocation *invocation, GStrv keys,
             BywaySecretSubject *subject)
{
  Call *call = new_call (self, invocation);
  g_autofree char *id = g_strconcat ("byway:", subject->uuid, NULL);
  g_autoptr (BywayProfile) profile = byway_roster_profile (byway_roster_find (self->roster, id));
  g_autoptr (GTask) task = NULL;

  call->keys = keys;
  call->deadline = g_timeout_add_seconds (HELPER_SECONDS, on_call_deadline, call);
  task = g_task_new (self, call->cancellable, on_gathered, call);
  subject->profile = profile;
  subject->wanted = (const char *const *)keys;
  gather (self, NULL, id, subject, task);
}

static void
get_secrets (BywaySecretAgent *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  BywaySecretSubject subject = { 0 };
  GStrv keys;

  g_variant_get (parameters, "(&s&s^as)", &subject.name, &subject.uuid, &keys);
  answer_call (self, invocation, keys, &subject);
}

static void
get_new_secret (BywaySecretAgent *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  BywaySecretSubject subject = { 0 };
  g_autoptr (GVariant) refusal = NULL;
  g_autoptr (BywayDiagnosis) diagnosis = NULL;
  g_autoptr (BywayWords) words = NULL;

  g_variant_get (parameters, "(&s&s&s@a{sv})", &subject.name, &subject.uuid, &subject.refused,
                 &refusal);
  diagnosis = byway_diagnosis_new_from_variant (refusal);
  words = byway_words_new (diagnosis);
  subject.reason = words->sentence;
  answer_call (self, invocation, g_strdupv ((GStrv)(const char *[]){ subject.refused, NULL }),
               &subject);
}

/* Who asked with it hears that it was cancelled, and cares no more; others may wait for the same
 * dialog. */
static void
cancel_question (BywaySecretAgent *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  Call *call;
  guint32 serial;

  g_variant_get (parameters, "(u)", &serial);
  call = g_hash_table_lookup (self->calls, GUINT_TO_POINTER (serial));
  if (call != NULL)
    g_cancellable_cancel (call->cancellable);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_method (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
           gpointer data)
{
  BywaySecretAgent *self = data;

  if (self->helper == NULL || g_strcmp0 (sender, self->helper) != 0)
    g_dbus_method_invocation_return_dbus_error (
        invocation, byway_error_dbus_name (BYWAY_ERROR_DENIED), "only the helper may ask");
  else if (strcmp (method, "GetNewSecret") == 0)
    get_new_secret (self, parameters, invocation);
  else if (strcmp (method, "CancelQuestion") == 0)
    cancel_question (self, parameters, invocation);
  else
    get_secrets (self, parameters, invocation);
}

/* --- the helper ----------------------------------------------------------------------------- */

static void
on_registered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_message ("The helper takes no agent for secrets: %s", error->message);
}

static void
on_helper (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  BywaySecretAgent *self = data;

  g_free (self->helper);
  self->helper = g_strdup (owner);
  g_dbus_connection_call (bus, owner, "/org/byway/Byway1", HELPER ".Manager", "RegisterAgent",
                          g_variant_new ("(o)", PATH), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          NULL, on_registered, NULL);
}

static void
on_no_helper (GDBusConnection *bus, const char *name, gpointer data)
{
  BywaySecretAgent *self = data;
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array (self->askings, NULL);
  g_auto (GStrv) ids = g_strdupv ((GStrv)keys);

  g_clear_pointer (&self->helper, g_free);
  for (char **id = ids; *id != NULL; id++)
    {
      Asking *asking = g_hash_table_lookup (self->askings, *id);

      if (asking != NULL)
        end_asking (asking, BYWAY_ERROR_FAILED, _ ("the helper bywayd ended"));
    }
}

/* --- the object ----------------------------------------------------------------------------- */

BywaySecretAgent *
byway_secret_agent_new (GDBusConnection *system_bus, BywayRoster *roster)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method };
  BywaySecretAgent *self = g_object_new (BYWAY_TYPE_SECRET_AGENT, NULL);
  g_autoptr (GError) error = NULL;

  self->bus = g_object_ref (system_bus);
  self->roster = g_object_ref (roster);
  g_signal_connect_object (roster, "removed", G_CALLBACK (on_removed), self, 0);
  self->object = g_dbus_connection_register_object (
      system_bus, PATH, (GDBusInterfaceInfo *)&org_byway_byway1_agent_interface, &vtable, self,
      NULL, &error);
  if (self->object == 0)
    {
      g_warning ("There is no agent for secrets: %s", error->message);
      return self;
    }
  self->watch = g_bus_watch_name_on_connection (system_bus, HELPER, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                on_helper, on_no_helper, self, NULL);
  return self;
}

static void
byway_secret_agent_dispose (GObject *object)
{
  BywaySecretAgent *self = BYWAY_SECRET_AGENT (object);

  if (self->object != 0)
    g_dbus_connection_unregister_object (self->bus, self->object);
  self->object = 0;
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  g_clear_pointer (&self->helper, g_free);
  g_clear_pointer (&self->askings, g_hash_table_unref);
  g_clear_pointer (&self->drafts, g_hash_table_unref);
  g_clear_pointer (&self->calls, g_hash_table_unref);
  g_clear_object (&self->roster);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (byway_secret_agent_parent_class)->dispose (object);
}

static void
byway_secret_agent_class_init (BywaySecretAgentClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = byway_secret_agent_dispose;
}

static void
byway_secret_agent_init (BywaySecretAgent *self)
{
  self->askings = g_hash_table_new (g_str_hash, g_str_equal);
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)byway_secret_draft_free);
  self->calls = g_hash_table_new (NULL, NULL);
}
