/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-window.h"

#include "byway-auth-agent.h"
#include "byway-auth-buffer.h"
#include "byway-error.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <string.h>
#include <unistd.h>

#define MARGIN 18
#define SPACING 12
#define ENTRY_CHARS 28
#define LABEL_CHARS 36
#define TEXT_CHARS 56

typedef struct
{
  const BywayAuthField *field;
  GtkEntry *entry;
} Row;

typedef struct
{
  GtkWidget *dialog;
  GtkGrid *grid;
  GArray *rows; /* Row */
  guint n_lines;
  BywayAuthReader *reader;
  guint agent_watch;
} Window;

static void
update_ok (Window *window)
{
  gboolean complete = TRUE;

  for (guint i = 0; i < window->rows->len; i++)
    {
      Row *row = &g_array_index (window->rows, Row, i);

      complete &= !row->field->needed || gtk_entry_get_text_length (row->entry) > 0;
    }
  gtk_dialog_set_response_sensitive (GTK_DIALOG (window->dialog), GTK_RESPONSE_OK, complete);
}

static void
show_passwords (GtkToggleButton *check, Window *window)
{
  for (guint i = 0; i < window->rows->len; i++)
    gtk_entry_set_visibility (g_array_index (window->rows, Row, i).entry,
                              gtk_toggle_button_get_active (check));
}

static GtkWidget *
new_entry (Window *window, const BywayAuthField *field, const BywaySecretSet *have)
{
  const char *known = byway_auth_field_value (field, have);
  GtkEntryBuffer *buffer = byway_auth_buffer_new (field->max);
  GtkWidget *entry = gtk_entry_new_with_buffer (buffer);
  g_autofree char *title = byway_auth_field_title (field);

  if (known != NULL)
    gtk_entry_buffer_set_text (buffer, known, -1);
  g_object_unref (buffer);
  gtk_entry_set_visibility (GTK_ENTRY (entry), FALSE);
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_PASSWORD);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_width_chars (GTK_ENTRY (entry), ENTRY_CHARS);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_widget_set_valign (entry, GTK_ALIGN_CENTER);
  if (!field->needed)
    gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Empty if it has none"));
  atk_object_set_name (gtk_widget_get_accessible (entry), title);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (update_ok), window);
  return entry;
}

static void
add_row (Window *window, const BywayAuthField *field, const BywaySecretSet *have)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (field->label);
  GtkWidget *entry = new_entry (window, field, have);
  Row row = { field, GTK_ENTRY (entry) };

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_RIGHT);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LABEL_CHARS);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  gtk_grid_attach (window->grid, label, 0, (int)window->n_lines, 1, 1);
  gtk_grid_attach (window->grid, entry, 1, (int)window->n_lines++, 1, 1);
  g_array_append_val (window->rows, row);
}

static GtkWidget *
new_text (const char *text, gboolean head)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), TEXT_CHARS);
  if (head)
    {
      PangoAttrList *bold = pango_attr_list_new ();

      pango_attr_list_insert (bold, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      pango_attr_list_insert (bold, pango_attr_scale_new (PANGO_SCALE_LARGE));
      gtk_label_set_attributes (GTK_LABEL (label), bold);
      pango_attr_list_unref (bold);
    }
  return label;
}

static void
add_words (Window *window, const BywayAuthWords *words)
{
  GtkWidget *reason = new_text (words->reason, FALSE);

  gtk_grid_attach (window->grid, new_text (words->title, TRUE), 0, (int)window->n_lines++, 2, 1);
  gtk_widget_set_margin_bottom (reason, SPACING);
  gtk_grid_attach (window->grid, reason, 0, (int)window->n_lines++, 2, 1);
  atk_object_set_description (gtk_widget_get_accessible (window->dialog), words->reason);
}

static void
add_show (Window *window)
{
  GtkWidget *check = gtk_check_button_new_with_mnemonic (_ ("_Show passwords"));

  g_signal_connect (check, "toggled", G_CALLBACK (show_passwords), window);
  gtk_grid_attach (window->grid, check, 1, (int)window->n_lines++, 1, 1);
}

