/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-window.h"

#include "byway-window-row.h"

#include <glib/gi18n.h>

#define WIDTH 460
#define HEIGHT 420
#define SPACING 12

/* What belongs to one window; goes with it. */
typedef struct
{
  GtkApplication *application;
  BywayRoster *roster;
  GtkWidget *window, *stack, *list, *helper_bar;
  GtkWidget *word_bar, *word;
  guint update, clock; /* sources */
} Window;

/* --- the list ------------------------------------------------------------------------------- */

/* Rows are kept where their entry is, so that a click or the keyboard's focus is not lost; those of
 * none go. What stays: id -> row. */
static GHashTable *
keep_rows (Window *self)
{
  GHashTable *kept = g_hash_table_new (g_str_hash, g_str_equal);
  GList *rows = gtk_container_get_children (GTK_CONTAINER (self->list));

  for (GList *l = rows; l != NULL; l = l->next)
    {
      const char *id = byway_window_row_get_id (l->data);
      const BywayEntry *entry = byway_roster_find (self->roster, id);

      if (entry == NULL || entry->hidden)
        gtk_widget_destroy (l->data);
      else
        g_hash_table_insert (kept, (gpointer)id, l->data);
    }
  g_list_free (rows);
  return kept;
}

static void
update_rows (Window *self, gint64 now)
{
  g_autoptr (GHashTable) rows = keep_rows (self);

  for (guint i = 0; i < byway_roster_size (self->roster); i++)
    {
      const BywayEntry *entry = byway_roster_nth (self->roster, i);
      GtkWidget *row = g_hash_table_lookup (rows, entry->id);

      if (entry->hidden)
        continue;
      if (row == NULL)
        {
          row = byway_window_row_new (entry->id);
          gtk_container_add (GTK_CONTAINER (self->list), row);
        }
      byway_window_row_set_entry (row, entry, now);
    }
  gtk_list_box_invalidate_sort (GTK_LIST_BOX (self->list));
}

static int
compare_rows (GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  const char *one = byway_window_row_get_name (GTK_WIDGET (a));
  const char *other = byway_window_row_get_name (GTK_WIDGET (b));

  return g_utf8_collate (one, other);
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, Window *self)
{
  g_action_group_activate_action (
      G_ACTION_GROUP (self->application), "show-status",
      g_variant_new_string (byway_window_row_get_id (GTK_WIDGET (row))));
}

/* --- keeping it true ------------------------------------------------------------------------ */

static gboolean on_update (gpointer data);

static gboolean
on_clock (gpointer data)
{
  Window *self = data;

  update_rows (self, g_get_real_time () / G_USEC_PER_SEC);
  return G_SOURCE_CONTINUE;
}

/* Seconds are counted only while somebody can see them. */
static void
run_clock (Window *self)
{
  gboolean wanted = FALSE;

  for (guint i = 0; i < byway_roster_size (self->roster); i++)
    wanted |= byway_roster_nth (self->roster, i)->look == BYWAY_LOOK_UP;
  if (!wanted || !gtk_widget_get_mapped (self->window))
    g_clear_handle_id (&self->clock, g_source_remove);
  else if (self->clock == 0)
    self->clock = g_timeout_add_seconds (1, on_clock, self);
}

static gboolean
on_update (gpointer data)
{
  Window *self = data;
  gboolean there = byway_roster_is_helper_there (self->roster);

  self->update = 0;
  update_rows (self, g_get_real_time () / G_USEC_PER_SEC);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    byway_roster_count_shown (self->roster) > 0 ? "list" : "empty");
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self->helper_bar), !there);
  run_clock (self);
  return G_SOURCE_REMOVE;
}

static void
update_soon (Window *self)
{
  if (self->update == 0)
    self->update = g_idle_add (on_update, self);
}

/* --- building ------------------------------------------------------------------------------- */

static GtkWidget *
new_button (const char *icon, const char *name, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon, GTK_ICON_SIZE_BUTTON);

  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, name);
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  return button;
}

static GtkWidget *
new_menu_button (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();

  g_menu_append (menu, _ ("_Import…"), "app.import");
  g_menu_append (menu, _ ("_Preferences…"), "app.preferences");
  g_menu_append (menu, _ ("_About"), "app.about");
  g_menu_append (menu, _ ("_Quit"), "app.quit");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_container_add (GTK_CONTAINER (button),
                     gtk_image_new_from_icon_name ("open-menu-symbolic", GTK_ICON_SIZE_BUTTON));
  gtk_widget_set_tooltip_text (button, _ ("Menu"));
  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Menu"));
  return button;
}

static GtkWidget *
new_header (void)
{
  GtkWidget *header = gtk_header_bar_new ();

  gtk_header_bar_set_title (GTK_HEADER_BAR (header), _ ("VPN connections"));
  gtk_header_bar_set_show_close_button (GTK_HEADER_BAR (header), TRUE);
  gtk_header_bar_pack_start (GTK_HEADER_BAR (header),
                             new_button ("list-add-symbolic", _ ("Add connection"), "app.new"));
  gtk_header_bar_pack_end (GTK_HEADER_BAR (header), new_menu_button ());
  return header;
}

static GtkWidget *
new_list (Window *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_list_box_set_sort_func (GTK_LIST_BOX (self->list), compare_rows, NULL, NULL);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_row_activated), self);
  atk_object_set_name (gtk_widget_get_accessible (self->list), _ ("VPN connections"));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_container_add (GTK_CONTAINER (scroller), self->list);
  return scroller;
}

