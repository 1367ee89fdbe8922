/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-password-dialog.h"

#include "byway-error.h"
#include "byway-password-buffer.h"
#include "byway-password-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MARGIN 18
#define SPACING 12
#define ENTRY_CHARS 28
#define LABEL_CHARS 36
#define TEXT_CHARS 56

typedef struct
{
  char *key;
  gboolean needed;
  BywayStorage storage;
  GtkEntry *entry;
  GtkComboBox *place; /* NULL: not to be chosen */
} Row;

struct _BywayPasswordDialog
{
  GtkDialog parent;
  GtkGrid *grid;
  GArray *rows; /* Row */
  int n_lines;
  gboolean offers_storage;
  GTask *task; /* NULL: nobody waits */
  gulong cancelled;
};

G_DEFINE_FINAL_TYPE (BywayPasswordDialog, byway_password_dialog, GTK_TYPE_DIALOG)

/* In the order of BywayStorage. */
static const char *const places[] = {
  N_ ("In your keyring"),
  N_ ("Until you log out"),
  N_ ("Not at all: ask every time"),
};

/* --- rows ----------------------------------------------------------------------------------- */

static Row *
nth_row (BywayPasswordDialog *self, guint n)
{
  return &g_array_index (self->rows, Row, n);
}

static void
clear_row (gpointer data)
{
  g_free (((Row *)data)->key);
}

static void
update_accept (BywayPasswordDialog *self)
{
  gboolean complete = TRUE;

  for (guint i = 0; i < self->rows->len; i++)
    complete
        &= !nth_row (self, i)->needed || gtk_entry_get_text_length (nth_row (self, i)->entry) > 0;
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK, complete);
}

static void
show_passwords (GtkToggleButton *check, BywayPasswordDialog *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    gtk_entry_set_visibility (nth_row (self, i)->entry, gtk_toggle_button_get_active (check));
}

static GtkWidget *
new_entry (BywayPasswordDialog *self, const BywayPasswordRow *row, const char *title)
{
  GtkEntryBuffer *buffer = byway_password_buffer_new (row->max);
  GtkWidget *entry = gtk_entry_new_with_buffer (buffer);

  if (row->value != NULL)
    gtk_entry_buffer_set_text (buffer, row->value, -1);
  g_object_unref (buffer);
  gtk_entry_set_visibility (GTK_ENTRY (entry), FALSE);
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_PASSWORD);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_width_chars (GTK_ENTRY (entry), ENTRY_CHARS);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_widget_set_valign (entry, GTK_ALIGN_CENTER);
  if (!row->needed)
    gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Empty if it has none"));
  atk_object_set_name (gtk_widget_get_accessible (entry), title);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (update_accept), self);
  return entry;
}

static GtkWidget *
new_place (BywayStorage storage, const char *title)
{
  GtkWidget *place = gtk_combo_box_text_new ();
  g_autofree char *name = g_strdup_printf (_ ("Keep: %s"), title);

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    gtk_combo_box_text_append_text (GTK_COMBO_BOX_TEXT (place), _ (places[i]));
  gtk_combo_box_set_active (GTK_COMBO_BOX (place), (int)storage);
  atk_object_set_name (gtk_widget_get_accessible (place), name);
  return place;
}

static GtkWidget *
new_label (const char *text, GtkWidget *widget)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (text);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_RIGHT);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LABEL_CHARS);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), widget);
  return label;
}

static void
add_place (BywayPasswordDialog *self, GtkWidget *place)
{
  GtkWidget *label = new_label (_ ("K_eep"), place);

  gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_widget_set_margin_bottom (label, SPACING / 2);
  gtk_widget_set_margin_bottom (place, SPACING / 2);
  gtk_grid_attach (self->grid, label, 0, self->n_lines, 1, 1);
  gtk_grid_attach (self->grid, place, 1, self->n_lines++, 1, 1);
}

void
byway_password_dialog_add (BywayPasswordDialog *self, const BywayPasswordRow *row)
{
  g_autofree char *title = byway_password_text_plain (row->label);
  GtkWidget *entry = new_entry (self, row, title);
  GtkWidget *place = self->offers_storage ? new_place (row->storage, title) : NULL;
  Row added = { .key = g_strdup (row->key),
                .needed = row->needed,
                .storage = row->storage,
                .entry = GTK_ENTRY (entry),
                .place = place != NULL ? GTK_COMBO_BOX (place) : NULL };

  gtk_grid_attach (self->grid, new_label (row->label, entry), 0, self->n_lines, 1, 1);
  gtk_grid_attach (self->grid, entry, 1, self->n_lines++, 1, 1);
  if (place != NULL)
    add_place (self, place);
  g_array_append_val (self->rows, added);
}

BywayStorage
byway_password_dialog_storage (BywayPasswordDialog *self, const char *key)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = nth_row (self, i);

      if (strcmp (row->key, key) == 0)
        return row->place != NULL ? (BywayStorage)gtk_combo_box_get_active (row->place)
                                  : row->storage;
    }
  return BYWAY_STORAGE_ASK;
}

/* --- answers -------------------------------------------------------------------------------- */

/* The caller's. NULL when nobody waits any more. */
static GTask *
take_task (BywayPasswordDialog *self)
{
  if (self->task != NULL && self->cancelled != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (self->task), self->cancelled);
  self->cancelled = 0;
  return g_steal_pointer (&self->task);
}

static BywaySecretSet *
new_answer (BywayPasswordDialog *self)
{
  BywaySecretSet *answer = byway_secret_set_new ();

  for (guint i = 0; i < self->rows->len; i++)
    {
      const char *text = gtk_entry_get_text (nth_row (self, i)->entry);
      const char *problem;

      if (*text != '\0')
        byway_secret_set_put (answer, nth_row (self, i)->key, text, strlen (text), &problem);
    }
  return answer;
}

