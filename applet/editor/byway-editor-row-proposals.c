/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-presets.h"
#include "byway-editor-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static BywayPhase
phase_of (const BywayEditorRow *row)
{
  return row->option->type == BYWAY_OPTION_IKE ? BYWAY_PHASE_IKE : BYWAY_PHASE_ESP;
}

static BywayPreset
chosen_preset (BywayEditorRow *row)
{
  return gtk_combo_box_get_active (GTK_COMBO_BOX (row->input));
}

/* --- the list to choose from ---------------------------------------------------------------- */

static const char *
proposal_of (GtkWidget *check)
{
  return g_object_get_data (G_OBJECT (check), "proposal");
}

static void
on_ticked (GtkWidget *check, gpointer data)
{
  BywayEditorRow *row = data;
  g_autofree char *list = NULL;
  BywayProposal proposal;

  if (row->showing || !byway_proposal_parse (proposal_of (check), phase_of (row), &proposal))
    return;
  list = byway_proposals_with (byway_gtk_entry_get_text (row->entry), phase_of (row), &proposal,
                               byway_gtk_check_get (check));
  byway_gtk_entry_set_text (row->entry, list);
}

/* NULL as well where it is not known. */
static const BywayAlgorithm *
find_missing (const BywayEditorRow *row, const BywayProposal *proposal)
{
  return row->able != NULL ? byway_ike_able_missing (row->able, proposal, phase_of (row)) : NULL;
}

static char *
describe (const BywayEditorRow *row, const BywayProposal *proposal, const char *text)
{
  const BywayAlgorithm *missing = find_missing (row, proposal);

  if (missing != NULL)
    return g_strdup_printf (_ ("%s (%s on this machine has no %s)"), text,
                            byway_ike_able_name (row->able), missing->keyword);
  if (byway_proposal_is_weak (proposal))
    return g_strdup_printf (_ ("%s (weak)"), text);
  return g_strdup (text);
}

static GtkWidget *
make_check (BywayEditorRow *row, const BywayProposal *proposal)
{
  g_autofree char *text = byway_proposal_to_string (proposal);
  g_autofree char *label = describe (row, proposal, text);
  GtkWidget *check = gtk_check_button_new_with_label (label);

  gtk_widget_set_sensitive (check, find_missing (row, proposal) == NULL);
  g_signal_connect (check, "toggled", G_CALLBACK (on_ticked), row);
  g_object_set_data_full (G_OBJECT (check), "proposal", g_steal_pointer (&text), g_free);
  gtk_widget_set_visible (check, TRUE);
  return check;
}

/* The ticks say what is in the entry. */
static void
tick (BywayEditorRow *row)
{
  const char *list = byway_gtk_entry_get_text (row->entry);
  GPtrArray *checks = g_object_get_data (G_OBJECT (row->choices), "checks");
  gboolean showing = row->showing;

  row->showing = TRUE;
  for (guint i = 0; i < checks->len; i++)
    {
      GtkWidget *check = g_ptr_array_index (checks, i);
      BywayProposal proposal;

      if (byway_proposal_parse (proposal_of (check), phase_of (row), &proposal))
        byway_gtk_check_set (check, byway_proposals_have (list, phase_of (row), &proposal));
    }
  row->showing = showing;
}

static void
fill_choices (BywayEditorRow *row)
{
  g_autoptr (GArray) proposals = byway_preset_proposals (phase_of (row));
  GPtrArray *checks = g_ptr_array_new ();
  GtkWidget *child;

  while ((child = byway_gtk_first_child (row->choices)) != NULL)
    byway_gtk_remove (row->choices, child);
  for (guint i = 0; i < proposals->len; i++)
    {
      GtkWidget *check = make_check (row, &g_array_index (proposals, BywayProposal, i));

      byway_gtk_box_add (row->choices, check, FALSE);
      g_ptr_array_add (checks, check);
    }
  g_object_set_data_full (G_OBJECT (row->choices), "checks", checks,
                          (GDestroyNotify)g_ptr_array_unref);
  tick (row);
}

