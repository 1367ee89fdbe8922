/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-paint.h"

#include <math.h>

/* The least contrast of what is no text, WCAG 2.1, 1.4.11; and how it is come by. */
#define LEGIBLE 3
#define MIX 0.15
#define N_MIXES 6

GdkRGBA
byway_paint_text_colour (GtkWidget *widget, double alpha)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA colour;

  gtk_style_context_get_color (style, gtk_style_context_get_state (style), &colour);
  colour.alpha *= alpha;
  return colour;
}

static double
linear (double part)
{
  return part <= 0.04045 ? part / 12.92 : pow ((part + 0.055) / 1.055, 2.4);
}

/* As WCAG 2 reckons it. */
static double
luminance (const GdkRGBA *colour)
{
  return 0.2126 * linear (colour->red) + 0.7152 * linear (colour->green)
         + 0.0722 * linear (colour->blue);
}

static double
contrast (const GdkRGBA *one, const GdkRGBA *other)
{
  double a = luminance (one) + 0.05, b = luminance (other) + 0.05;

  return MAX (a, b) / MIN (a, b);
}

/* Dark themes have dark accents, made for white text on them and not for lines. */
static void
make_legible (GtkWidget *widget, GdkRGBA *colour)
{
  GdkRGBA text = byway_paint_text_colour (widget, 1), ground;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "theme_bg_color",
                                       &ground))
    return;
  for (int i = 0; i < N_MIXES && contrast (colour, &ground) < LEGIBLE; i++)
    {
      colour->red += (text.red - colour->red) * MIX;
      colour->green += (text.green - colour->green) * MIX;
      colour->blue += (text.blue - colour->blue) * MIX;
    }
}

GdkRGBA
byway_paint_colour (GtkWidget *widget, const char *name)
{
  GdkRGBA colour;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &colour))
    return byway_paint_text_colour (widget, 1);
  make_legible (widget, &colour);
  return colour;
}

/* A layout with a width puts its text somewhere within that, which is for the caller to do. */
static void
limit_width (PangoLayout *layout, int width)
{
  int text_width;

  pango_layout_get_pixel_size (layout, &text_width, NULL);
  if (width < 0 || text_width <= width)
    return;
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
}

PangoLayout *
byway_paint_layout (GtkWidget *widget, const char *text, double scale, int width)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  /* Digits as wide as each other: what counts up does not tremble. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  limit_width (layout, width);
  return layout;
}

int
byway_paint_text_width (GtkWidget *widget, const char *text, double scale)
{
  g_autoptr (PangoLayout) layout = byway_paint_layout (widget, text, scale, -1);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

int
byway_paint_line_height (GtkWidget *widget)
{
  g_autoptr (PangoLayout) layout = byway_paint_layout (widget, "0", 1, -1);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

double
byway_paint_x (GtkWidget *widget, double start, double width)
{
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    return gtk_widget_get_allocated_width (widget) - start - width;
  return start;
}

void
byway_paint_set_image (GtkWidget *widget, const char *name)
{
  AtkObject *accessible = gtk_widget_get_accessible (widget);

  atk_object_set_role (accessible, ATK_ROLE_IMAGE);
  atk_object_set_name (accessible, name);
}