static void
on_response (BywayPasswordDialog *self, int response, gpointer data)
{
  g_autoptr (GTask) task = take_task (self);

  if (task == NULL)
    return;
  if (response == GTK_RESPONSE_OK)
    g_task_return_pointer (task, new_answer (self), (GDestroyNotify)byway_secret_set_unref);
  else
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_CANCELLED, "%s", _ ("cancelled"));
}

static void
on_cancelled (BywayPasswordDialog *self)
{
  gtk_dialog_response (GTK_DIALOG (self), GTK_RESPONSE_CANCEL);
}

void
byway_password_dialog_ask (BywayPasswordDialog *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  GtkWidget *check = gtk_check_button_new_with_mnemonic (_ ("_Show passwords"));

  g_return_if_fail (self->task == NULL && self->rows->len > 0);
  self->task = g_task_new (self, cancellable, callback, data);
  g_task_set_check_cancellable (self->task, FALSE); /* its error is ours */
  g_signal_connect (check, "toggled", G_CALLBACK (show_passwords), self);
  gtk_grid_attach (self->grid, check, 1, self->n_lines++, 1, 1);
  gtk_widget_grab_focus (GTK_WIDGET (nth_row (self, 0)->entry));
  update_accept (self);
  gtk_widget_show_all (GTK_WIDGET (self));
  gtk_window_present (GTK_WINDOW (self));
  if (cancellable != NULL)
    self->cancelled
        = g_signal_connect_swapped (cancellable, "cancelled", G_CALLBACK (on_cancelled), self);
  if (g_cancellable_is_cancelled (cancellable))
    on_cancelled (self);
}

BywaySecretSet *
byway_password_dialog_ask_finish (BywayPasswordDialog *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the window ----------------------------------------------------------------------------- */

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
add_words (BywayPasswordDialog *self, const BywayPasswordWords *words)
{
  GtkWidget *reason = new_text (words->reason, FALSE);

  gtk_grid_attach (self->grid, new_text (words->title, TRUE), 0, self->n_lines++, 2, 1);
  gtk_widget_set_margin_bottom (reason, SPACING);
  gtk_grid_attach (self->grid, reason, 0, self->n_lines++, 2, 1);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)), words->reason);
}

static void
add_content (BywayPasswordDialog *self)
{
  GtkWidget *area = gtk_dialog_get_content_area (GTK_DIALOG (self));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, MARGIN);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-password", GTK_ICON_SIZE_DIALOG);

  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_row_spacing (self->grid, SPACING / 2);
  gtk_grid_set_column_spacing (self->grid, SPACING);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  /* The buttons are in the area, too. */
  gtk_container_set_border_width (GTK_CONTAINER (area), MARGIN);
  gtk_box_set_spacing (GTK_BOX (area), MARGIN);
  gtk_container_add (GTK_CONTAINER (box), icon);
  gtk_box_pack_start (GTK_BOX (box), GTK_WIDGET (self->grid), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (area), box);
}

static void
place_window (GtkWindow *window, GtkWindow *parent)
{
  gtk_window_set_transient_for (window, parent);
  gtk_window_set_position (window,
                           parent != NULL ? GTK_WIN_POS_CENTER_ON_PARENT : GTK_WIN_POS_CENTER);
  gtk_window_set_keep_above (window, parent == NULL);
}

BywayPasswordDialog *
byway_password_dialog_new (GtkWindow *parent, const BywayPasswordWords *words,
                           gboolean offers_storage)
{
  BywayPasswordDialog *self
      = g_object_new (BYWAY_TYPE_PASSWORD_DIALOG, "use-header-bar", FALSE, NULL);
  const char *accept = words->accept != NULL ? words->accept : _ ("_OK");

  self->offers_storage = offers_storage;
  gtk_window_set_title (GTK_WINDOW (self), words->title);
  gtk_dialog_add_buttons (GTK_DIALOG (self), _ ("_Cancel"), GTK_RESPONSE_CANCEL, accept,
                          GTK_RESPONSE_OK, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
  place_window (GTK_WINDOW (self), parent);
  add_words (self, words);
  return self;
}

static void
byway_password_dialog_destroy (GtkWidget *widget)
{
  g_autoptr (GTask) task = take_task (BYWAY_PASSWORD_DIALOG (widget));

  if (task != NULL)
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_CANCELLED, "%s", _ ("cancelled"));
  GTK_WIDGET_CLASS (byway_password_dialog_parent_class)->destroy (widget);
}

static void
byway_password_dialog_finalize (GObject *object)
{
  g_array_unref (BYWAY_PASSWORD_DIALOG (object)->rows);
  G_OBJECT_CLASS (byway_password_dialog_parent_class)->finalize (object);
}

static void
byway_password_dialog_class_init (BywayPasswordDialogClass *klass)
{
  GTK_WIDGET_CLASS (klass)->destroy = byway_password_dialog_destroy;
  G_OBJECT_CLASS (klass)->finalize = byway_password_dialog_finalize;
}

static void
byway_password_dialog_init (BywayPasswordDialog *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, clear_row);
  gtk_window_set_icon_name (GTK_WINDOW (self), "dialog-password");
  gtk_window_set_resizable (GTK_WINDOW (self), FALSE);
  add_content (self);
  g_signal_connect (self, "response", G_CALLBACK (on_response), NULL);
  g_signal_connect (self, "delete-event", G_CALLBACK (gtk_widget_hide_on_delete), NULL);
}
