/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-gtk.h"

void
byway_gtk_box_add (GtkWidget *box, GtkWidget *child, gboolean fill)
{
  gtk_box_pack_start (GTK_BOX (box), child, fill, fill, 0);
}

void
byway_gtk_scroller_set_child (GtkWidget *scroller, GtkWidget *child)
{
  gtk_container_add (GTK_CONTAINER (scroller), child);
}

GtkWidget *
byway_gtk_scroller_new (void)
{
  return gtk_scrolled_window_new (NULL, NULL);
}

void
byway_gtk_scroll_to (GtkWidget *widget)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *seen = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  int top = 0;

  gtk_widget_translate_coordinates (widget, scroller, 0, 0, NULL, &top);
  top += gtk_adjustment_get_value (seen);
  gtk_adjustment_clamp_page (seen, top, top + gtk_widget_get_allocated_height (widget));
}

GtkWidget *
byway_gtk_expander_new (GtkWidget *title)
{
  GtkWidget *expander = gtk_expander_new (NULL);

  gtk_expander_set_label_widget (GTK_EXPANDER (expander), title);
  /* It puts its title to the right edge only when it hears that the direction changed. */
  gtk_widget_set_direction (expander, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (expander, GTK_TEXT_DIR_NONE);
  return expander;
}

void
byway_gtk_expander_set_child (GtkWidget *expander, GtkWidget *child)
{
  gtk_container_add (GTK_CONTAINER (expander), child);
}

GtkWidget *
byway_gtk_icon_new (const char *icon_name)
{
  return gtk_image_new_from_icon_name (icon_name, GTK_ICON_SIZE_BUTTON);
}

void
byway_gtk_button_set_icon (GtkWidget *button, const char *icon_name)
{
  gtk_button_set_image (GTK_BUTTON (button), byway_gtk_icon_new (icon_name));
}

/* When a notebook goes, its pages' accessibles tell that their parent does; who hears that asks for
 * their state; and they look for a tab that is no longer there. So they are silent by then. */
int
byway_gtk_notebook_add (GtkWidget *notebook, GtkWidget *page, GtkWidget *tab)
{
  AtkObject *pages = gtk_widget_get_accessible (notebook);
  int number = gtk_notebook_append_page (GTK_NOTEBOOK (notebook), page, tab);
  g_autoptr (AtkObject) accessible = atk_object_ref_accessible_child (pages, number);

  g_signal_connect_object (notebook, "destroy", G_CALLBACK (g_object_freeze_notify), accessible,
                           G_CONNECT_SWAPPED);
  return number;
}

GtkWidget *
byway_gtk_popover_button_new (const char *label, GtkWidget *child)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new (button);

  gtk_button_set_label (GTK_BUTTON (button), label);
  gtk_button_set_use_underline (GTK_BUTTON (button), TRUE);
  gtk_container_add (GTK_CONTAINER (popover), child);
  gtk_widget_show_all (child);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  return button;
}

GtkWidget *
byway_gtk_first_child (GtkWidget *box)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (box));

  return children != NULL ? children->data : NULL;
}

void
byway_gtk_remove (GtkWidget *box, GtkWidget *child)
{
  gtk_container_remove (GTK_CONTAINER (box), child);
}

GtkWidget *
byway_gtk_wrapping_label_new (const char *text, int max_width_chars)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (text);

  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), max_width_chars);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

GtkWidget *
byway_gtk_entry_new (gboolean secret, int width_chars)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_visibility (GTK_ENTRY (entry), !secret);
  if (secret)
    gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_PASSWORD);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_width_chars (GTK_ENTRY (entry), width_chars);
  return entry;
}

const char *
byway_gtk_entry_get_text (GtkWidget *entry)
{
  return gtk_entry_get_text (GTK_ENTRY (entry));
}

void
byway_gtk_entry_set_text (GtkWidget *entry, const char *text)
{
  gtk_entry_set_text (GTK_ENTRY (entry), text);
}

