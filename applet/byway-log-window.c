/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-gtk.h"
#include "byway-escape.h"
#include "byway-log-window.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDTH 900
#define HEIGHT 560
#define MARGIN 6
#define NEAR 24 /* pixels from the end that count as being there: the margin, and a bit */

struct _BywayLogWindow
{
  GtkWindow parent;
  char *name;
  char *text; /* all that is shown */
  GtkWidget *search, *matches, *save_button, *copy_button;
  GtkWidget *bar, *bar_text; /* what went wrong with saving */
  GtkWidget *view, *scroller, *empty, *stack;
  guint scrolling; /* to the end, soon; 0: not */
  GtkTextBuffer *buffer;
  GtkTextMark *end;
  GtkTextTag *found;
  GtkFileChooserNative *chooser; /* NULL: not open */
};

#define BYWAY_TYPE_LOG_WINDOW (byway_log_window_get_type ())
G_DECLARE_FINAL_TYPE (BywayLogWindow, byway_log_window, BYWAY, LOG_WINDOW, GtkWindow)
G_DEFINE_FINAL_TYPE (BywayLogWindow, byway_log_window, GTK_TYPE_WINDOW)

/* --- searching ------------------------------------------------------------------------------ */

static const GtkTextSearchFlags how = GTK_TEXT_SEARCH_CASE_INSENSITIVE | GTK_TEXT_SEARCH_TEXT_ONLY;

static const char *
wanted (BywayLogWindow *self)
{
  return gtk_entry_get_text (GTK_ENTRY (self->search));
}

static void
tell_matches (BywayLogWindow *self, guint n)
{
  g_autofree char *text = NULL;

  if (*wanted (self) != '\0')
    text = n == 0 ? g_strdup (_ ("not found"))
                  : g_strdup_printf (ngettext ("found once", "found %u times", n), n);
  gtk_label_set_text (GTK_LABEL (self->matches), text != NULL ? text : "");
  byway_gtk_set_class (self->search, GTK_STYLE_CLASS_ERROR, *wanted (self) != '\0' && n == 0);
}

static void
mark_matches (BywayLogWindow *self)
{
  GtkTextIter begin, end, at, until;
  guint n = 0;

  gtk_text_buffer_get_bounds (self->buffer, &begin, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->found, &begin, &end);
  at = begin;
  while (*wanted (self) != '\0'
         && gtk_text_iter_forward_search (&at, wanted (self), how, &begin, &until, NULL))
    {
      gtk_text_buffer_apply_tag (self->buffer, self->found, &begin, &until);
      at = until;
      n++;
    }
  tell_matches (self, n);
}

static void
show_match (BywayLogWindow *self, const GtkTextIter *begin, const GtkTextIter *end)
{
  gtk_text_buffer_select_range (self->buffer, begin, end);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view),
                                gtk_text_buffer_get_insert (self->buffer), 0.15, FALSE, 0, 0);
}

/* From where the last one was, and past the end from the beginning. */
static void
find_next (BywayLogWindow *self)
{
  GtkTextIter from, to, begin, end;

  gtk_text_buffer_get_selection_bounds (self->buffer, &from, &to);
  if (gtk_text_iter_forward_search (&to, wanted (self), how, &begin, &end, NULL))
    show_match (self, &begin, &end);
  else
    {
      gtk_text_buffer_get_start_iter (self->buffer, &from);
      if (gtk_text_iter_forward_search (&from, wanted (self), how, &begin, &end, NULL))
        show_match (self, &begin, &end);
    }
}

static void
find_previous (BywayLogWindow *self)
{
  GtkTextIter from, to, begin, end;

  gtk_text_buffer_get_selection_bounds (self->buffer, &from, &to);
  if (gtk_text_iter_backward_search (&from, wanted (self), how, &begin, &end, NULL))
    show_match (self, &begin, &end);
  else
    {
      gtk_text_buffer_get_end_iter (self->buffer, &to);
      if (gtk_text_iter_backward_search (&to, wanted (self), how, &begin, &end, NULL))
        show_match (self, &begin, &end);
    }
}

static void
on_search_changed (GtkWidget *search, BywayLogWindow *self)
{
  GtkTextIter from, to;

  mark_matches (self);
  if (*wanted (self) == '\0')
    return;
  /* A word that grows stays where it was found. */
  gtk_text_buffer_get_selection_bounds (self->buffer, &from, &to);
  gtk_text_buffer_place_cursor (self->buffer, &from);
  find_next (self);
}

