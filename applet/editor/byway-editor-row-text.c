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
make_entry (BywayEditorRow *row, int width_chars)
{
  row->input = row->entry = byway_gtk_entry_new (FALSE, width_chars);
  gtk_widget_set_hexpand (row->entry, TRUE);
  byway_editor_row_adopt (row, row->entry);
  g_signal_connect (row->entry, "changed", G_CALLBACK (on_typed), row);
}

static void
show_text (BywayEditorRow *row, const char *text)
{
  byway_gtk_entry_set_text (row->entry, text != NULL ? text : "");
}

/* An empty entry is the default. */
static char *
read_text (BywayEditorRow *row)
{
  const char *text = byway_gtk_entry_get_text (row->entry);

  return *text != '\0' ? g_strdup (text) : NULL;
}

static void
build_text (BywayEditorRow *row)
{
  make_entry (row, 24);
  row->line = row->entry;
}

const BywayEditorRowKind byway_editor_row_text = { build_text, show_text, read_text };

/* --- numbers -------------------------------------------------------------------------------- */

static const char *
unit_name (const BywayOption *option)
{
  if (option->unit == NULL)
    return NULL;
  return strcmp (option->unit, "s") == 0 ? _ ("seconds") : _ (option->unit);
}

/* An entry, not a spin button: that one would throw away what it can't read. */
static void
build_number (BywayEditorRow *row)
{
  const char *unit = unit_name (row->option);
  g_autofree char *hint = g_strdup_printf (_ ("%s (default)"), row->option->fallback);

  make_entry (row, 15);
  gtk_entry_set_input_purpose (GTK_ENTRY (row->entry), GTK_INPUT_PURPOSE_DIGITS);
  gtk_entry_set_placeholder_text (GTK_ENTRY (row->entry), hint);
  gtk_widget_set_hexpand (row->entry, FALSE);
  row->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_hexpand (row->line, TRUE); /* as other rows, also where there is no other */
  byway_gtk_box_add (row->line, row->entry, FALSE);
  if (unit != NULL)
    byway_gtk_box_add (row->line, gtk_label_new (unit), FALSE);
}

const BywayEditorRowKind byway_editor_row_number = { build_number, show_text, read_text };

/* --- files ---------------------------------------------------------------------------------- */

static void
on_file_answer (GtkNativeDialog *dialog, int answer, gpointer data)
{
  BywayEditorRow *row = data;
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (answer == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL)
    byway_gtk_entry_set_text (row->entry, path);
  g_object_set_data (G_OBJECT (row->entry), "chooser", NULL);
}

/* Takes no more than GTK does: version 3 takes over what nobody owns yet, 4 never does. */
static void
add_filter (GtkFileChooser *chooser, const char *name, const char *const *patterns)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  if (g_object_is_floating (filter))
    g_object_ref_sink (filter);
  gtk_file_filter_set_name (filter, name);
  for (; *patterns != NULL; patterns++)
    gtk_file_filter_add_pattern (filter, *patterns);
  gtk_file_chooser_add_filter (chooser, filter);
  g_object_unref (filter);
}

static void
add_filters (GtkFileChooser *chooser)
{
  static const char *const certificates[]
      = { "*.pem", "*.crt", "*.cer", "*.der", "*.key", "*.p12", "*.pfx", NULL };
  static const char *const all[] = { "*", NULL };

  add_filter (chooser, _ ("Certificates and keys"), certificates);
  add_filter (chooser, _ ("All files"), all);
}

static void
on_browse (GtkWidget *button, gpointer data)
{
  BywayEditorRow *row = data;
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (row->name, byway_gtk_window_of (button),
                                     GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));

  add_filters (GTK_FILE_CHOOSER (dialog));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_file_answer), row);
  g_object_set_data_full (G_OBJECT (row->entry), "chooser", dialog, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
build_file (BywayEditorRow *row)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Browse…"));
  g_autofree char *name = g_strdup_printf (_ ("Browse for: %s"), row->name);

  make_entry (row, 20);
  gtk_entry_set_placeholder_text (GTK_ENTRY (row->entry), _ ("An absolute path"));
  byway_gtk_set_name (button, name);
  g_signal_connect (button, "clicked", G_CALLBACK (on_browse), row);
  row->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  byway_gtk_box_add (row->line, row->entry, TRUE);
  byway_gtk_box_add (row->line, button, FALSE);
}

const BywayEditorRowKind byway_editor_row_file = { build_file, show_text, read_text };
