/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What the drawn pictures have in common: the theme's colours and fonts. */

/* A colour by the theme's name for it, if need be nearer to the text's so that it can be told from
 * the background; the text's where the theme has none. */
GdkRGBA byway_paint_colour (GtkWidget *widget, const char *name);
/* The text's own colour, so much of it. */
GdkRGBA byway_paint_text_colour (GtkWidget *widget, double alpha);
/* The colour of what is good, what is chosen, and what is wrong. */
#define BYWAY_PAINT_GOOD "success_color"
#define BYWAY_PAINT_ACCENT "theme_selected_bg_color"
#define BYWAY_PAINT_BAD "error_color"

/* A line of text no wider than that, with an ellipsis where it must; a negative width is any. */
PangoLayout *byway_paint_layout (GtkWidget *widget, const char *text, double scale, int width);
int byway_paint_text_width (GtkWidget *widget, const char *text, double scale);
int byway_paint_line_height (GtkWidget *widget);

/* Where something so wide begins that stands @start from where reading starts. */
double byway_paint_x (GtkWidget *widget, double start, double width);
/* The accessible object's role is that of an image, with that name. */
void byway_paint_set_image (GtkWidget *widget, const char *name);
