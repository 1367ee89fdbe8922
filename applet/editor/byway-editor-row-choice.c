/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- yes or no ------------------------------------------------------------------------------ */

static void
on_toggled (GtkWidget *check, gpointer data)
{
  BywayEditorRow *row = data;

  if (!row->showing)
    byway_gtk_check_set_inconsistent (check, FALSE);
  byway_editor_row_touched (row);
}

static void
build_bool (BywayEditorRow *row)
{
  row->input = row->line = gtk_check_button_new_with_mnemonic (_ (row->field->label));
  gtk_widget_set_halign (row->line, GTK_ALIGN_START);
  byway_gtk_set_name (row->input, row->name); /* GTK 4 has the mnemonic's mark in it */
  byway_editor_row_adopt (row, row->input);
  g_signal_connect (row->input, "toggled", G_CALLBACK (on_toggled), row);
}

static gboolean
is_one_of (const char *text, const char *a, const char *b, const char *c)
{
  return strcmp (text, a) == 0 || strcmp (text, b) == 0 || strcmp (text, c) == 0;
}

/* What is neither is shown as neither, and stays until the user says which. */
static void
show_bool (BywayEditorRow *row, const char *text)
{
  gboolean yes, no;

  if (text == NULL)
    text = row->option->fallback;
  yes = is_one_of (text, "yes", "true", "1");
  no = is_one_of (text, "no", "false", "0");
  byway_gtk_check_set (row->input, yes != row->field->inverted);
  byway_gtk_check_set_inconsistent (row->input, !yes && !no);
}

static char *
read_bool (BywayEditorRow *row)
{
  return g_strdup (byway_gtk_check_get (row->input) != row->field->inverted ? "yes" : "no");
}

const BywayEditorRowKind byway_editor_row_bool = { build_bool, show_bool, read_bool };

/* --- one of several ------------------------------------------------------------------------- */

static void
on_chosen (GtkWidget *combo, gpointer data)
{
  byway_editor_row_touched (data);
}

static void
build_choice (BywayEditorRow *row)
{
  GtkWidget *combo = byway_gtk_combo_new ();

  row->input = row->line = combo;
  gtk_widget_set_hexpand (combo, TRUE);
  for (guint i = 0; row->option->choices[i] != NULL; i++)
    gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), row->option->choices[i],
                               _ (row->field->choices[i]));
  byway_editor_row_adopt (row, combo);
  g_signal_connect (combo, "changed", G_CALLBACK (on_chosen), row);
}

/* A word that is no choice gets a place of its own in the list: it is kept, and seen. */
static void
show_choice (BywayEditorRow *row, const char *text)
{
  GtkComboBox *combo = GTK_COMBO_BOX (row->input);

  if (text == NULL)
    text = row->option->fallback;
  if (gtk_combo_box_set_active_id (combo, text))
    return;
  gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), text, text);
  gtk_combo_box_set_active_id (combo, text);
}

static char *
read_choice (BywayEditorRow *row)
{
  return g_strdup (gtk_combo_box_get_active_id (GTK_COMBO_BOX (row->input)));
}

const BywayEditorRowKind byway_editor_row_choice = { build_choice, show_choice, read_choice };
