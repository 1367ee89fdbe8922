/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-paint.h"
#include "byway-timeline.h"
#include "byway-words.h"

#include <glib/gi18n.h>

#define ROW_PADDING 6
#define GAP 12      /* between columns */
#define LANE 160    /* the least width for the bars */
#define BAR 0.42    /* of a line's height */
#define LEAST_BAR 3 /* what took no time is seen all the same */
#define LEAST_REMARK 48
#define REMARK_SCALE 0.85
/* Of the whole width, what a stage gets that has no end yet. */
#define RUNNING_SHARE 0.2

/* A stage as it is drawn. */
typedef struct
{
  BywayStageState state;
  const char *title;
  char *time;        /* what stands at the end of the line */
  char *remark;      /* what was agreed on, or what is wrong */
  double begin, end; /* of its bar, as shares of the lane; both 0: none */
} Row;

struct _BywayTimeline
{
  GtkDrawingArea parent;
  GArray *rows;
};

#define BYWAY_TYPE_TIMELINE (byway_timeline_get_type ())
G_DECLARE_FINAL_TYPE (BywayTimeline, byway_timeline, BYWAY, TIMELINE, GtkDrawingArea)
G_DEFINE_FINAL_TYPE (BywayTimeline, byway_timeline, GTK_TYPE_DRAWING_AREA)

/* --- from stages to rows -------------------------------------------------------------------- */

static void
row_clear (Row *row)
{
  g_free (row->time);
  g_free (row->remark);
}

/* That this machine was prepared is of interest only when it was not. */
static gboolean
is_shown (BywayStage stage, BywayStageState state)
{
  return stage != BYWAY_STAGE_PREPARE || state == BYWAY_STAGE_FAILED;
}

static gboolean
has_ended (BywayStageState state)
{
  return state == BYWAY_STAGE_PASSED || state == BYWAY_STAGE_FAILED;
}

static char *
time_text (const BywayStageLook *stage, guint deadline)
{
  switch (stage->state)
    {
    case BYWAY_STAGE_WAITING:
      return g_strdup ("");
    case BYWAY_STAGE_RUNNING:
      return deadline >= 1000 ? g_strdup_printf (_ ("at most %u s"), deadline / 1000)
                              : g_strdup ("…");
    case BYWAY_STAGE_PASSED:
    case BYWAY_STAGE_FAILED:
      return byway_words_for_time (stage->milliseconds);
    }
  return g_strdup ("");
}

static guint
elapsed (const BywaySessionLook *session)
{
  guint sum = 0;

  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    if (is_shown (i, session->stages[i].state) && has_ended (session->stages[i].state))
      sum += session->stages[i].milliseconds;
  return sum;
}

static gboolean
is_running (const BywaySessionLook *session)
{
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    if (session->stages[i].state == BYWAY_STAGE_RUNNING)
      return TRUE;
  return FALSE;
}

/* Stages follow one another, so each bar begins where the one before ended. */
static void
add_rows (GArray *rows, const BywaySessionLook *session)
{
  double whole = MAX (elapsed (session), 1), at = 0;

  if (is_running (session))
    whole /= 1 - RUNNING_SHARE;
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    {
      const BywayStageLook *stage = &session->stages[i];
      Row row = { .state = stage->state, .begin = at, .end = at };

      if (!is_shown (i, stage->state))
        continue;
      row.title = byway_words_for_stage (byway_stage_to_string (i));
      row.time = time_text (stage, session->deadline);
      row.remark = g_strdup (stage->text);
      if (has_ended (stage->state))
        row.end = at += stage->milliseconds / whole;
      else if (stage->state == BYWAY_STAGE_RUNNING)
        row.end = 1;
      g_array_append_val (rows, row);
    }
}

