/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What GTK 3 and GTK 4 say in different words: the editor is built for both. */

/* A child at the end of a box; with `fill` it takes the room that is left. */
void byway_gtk_box_add (GtkWidget *box, GtkWidget *child, gboolean fill);
void byway_gtk_scroller_set_child (GtkWidget *scroller, GtkWidget *child);
GtkWidget *byway_gtk_scroller_new (void);
/* Scrolls the innermost scroller that the widget is in, until all of it is seen. */
void byway_gtk_scroll_to (GtkWidget *widget);
/* An expander with that title, from edge to edge. */
GtkWidget *byway_gtk_expander_new (GtkWidget *title);
void byway_gtk_expander_set_child (GtkWidget *expander, GtkWidget *child);
GtkWidget *byway_gtk_icon_new (const char *icon_name);
void byway_gtk_icon_set (GtkWidget *icon, const char *icon_name);
/* Not turned by the mouse wheel, which is for scrolling. */
GtkWidget *byway_gtk_combo_new (void);
void byway_gtk_button_set_icon (GtkWidget *button, const char *icon_name);
/* A button that opens `child`. */
GtkWidget *byway_gtk_popover_button_new (const char *label, GtkWidget *child);
/* Adds a page; its number. */
int byway_gtk_notebook_add (GtkWidget *notebook, GtkWidget *page, GtkWidget *tab);
/* The child at that place, or NULL. */
GtkWidget *byway_gtk_first_child (GtkWidget *box);
void byway_gtk_remove (GtkWidget *box, GtkWidget *child);

/* A label that wraps, with a mnemonic where the text has one. */
GtkWidget *byway_gtk_wrapping_label_new (const char *text, int max_width_chars);
GtkWidget *byway_gtk_entry_new (gboolean secret, int width_chars);
const char *byway_gtk_entry_get_text (GtkWidget *entry);
void byway_gtk_entry_set_text (GtkWidget *entry, const char *text);

/* Check buttons. */
gboolean byway_gtk_check_get (GtkWidget *check);
void byway_gtk_check_set (GtkWidget *check, gboolean active);
void byway_gtk_check_set_inconsistent (GtkWidget *check, gboolean inconsistent);

/* For all that is shown on the widget's display, once, however often it is asked for. */
void byway_gtk_use_css (GtkWidget *widget, const char *css);
void byway_gtk_set_class (GtkWidget *widget, const char *class_name, gboolean on);
/* Shows or hides it, whatever gtk_widget_show_all a host of GTK 3 does later. */
void byway_gtk_set_shown (GtkWidget *widget, gboolean shown);

/* Of GTK 3; in GTK 4 everything is shown. */
void byway_gtk_show_all (GtkWidget *widget);

/* The label names the widget: to the eye, by its mnemonic, and to assistive technology. */
void byway_gtk_set_label (GtkWidget *widget, GtkWidget *label, const char *name);

/* For assistive technology. `text` may be NULL. */
void byway_gtk_set_name (GtkWidget *widget, const char *name);
void byway_gtk_set_description (GtkWidget *widget, const char *text);
void byway_gtk_set_invalid (GtkWidget *widget, gboolean invalid);

/* Calls back whenever the keyboard's focus comes to the widget. */
void byway_gtk_on_focus (GtkWidget *widget, void (*callback) (gpointer data), gpointer data);
GtkWindow *byway_gtk_window_of (GtkWidget *widget);
