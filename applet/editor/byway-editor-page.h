/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-editor-row.h"

/* How fields lie on a page: labels beside inputs, what is wrong with one below it. */
GtkWidget *byway_editor_page_new (void);
void byway_editor_page_add_heading (GtkWidget *page, const char *text);
void byway_editor_page_add_row (GtkWidget *page, BywayEditorRow *row);
/* A field that is no option's: above that line, or at the end. `label` may be NULL. */
void byway_editor_page_insert (GtkWidget *page, int line, GtkWidget *label, GtkWidget *widget);
void byway_editor_page_append (GtkWidget *page, GtkWidget *widget);
void byway_editor_page_add_foot (GtkWidget *page, GtkWidget *widget);

/* A page among others. */
typedef struct
{
  GtkWidget *grid;
  GtkWidget *icon; /* on its tab: something is wrong in there */
  int number;
} BywayEditorTab;

void byway_editor_tab_init (BywayEditorTab *tab, GtkWidget *notebook, const char *title);
