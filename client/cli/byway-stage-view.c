/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-stage-view.h"

#include "byway-cli.h"
#include "byway-terminal.h"
#include "byway-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define TEXT_WIDTH 50
#define SPIN_MS 120
#define ERASE_LINE "\r\033[K"

struct _BywayStageView
{
  gboolean json, draws, colour;
  const char *running; /* title of the stage under way; NULL: no line is drawn */
  guint spinner;
  guint frame;
  guint deadline; /* s */
};

static gboolean
on_spin (gpointer data)
{
  static const char *const frames[] = { "⠋", "⠙", "⠸", "⠴", "⠦", "⠇" };
  BywayStageView *view = data;

  g_printerr (ERASE_LINE "  %s %-10s", frames[view->frame++ % G_N_ELEMENTS (frames)],
              view->running);
  if (view->deadline > 0)
    g_printerr (_ (" … at most %u s"), view->deadline);
  return G_SOURCE_CONTINUE;
}

void
byway_stage_view_set_deadline (BywayStageView *view, guint milliseconds)
{
  view->deadline = milliseconds / 1000;
}

void
byway_stage_view_end (BywayStageView *view)
{
  g_clear_handle_id (&view->spinner, g_source_remove);
  if (view->running != NULL)
    g_printerr (ERASE_LINE);
  view->running = NULL;
}

static void
begin_line (BywayStageView *view, const char *title)
{
  byway_stage_view_end (view);
  view->running = title;
  view->spinner = g_timeout_add (SPIN_MS, on_spin, view);
  on_spin (view);
}

static void
print_line (BywayStageView *view, const char *title, gboolean failed, guint milliseconds,
            const char *text)
{
  const char *mark = failed ? "✗" : "✓";
  const char *colour = !view->colour ? "" : failed ? "\033[31m" : "\033[32m";
  g_autofree char *time = byway_words_for_time (milliseconds);
  int padding = TEXT_WIDTH - (int)g_utf8_strlen (text, -1);

  byway_stage_view_end (view);
  g_printerr ("  %s%s%s %-10s %s%*s %8s\n", colour, mark, view->colour ? "\033[0m" : "", title,
              text, MAX (padding, 0), "", time);
}

static void
print_object (const char *stage, const char *state, guint milliseconds, const char *text)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "stage", "s", stage);
  g_variant_dict_insert (&dict, "state", "s", state);
  g_variant_dict_insert (&dict, "ms", "u", milliseconds);
  g_variant_dict_insert (&dict, "text", "s", text);
  byway_cli_print_json (g_variant_dict_end (&dict));
}

void
byway_stage_view_show (BywayStageView *view, const char *stage, const char *state,
                       guint milliseconds, const char *text)
{
  const char *title = byway_words_for_stage (stage);
  gboolean failed = strcmp (state, "failed") == 0;

  if (view->json)
    print_object (stage, state, milliseconds, text);
  else if (failed)
    print_line (view, title, TRUE, milliseconds, text);
  else if (strcmp (stage, "prepare") == 0)
    return; /* only its failure is of interest */
  else if (strcmp (state, "done") == 0)
    print_line (view, title, FALSE, milliseconds, text);
  else if (view->draws)
    begin_line (view, title);
}

BywayStageView *
byway_stage_view_new (gboolean json)
{
  BywayStageView *view = g_new0 (BywayStageView, 1);

  view->json = json;
  view->draws = byway_terminal_can_draw ();
  view->colour = byway_terminal_has_colour ();
  return view;
}

void
byway_stage_view_free (BywayStageView *view)
{
  byway_stage_view_end (view);
  g_free (view);
}
