/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-bouncer.h"
#include "byway-door.h"
#include "byway-error.h"
#include "byway-keyfile.h"
#include "byway-polkit.h"

#include <string.h>

#define ALLOW "allow"
#define ACTION(name) "org.byway.Byway1." name

/* For each method the polkit action that it takes on an object of the caller's own, of the
 * system's, and of another user's. ALLOW: no question; NULL: never. */
typedef struct
{
  const char *interface, *method;
  const char *own, *system, *other;
} Row;

/* clang-format off */
static const Row table[] = {
  { "Manager", "ListConnections", ALLOW, ALLOW, NULL },
  { "Manager", "FindConnection", ALLOW, ALLOW, NULL },
  { "Manager", "AddConnection", ACTION ("modify-own"), ACTION ("modify-system"), NULL },
  { "Manager", "Watch", ALLOW, ALLOW, NULL },
  { "Manager", "RegisterAgent", ALLOW, NULL, NULL }, /* asked for its own user's only */
  { "Manager", "UnregisterAgent", ALLOW, NULL, NULL },
  { "Manager", "Examine", ACTION ("examine"), NULL, NULL },
  { "Manager", "ConnectTransient", NULL, NULL, NULL }, /* root's, without a question */
  { "Connection", "Get", ALLOW, ALLOW, ACTION ("manage-others") },
  { "Connection", "Update", ACTION ("modify-own"), ACTION ("modify-system"), ACTION ("manage-others") },
  { "Connection", "Delete", ACTION ("modify-own"), ACTION ("modify-system"), ACTION ("manage-others") },
  { "Connection", "Connect", ACTION ("connect-own"), ACTION ("connect-system"), NULL },
  { "Connection", "Disconnect", ACTION ("connect-own"), ACTION ("connect-system"), ACTION ("manage-others") },
  { "Connection", "LiftKillSwitch", ACTION ("connect-own"), ACTION ("connect-system"), NULL },
  { "Connection", "GetLog", ALLOW, ALLOW, ACTION ("manage-others") },
  { "Session", "Get", ALLOW, ALLOW, ACTION ("manage-others") },
  { "Session", "Diagnosis", ALLOW, ALLOW, ACTION ("manage-others") },
  { "Session", "GetFiles", ALLOW, ALLOW, ACTION ("manage-others") },
};
/* clang-format on */

struct _BywayBouncer
{
  GObject parent;
  GDBusConnection *bus;
};

G_DEFINE_FINAL_TYPE (BywayBouncer, byway_bouncer, G_TYPE_OBJECT)

typedef struct
{
  const Row *row;
  guint owner;
  guint uid;
  GDBusMessage *message;
} Check;

static void
check_free (Check *check)
{
  g_object_unref (check->message);
  g_free (check);
}

static const Row *
find_row (GDBusMethodInvocation *invocation)
{
  const char *interface = g_dbus_method_invocation_get_interface_name (invocation);
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  const char *last = strrchr (interface, '.');

  for (gsize i = 0; last != NULL && i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].interface, last + 1) == 0 && strcmp (table[i].method, method) == 0)
      return &table[i];
  return NULL;
}

static gboolean
is_others (const Check *check)
{
  return check->owner != BYWAY_OWNER_SYSTEM && check->owner != BYWAY_OWNER_NONE
         && check->owner != check->uid;
}

/* The row's column for this object. */
static const char *
action_for (const Check *check)
{
  if (is_others (check))
    return check->row->other;
  return check->owner == BYWAY_OWNER_SYSTEM ? check->row->system : check->row->own;
}

static void
deny (GTask *task)
{
  Check *check = g_task_get_task_data (task);

  /* Another user's object does not exist for those who may not see it. */
  if (is_others (check))
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_NOT_FOUND, "there is no such object");
  else
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_DENIED,
                             "you are not allowed to do this (%s.%s)",
                             check->row != NULL ? check->row->interface : "unknown",
                             check->row != NULL ? check->row->method : "unknown");
}

static void
on_authorized (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (byway_polkit_ask_finish (result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (error != NULL)
    g_info ("polkit did not answer: %s", error->message);
  deny (task);
}

static void
ask_polkit (GTask *task, const char *action)
{
  Check *check = g_task_get_task_data (task);
  BywayBouncer *self = g_task_get_source_object (task);
  gboolean interactive = (g_dbus_message_get_flags (check->message)
                          & G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION)
                         != 0;

  byway_polkit_ask (self->bus, g_dbus_message_get_sender (check->message), action, interactive,
                    on_authorized, g_object_ref (task));
}

static void
decide (GTask *task)
{
  Check *check = g_task_get_task_data (task);
  const char *action;

  /* 1. A method without a row is denied, also to root. */
  if (check->row == NULL)
    {
      deny (task);
      return;
    }
  /* 2. Root, by the bus daemon's word, needs no polkit: it could do all of it anyway. */
  if (check->uid == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  /* 3. The row's column for this object. */
  action = action_for (check);
  if (action == NULL)
    deny (task);
  else if (strcmp (action, ALLOW) == 0)
    g_task_return_boolean (task, TRUE);
  else
    ask_polkit (task, action);
}

static void
on_uid (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  Check *check = g_task_get_task_data (task);

  if (reply == NULL)
    {
      /* The caller left the bus: nobody, and so never root. */
      g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_DENIED, "the caller is unknown");
      return;
    }
  g_variant_get (reply, "(u)", &check->uid);
  if (byway_door_name_user (check->message, check->uid, &error))
    decide (task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
byway_bouncer_check (BywayBouncer *bouncer, GDBusMethodInvocation *invocation, guint owner,
                     GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (bouncer, NULL, callback, data);
  Check *check = g_new0 (Check, 1);

  check->row = find_row (invocation);
  check->owner = owner;
  check->message = g_object_ref (g_dbus_method_invocation_get_message (invocation));
  g_task_set_task_data (task, check, (GDestroyNotify)check_free);
  g_dbus_connection_call (
      bouncer->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetConnectionUnixUser", g_variant_new ("(s)", g_dbus_message_get_sender (check->message)),
      G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, 10000, NULL, on_uid, task);
}

gboolean
byway_bouncer_check_finish (BywayBouncer *bouncer, GAsyncResult *result, guint *uid, GError **error)
{
  Check *check = g_task_get_task_data (G_TASK (result));

  *uid = check->uid;
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
byway_bouncer_sees (guint uid, guint owner)
{
  return uid == 0 || owner == uid || owner == BYWAY_OWNER_SYSTEM;
}

BywayBouncer *
byway_bouncer_new (GDBusConnection *bus)
{
  BywayBouncer *self = g_object_new (BYWAY_TYPE_BOUNCER, NULL);

  self->bus = g_object_ref (bus);
  return self;
}

static void
byway_bouncer_finalize (GObject *object)
{
  g_clear_object (&BYWAY_BOUNCER (object)->bus);
  G_OBJECT_CLASS (byway_bouncer_parent_class)->finalize (object);
}

static void
byway_bouncer_class_init (BywayBouncerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_bouncer_finalize;
}

static void
byway_bouncer_init (BywayBouncer *self)
{
}
