/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-deletions.h"

#include "byway-keeper.h"
#include "byway-undo.h"

#include <string.h>

/* Long enough to read the question and to find the button. */
#define GRACE_SECONDS 8

struct _BywayDeletions
{
  GObject parent;
  BywayClient *client;
  BywayRoster *roster;
  BywayUndo *undo;
  GHashTable *running; /* ids that the helper is told to delete */
  GPtrArray *waiting;  /* GTask, of those who wait for the end of these */
  guint timer;
};

G_DEFINE_FINAL_TYPE (BywayDeletions, byway_deletions, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* One that is being deleted. */
typedef struct
{
  BywayDeletions *owner;
  char *id, *uuid, *name;
} Doomed;

static void
doomed_free (Doomed *doomed)
{
  g_object_unref (doomed->owner);
  g_free (doomed->id);
  g_free (doomed->uuid);
  g_free (doomed->name);
  g_free (doomed);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Doomed, doomed_free)

static void
answer_waiting (BywayDeletions *self)
{
  g_autoptr (GPtrArray) waiting = NULL;

  if (g_hash_table_size (self->running) > 0)
    return;
  waiting = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    g_task_return_boolean (g_ptr_array_index (waiting, i), TRUE);
}

static void
settle (Doomed *doomed)
{
  g_hash_table_remove (doomed->owner->running, doomed->id);
  answer_waiting (doomed->owner);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Doomed) doomed = data;
  g_autoptr (GError) error = NULL;

  if (!byway_keeper_forget_finish (result, &error))
    g_info ("The secrets of “%s”: %s", doomed->name, error->message);
  settle (doomed);
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Doomed) doomed = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);

  if (reply == NULL)
    {
      byway_roster_set_hidden (doomed->owner->roster, doomed->id, FALSE);
      g_signal_emit (doomed->owner, signals[SIGNAL_FAILED], 0, doomed->name, error->message);
      settle (doomed);
      return;
    }
  byway_keeper_forget (doomed->uuid, on_forgotten, doomed);
  g_steal_pointer (&doomed);
}

static void
delete_one (BywayDeletions *self, const BywayUndoItem *item)
{
  const BywayEntry *entry = byway_roster_find (self->roster, item->id);
  Doomed *doomed;

  if (entry == NULL || entry->path == NULL) /* somebody else did it */
    return;
  doomed = g_new0 (Doomed, 1);
  doomed->owner = g_object_ref (self);
  doomed->id = g_strdup (entry->id);
  doomed->uuid = g_strdup (entry->uuid);
  doomed->name = g_strdup (entry->name);
  g_hash_table_add (self->running, g_strdup (entry->id));
  byway_client_call (self->client, entry->path, "Connection", "Delete", NULL, on_deleted, doomed);
}

static void
delete_due (BywayDeletions *self, gint64 now)
{
  g_autoptr (GPtrArray) due = byway_undo_take_due (self->undo, now);

  for (guint i = 0; i < due->len; i++)
    delete_one (self, g_ptr_array_index (due, i));
}

static void set_timer (BywayDeletions *self);

static gboolean
on_timer (gpointer data)
{
  BywayDeletions *self = data;

  self->timer = 0;
  delete_due (self, g_get_monotonic_time ());
  set_timer (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
set_timer (BywayDeletions *self)
{
  gint64 next = byway_undo_next (self->undo);
  gint64 wait = MAX (next - g_get_monotonic_time (), 0);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (next != G_MAXINT64)
    self->timer = g_timeout_add (wait / 1000 + 1, on_timer, self);
}

/* --- what it is told ------------------------------------------------------------------------ */

void
byway_deletions_put (BywayDeletions *self, const char *id)
{
  const BywayEntry *entry = byway_roster_find (self->roster, id);

  if (entry == NULL || entry->home != BYWAY_HOME_HELPER || entry->hidden)
    return;
  byway_undo_put (self->undo, id, entry->name,
                  g_get_monotonic_time () + GRACE_SECONDS * G_TIME_SPAN_SECOND);
  set_timer (self);
  byway_roster_set_hidden (self->roster, id, TRUE);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
byway_deletions_undo (BywayDeletions *self)
{
  const BywayUndoItem *last = byway_undo_last (self->undo);
  g_autofree char *id = last != NULL ? g_strdup (last->id) : NULL;

  if (id == NULL)
    return;
  byway_undo_take_back (self->undo, id);
  byway_roster_set_hidden (self->roster, id, FALSE);
  set_timer (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

const char *
byway_deletions_last_name (BywayDeletions *self)
{
  const BywayUndoItem *last = byway_undo_last (self->undo);

  return last != NULL ? last->name : NULL;
}

void
byway_deletions_flush (BywayDeletions *self, GAsyncReadyCallback callback, gpointer data)
{
  g_ptr_array_add (self->waiting, g_task_new (self, NULL, callback, data));
  delete_due (self, G_MAXINT64);
  set_timer (self);
  answer_waiting (self);
}

void
byway_deletions_flush_finish (BywayDeletions *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- the object ----------------------------------------------------------------------------- */

BywayDeletions *
byway_deletions_new (BywayClient *client, BywayRoster *roster)
{
  BywayDeletions *self = g_object_new (BYWAY_TYPE_DELETIONS, NULL);

  self->client = g_object_ref (client);
  self->roster = g_object_ref (roster);
  return self;
}

static void
byway_deletions_finalize (GObject *object)
{
  BywayDeletions *self = BYWAY_DELETIONS (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->client);
  g_clear_object (&self->roster);
  byway_undo_free (self->undo);
  g_hash_table_unref (self->running);
  g_ptr_array_unref (self->waiting);
  G_OBJECT_CLASS (byway_deletions_parent_class)->finalize (object);
}

static void
byway_deletions_class_init (BywayDeletionsClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = byway_deletions_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
byway_deletions_init (BywayDeletions *self)
{
  self->undo = byway_undo_new ();
  self->running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}
