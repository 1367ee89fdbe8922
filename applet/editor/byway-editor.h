/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-able.h"

/* One place where a secret can be kept, in the host's words. */
typedef struct
{
  const char *id;
  const char *label; /* translated where it is shown */
  gboolean kept;     /* the secret is typed in here */
} BywayEditorStorage;

/* What differs between those who show the editor. Static. */
typedef struct
{
  const BywayEditorStorage *storages; /* the first is the default */
  gsize n_storages;
  gboolean routes_and_dns; /* edited here; FALSE: by pages of the host's own */
} BywayEditorHost;

/* Edits the settings of one connection, and its secrets. The same with GTK 3 and with GTK 4.
 * Signal: "changed" (), when the user changed anything. */
#define BYWAY_TYPE_EDITOR (byway_editor_get_type ())
G_DECLARE_FINAL_TYPE (BywayEditor, byway_editor, BYWAY, EDITOR, GtkBox)

GtkWidget *byway_editor_new (const BywayEditorHost *host);

/* Settings: option key -> text, both char *, as byway_profile_parse takes them. Copied. */
void byway_editor_set_settings (BywayEditor *editor, GHashTable *settings);
/* The caller's. Options at their default are in it only when they came so; what the parser refuses
 * is in it as typed, and keys that no option has as they came. */
GHashTable *byway_editor_get_settings (BywayEditor *editor);

/* By the secret's option key, "password" … The answer is the editor's; NULL when there is none, or
 * when its storage keeps none. */
void byway_editor_set_secret (BywayEditor *editor, const char *key, const char *secret);
const char *byway_editor_get_secret (BywayEditor *editor, const char *key);
/* By the same key; an id of the host's. */
void byway_editor_set_storage (BywayEditor *editor, const char *key, const char *id);
const char *byway_editor_get_storage (BywayEditor *editor, const char *key);

/* What this machine can do: what the chosen IKE daemon can't is marked so. Takes it; may be NULL.
 */
void byway_editor_set_able (BywayEditor *editor, BywayAble *able);

/* (element-type BywayIssue), the caller's: all that is wrong now. Empty when it can be saved. */
GPtrArray *byway_editor_get_issues (BywayEditor *editor);
/* Shows what is wrong also where the user was not yet, and goes to the first of it. */
void byway_editor_reveal_issues (BywayEditor *editor);
/* Puts the keyboard into the field of that option, or of a secret's storage, wherever it is. FALSE:
 * it has none that could be seen. */
gboolean byway_editor_go_to (BywayEditor *editor, const char *key);
/* As if the user had put it into that option's field. */
void byway_editor_put (BywayEditor *editor, const char *key, const char *text);

/* Fields of the host's own, above and below those of the first page. `label` (NULL: none) stands
 * where all labels stand. */
void byway_editor_add_above (BywayEditor *editor, GtkWidget *label, GtkWidget *widget);
void byway_editor_add_below (BywayEditor *editor, GtkWidget *widget);
/* And one beside the proposals of that option, "ike" or "esp". */
void byway_editor_add_beside (BywayEditor *editor, const char *key, GtkWidget *widget);