static GtkWidget *
make_chooser (BywayEditorRow *row)
{
  GtkWidget *scroller = byway_gtk_scroller_new ();
  GtkWidget *button;
  g_autofree char *name = g_strdup_printf (_ ("Choose: %s"), row->name);

  row->choices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_margin_start (row->choices, 12);
  gtk_widget_set_margin_end (row->choices, 12);
  gtk_widget_set_margin_top (row->choices, 12);
  gtk_widget_set_margin_bottom (row->choices, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 240);
  byway_gtk_scroller_set_child (scroller, row->choices);
  button = byway_gtk_popover_button_new (_ ("Choose…"), scroller);
  byway_gtk_set_name (button, name);
  gtk_widget_set_tooltip_text (button, name);
  return button;
}

/* --- preset and text ------------------------------------------------------------------------ */

static void
show_custom (BywayEditorRow *row)
{
  byway_gtk_set_shown (row->extra, chosen_preset (row) == BYWAY_PRESET_CUSTOM);
}

/* A list of one's own begins with the preset that it was. */
static void
on_preset (GtkWidget *combo, gpointer data)
{
  BywayEditorRow *row = data;
  BywayPreset preset = chosen_preset (row);

  if (!row->showing && preset != BYWAY_PRESET_CUSTOM)
    {
      row->showing = TRUE;
      byway_gtk_entry_set_text (row->entry, byway_preset_text (preset, phase_of (row)));
      row->showing = FALSE;
    }
  else if (!row->showing && *byway_gtk_entry_get_text (row->entry) == '\0')
    {
      g_autoptr (GArray) automatic = byway_proposals_automatic (phase_of (row));
      g_autofree char *list = byway_proposals_to_string (automatic);

      byway_gtk_entry_set_text (row->entry, list);
    }
  show_custom (row);
  byway_editor_row_touched (row);
}

static void
on_typed (GtkWidget *entry, gpointer data)
{
  BywayEditorRow *row = data;

  tick (row);
  byway_editor_row_touched (row);
}

static void
build_proposals (BywayEditorRow *row)
{
  g_autofree char *name = g_strdup_printf (_ ("List: %s"), row->name);

  row->input = byway_gtk_combo_new ();
  row->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_hexpand (row->line, TRUE);
  byway_gtk_box_add (row->line, row->input, TRUE);
  for (int preset = 0; preset < BYWAY_N_PRESETS; preset++)
    gtk_combo_box_text_append_text (GTK_COMBO_BOX_TEXT (row->input), byway_preset_label (preset));
  byway_editor_row_adopt (row, row->input);
  row->entry = byway_gtk_entry_new (FALSE, 20);
  byway_editor_row_adopt (row, row->entry);
  byway_gtk_set_name (row->entry, name);
  row->extra = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  byway_gtk_box_add (row->extra, row->entry, TRUE);
  byway_gtk_box_add (row->extra, make_chooser (row), FALSE);
  fill_choices (row);
  g_signal_connect (row->input, "changed", G_CALLBACK (on_preset), row);
  g_signal_connect (row->entry, "changed", G_CALLBACK (on_typed), row);
}

static void
show_proposals (BywayEditorRow *row, const char *text)
{
  if (text == NULL)
    text = "";
  byway_gtk_entry_set_text (row->entry, text);
  gtk_combo_box_set_active (GTK_COMBO_BOX (row->input), byway_preset_of (text, phase_of (row)));
  show_custom (row);
}

static char *
read_proposals (BywayEditorRow *row)
{
  const char *text = byway_gtk_entry_get_text (row->entry);

  return *text != '\0' ? g_strdup (text) : NULL;
}

const BywayEditorRowKind byway_editor_row_proposals
    = { build_proposals, show_proposals, read_proposals };

void
byway_editor_row_set_able (BywayEditorRow *row, const BywayIkeAble *able)
{
  if (row->kind != &byway_editor_row_proposals || row->able == able)
    return;
  row->able = able;
  fill_choices (row);
}

char *
byway_editor_row_remark (BywayEditorRow *row)
{
  if (row->kind != &byway_editor_row_proposals)
    return NULL;
  return byway_proposals_remark (byway_gtk_entry_get_text (row->entry), phase_of (row), row->able);
}
