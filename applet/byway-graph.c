/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-gtk.h"
#include "byway-graph.h"
#include "byway-paint.h"
#include "byway-view.h"

#include <glib/gi18n.h>

#define PLOT_LINES 6 /* its height, in lines of text */
#define N_GRID 4
#define SMALL 0.8
#define PADDING 4
#define SWATCH 12

/* The two ways, told apart by their shape, too. */
typedef enum
{
  WAY_RECEIVED, /* an area */
  WAY_SENT,     /* a line, dashed */
  N_WAYS
} Way;

struct _BywayGraph
{
  GtkBox parent;
  GtkWidget *plot;
  GtkWidget *rates[N_WAYS], *totals[N_WAYS];
  GArray *spans; /* BywayTrafficSpan */
  double ceiling;
};

#define BYWAY_TYPE_GRAPH (byway_graph_get_type ())
G_DECLARE_FINAL_TYPE (BywayGraph, byway_graph, BYWAY, GRAPH, GtkBox)
G_DEFINE_FINAL_TYPE (BywayGraph, byway_graph, GTK_TYPE_BOX)

static GdkRGBA
way_colour (GtkWidget *widget, Way way)
{
  switch (way)
    {
    case WAY_RECEIVED:
      return byway_paint_colour (widget, BYWAY_PAINT_ACCENT);
    case WAY_SENT:
    case N_WAYS:
      break;
    }
  return byway_paint_text_colour (widget, 0.85);
}

/* --- the plot ------------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget *widget;
  double x, y, width, height;
  double ceiling;
} Field;

/* Now is where reading ends. */
static double
x_at (const Field *field, double seconds_ago)
{
  double share = 1 - MIN (seconds_ago / BYWAY_TRAFFIC_SECONDS, 1);

  return byway_paint_x (field->widget, field->x + share * field->width, 0);
}

static double
y_at (const Field *field, double rate)
{
  return field->y + field->height * (1 - MIN (rate / field->ceiling, 1));
}

static void
draw_grid (cairo_t *cr, const Field *field)
{
  GdkRGBA colour = byway_paint_text_colour (field->widget, 0.12);

  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 1);
  for (int i = 0; i <= N_GRID; i++)
    {
      double y = (int)(field->y + field->height * i / N_GRID) + 0.5;

      cairo_move_to (cr, x_at (field, BYWAY_TRAFFIC_SECONDS), y);
      cairo_line_to (cr, x_at (field, 0), y);
    }
  cairo_stroke (cr);
}

static double
rate_of (const BywayTrafficSpan *span, Way way)
{
  return way == WAY_RECEIVED ? span->rx : span->tx;
}

/* A long span is a level, a short one a point: so the line is smooth, and a pause is no slope. */
static void
trace (cairo_t *cr, const Field *field, GArray *spans, Way way)
{
  for (guint i = 0; i < spans->len; i++)
    {
      const BywayTrafficSpan *span = &g_array_index (spans, BywayTrafficSpan, i);
      double y = y_at (field, rate_of (span, way));

      if (i == 0 || span->begin - span->end > 3)
        cairo_line_to (cr, x_at (field, span->begin), y);
      cairo_line_to (cr, x_at (field, span->end), y);
    }
}

static void
fill_area (cairo_t *cr, const Field *field, GArray *spans, GdkRGBA colour)
{
  const BywayTrafficSpan *oldest = &g_array_index (spans, BywayTrafficSpan, 0);

  cairo_move_to (cr, x_at (field, oldest->begin), y_at (field, 0));
  trace (cr, field, spans, WAY_RECEIVED);
  cairo_line_to (cr, x_at (field, 0), y_at (field, 0));
  cairo_close_path (cr);
  colour.alpha *= 0.3;
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_fill (cr);
}

static void
set_pen (cairo_t *cr, GtkWidget *widget, Way way)
{
  static const double dashes[] = { 4, 2 };
  GdkRGBA colour = way_colour (widget, way);

  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 1.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, dashes, way == WAY_SENT ? G_N_ELEMENTS (dashes) : 0, 0);
}