static GtkWidget *
new_text (const char *text, const char *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  if (style_class != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), style_class);
  return label;
}

/* Somebody was handed an address, a user name, a password and a shared secret. */
static GtkWidget *
new_empty (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);
  GtkWidget *icon = gtk_image_new_from_icon_name ("org.byway.Applet", GTK_ICON_SIZE_DIALOG);
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("Add _connection…"));

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 96);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_container_set_border_width (GTK_CONTAINER (box), 2 * SPACING);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), "app.new");
  gtk_style_context_add_class (gtk_widget_get_style_context (button), "suggested-action");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (box), icon, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), new_text (_ ("No connections yet"), "title"), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box),
                      new_text (_ ("A server’s address, a user name, a password and a pre-shared "
                                   "key (also called shared secret) are all that is needed."),
                                "dim-label"),
                      FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), button, FALSE, FALSE, 0);
  return box;
}

static GtkWidget *
new_bar (GtkWidget **label, GtkMessageType type, const char *text)
{
  GtkWidget *bar = gtk_info_bar_new ();

  *label = new_text (text, NULL);
  gtk_label_set_xalign (GTK_LABEL (*label), 0);
  gtk_label_set_justify (GTK_LABEL (*label), GTK_JUSTIFY_LEFT);
  gtk_info_bar_set_message_type (GTK_INFO_BAR (bar), type);
  gtk_info_bar_set_revealed (GTK_INFO_BAR (bar), FALSE);
  gtk_container_add (GTK_CONTAINER (gtk_info_bar_get_content_area (GTK_INFO_BAR (bar))), *label);
  return bar;
}

static void
on_word_response (GtkInfoBar *bar, int response, gpointer data)
{
  gtk_info_bar_set_revealed (bar, FALSE);
}

static GtkWidget *
new_content (Window *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *text;

  self->stack = gtk_stack_new ();
  self->helper_bar = new_bar (&text, GTK_MESSAGE_WARNING,
                              _ ("The helper bywayd does not answer. Is Byway installed whole? "
                                 "“byway doctor” tells."));
  self->word_bar = new_bar (&self->word, GTK_MESSAGE_INFO, "");
  gtk_info_bar_set_show_close_button (GTK_INFO_BAR (self->word_bar), TRUE);
  g_signal_connect (self->word_bar, "response", G_CALLBACK (on_word_response), NULL);
  gtk_stack_add_named (GTK_STACK (self->stack), new_list (self), "list");
  gtk_stack_add_named (GTK_STACK (self->stack), new_empty (), "empty");
  gtk_box_pack_start (GTK_BOX (box), self->helper_bar, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), self->word_bar, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), self->stack, TRUE, TRUE, 0);
  return box;
}

/* --- the window ----------------------------------------------------------------------------- */

static gboolean
on_key (GtkWidget *window, GdkEventKey *event, gpointer data)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (window));
  return GDK_EVENT_STOP;
}

static void
free_window (Window *self)
{
  g_signal_handlers_disconnect_by_data (self->roster, self);
  g_clear_handle_id (&self->update, g_source_remove);
  g_clear_handle_id (&self->clock, g_source_remove);
  g_object_unref (self->roster);
  g_free (self);
}

void
byway_window_say (GtkWidget *window, const char *text)
{
  Window *self = g_object_get_data (G_OBJECT (window), "byway-window");

  gtk_label_set_text (GTK_LABEL (self->word), text);
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self->word_bar), TRUE);
}

void
byway_window_add_bar (GtkWidget *window, GtkWidget *bar)
{
  Window *self = g_object_get_data (G_OBJECT (window), "byway-window");
  GtkWidget *box = gtk_widget_get_parent (self->word_bar);

  gtk_box_pack_start (GTK_BOX (box), bar, FALSE, FALSE, 0);
  gtk_box_reorder_child (GTK_BOX (box), bar, 0);
}

GtkWidget *
byway_window_new (GtkApplication *application, BywayRoster *roster)
{
  static const char *const news[] = { "added", "removed", "changed", "moved", "stage", "helper" };
  Window *self = g_new0 (Window, 1);

  self->application = application;
  self->roster = g_object_ref (roster);
  self->window = gtk_application_window_new (application);
  g_object_set_data_full (G_OBJECT (self->window), "byway-window", self,
                          (GDestroyNotify)free_window);
  gtk_window_set_title (GTK_WINDOW (self->window), _ ("VPN connections"));
  gtk_window_set_default_size (GTK_WINDOW (self->window), WIDTH, HEIGHT);
  gtk_window_set_icon_name (GTK_WINDOW (self->window), "org.byway.Applet");
  gtk_window_set_titlebar (GTK_WINDOW (self->window), new_header ());
  gtk_container_add (GTK_CONTAINER (self->window), new_content (self));
  for (guint i = 0; i < G_N_ELEMENTS (news); i++)
    g_signal_connect_swapped (roster, news[i], G_CALLBACK (update_soon), self);
  g_signal_connect (self->window, "key-press-event", G_CALLBACK (on_key), self);
  g_signal_connect_swapped (self->window, "map", G_CALLBACK (update_soon), self);
  g_signal_connect_swapped (self->window, "unmap", G_CALLBACK (update_soon), self);
  gtk_widget_show_all (gtk_bin_get_child (GTK_BIN (self->window)));
  gtk_widget_show_all (gtk_window_get_titlebar (GTK_WINDOW (self->window)));
  on_update (self);
  return self->window;
}
