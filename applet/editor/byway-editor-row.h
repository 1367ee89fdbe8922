/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-able.h"
#include "byway-editor-fields.h"
#include "byway-editor.h"
#include "byway-editor-gtk.h"
#include "byway-editor-look.h"
#include "byway-option.h"

/* One field of the editor. The editor lays `label`, `line`, `extra` and `message` out in a grid. */
typedef struct _BywayEditorRow BywayEditorRow;

/* What kinds of input differ in. */
typedef struct
{
  /* Makes line and input, and extra where it has one. */
  void (*build) (BywayEditorRow *row);
  /* NULL: the default. */
  void (*show) (BywayEditorRow *row, const char *text);
  /* What the user has made of it; NULL: the default. Caller frees. */
  char *(*read) (BywayEditorRow *row);
} BywayEditorRowKind;

struct _BywayEditorRow
{
  const BywayEditorField *field;
  const BywayOption *option;
  const BywayEditorHost *host;
  const BywayEditorRowKind *kind;
  char *name; /* the label without its mnemonic */

  GtkWidget *label;   /* NULL where the input carries it */
  GtkWidget *line;    /* the input, with what stands beside it */
  GtkWidget *extra;   /* below; NULL: none */
  GtkWidget *message; /* an icon and text: what is wrong, or a remark */
  GtkWidget *message_icon, *message_text;
  GtkWidget *input;   /* where the label's mnemonic leads */
  GtkWidget *entry;   /* what is typed into, where there is such a thing */
  GtkWidget *storage; /* of a secret: where it is kept */
  GtkWidget *choices; /* of proposals: the list to choose from */

  const BywayIkeAble *able; /* of proposals, what the IKE daemon can do; NULL: not known */
  char *noted;              /* what somebody found out about its value; NULL: nothing */
  BywayEditorNote note;     /* and what that means */
  char *told;               /* what the message says; NULL: nothing */
  BywayEditorNote shown;    /* and how it is shown */
  gboolean showing;         /* a value comes from outside: nobody typed */
  gboolean in_error;        /* the parser refuses it, and that is told */
  gboolean visited;         /* the user was here: something missing may be told */

  void (*changed) (BywayEditorRow *row, gpointer data);
  void (*focused) (BywayEditorRow *row, gpointer data);
  gpointer data;
};

BywayEditorRow *byway_editor_row_new (const BywayEditorField *field, const BywayEditorHost *host);
void byway_editor_row_free (BywayEditorRow *row);

/* Shows a value that nobody typed here. */
void byway_editor_row_show (BywayEditorRow *row, const char *text);
/* NULL: nothing is wrong. */
void byway_editor_row_set_problem (BywayEditorRow *row, const char *text);
/* What stands there when the parser has nothing against it; NULL: nothing. Told by the next
 * byway_editor_row_set_problem. */
void byway_editor_row_set_note (BywayEditorRow *row, BywayEditorNote note, const char *text);
void byway_editor_row_set_shown (BywayEditorRow *row, gboolean shown);
/* For kinds: the user changed something; and an input that wants tooltip and focus. */
void byway_editor_row_touched (BywayEditorRow *row);
void byway_editor_row_adopt (BywayEditorRow *row, GtkWidget *widget);

extern const BywayEditorRowKind byway_editor_row_bool, byway_editor_row_choice,
    byway_editor_row_text, byway_editor_row_number, byway_editor_row_file,
    byway_editor_row_proposals, byway_editor_row_secret;

/* Of secrets. */
const char *byway_editor_row_get_storage (BywayEditorRow *row);
void byway_editor_row_set_storage (BywayEditorRow *row, const char *id);
gboolean byway_editor_row_is_kept (BywayEditorRow *row);

/* Of proposals. @able has to stay until it is replaced. */
void byway_editor_row_set_able (BywayEditorRow *row, const BywayIkeAble *able);
/* A remark on what is there, NULL: none. Caller frees. */
char *byway_editor_row_remark (BywayEditorRow *row);
