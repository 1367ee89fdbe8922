/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const BywayEditorRowKind *
kind_of (BywayOptionType type)
{
  switch (type)
    {
    case BYWAY_OPTION_BOOL:
      return &byway_editor_row_bool;
    case BYWAY_OPTION_ENUM:
      return &byway_editor_row_choice;
    case BYWAY_OPTION_UINT:
      return &byway_editor_row_number;
    case BYWAY_OPTION_FILE:
      return &byway_editor_row_file;
    case BYWAY_OPTION_IKE:
    case BYWAY_OPTION_ESP:
      return &byway_editor_row_proposals;
    case BYWAY_OPTION_SECRET:
      return &byway_editor_row_secret;
    case BYWAY_OPTION_TEXT:
    case BYWAY_OPTION_TOKEN:
    case BYWAY_OPTION_HOST:
    case BYWAY_OPTION_IDENTITY:
    case BYWAY_OPTION_IPV4:
    case BYWAY_OPTION_ADDRESSES:
    case BYWAY_OPTION_PREFIXES:
    case BYWAY_OPTION_DOMAINS:
      return &byway_editor_row_text;
    }
  g_return_val_if_reached (&byway_editor_row_text);
}

static void
build_message (BywayEditorRow *row)
{
  row->message = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  row->message_icon = byway_gtk_icon_new ("dialog-error-symbolic");
  gtk_widget_set_valign (row->message_icon, GTK_ALIGN_START);
  row->message_text = byway_gtk_wrapping_label_new ("", 36);
  gtk_label_set_use_underline (GTK_LABEL (row->message_text), FALSE);
  gtk_label_set_width_chars (GTK_LABEL (row->message_text), 20);
  byway_gtk_box_add (row->message, row->message_icon, FALSE);
  byway_gtk_box_add (row->message, row->message_text, TRUE);
}

static void
build_label (BywayEditorRow *row)
{
  row->label = byway_gtk_wrapping_label_new (_ (row->field->label), 30);
  gtk_label_set_width_chars (GTK_LABEL (row->label), 22);
  byway_gtk_set_label (row->input, row->label, row->name);
}

BywayEditorRow *
byway_editor_row_new (const BywayEditorField *field, const BywayEditorHost *host)
{
  BywayEditorRow *row = g_new0 (BywayEditorRow, 1);

  row->field = field;
  row->option = byway_option_find (field->key);
  row->host = host;
  row->kind = kind_of (row->option->type);
  row->name = byway_editor_field_name (field);
  row->kind->build (row);
  gtk_widget_set_valign (row->line, GTK_ALIGN_CENTER);
  if (row->option->type != BYWAY_OPTION_BOOL)
    build_label (row);
  build_message (row);
  byway_editor_row_show (row, NULL);
  return row;
}

void
byway_editor_row_free (BywayEditorRow *row)
{
  g_free (row->name);
  g_free (row->noted);
  g_free (row->told);
  g_free (row);
}

/* The option's sentence, its default, and the name that the terminal and the manual use. */
static char *
make_tooltip (const BywayEditorRow *row)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (row->field->inverted)
    g_string_append_printf (text, _ ("When not ticked: %s"), _ (row->option->doc));
  else
    g_string_append (text, _ (row->option->doc));
  g_string_append_c (text, '\n');
  g_string_append_printf (text, _ ("Option: %s"), row->option->key);
  if (row->option->fallback != NULL)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("Default: %s"), row->option->fallback);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
on_focused (gpointer data)
{
  BywayEditorRow *row = data;

  if (row->focused != NULL)
    row->focused (row, row->data);
}

void
byway_editor_row_adopt (BywayEditorRow *row, GtkWidget *widget)
{
  g_autofree char *tooltip = make_tooltip (row);

  gtk_widget_set_tooltip_text (widget, tooltip);
  byway_gtk_set_description (widget, _ (row->option->doc));
  byway_gtk_on_focus (widget, on_focused, row);
}

void
byway_editor_row_touched (BywayEditorRow *row)
{
  if (row->showing)
    return;
  row->visited = TRUE;
  if (row->changed != NULL)
    row->changed (row, row->data);
}

void
byway_editor_row_show (BywayEditorRow *row, const char *text)
{
  row->showing = TRUE;
  row->kind->show (row, text);
  row->showing = FALSE;
}

static void
mark (BywayEditorRow *row, GtkWidget *widget)
{
  gboolean wrong = row->told != NULL && row->shown == BYWAY_EDITOR_NOTE_WRONG;
  gboolean heard = wrong || (row->told != NULL && row->noted != NULL);

  byway_gtk_set_class (widget, "error", wrong);
  byway_gtk_set_invalid (widget, wrong);
  byway_gtk_set_description (widget, heard ? row->told : _ (row->option->doc));
}

/* Assistive technology hears of each of these, so only news are told. */
static void
tell (BywayEditorRow *row)
{
  static const char *const icons[] = {
    [BYWAY_EDITOR_NOTE_GOOD] = "emblem-ok-symbolic",
    [BYWAY_EDITOR_NOTE_DOUBT] = "dialog-warning-symbolic",
    [BYWAY_EDITOR_NOTE_WRONG] = "dialog-error-symbolic",
  };

  byway_gtk_icon_set (row->message_icon, icons[row->shown]);
  gtk_label_set_text (GTK_LABEL (row->message_text), row->told != NULL ? row->told : "");
  byway_gtk_set_class (row->message, "byway-problem", row->shown == BYWAY_EDITOR_NOTE_WRONG);
  mark (row, row->input);
  if (row->entry != NULL && row->entry != row->input)
    mark (row, row->entry);
}

static char *
sentence_of (const char *text)
{
  return text != NULL ? byway_editor_sentence (text) : NULL;
}

/* What is told where the parser has nothing against the value. */
static char *
other_sentence (BywayEditorRow *row, BywayEditorNote *shown)
{
  *shown = row->noted != NULL ? row->note : BYWAY_EDITOR_NOTE_DOUBT;
  return row->noted != NULL ? sentence_of (row->noted) : byway_editor_row_remark (row);
}

void
byway_editor_row_set_problem (BywayEditorRow *row, const char *text)
{
  BywayEditorNote shown = BYWAY_EDITOR_NOTE_WRONG;
  g_autofree char *told = text != NULL ? sentence_of (text) : other_sentence (row, &shown);

  row->in_error = text != NULL;
  byway_gtk_set_shown (row->message, told != NULL && gtk_widget_get_visible (row->line));
  if (g_strcmp0 (told, row->told) == 0 && row->shown == shown)
    return;
  g_free (row->told);
  row->told = g_steal_pointer (&told);
  row->shown = shown;
  tell (row);
}

void
byway_editor_row_set_note (BywayEditorRow *row, BywayEditorNote note, const char *text)
{
  g_free (row->noted);
  row->noted = g_strdup (text);
  row->note = note;
}

void
byway_editor_row_set_shown (BywayEditorRow *row, gboolean shown)
{
  if (row->label != NULL)
    byway_gtk_set_shown (row->label, shown);
  byway_gtk_set_shown (row->line, shown);
  if (row->storage != NULL)
    byway_gtk_set_shown (row->extra, shown);
  if (!shown)
    byway_gtk_set_shown (row->message, FALSE);
}