static void
on_next (GtkWidget *widget, BywayLogWindow *self)
{
  if (*wanted (self) != '\0')
    find_next (self);
}

static void
on_previous (GtkWidget *widget, BywayLogWindow *self)
{
  if (*wanted (self) != '\0')
    find_previous (self);
}

/* Escape takes the search back first, and closes then. */
static void
on_stop_search (GtkWidget *search, BywayLogWindow *self)
{
  if (*wanted (self) == '\0')
    gtk_window_close (GTK_WINDOW (self));
  else
    gtk_entry_set_text (GTK_ENTRY (search), "");
}

/* --- copying -------------------------------------------------------------------------------- */

/* What is selected, or all. */
static char *
chosen_text (BywayLogWindow *self)
{
  GtkTextIter begin, end;

  if (!gtk_text_buffer_get_selection_bounds (self->buffer, &begin, &end))
    return g_strdup (self->text);
  return gtk_text_buffer_get_text (self->buffer, &begin, &end, FALSE);
}

static void
on_copy (GtkWidget *button, BywayLogWindow *self)
{
  g_autofree char *text = chosen_text (self);

  g_action_group_activate_action (G_ACTION_GROUP (gtk_window_get_application (GTK_WINDOW (self))),
                                  "copy", g_variant_new_string (text));
}

/* --- saving --------------------------------------------------------------------------------- */

static void
tell_problem (BywayLogWindow *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->bar_text), text != NULL ? text : "");
  byway_gtk_set_shown (self->bar, text != NULL);
}

static void
on_saved (GObject *file, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayLogWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_file_get_parse_name (G_FILE (file)), *text = NULL;

  if (!g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    text = g_strdup_printf (_ ("%s can't be saved: %s"), path, error->message);
  if (!gtk_widget_in_destruction (GTK_WIDGET (self)))
    tell_problem (self, text);
}

static void
save (BywayLogWindow *self, GFile *file)
{
  g_autoptr (GBytes) bytes = g_bytes_new (self->text, strlen (self->text));

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                       on_saved, g_object_ref (self));
}

static void
on_response (GtkNativeDialog *chooser, int response, BywayLogWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    save (self, file);
  g_clear_object (&self->chooser);
}

/* A name that every file system takes. */
static char *
file_name (const char *name)
{
  g_autofree char *word = g_strdup (name);

  return g_strdup_printf ("byway-%s.log", g_strdelimit (word, "/\\:*?\"<>|", '-'));
}

static void
on_save (GtkWidget *button, BywayLogWindow *self)
{
  g_autofree char *name = file_name (self->name);

  if (self->chooser != NULL)
    return;
  self->chooser
      = gtk_file_chooser_native_new (_ ("Save the Log"), GTK_WINDOW (self),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_response), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- the lines ------------------------------------------------------------------------------ */

static gboolean
is_at_end (BywayLogWindow *self)
{
  GtkAdjustment *at = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));

  return gtk_adjustment_get_value (at) + gtk_adjustment_get_page_size (at) + NEAR
         >= gtk_adjustment_get_upper (at);
}

static gboolean
on_measured (gpointer data)
{
  BywayLogWindow *self = data;

  self->scrolling = 0;
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), self->end, 0, TRUE, 0, 1);
  return G_SOURCE_REMOVE;
}

/* Lines are measured when there is time; only then it is known where the end is. */
static void
scroll_to_end (BywayLogWindow *self)
{
  if (self->scrolling == 0)
    self->scrolling = g_idle_add_full (G_PRIORITY_LOW, on_measured, self, NULL);
}

/* What of the old text the new one begins with; its end when that is nothing. The helper keeps so
 * many lines, and forgets the first ones. */
static const char *
kept_part (const char *old, const char *text)
{
  while (*old != '\0' && !g_str_has_prefix (text, old))
    {
      const char *line_end = strchr (old, '\n');

      old = line_end != NULL ? line_end + 1 : old + strlen (old);
    }
  return old;
}

/* Only what is no longer there goes, and what is new comes: a selection stays, and the lines that
 * somebody reads. */