/* Before the first attempt: what there will be. */
static void
add_empty_rows (GArray *rows)
{
  for (guint i = BYWAY_STAGE_RESOLVE; i < BYWAY_N_STAGES; i++)
    {
      Row row = { .title = byway_words_for_stage (byway_stage_to_string (i)),
                  .time = g_strdup (""),
                  .remark = g_strdup ("") };

      g_array_append_val (rows, row);
    }
}

/* --- for those who do not see it ------------------------------------------------------------ */

static const char *
state_word (BywayStageState state)
{
  switch (state)
    {
    case BYWAY_STAGE_WAITING:
      return _ ("waiting");
    case BYWAY_STAGE_RUNNING:
      return _ ("under way");
    case BYWAY_STAGE_PASSED:
      return _ ("done");
    case BYWAY_STAGE_FAILED:
      return _ ("failed");
    }
  return "";
}

/* "IKE: done, 360 ms, main mode" */
static char *
row_to_text (const Row *row)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _ ("%s: %s"), row->title, state_word (row->state));
  if (*row->time != '\0' && g_strcmp0 (row->time, "…") != 0)
    g_string_append_printf (text, ", %s", row->time);
  if (*row->remark != '\0')
    g_string_append_printf (text, ", %s", row->remark);
  return g_string_free (text, FALSE);
}

static void
describe (BywayTimeline *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autofree char *line = row_to_text (&g_array_index (self->rows, Row, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
    }
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)), text->str);
}

void
byway_timeline_set_session (GtkWidget *timeline, const BywaySessionLook *session)
{
  BywayTimeline *self = BYWAY_TIMELINE (timeline);
  guint before = self->rows->len;

  g_array_set_size (self->rows, 0);
  if (session != NULL)
    add_rows (self->rows, session);
  else
    add_empty_rows (self->rows);
  describe (self);
  if (self->rows->len != before)
    gtk_widget_queue_resize (timeline);
  gtk_widget_queue_draw (timeline);
}

/* --- measures ------------------------------------------------------------------------------- */

typedef struct
{
  int line, row;                     /* heights */
  int title, time, lane;             /* widths */
  double title_at, lane_at, time_at; /* from where reading starts */
} Measures;

static int
title_width (BywayTimeline *self)
{
  int width = 0;

  for (guint i = 0; i < self->rows->len; i++)
    width = MAX (width, byway_paint_text_width (GTK_WIDGET (self),
                                                g_array_index (self->rows, Row, i).title, 1));
  return width;
}

/* Wide enough for all that may come, so that nothing moves while stages pass. */
static int
time_width (BywayTimeline *self)
{
  g_autofree char *longest = g_strdup_printf (_ ("at most %u s"), 88);
  int width = byway_paint_text_width (GTK_WIDGET (self), longest, REMARK_SCALE);

  for (guint i = 0; i < self->rows->len; i++)
    width = MAX (width,
                 byway_paint_text_width (GTK_WIDGET (self), g_array_index (self->rows, Row, i).time,
                                         REMARK_SCALE));
  return width;
}

static Measures
measure (BywayTimeline *self, int width)
{
  Measures m = { .line = byway_paint_line_height (GTK_WIDGET (self)) };

  m.row = m.line + ROW_PADDING;
  m.title = title_width (self);
  m.time = time_width (self);
  m.title_at = m.line + GAP / 2;
  m.lane_at = m.title_at + m.title + GAP;
  m.time_at = width - m.time;
  m.lane = (int)(m.time_at - GAP - m.lane_at);
  return m;
}

static void
byway_timeline_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  Measures m = measure (BYWAY_TIMELINE (widget), 0);

  *minimum = (int)m.lane_at + LANE + GAP + m.time;
  *natural = *minimum + LANE;
}

static void
byway_timeline_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  BywayTimeline *self = BYWAY_TIMELINE (widget);

  *minimum = *natural = (int)self->rows->len * (byway_paint_line_height (widget) + ROW_PADDING);
}

/* --- drawing -------------------------------------------------------------------------------- */

