/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-gtk.h"

void
byway_gtk_box_add (GtkWidget *box, GtkWidget *child, gboolean fill)
{
  if (fill && gtk_orientable_get_orientation (GTK_ORIENTABLE (box)) == GTK_ORIENTATION_VERTICAL)
    gtk_widget_set_vexpand (child, TRUE);
  else if (fill)
    gtk_widget_set_hexpand (child, TRUE);
  gtk_box_append (GTK_BOX (box), child);
}

void
byway_gtk_scroller_set_child (GtkWidget *scroller, GtkWidget *child)
{
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), child);
}

GtkWidget *
byway_gtk_scroller_new (void)
{
  return gtk_scrolled_window_new ();
}

void
byway_gtk_scroll_to (GtkWidget *widget)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *seen = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  double top = 0;

  gtk_widget_translate_coordinates (widget, scroller, 0, 0, NULL, &top);
  top += gtk_adjustment_get_value (seen);
  gtk_adjustment_clamp_page (seen, top, top + gtk_widget_get_allocated_height (widget));
}

GtkWidget *
byway_gtk_expander_new (GtkWidget *title)
{
  GtkWidget *expander = gtk_expander_new (NULL);

  gtk_expander_set_label_widget (GTK_EXPANDER (expander), title);
  return expander;
}

void
byway_gtk_expander_set_child (GtkWidget *expander, GtkWidget *child)
{
  gtk_expander_set_child (GTK_EXPANDER (expander), child);
}

GtkWidget *
byway_gtk_icon_new (const char *icon_name)
{
  return gtk_image_new_from_icon_name (icon_name);
}

void
byway_gtk_button_set_icon (GtkWidget *button, const char *icon_name)
{
  gtk_button_set_icon_name (GTK_BUTTON (button), icon_name);
}

int
byway_gtk_notebook_add (GtkWidget *notebook, GtkWidget *page, GtkWidget *tab)
{
  return gtk_notebook_append_page (GTK_NOTEBOOK (notebook), page, tab);
}

GtkWidget *
byway_gtk_popover_button_new (const char *label, GtkWidget *child)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();

  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), label);
  gtk_menu_button_set_use_underline (GTK_MENU_BUTTON (button), TRUE);
  gtk_popover_set_child (GTK_POPOVER (popover), child);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  return button;
}

GtkWidget *
byway_gtk_first_child (GtkWidget *box)
{
  return gtk_widget_get_first_child (box);
}

void
byway_gtk_remove (GtkWidget *box, GtkWidget *child)
{
  gtk_box_remove (GTK_BOX (box), child);
}

GtkWidget *
byway_gtk_wrapping_label_new (const char *text, int max_width_chars)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), max_width_chars);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

GtkWidget *
byway_gtk_entry_new (gboolean secret, int width_chars)
{
  g_autoptr (GtkEntryBuffer) locked = secret ? gtk_password_entry_buffer_new () : NULL;
  GtkWidget *entry = secret ? gtk_entry_new_with_buffer (locked) : gtk_entry_new ();

  gtk_entry_set_visibility (GTK_ENTRY (entry), !secret);
  if (secret)
    gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_PASSWORD);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), width_chars);
  return entry;
}

const char *
byway_gtk_entry_get_text (GtkWidget *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

void
byway_gtk_entry_set_text (GtkWidget *entry, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

gboolean
byway_gtk_check_get (GtkWidget *check)
{
  return gtk_check_button_get_active (GTK_CHECK_BUTTON (check));
}

void
byway_gtk_check_set (GtkWidget *check, gboolean active)
{
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), active);
}

void
byway_gtk_check_set_inconsistent (GtkWidget *check, gboolean inconsistent)
{
  gtk_check_button_set_inconsistent (GTK_CHECK_BUTTON (check), inconsistent);
}

/* A display that has it keeps it under its own text. */
void
byway_gtk_use_css (GtkWidget *widget, const char *css)
{
  GObject *display = G_OBJECT (gtk_widget_get_display (widget));
  GtkCssProvider *provider;

  if (g_object_get_data (display, css) != NULL)
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (provider, css, -1);
  gtk_style_context_add_provider_for_display (GDK_DISPLAY (display), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data_full (display, css, provider, g_object_unref);
}

void
byway_gtk_set_class (GtkWidget *widget, const char *class_name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, class_name);
  else
    gtk_widget_remove_css_class (widget, class_name);
}

void
byway_gtk_set_shown (GtkWidget *widget, gboolean shown)
{
  gtk_widget_set_visible (widget, shown);
}

/* In a combo box it is a button inside that gets the focus. */
static void
name_button_inside (GtkWidget *widget, const char *name)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  for (; child != NULL && !GTK_IS_TOGGLE_BUTTON (child); child = gtk_widget_get_first_child (child))
    ;
  if (GTK_IS_COMBO_BOX (widget) && child != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
}

/* The mnemonic makes the label the widget's name, too. */
void
byway_gtk_set_label (GtkWidget *widget, GtkWidget *label, const char *name)
{
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), widget);
  name_button_inside (widget, name);
}

void
byway_gtk_set_name (GtkWidget *widget, const char *name)
{
  name_button_inside (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
byway_gtk_set_description (GtkWidget *widget, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text != NULL ? text : "", -1);
}

void
byway_gtk_set_invalid (GtkWidget *widget, gboolean invalid)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_INVALID,
                               invalid ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

typedef struct
{
  void (*callback) (gpointer data);
  gpointer data;
} Focus;

static void
on_focus (GtkEventController *controller, gpointer data)
{
  Focus *focus = data;

  focus->callback (focus->data);
}

static void
free_focus (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
byway_gtk_on_focus (GtkWidget *widget, void (*callback) (gpointer data), gpointer data)
{
  GtkEventController *controller = gtk_event_controller_focus_new ();
  Focus *focus = g_new0 (Focus, 1);

  focus->callback = callback;
  focus->data = data;
  g_signal_connect_data (controller, "enter", G_CALLBACK (on_focus), focus, free_focus, 0);
  gtk_widget_add_controller (widget, controller);
}

GtkWindow *
byway_gtk_window_of (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

void
byway_gtk_icon_set (GtkWidget *icon, const char *icon_name)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), icon_name);
}

GtkWidget *
byway_gtk_combo_new (void)
{
  return gtk_combo_box_text_new ();
}

void
byway_gtk_show_all (GtkWidget *widget)
{
}