static void
add_content (Window *window)
{
  GtkWidget *area = gtk_dialog_get_content_area (GTK_DIALOG (window->dialog));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, MARGIN);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-password", GTK_ICON_SIZE_DIALOG);

  window->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_row_spacing (window->grid, SPACING / 2);
  gtk_grid_set_column_spacing (window->grid, SPACING);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  /* The buttons are in the area, too. */
  gtk_container_set_border_width (GTK_CONTAINER (area), MARGIN);
  gtk_box_set_spacing (GTK_BOX (area), MARGIN);
  gtk_container_add (GTK_CONTAINER (box), icon);
  gtk_box_pack_start (GTK_BOX (box), GTK_WIDGET (window->grid), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (area), box);
}

/* The agent takes back what it asked for. That it hangs up says nothing: some do at once. */
static gboolean
on_agent (int fd, GIOCondition condition, gpointer user_data)
{
  Window *window = user_data;
  gboolean more = byway_auth_agent_read_more (window->reader);

  if (byway_auth_reader_quit (window->reader))
    gtk_dialog_response (GTK_DIALOG (window->dialog), GTK_RESPONSE_CANCEL);
  if (!more)
    window->agent_watch = 0;
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static Window *
new_window (const BywayAuthWords *words, GPtrArray *fields, const BywaySecretSet *have)
{
  Window *window = g_new0 (Window, 1);

  window->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  window->dialog = gtk_dialog_new_with_buttons (
      words->title, NULL, 0, _ ("_Cancel"), GTK_RESPONSE_CANCEL, _ ("_OK"), GTK_RESPONSE_OK, NULL);
  gtk_window_set_icon_name (GTK_WINDOW (window->dialog), "dialog-password");
  gtk_window_set_position (GTK_WINDOW (window->dialog), GTK_WIN_POS_CENTER);
  gtk_window_set_keep_above (GTK_WINDOW (window->dialog), TRUE);
  gtk_window_set_resizable (GTK_WINDOW (window->dialog), FALSE);
  gtk_dialog_set_default_response (GTK_DIALOG (window->dialog), GTK_RESPONSE_OK);
  add_content (window);
  add_words (window, words);
  for (guint i = 0; i < fields->len; i++)
    if (((BywayAuthField *)fields->pdata[i])->ask)
      add_row (window, fields->pdata[i], have);
  add_show (window);
  gtk_widget_grab_focus (GTK_WIDGET (g_array_index (window->rows, Row, 0).entry));
  update_ok (window);
  return window;
}

static void
take_answers (Window *window, BywaySecretSet *answer)
{
  for (guint i = 0; i < window->rows->len; i++)
    {
      Row *row = &g_array_index (window->rows, Row, i);
      const char *text = gtk_entry_get_text (row->entry);
      const char *problem;

      if (*text != '\0')
        byway_secret_set_put (answer, row->field->key, text, strlen (text), &problem);
    }
}

static void
free_window (Window *window)
{
  if (window->agent_watch != 0)
    g_source_remove (window->agent_watch);
  gtk_widget_destroy (window->dialog);
  g_array_unref (window->rows);
  g_free (window);
}

BywaySecretSet *
byway_auth_window_ask (const BywayAuthWords *words, GPtrArray *fields, const BywaySecretSet *have,
                       BywayAuthReader *reader, GError **error)
{
  BywaySecretSet *answer = NULL;
  Window *window;

  if (!gtk_init_check (NULL, NULL))
    {
      g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_FAILED,
                           _ ("there is no display to ask on"));
      return NULL;
    }
  window = new_window (words, fields, have);
  window->reader = reader;
  if (!byway_auth_reader_quit (reader))
    window->agent_watch = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_agent, window);
  gtk_widget_show_all (window->dialog);
  gtk_window_present (GTK_WINDOW (window->dialog));
  if (gtk_dialog_run (GTK_DIALOG (window->dialog)) == GTK_RESPONSE_OK)
    {
      answer = byway_auth_fields_kept (fields, have);
      take_answers (window, answer);
    }
  free_window (window);
  return answer;
}