/* In a field of that width, at its start or its end. */
static void
draw_text (BywayTimeline *self, cairo_t *cr, const char *text, double scale, double alpha,
           double start, double width, double middle, gboolean at_end)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (PangoLayout) layout = byway_paint_layout (widget, text, scale, (int)width);
  GdkRGBA colour = byway_paint_text_colour (widget, alpha);
  int text_width, height;

  pango_layout_get_pixel_size (layout, &text_width, &height);
  if (at_end)
    start += width - text_width;
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_move_to (cr, byway_paint_x (widget, start, text_width), middle - height / 2.0);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_check (cairo_t *cr, double x, double y, double size)
{
  cairo_move_to (cr, x - size * 0.30, y + size * 0.02);
  cairo_line_to (cr, x - size * 0.08, y + size * 0.24);
  cairo_line_to (cr, x + size * 0.32, y - size * 0.22);
  cairo_stroke (cr);
}

static void
draw_cross (cairo_t *cr, double x, double y, double size)
{
  double d = size * 0.24;

  cairo_move_to (cr, x - d, y - d);
  cairo_line_to (cr, x + d, y + d);
  cairo_move_to (cr, x + d, y - d);
  cairo_line_to (cr, x - d, y + d);
  cairo_stroke (cr);
}

static GdkRGBA
state_colour (BywayTimeline *self, BywayStageState state)
{
  GtkWidget *widget = GTK_WIDGET (self);

  switch (state)
    {
    case BYWAY_STAGE_WAITING:
      return byway_paint_text_colour (widget, 0.35);
    case BYWAY_STAGE_RUNNING:
      return byway_paint_colour (widget, BYWAY_PAINT_ACCENT);
    case BYWAY_STAGE_PASSED:
      return byway_paint_colour (widget, BYWAY_PAINT_GOOD);
    case BYWAY_STAGE_FAILED:
      return byway_paint_colour (widget, BYWAY_PAINT_BAD);
    }
  return byway_paint_text_colour (widget, 1);
}

/* The mark tells by its shape too what its colour tells. */
static void
draw_mark (BywayTimeline *self, cairo_t *cr, const Row *row, double size, double middle)
{
  GdkRGBA colour = state_colour (self, row->state);
  double x = byway_paint_x (GTK_WIDGET (self), 0, size) + size / 2;

  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, MAX (size / 9, 1.5));
  cairo_new_path (cr);
  switch (row->state)
    {
    case BYWAY_STAGE_WAITING:
      cairo_arc (cr, x, middle, size * 0.16, 0, 2 * G_PI);
      cairo_stroke (cr);
      break;
    case BYWAY_STAGE_RUNNING:
      cairo_arc (cr, x, middle, size * 0.22, 0, 2 * G_PI);
      cairo_fill (cr);
      break;
    case BYWAY_STAGE_PASSED:
      draw_check (cr, x, middle, size);
      break;
    case BYWAY_STAGE_FAILED:
      draw_cross (cr, x, middle, size);
      break;
    }
}

