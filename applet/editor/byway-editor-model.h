/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What is being edited, as values: the settings as they came, what was changed in them, and what
 * is wrong with them now. Text that the parser refuses is kept as it was typed, and a key that
 * nobody knows as it came. */
typedef struct _BywayEditorModel BywayEditorModel;

BywayEditorModel *byway_editor_model_new (void);
void byway_editor_model_free (BywayEditorModel *model);

/* Settings as byway_profile_parse takes them; copied. */
void byway_editor_model_set_settings (BywayEditorModel *model, GHashTable *settings);
/* The other way; the caller's. What says what the default says is in it only when it came so. */
GHashTable *byway_editor_model_get_settings (BywayEditorModel *model);

/* The text of an option; NULL: it is at its default. */
const char *byway_editor_model_get (BywayEditorModel *model, const char *key);
/* The same, with the default's text in place of NULL. */
const char *byway_editor_model_effective (BywayEditorModel *model, const char *key);
/* NULL: back to the default. */
void byway_editor_model_put (BywayEditorModel *model, const char *key, const char *text);

/* Secrets live apart from the settings, in memory that is wiped. "" when there is none. */
const char *byway_editor_model_get_secret (BywayEditorModel *model, const char *key);
void byway_editor_model_set_secret (BywayEditorModel *model, const char *key, const char *secret);

/* (element-type BywayIssue), the caller's: everything that is wrong, conflicts also where other
 * values can't be read. Empty when fine. */
GPtrArray *byway_editor_model_issues (BywayEditorModel *model);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayEditorModel, byway_editor_model_free)
