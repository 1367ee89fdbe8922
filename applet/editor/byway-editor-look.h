/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-editor-model.h"

/* Looks at the files that one login by certificate names, as a connect will, a moment after they or
 * their password were changed. Disks may be slow, so it is done in a thread. */
typedef struct _BywayEditorLook BywayEditorLook;

typedef enum
{
  BYWAY_EDITOR_NOTE_GOOD,
  BYWAY_EDITOR_NOTE_DOUBT,
  BYWAY_EDITOR_NOTE_WRONG
} BywayEditorNote;

/* What is to be said beside the field of @key, in words for people. @key and @text NULL: nothing,
 * beside any field of this login. */
typedef void (*BywayEditorNoted) (BywayEditorLook *look, const char *key, BywayEditorNote note,
                                  const char *text, gpointer data);

/* @whose: "machine" or "user", static. The model stays the caller's, and outlives it. */
BywayEditorLook *byway_editor_look_new (const char *whose, BywayEditorModel *model,
                                        BywayEditorNoted noted, gpointer data);
/* Nothing is noted any more, also when a thread is still reading. */
void byway_editor_look_free (BywayEditorLook *look);
/* The model may have changed. Cheap when its files and their password did not. */
void byway_editor_look_again (BywayEditorLook *look);
/* Whether this login has a field of that key which a note can be about. */
gboolean byway_editor_look_concerns (const BywayEditorLook *look, const char *key);