static void
add_pill (cairo_t *cr, double x, double y, double width, double height)
{
  double radius = MIN (width, height) / 2;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

static void
draw_track (BywayTimeline *self, cairo_t *cr, const Measures *m, double middle)
{
  GdkRGBA colour = byway_paint_text_colour (GTK_WIDGET (self), 0.07);
  double height = m->line * BAR;

  add_pill (cr, byway_paint_x (GTK_WIDGET (self), m->lane_at, m->lane), middle - height / 2,
            m->lane, height);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_fill (cr);
}

/* What goes on has an outline only: where it ends is not known. */
static void
draw_bar (BywayTimeline *self, cairo_t *cr, const Row *row, const Measures *m, double middle)
{
  GdkRGBA colour
      = state_colour (self, row->state == BYWAY_STAGE_PASSED ? BYWAY_STAGE_RUNNING : row->state);
  double height = m->line * BAR, width = MAX ((row->end - row->begin) * m->lane, LEAST_BAR);
  double start = MIN (row->begin * m->lane, m->lane - width);
  double x = byway_paint_x (GTK_WIDGET (self), m->lane_at + start, width);

  if (row->state == BYWAY_STAGE_WAITING)
    return;
  gdk_cairo_set_source_rgba (cr, &colour);
  if (row->state != BYWAY_STAGE_RUNNING)
    {
      add_pill (cr, x, middle - height / 2, width, height);
      cairo_fill (cr);
      return;
    }
  cairo_set_line_width (cr, 1);
  add_pill (cr, x + 0.5, middle - height / 2 + 0.5, width - 1, height - 1);
  cairo_stroke (cr);
}

/* On the side of the bar where there is more room. */
static void
draw_remark (BywayTimeline *self, cairo_t *cr, const Row *row, const Measures *m, double middle)
{
  double before = row->begin * m->lane - GAP / 2.0;
  double behind = (1 - row->end) * m->lane - GAP / 2.0;
  gboolean at_end = before > behind;

  if (*row->remark == '\0' || MAX (before, behind) < LEAST_REMARK)
    return;
  draw_text (self, cr, row->remark, REMARK_SCALE, 0.75,
             at_end ? m->lane_at : m->lane_at + m->lane - behind, MAX (before, behind), middle,
             at_end);
}

static void
draw_row (BywayTimeline *self, cairo_t *cr, const Row *row, const Measures *m, double middle)
{
  double alpha = row->state == BYWAY_STAGE_WAITING ? 0.55 : 1;

  draw_mark (self, cr, row, m->line, middle);
  draw_text (self, cr, row->title, 1, alpha, m->title_at, m->title, middle, FALSE);
  if (row->state == BYWAY_STAGE_WAITING)
    draw_track (self, cr, m, middle);
  draw_bar (self, cr, row, m, middle);
  draw_remark (self, cr, row, m, middle);
  draw_text (self, cr, row->time, REMARK_SCALE, 0.75, m->time_at, m->time, middle, TRUE);
}

static gboolean
byway_timeline_draw (GtkWidget *widget, cairo_t *cr)
{
  BywayTimeline *self = BYWAY_TIMELINE (widget);
  Measures m = measure (self, gtk_widget_get_allocated_width (widget));

  for (guint i = 0; i < self->rows->len; i++)
    draw_row (self, cr, &g_array_index (self->rows, Row, i), &m, (i + 0.5) * m.row);
  return FALSE;
}

/* --- the object ----------------------------------------------------------------------------- */

static gboolean
byway_timeline_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard,
                              GtkTooltip *tooltip)
{
  BywayTimeline *self = BYWAY_TIMELINE (widget);
  guint n = (guint)(y / (byway_paint_line_height (widget) + ROW_PADDING));
  g_autofree char *text = NULL;

  if (keyboard || y < 0 || n >= self->rows->len)
    return FALSE;
  text = row_to_text (&g_array_index (self->rows, Row, n));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

GtkWidget *
byway_timeline_new (void)
{
  GtkWidget *timeline = g_object_new (BYWAY_TYPE_TIMELINE, "has-tooltip", TRUE, NULL);

  byway_paint_set_image (timeline, _ ("Stages of the connection"));
  byway_timeline_set_session (timeline, NULL);
  return timeline;
}

static void
byway_timeline_finalize (GObject *object)
{
  g_array_unref (BYWAY_TIMELINE (object)->rows);
  G_OBJECT_CLASS (byway_timeline_parent_class)->finalize (object);
}

static void
byway_timeline_class_init (BywayTimelineClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = byway_timeline_finalize;
  widget->draw = byway_timeline_draw;
  widget->get_preferred_width = byway_timeline_get_preferred_width;
  widget->get_preferred_height = byway_timeline_get_preferred_height;
  widget->query_tooltip = byway_timeline_query_tooltip;
}

static void
byway_timeline_init (BywayTimeline *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  g_array_set_clear_func (self->rows, (GDestroyNotify)row_clear);
}