static void
put_text (BywayLogWindow *self, const char *text)
{
  const char *kept = kept_part (self->text, text);
  GtkTextIter begin, end;

  gtk_text_buffer_get_start_iter (self->buffer, &begin);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end,
                                      (int)g_utf8_strlen (self->text, kept - self->text));
  gtk_text_buffer_delete (self->buffer, &begin, &end);
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_insert (self->buffer, &end, text + strlen (kept), -1);
}

void
byway_log_window_set_lines (GtkWidget *window, const char *const *lines)
{
  BywayLogWindow *self = BYWAY_LOG_WINDOW (window);
  g_autofree char *joined = g_strjoinv ("\n", (GStrv)lines);
  g_autofree char *text = *joined != '\0' ? g_strconcat (joined, "\n", NULL) : g_strdup ("");
  gboolean follows = self->scrolling != 0 || is_at_end (self);

  if (strcmp (text, self->text) == 0)
    return;
  put_text (self, text);
  g_free (self->text);
  self->text = g_steal_pointer (&text);
  mark_matches (self);
  gtk_widget_set_sensitive (self->copy_button, *self->text != '\0');
  gtk_widget_set_sensitive (self->save_button, *self->text != '\0');
  gtk_stack_set_visible_child (GTK_STACK (self->stack),
                               *self->text != '\0' ? self->scroller : self->empty);
  if (follows)
    scroll_to_end (self);
}

/* --- the look ------------------------------------------------------------------------------- */

static GtkWidget *
new_icon_button (const char *icon, const char *name, GCallback clicked, BywayLogWindow *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon, GTK_ICON_SIZE_BUTTON);

  gtk_widget_set_tooltip_text (button, name);
  byway_gtk_set_name (button, name);
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static GtkWidget *
new_button (const char *label, GCallback clicked, BywayLogWindow *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_sensitive (button, FALSE);
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static void
add_search (BywayLogWindow *self, GtkWidget *bar)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("Searc_h")), *steps;

  self->search = gtk_search_entry_new ();
  gtk_entry_set_width_chars (GTK_ENTRY (self->search), 24);
  byway_gtk_set_label (self->search, label, _ ("Search"));
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search_changed), self);
  g_signal_connect (self->search, "activate", G_CALLBACK (on_next), self);
  g_signal_connect (self->search, "next-match", G_CALLBACK (on_next), self);
  g_signal_connect (self->search, "previous-match", G_CALLBACK (on_previous), self);
  g_signal_connect (self->search, "stop-search", G_CALLBACK (on_stop_search), self);
  self->matches = gtk_label_new ("");
  gtk_style_context_add_class (gtk_widget_get_style_context (self->matches),
                               GTK_STYLE_CLASS_DIM_LABEL);
  steps = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_style_context_add_class (gtk_widget_get_style_context (steps), GTK_STYLE_CLASS_LINKED);
  byway_gtk_box_add (
      steps, new_icon_button ("go-up-symbolic", _ ("Previous"), G_CALLBACK (on_previous), self),
      FALSE);
  byway_gtk_box_add (
      steps, new_icon_button ("go-down-symbolic", _ ("Next"), G_CALLBACK (on_next), self), FALSE);
  byway_gtk_box_add (bar, label, FALSE);
  byway_gtk_box_add (bar, self->search, FALSE);
  byway_gtk_box_add (bar, steps, FALSE);
  byway_gtk_box_add (bar, self->matches, FALSE);
}

static GtkWidget *
new_tools (BywayLogWindow *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  add_search (self, bar);
  self->save_button = new_button (_ ("_Save…"), G_CALLBACK (on_save), self);
  self->copy_button = new_button (_ ("_Copy"), G_CALLBACK (on_copy), self);
  gtk_widget_set_tooltip_text (self->copy_button, _ ("What is selected, or all"));
  gtk_box_pack_end (GTK_BOX (bar), self->save_button, FALSE, FALSE, 0);
  gtk_box_pack_end (GTK_BOX (bar), self->copy_button, FALSE, FALSE, 0);
  gtk_container_set_border_width (GTK_CONTAINER (bar), MARGIN);
  return bar;
}

static void
on_bar_response (GtkInfoBar *bar, int response, BywayLogWindow *self)
{
  tell_problem (self, NULL);
}

