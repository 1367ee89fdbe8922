/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-undo.h"

#include <string.h>

struct _BywayUndo
{
  GPtrArray *items; /* BywayUndoItem, as they were put */
};

static void
item_free (BywayUndoItem *item)
{
  g_free (item->id);
  g_free (item->name);
  g_free (item);
}

BywayUndo *
byway_undo_new (void)
{
  BywayUndo *undo = g_new0 (BywayUndo, 1);

  undo->items = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
  return undo;
}

void
byway_undo_free (BywayUndo *undo)
{
  g_ptr_array_unref (undo->items);
  g_free (undo);
}

void
byway_undo_put (BywayUndo *undo, const char *id, const char *name, gint64 due)
{
  BywayUndoItem *item = g_new0 (BywayUndoItem, 1);

  item->id = g_strdup (id);
  item->name = g_strdup (name);
  item->due = due;
  byway_undo_take_back (undo, item->id);
  g_ptr_array_add (undo->items, item);
}

/* -1: it is not in it. */
static int
find (BywayUndo *undo, const char *id)
{
  for (guint i = 0; i < undo->items->len; i++)
    if (strcmp (((BywayUndoItem *)g_ptr_array_index (undo->items, i))->id, id) == 0)
      return i;
  return -1;
}

gboolean
byway_undo_take_back (BywayUndo *undo, const char *id)
{
  int place = find (undo, id);

  if (place >= 0)
    g_ptr_array_remove_index (undo->items, place);
  return place >= 0;
}

gboolean
byway_undo_has (BywayUndo *undo, const char *id)
{
  return find (undo, id) >= 0;
}

const BywayUndoItem *
byway_undo_last (BywayUndo *undo)
{
  guint n = undo->items->len;

  return n > 0 ? g_ptr_array_index (undo->items, n - 1) : NULL;
}

gint64
byway_undo_next (BywayUndo *undo)
{
  gint64 next = G_MAXINT64;

  for (guint i = 0; i < undo->items->len; i++)
    next = MIN (next, ((BywayUndoItem *)g_ptr_array_index (undo->items, i))->due);
  return next;
}

GPtrArray *
byway_undo_take_due (BywayUndo *undo, gint64 now)
{
  GPtrArray *due = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);

  for (guint i = 0; i < undo->items->len;)
    if (((BywayUndoItem *)g_ptr_array_index (undo->items, i))->due <= now)
      g_ptr_array_add (due, g_ptr_array_steal_index (undo->items, i));
    else
      i++;
  return due;
}
