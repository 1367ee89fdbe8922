/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
on_typed (GtkWidget *entry, gpointer data)
{
  byway_editor_row_touched (data);
}

static void
on_eye (GtkToggleButton *eye, gpointer data)
{
  BywayEditorRow *row = data;
  gboolean seen = gtk_toggle_button_get_active (eye);

  gtk_entry_set_visibility (GTK_ENTRY (row->entry), seen);
  byway_gtk_button_set_icon (GTK_WIDGET (eye),
                             seen ? "view-conceal-symbolic" : "view-reveal-symbolic");
}

static GtkWidget *
make_eye (BywayEditorRow *row)
{
  GtkWidget *eye = gtk_toggle_button_new ();
  g_autofree char *name = g_strdup_printf (_ ("Show: %s"), row->name);

  byway_gtk_button_set_icon (eye, "view-reveal-symbolic");
  gtk_widget_set_tooltip_text (eye, name);
  byway_gtk_set_name (eye, name);
  g_signal_connect (eye, "toggled", G_CALLBACK (on_eye), row);
  return eye;
}

static void
on_storage (GtkWidget *combo, gpointer data)
{
  BywayEditorRow *row = data;

  gtk_widget_set_sensitive (row->line, byway_editor_row_is_kept (row));
  byway_editor_row_touched (row);
}

static void
build_storage (BywayEditorRow *row)
{
  g_autofree char *name = g_strdup_printf (_ ("Storage: %s"), row->name);

  row->extra = row->storage = byway_gtk_combo_new ();
  for (gsize i = 0; i < row->host->n_storages; i++)
    gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (row->storage), row->host->storages[i].id,
                               _ (row->host->storages[i].label));
  gtk_combo_box_set_active (GTK_COMBO_BOX (row->storage), 0);
  byway_gtk_set_name (row->storage, name);
  gtk_widget_set_tooltip_text (row->storage, name);
  g_signal_connect (row->storage, "changed", G_CALLBACK (on_storage), row);
}

static void
build_secret (BywayEditorRow *row)
{
  row->input = row->entry = byway_gtk_entry_new (TRUE, 24);
  gtk_widget_set_hexpand (row->entry, TRUE);
  byway_editor_row_adopt (row, row->entry);
  g_signal_connect (row->entry, "changed", G_CALLBACK (on_typed), row);
  row->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  byway_gtk_box_add (row->line, row->entry, TRUE);
  byway_gtk_box_add (row->line, make_eye (row), FALSE);
  build_storage (row);
}

static void
show_secret (BywayEditorRow *row, const char *text)
{
  byway_gtk_entry_set_text (row->entry, text != NULL ? text : "");
}

static char *
read_secret (BywayEditorRow *row)
{
  return g_strdup (byway_gtk_entry_get_text (row->entry));
}

const BywayEditorRowKind byway_editor_row_secret = { build_secret, show_secret, read_secret };

const char *
byway_editor_row_get_storage (BywayEditorRow *row)
{
  return gtk_combo_box_get_active_id (GTK_COMBO_BOX (row->storage));
}

void
byway_editor_row_set_storage (BywayEditorRow *row, const char *id)
{
  row->showing = TRUE;
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (row->storage), id);
  row->showing = FALSE;
}

gboolean
byway_editor_row_is_kept (BywayEditorRow *row)
{
  int index = gtk_combo_box_get_active (GTK_COMBO_BOX (row->storage));

  return index >= 0 && row->host->storages[index].kept;
}