static GtkWidget *
new_bar (BywayLogWindow *self)
{
  self->bar = gtk_info_bar_new ();
  self->bar_text = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->bar_text), 0);
  gtk_label_set_line_wrap (GTK_LABEL (self->bar_text), TRUE);
  gtk_info_bar_set_message_type (GTK_INFO_BAR (self->bar), GTK_MESSAGE_ERROR);
  gtk_info_bar_set_show_close_button (GTK_INFO_BAR (self->bar), TRUE);
  gtk_container_add (GTK_CONTAINER (gtk_info_bar_get_content_area (GTK_INFO_BAR (self->bar))),
                     self->bar_text);
  g_signal_connect (self->bar, "response", G_CALLBACK (on_bar_response), self);
  byway_gtk_set_shown (self->bar, FALSE);
  return self->bar;
}

static void
make_buffer (BywayLogWindow *self)
{
  GtkTextIter end;

  self->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  self->end = gtk_text_buffer_create_mark (self->buffer, NULL, &end, FALSE);
  self->found = gtk_text_buffer_create_tag (self->buffer, NULL, "underline", PANGO_UNDERLINE_SINGLE,
                                            "weight", PANGO_WEIGHT_BOLD, NULL);
}

static GtkWidget *
new_view (BywayLogWindow *self)
{
  self->view = gtk_text_view_new ();
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->view), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_WORD_CHAR);
  g_object_set (self->view, "left-margin", MARGIN, "right-margin", MARGIN, "top-margin", MARGIN,
                "bottom-margin", MARGIN, NULL);
  byway_gtk_set_name (self->view, _ ("Log"));
  make_buffer (self);
  self->scroller = gtk_scrolled_window_new (NULL, NULL);
  gtk_container_add (GTK_CONTAINER (self->scroller), self->view);
  return self->scroller;
}

static GtkWidget *
new_empty (BywayLogWindow *self)
{
  self->empty = gtk_label_new (_ ("Nothing was said yet: the log begins with the next attempt."));
  gtk_label_set_line_wrap (GTK_LABEL (self->empty), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (self->empty),
                               GTK_STYLE_CLASS_DIM_LABEL);
  return self->empty;
}

static void
add_content (BywayLogWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->stack = gtk_stack_new ();
  byway_gtk_box_add (box, new_tools (self), FALSE);
  byway_gtk_box_add (box, new_bar (self), FALSE);
  byway_gtk_box_add (box, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL), FALSE);
  gtk_container_add (GTK_CONTAINER (self->stack), new_empty (self));
  gtk_container_add (GTK_CONTAINER (self->stack), new_view (self));
  byway_gtk_box_add (box, self->stack, TRUE);
  gtk_container_add (GTK_CONTAINER (self), box);
  gtk_widget_show_all (box);
}

/* Ctrl+F goes to the search, as everywhere. */
static gboolean
on_key_press (GtkWidget *window, GdkEventKey *event, BywayLogWindow *self)
{
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  if (event->keyval != GDK_KEY_f || modifiers != GDK_CONTROL_MASK)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (self->search);
  return GDK_EVENT_STOP;
}

GtkWidget *
byway_log_window_new (GtkApplication *application, const char *name)
{
  g_autofree char *title = g_strdup_printf (_ ("Log of %s"), name);
  BywayLogWindow *self = g_object_new (BYWAY_TYPE_LOG_WINDOW, "application", application, "title",
                                       title, "icon-name", "org.byway.Applet", "default-width",
                                       WIDTH, "default-height", HEIGHT, NULL);

  self->name = g_strdup (name);
  add_content (self);
  g_signal_connect (self, "key-press-event", G_CALLBACK (on_key_press), self);
  byway_escape_closes (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}

/* --- the object ----------------------------------------------------------------------------- */

static void
byway_log_window_dispose (GObject *object)
{
  BywayLogWindow *self = BYWAY_LOG_WINDOW (object);

  g_clear_object (&self->chooser);
  g_clear_handle_id (&self->scrolling, g_source_remove);
  G_OBJECT_CLASS (byway_log_window_parent_class)->dispose (object);
}

static void
byway_log_window_finalize (GObject *object)
{
  BywayLogWindow *self = BYWAY_LOG_WINDOW (object);

  g_free (self->name);
  g_free (self->text);
  G_OBJECT_CLASS (byway_log_window_parent_class)->finalize (object);
}

static void
byway_log_window_class_init (BywayLogWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = byway_log_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = byway_log_window_finalize;
}

static void
byway_log_window_init (BywayLogWindow *self)
{
  self->text = g_strdup ("");
}
