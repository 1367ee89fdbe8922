/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Connections that the user deleted, as long as he can still change his mind: nobody shows them any
 * more, and each is really deleted when its time comes. Values; who owns it has the clock. */
typedef struct _BywayUndo BywayUndo;

typedef struct
{
  char *id, *name;
  gint64 due; /* µs, on the owner's clock */
} BywayUndoItem;

BywayUndo *byway_undo_new (void);
void byway_undo_free (BywayUndo *undo);

/* One that is in it already gets the new time. */
void byway_undo_put (BywayUndo *undo, const char *id, const char *name, gint64 due);
/* FALSE: too late, or it never was in it. */
gboolean byway_undo_take_back (BywayUndo *undo, const char *id);
gboolean byway_undo_has (BywayUndo *undo, const char *id);
/* The one that was put last; borrowed. NULL: it is empty. */
const BywayUndoItem *byway_undo_last (BywayUndo *undo);

/* When the first one's time comes; G_MAXINT64: it is empty. */
gint64 byway_undo_next (BywayUndo *undo);
/* (element-type BywayUndoItem), the caller's: those whose time has come, oldest first. They are no
 * longer in it. G_MAXINT64: all. */
GPtrArray *byway_undo_take_due (BywayUndo *undo, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayUndo, byway_undo_free)
