/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-gtk.h"
#include "byway-failure-box.h"
#include "byway-label.h"
#include "byway-remedy.h"
#include "byway-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define HEADING_SCALE 1.15
#define EVIDENCE_HEIGHT 140

/* Nearer to the text's colour: some dark themes have a very dark red. */
static const char css[] = ".byway-failure { color: mix(@error_color, @theme_fg_color, 0.25); }"
                          ".byway-warning { color: mix(@warning_color, @theme_fg_color, 0.1); }";

struct _BywayFailureBox
{
  GtkBox parent;
  GtkWidget *content; /* made anew for each diagnosis; NULL: none is shown */
  char *shown;        /* all that is in it, to know whether there is something new */
};

#define BYWAY_TYPE_FAILURE_BOX (byway_failure_box_get_type ())
G_DECLARE_FINAL_TYPE (BywayFailureBox, byway_failure_box, BYWAY, FAILURE_BOX, GtkBox)
G_DEFINE_FINAL_TYPE (BywayFailureBox, byway_failure_box, GTK_TYPE_BOX)

static void
add (GtkWidget *box, GtkWidget *child)
{
  gtk_box_pack_start (GTK_BOX (box), child, FALSE, FALSE, 0);
}

static void
add_text (GtkWidget *box, const char *text)
{
  if (text != NULL && *text != '\0')
    add (box, byway_label_new (text));
}

/* --- what is wrong -------------------------------------------------------------------------- */

/* A failure is the only news; a warning comes beside good ones. */
static GtkWidget *
new_warning_icon (void)
{
  GtkWidget *icon
      = gtk_image_new_from_icon_name ("dialog-warning-symbolic", GTK_ICON_SIZE_LARGE_TOOLBAR);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  byway_gtk_set_class (icon, "byway-warning", TRUE);
  byway_gtk_set_name (icon, _ ("Warning"));
  return icon;
}

static void
add_heading (GtkWidget *content, const BywayWords *words, gboolean warning)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_autofree char *sentence = byway_label_sentence (words->sentence);

  if (warning)
    add (line, new_warning_icon ());
  add (line, byway_label_new_styled (sentence, PANGO_WEIGHT_BOLD, HEADING_SCALE));
  add (content, line);
}

static void
add_other (GtkWidget *list, const char *text)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *bullet = gtk_label_new ("•");

  gtk_widget_set_valign (bullet, GTK_ALIGN_START);
  add (line, bullet);
  gtk_box_pack_start (GTK_BOX (line), byway_label_new (text), TRUE, TRUE, 0);
  add (list, line);
}

/* When the sentence itself is certain, these are its reasons. */
static void
add_others (GtkWidget *content, const BywayWords *words)
{
  GtkWidget *list;

  if (words->others[0] == NULL)
    return;
  list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  add_text (list, words->certain ? _ ("What may be behind it, likeliest first:")
                                 : _ ("It may also be, likelier first:"));
  for (char **other = words->others; *other != NULL; other++)
    add_other (list, *other);
  add (content, list);
  add_text (content, words->tell);
}

/* --- what to do ----------------------------------------------------------------------------- */

/* Several buttons have the same label; a screen reader says which is which. */
static void
name_button (GtkWidget *button, const char *text)
{
  const char *label = gtk_label_get_text (GTK_LABEL (gtk_bin_get_child (GTK_BIN (button))));
  g_autofree char *name = g_strdup_printf (_ ("%s: %s"), label, text);

  byway_gtk_set_name (button, name);
}

static GtkWidget *
new_button (const BywayRemedy *remedy, const char *text)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (remedy->label);
  g_autofree char *action = g_strconcat ("app.", remedy->action, NULL);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), remedy->target);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  name_button (button, text);
  return button;
}

/* Words at the start, the button at the end. A grid tells assistive technology of its children last
 * to first, so they come in that order. */
static void
add_fix (GtkWidget *grid, int row, const char *id, const BywayWordsFix *fix, gboolean is_first)
{
  g_autoptr (BywayRemedy) remedy = byway_remedy_new (id, fix);
  g_autofree char *text = byway_label_sentence (fix->text);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3), *button;

  if (remedy->action != NULL)
    {
      button = new_button (remedy, text);
      byway_gtk_set_class (button, GTK_STYLE_CLASS_SUGGESTED_ACTION, is_first);
      gtk_grid_attach (GTK_GRID (grid), button, 1, row, 1, 1);
    }
  if (remedy->shown != NULL)
    add (words, byway_label_new_monospace (remedy->shown));
  add_text (words, text);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_grid_attach (GTK_GRID (grid), words, 0, row, 1, 1);
}

/* Of the first fix that a click can do. */
static guint
first_button (const BywayWords *words)
{
  guint i = 0;

  while (i < words->fixes->len && ((BywayWordsFix *)words->fixes->pdata[i])->command == NULL)
    i++;
  return i;
}