gboolean
byway_gtk_check_get (GtkWidget *check)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (check));
}

void
byway_gtk_check_set (GtkWidget *check, gboolean active)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (check), active);
}

void
byway_gtk_check_set_inconsistent (GtkWidget *check, gboolean inconsistent)
{
  gtk_toggle_button_set_inconsistent (GTK_TOGGLE_BUTTON (check), inconsistent);
}

/* A screen that has it keeps it under its own text. */
void
byway_gtk_use_css (GtkWidget *widget, const char *css)
{
  GObject *screen = G_OBJECT (gtk_widget_get_screen (widget));
  GtkCssProvider *provider;

  if (g_object_get_data (screen, css) != NULL)
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (provider, css, -1, NULL);
  gtk_style_context_add_provider_for_screen (GDK_SCREEN (screen), GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data_full (screen, css, provider, g_object_unref);
}

void
byway_gtk_set_class (GtkWidget *widget, const char *class_name, gboolean on)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (on)
    gtk_style_context_add_class (context, class_name);
  else
    gtk_style_context_remove_class (context, class_name);
}

void
byway_gtk_set_shown (GtkWidget *widget, gboolean shown)
{
  if (!gtk_widget_get_no_show_all (widget))
    gtk_widget_show_all (widget);
  gtk_widget_set_no_show_all (widget, TRUE);
  gtk_widget_set_visible (widget, shown);
}

void
byway_gtk_set_label (GtkWidget *widget, GtkWidget *label, const char *name)
{
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), widget);
  byway_gtk_set_name (widget, name);
}

void
byway_gtk_set_name (GtkWidget *widget, const char *name)
{
  atk_object_set_name (gtk_widget_get_accessible (widget), name);
}

void
byway_gtk_set_description (GtkWidget *widget, const char *text)
{
  atk_object_set_description (gtk_widget_get_accessible (widget), text != NULL ? text : "");
}

void
byway_gtk_set_invalid (GtkWidget *widget, gboolean invalid)
{
  atk_object_notify_state_change (gtk_widget_get_accessible (widget), ATK_STATE_INVALID_ENTRY,
                                  invalid);
}

typedef struct
{
  void (*callback) (gpointer data);
  gpointer data;
} Focus;

static gboolean
on_focus (GtkWidget *widget, GdkEvent *event, gpointer data)
{
  Focus *focus = data;

  focus->callback (focus->data);
  return GDK_EVENT_PROPAGATE;
}

static void
free_focus (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
byway_gtk_on_focus (GtkWidget *widget, void (*callback) (gpointer data), gpointer data)
{
  Focus *focus = g_new0 (Focus, 1);

  focus->callback = callback;
  focus->data = data;
  g_signal_connect_data (widget, "focus-in-event", G_CALLBACK (on_focus), focus, free_focus, 0);
}

GtkWindow *
byway_gtk_window_of (GtkWidget *widget)
{
  GtkWidget *top = gtk_widget_get_toplevel (widget);

  return GTK_IS_WINDOW (top) ? GTK_WINDOW (top) : NULL;
}

void
byway_gtk_icon_set (GtkWidget *icon, const char *icon_name)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), icon_name, GTK_ICON_SIZE_BUTTON);
}

static gboolean
on_scroll (GtkWidget *combo, GdkEvent *event, gpointer data)
{
  g_signal_stop_emission_by_name (combo, "scroll-event");
  return GDK_EVENT_PROPAGATE;
}

GtkWidget *
byway_gtk_combo_new (void)
{
  GtkWidget *combo = gtk_combo_box_text_new ();

  g_signal_connect (combo, "scroll-event", G_CALLBACK (on_scroll), NULL);
  return combo;
}

void
byway_gtk_show_all (GtkWidget *widget)
{
  gtk_widget_show_all (widget);
}