static void
draw_way (BywayGraph *self, cairo_t *cr, const Field *field, Way way)
{
  if (self->spans->len == 0)
    return;
  if (way == WAY_RECEIVED)
    fill_area (cr, field, self->spans, way_colour (field->widget, way));
  cairo_new_path (cr);
  trace (cr, field, self->spans, way);
  set_pen (cr, field->widget, way);
  cairo_stroke (cr);
}

static void
draw_label (GtkWidget *widget, cairo_t *cr, const char *text, gboolean at_end, double y)
{
  g_autoptr (PangoLayout) layout = byway_paint_layout (widget, text, SMALL, -1);
  GdkRGBA colour = byway_paint_text_colour (widget, 0.7);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_move_to (
      cr,
      byway_paint_x (widget, at_end ? gtk_widget_get_allocated_width (widget) - width : 0, width),
      y);
  pango_cairo_show_layout (cr, layout);
}

static gboolean
on_draw (GtkWidget *plot, cairo_t *cr, BywayGraph *self)
{
  int line = byway_paint_line_height (plot);
  g_autofree char *top = byway_view_rate (self->ceiling);
  Field field = {
    .widget = plot,
    .y = line,
    .width = gtk_widget_get_allocated_width (plot),
    .height = gtk_widget_get_allocated_height (plot) - 2 * line - PADDING,
    .ceiling = self->ceiling,
  };

  draw_grid (cr, &field);
  draw_label (plot, cr, top, FALSE, 0);
  for (Way way = 0; way < N_WAYS; way++)
    draw_way (self, cr, &field, way);
  draw_label (plot, cr, _ ("2 minutes ago"), FALSE, field.y + field.height + PADDING);
  draw_label (plot, cr, _ ("now"), TRUE, field.y + field.height + PADDING);
  return FALSE;
}

static void
on_style_updated (GtkWidget *plot)
{
  gtk_widget_set_size_request (plot, -1, byway_paint_line_height (plot) * (PLOT_LINES + 2));
}

/* --- the numbers ---------------------------------------------------------------------------- */

static gboolean
on_draw_swatch (GtkWidget *swatch, cairo_t *cr, gpointer way)
{
  int width = gtk_widget_get_allocated_width (swatch);
  double middle = gtk_widget_get_allocated_height (swatch) / 2.0;
  GdkRGBA colour = way_colour (swatch, GPOINTER_TO_INT (way));

  if (GPOINTER_TO_INT (way) == WAY_RECEIVED)
    {
      colour.alpha *= 0.3;
      gdk_cairo_set_source_rgba (cr, &colour);
      cairo_rectangle (cr, 0, middle, width, SWATCH / 2);
      cairo_fill (cr);
    }
  cairo_move_to (cr, 0, middle);
  cairo_line_to (cr, width, middle);
  set_pen (cr, swatch, GPOINTER_TO_INT (way));
  cairo_stroke (cr);
  return FALSE;
}

static GtkWidget *
add_number (GtkWidget *legend, int row, int column, const char *dim)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_width_chars (GTK_LABEL (label), 10);
  if (dim != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), dim);
  gtk_grid_attach (GTK_GRID (legend), label, column, row, 1, 1);
  return label;
}

/* A grid tells assistive technology of its children last to first, so they come in that order. */
static void
add_way (BywayGraph *self, GtkWidget *legend, Way way, const char *title)
{
  GtkWidget *swatch = gtk_drawing_area_new ();
  GtkWidget *label = gtk_label_new (title);

  gtk_widget_set_size_request (swatch, SWATCH * 2, SWATCH);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  g_signal_connect (swatch, "draw", G_CALLBACK (on_draw_swatch), GINT_TO_POINTER (way));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  self->totals[way] = add_number (legend, way, 3, GTK_STYLE_CLASS_DIM_LABEL);
  self->rates[way] = add_number (legend, way, 2, NULL);
  gtk_grid_attach (GTK_GRID (legend), label, 1, way, 1, 1);
  gtk_grid_attach (GTK_GRID (legend), swatch, 0, way, 1, 1);
}