static void
add_fixes (GtkWidget *content, const char *id, const BywayWords *words)
{
  GtkWidget *grid = gtk_grid_new ();
  guint first = first_button (words);

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  for (guint i = words->fixes->len; i > 0; i--)
    add_fix (grid, (int)i - 1, id, words->fixes->pdata[i - 1], i - 1 == first);
  add (content, grid);
}

/* --- how it is known ------------------------------------------------------------------------ */

static GtkWidget *
new_evidence (const BywayDiagnosis *diagnosis)
{
  g_autofree char *text = g_strjoinv ("\n", diagnosis->evidence);
  GtkWidget *view = gtk_text_view_new (), *scroller = gtk_scrolled_window_new (NULL, NULL);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 6);
  byway_gtk_set_name (view, _ ("What the programs said"));
  gtk_container_add (GTK_CONTAINER (scroller), view);
  gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (scroller), GTK_SHADOW_IN);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), EVIDENCE_HEIGHT);
  gtk_widget_set_margin_top (scroller, 6);
  return scroller;
}

static void
add_evidence (GtkWidget *content, const BywayDiagnosis *diagnosis)
{
  GtkWidget *title, *expander, *evidence;

  if (diagnosis->evidence[0] == NULL)
    return;
  title = gtk_label_new_with_mnemonic (_ ("E_vidence"));
  expander = byway_gtk_expander_new (title);
  byway_gtk_set_label (expander, title, _ ("Evidence"));
  evidence = new_evidence (diagnosis);
  byway_gtk_set_shown (evidence, FALSE);
  /* Or assistive technology takes it for shown while it is folded. */
  g_object_bind_property (expander, "expanded", evidence, "visible", G_BINDING_SYNC_CREATE);
  byway_gtk_expander_set_child (expander, evidence);
  add (content, expander);
}

static void
add_report (GtkWidget *content, const char *id)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("Copy _Report"));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.copy-report");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button,
                               _ ("For a bug report or an administrator; names and addresses of "
                                  "yours are masked, and no secret is in it"));
  add (content, button);
}

/* --- the box -------------------------------------------------------------------------------- */

static GtkWidget *
new_content (const BywayEntry *entry)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autoptr (BywayWords) words = byway_words_new (entry->diagnosis);

  add_heading (content, words, byway_cause_has (entry->diagnosis->cause, BYWAY_TRAIT_WARNING));
  add_text (content, words->seen);
  add_others (content, words);
  add_fixes (content, entry->id, words);
  add_evidence (content, entry->diagnosis);
  add_report (content, entry->id);
  return content;
}

static char *
print (const BywayEntry *entry)
{
  g_autoptr (GVariant) about = g_variant_ref_sink (byway_diagnosis_to_variant (entry->diagnosis));
  g_autofree char *text = g_variant_print (about, FALSE);

  return g_strconcat (entry->id, " ", text, NULL);
}

/* What is shown already stays as it is: the keyboard may be in it, and the evidence open. */
void
byway_failure_box_set_entry (GtkWidget *box, const BywayEntry *entry)
{
  BywayFailureBox *self = BYWAY_FAILURE_BOX (box);
  g_autofree char *shown = entry != NULL && entry->diagnosis != NULL ? print (entry) : NULL;

  if (g_strcmp0 (shown, self->shown) == 0)
    return;
  g_clear_pointer (&self->content, gtk_widget_destroy);
  g_free (self->shown);
  self->shown = g_steal_pointer (&shown);
  if (self->shown != NULL)
    {
      self->content = new_content (entry);
      gtk_box_pack_start (GTK_BOX (self), self->content, TRUE, TRUE, 0);
      gtk_widget_show_all (self->content);
    }
  byway_gtk_set_shown (box, self->content != NULL);
}

GtkWidget *
byway_failure_box_new (void)
{
  GtkWidget *box
      = g_object_new (BYWAY_TYPE_FAILURE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, NULL);

  byway_gtk_set_name (box, _ ("What is wrong"));
  byway_gtk_set_shown (box, FALSE);
  return box;
}

static void
byway_failure_box_finalize (GObject *object)
{
  g_free (BYWAY_FAILURE_BOX (object)->shown);
  G_OBJECT_CLASS (byway_failure_box_parent_class)->finalize (object);
}

static void
byway_failure_box_class_init (BywayFailureBoxClass *klass)
{
  g_autoptr (GtkCssProvider) colours = gtk_css_provider_new ();

  G_OBJECT_CLASS (klass)->finalize = byway_failure_box_finalize;
  gtk_css_provider_load_from_data (colours, css, -1, NULL);
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                             GTK_STYLE_PROVIDER (colours),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
byway_failure_box_init (BywayFailureBox *self)
{
}
