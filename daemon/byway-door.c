/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-door.h"

#include "byway-error.h"
#include "byway-limits.h"

#include <gio/gunixfdlist.h>

#define TURN "byway-turn"
#define NO_USER G_MAXUINT

/* How many calls are under way, by the caller's name on the bus and by user. Both threads count. */
typedef struct
{
  gatomicrefcount references;
  GMutex mutex;
  GHashTable *callers; /* char * -> number */
  GHashTable *users;   /* uid -> number */
  guint all;           /* of those users */
} Counts;

struct _BywayDoor
{
  GDBusConnection *bus;
  guint filter;
};

/* One call under way. Lives as long as its message, which is until it is answered. */
typedef struct
{
  Counts *counts;
  char *caller;
  guint uid; /* NO_USER: not known, or nobody that is counted */
} Turn;

/* --- counting ------------------------------------------------------------------------------- */

static Counts *
counts_new (void)
{
  Counts *self = g_new0 (Counts, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  self->callers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->users = g_hash_table_new (NULL, NULL);
  return self;
}

static void
counts_unref (gpointer data)
{
  Counts *self = data;

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_hash_table_unref (self->callers);
  g_hash_table_unref (self->users);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static gboolean
count_caller (Counts *self, const char *caller)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->callers, caller));

  if (count >= BYWAY_LIMIT_CALLS_OF_CALLER)
    return FALSE;
  g_hash_table_insert (self->callers, g_strdup (caller), GUINT_TO_POINTER (count + 1));
  return TRUE;
}

static gboolean
count_user (Counts *self, guint uid)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->users, GUINT_TO_POINTER (uid)));

  if (count >= BYWAY_LIMIT_CALLS_OF_USER || self->all >= BYWAY_LIMIT_CALLS)
    return FALSE;
  self->all++;
  g_hash_table_insert (self->users, GUINT_TO_POINTER (uid), GUINT_TO_POINTER (count + 1));
  return TRUE;
}

static void
turn_free (gpointer data)
{
  Turn *turn = data;
  Counts *counts = turn->counts;
  guint count;

  g_mutex_lock (&counts->mutex);
  count = GPOINTER_TO_UINT (g_hash_table_lookup (counts->callers, turn->caller));
  if (count > 1)
    g_hash_table_insert (counts->callers, g_strdup (turn->caller), GUINT_TO_POINTER (count - 1));
  else
    g_hash_table_remove (counts->callers, turn->caller);
  if (turn->uid != NO_USER)
    {
      gpointer key = GUINT_TO_POINTER (turn->uid);

      counts->all--;
      count = GPOINTER_TO_UINT (g_hash_table_lookup (counts->users, key));
      if (count > 1)
        g_hash_table_insert (counts->users, key, GUINT_TO_POINTER (count - 1));
      else
        g_hash_table_remove (counts->users, key);
    }
  g_mutex_unlock (&counts->mutex);
  counts_unref (counts);
  g_free (turn->caller);
  g_free (turn);
}

/* --- letting in ----------------------------------------------------------------------------- */

/* What comes with a call is no more than any method takes. */
static gboolean
is_small (GDBusMessage *call, GError **error)
{
  GVariant *body = g_dbus_message_get_body (call);

  if (body != NULL && g_variant_get_size (body) > BYWAY_LIMIT_CALL_SIZE)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_LIMIT,
                 "a call's arguments may have %u bytes, not %" G_GSIZE_FORMAT,
                 BYWAY_LIMIT_CALL_SIZE, g_variant_get_size (body));
  else if (g_dbus_message_get_num_unix_fds (call) > BYWAY_LIMIT_DESCRIPTORS)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_LIMIT, "a call may bring %u descriptor, not %u",
                 BYWAY_LIMIT_DESCRIPTORS, g_dbus_message_get_num_unix_fds (call));
  else
    return TRUE;
  return FALSE;
}

static gboolean
let_in (Counts *counts, GDBusMessage *call, GError **error)
{
  const char *caller = g_dbus_message_get_sender (call);
  Turn *turn;

  if (!is_small (call, error))
    return FALSE;
  if (!count_caller (counts, caller != NULL ? caller : ""))
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_LIMIT,
                   "%u calls may be under way at once: wait for an answer",
                   BYWAY_LIMIT_CALLS_OF_CALLER);
      return FALSE;
    }
  turn = g_new0 (Turn, 1);
  g_atomic_ref_count_inc (&counts->references);
  turn->counts = counts;
  turn->caller = g_strdup (caller != NULL ? caller : "");
  turn->uid = NO_USER;
  g_object_set_data_full (G_OBJECT (call), TURN, turn, turn_free);
  return TRUE;
}

static void
refuse (GDBusConnection *bus, GDBusMessage *call, const GError *error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  if (g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED)
    return;
  reply = g_dbus_message_new_method_error_literal (call, byway_error_dbus_name (error->code),
                                                   error->message);
  g_dbus_connection_send_message (bus, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

/* In GDBus's thread. Owns @message. */
static GDBusMessage *
on_message (GDBusConnection *bus, GDBusMessage *message, gboolean incoming, gpointer counts)
{
  g_autoptr (GError) error = NULL;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL
      || let_in (counts, message, &error))
    return message;
  refuse (bus, message, error);
  g_object_unref (message);
  return NULL;
}

gboolean
byway_door_name_user (GDBusMessage *call, guint uid, GError **error)
{
  Turn *turn = g_object_get_data (G_OBJECT (call), TURN);

  if (uid == 0 || turn == NULL || turn->uid != NO_USER)
    return TRUE;
  if (!count_user (turn->counts, uid))
    {
      g_set_error (
          error, BYWAY_ERROR, BYWAY_ERROR_LIMIT,
          "%u calls of one user, and %u of all, may be under way at once: wait for an answer",
          BYWAY_LIMIT_CALLS_OF_USER, BYWAY_LIMIT_CALLS);
      return FALSE;
    }
  turn->uid = uid;
  return TRUE;
}

/* --- the object ----------------------------------------------------------------------------- */

BywayDoor *
byway_door_new (GDBusConnection *bus)
{
  BywayDoor *self = g_new0 (BywayDoor, 1);

  self->bus = g_object_ref (bus);
  self->filter = g_dbus_connection_add_filter (bus, on_message, counts_new (), counts_unref);
  return self;
}

void
byway_door_free (BywayDoor *self)
{
  g_dbus_connection_remove_filter (self->bus, self->filter);
  g_object_unref (self->bus);
  g_free (self);
}