static void
show_way (BywayGraph *self, Way way, double rate, guint64 total)
{
  g_autofree char *rate_text = byway_view_rate (rate);
  g_autofree char *bytes = byway_view_bytes (total);
  g_autofree char *total_text = g_strdup_printf (_ ("%s in all"), bytes);

  gtk_label_set_text (GTK_LABEL (self->rates[way]), rate_text);
  gtk_label_set_text (GTK_LABEL (self->totals[way]), total_text);
}

/* What the picture says, in words. */
static void
describe (BywayGraph *self)
{
  g_autofree char *text = g_strdup_printf (
      _ ("Receives %s, sends %s"), gtk_label_get_text (GTK_LABEL (self->rates[WAY_RECEIVED])),
      gtk_label_get_text (GTK_LABEL (self->rates[WAY_SENT])));

  byway_gtk_set_description (self->plot, text);
}

void
byway_graph_set_traffic (GtkWidget *graph, const BywayTraffic *traffic)
{
  BywayGraph *self = BYWAY_GRAPH (graph);
  BywayTrafficSpan now = byway_traffic_now (traffic);

  g_array_set_size (self->spans, 0);
  for (guint i = 0; i < byway_traffic_n_spans (traffic); i++)
    {
      BywayTrafficSpan span = byway_traffic_span (traffic, i);

      g_array_append_val (self->spans, span);
    }
  self->ceiling = byway_traffic_ceiling (traffic);
  show_way (self, WAY_RECEIVED, now.rx, byway_traffic_rx_bytes (traffic));
  show_way (self, WAY_SENT, now.tx, byway_traffic_tx_bytes (traffic));
  describe (self);
  gtk_widget_queue_draw (self->plot);
}

/* --- the object ----------------------------------------------------------------------------- */

static void
add_plot (BywayGraph *self)
{
  self->plot = gtk_drawing_area_new ();
  byway_paint_set_image (self->plot, _ ("Traffic of the last two minutes"));
  g_signal_connect (self->plot, "draw", G_CALLBACK (on_draw), self);
  g_signal_connect (self->plot, "style-updated", G_CALLBACK (on_style_updated), NULL);
  on_style_updated (self->plot);
  gtk_box_pack_start (GTK_BOX (self), self->plot, TRUE, TRUE, 0);
}

GtkWidget *
byway_graph_new (void)
{
  BywayGraph *self = g_object_new (BYWAY_TYPE_GRAPH, "orientation", GTK_ORIENTATION_VERTICAL,
                                   "spacing", 6, NULL);
  GtkWidget *legend = gtk_grid_new ();
  g_autoptr (BywayTraffic) nothing = byway_traffic_new ();

  add_plot (self);
  gtk_grid_set_column_spacing (GTK_GRID (legend), 12);
  gtk_grid_set_row_spacing (GTK_GRID (legend), 2);
  add_way (self, legend, WAY_SENT, _ ("Sent"));
  add_way (self, legend, WAY_RECEIVED, _ ("Received"));
  gtk_box_pack_start (GTK_BOX (self), legend, FALSE, FALSE, 0);
  byway_graph_set_traffic (GTK_WIDGET (self), nothing);
  return GTK_WIDGET (self);
}

static void
byway_graph_finalize (GObject *object)
{
  g_array_unref (BYWAY_GRAPH (object)->spans);
  G_OBJECT_CLASS (byway_graph_parent_class)->finalize (object);
}

static void
byway_graph_class_init (BywayGraphClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_graph_finalize;
}

static void
byway_graph_init (BywayGraph *self)
{
  self->spans = g_array_new (FALSE, FALSE, sizeof (BywayTrafficSpan));
}
