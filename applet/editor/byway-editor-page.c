/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-page.h"

#include <glib/gi18n-lib.h>

#define COLUMNS 2

/* The next free line of the grid is kept with it. */
static int
take_line (GtkWidget *page)
{
  int line = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (page), "lines"));

  g_object_set_data (G_OBJECT (page), "lines", GINT_TO_POINTER (line + 1));
  return line;
}

static void
attach (GtkWidget *page, GtkWidget *child, int column, int line)
{
  gtk_grid_attach (GTK_GRID (page), child, column, line, COLUMNS - column, 1);
}

GtkWidget *
byway_editor_page_new (void)
{
  GtkWidget *page = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (page), 6);
  gtk_grid_set_column_spacing (GTK_GRID (page), 12);
  return page;
}

void
byway_editor_page_add_heading (GtkWidget *page, const char *text)
{
  g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b>", _ (text));
  GtkWidget *heading = gtk_label_new (NULL);
  int line = take_line (page);

  gtk_label_set_markup (GTK_LABEL (heading), markup);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_set_margin_top (heading, line > 0 ? 12 : 0);
  attach (page, heading, 0, line);
}

void
byway_editor_page_add_row (GtkWidget *page, BywayEditorRow *row)
{
  int line = take_line (page);

  if (row->label != NULL)
    gtk_grid_attach (GTK_GRID (page), row->label, 0, line, 1, 1);
  attach (page, row->line, row->label != NULL ? 1 : 0, line);
  if (row->extra != NULL)
    attach (page, row->extra, 1, take_line (page));
  attach (page, row->message, row->label != NULL ? 1 : 0, take_line (page));
}

void
byway_editor_page_insert (GtkWidget *page, int line, GtkWidget *label, GtkWidget *widget)
{
  gtk_grid_insert_row (GTK_GRID (page), line);
  take_line (page);
  if (label != NULL)
    gtk_grid_attach (GTK_GRID (page), label, 0, line, 1, 1);
  attach (page, widget, 1, line);
}

void
byway_editor_page_append (GtkWidget *page, GtkWidget *widget)
{
  attach (page, widget, 1, take_line (page));
}

void
byway_editor_page_add_foot (GtkWidget *page, GtkWidget *widget)
{
  gtk_widget_set_halign (widget, GTK_ALIGN_END);
  gtk_widget_set_margin_top (widget, 12);
  attach (page, widget, 0, take_line (page));
}

static GtkWidget *
make_tab_label (BywayEditorTab *tab, const char *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  tab->icon = byway_gtk_icon_new ("dialog-error-symbolic");
  byway_gtk_set_class (tab->icon, "byway-problem", TRUE);
  byway_gtk_set_name (tab->icon, _ ("Something needs to be corrected here"));
  byway_gtk_box_add (box, gtk_label_new (title), FALSE);
  byway_gtk_box_add (box, tab->icon, FALSE);
  byway_gtk_show_all (box);
  return box;
}

void
byway_editor_tab_init (BywayEditorTab *tab, GtkWidget *notebook, const char *title)
{
  GtkWidget *scroller = byway_gtk_scroller_new ();

  tab->grid = byway_editor_page_new ();
  gtk_widget_set_margin_start (tab->grid, 12);
  gtk_widget_set_margin_end (tab->grid, 12);
  gtk_widget_set_margin_top (tab->grid, 12);
  gtk_widget_set_margin_bottom (tab->grid, 12);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 300);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  byway_gtk_scroller_set_child (scroller, tab->grid);
  tab->number = byway_gtk_notebook_add (notebook, scroller, make_tab_label (tab, title));
}
