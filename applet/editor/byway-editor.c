/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-look.h"
#include "byway-editor-model.h"
#include "byway-editor-page.h"
#include "byway-editor-row.h"
#include "byway-editor.h"
#include "byway-issue.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _BywayEditor
{
  GtkBox parent;
  const BywayEditorHost *host;
  BywayEditorModel *model;
  BywayAble *able;                                /* NULL: not known */
  BywayEditorLook *looks[2];                      /* at the machine's certificate, and the user's */
  GPtrArray *rows;                                /* BywayEditorRow, as they are shown */
  BywayEditorRow *here;                           /* where the keyboard is */
  BywayEditorRow *refused;                        /* a secret that came so; NULL: none, or seen */
  BywayEditorTab tabs[BYWAY_EDITOR_N_PAGES];      /* empty for pages that are not shown */
  GtkWidget *main;                                /* page */
  int n_above;                                    /* fields of the host's on it */
  GtkWidget *expander, *expander_icon, *notebook; /* all but the main page */
  GtkWidget *stray;                               /* what is wrong with keys without a row */
};

G_DEFINE_TYPE (BywayEditor, byway_editor, GTK_TYPE_BOX)

static guint changed_signal;

static BywayEditorRow *
find_row (BywayEditor *self, const char *key)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      BywayEditorRow *row = g_ptr_array_index (self->rows, i);

      if (strcmp (row->field->key, key) == 0)
        return row;
    }
  return NULL;
}

/* --- what is wrong -------------------------------------------------------------------------- */

static const BywayIssue *
find_issue (GPtrArray *issues, const char *key)
{
  for (guint i = 0; i < issues->len; i++)
    {
      const BywayIssue *issue = g_ptr_array_index (issues, i);

      if (strcmp (issue->key, key) == 0)
        return issue;
    }
  return NULL;
}

static gboolean
is_wanted (BywayEditor *self, const BywayEditorRow *row)
{
  const char *when = row->field->when;

  return when == NULL
         || strcmp (byway_editor_model_effective (self->model, when), row->field->is) == 0;
}

static gboolean
is_in (GtkWidget *inner, GtkWidget *outer)
{
  return outer != NULL && (inner == outer || gtk_widget_is_ancestor (inner, outer));
}

/* It does not go from under the hands of who types. */
static gboolean
has_keyboard (const BywayEditorRow *row)
{
  GtkWindow *window = byway_gtk_window_of (row->line);
  GtkWidget *focus = window != NULL ? gtk_window_get_focus (window) : NULL;

  return focus != NULL && (is_in (focus, row->line) || is_in (focus, row->storage));
}

/* Nobody is told of what is missing before they had a chance to type it. */
static gboolean
is_told (const BywayEditorRow *row, const BywayIssue *issue)
{
  return issue != NULL && (issue->code != BYWAY_ISSUE_MISSING || row->visited);
}

static void
show_stray_issues (BywayEditor *self, GPtrArray *issues)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < issues->len; i++)
    {
      const BywayIssue *issue = g_ptr_array_index (issues, i);

      if (find_row (self, issue->key) == NULL)
        g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", issue->key,
                                issue->text);
    }
  gtk_label_set_text (GTK_LABEL (self->stray), text->str);
  byway_gtk_set_shown (self->stray, text->len > 0);
}

/* A word that is no choice chooses nobody. */
static const BywayIkeAble *
find_able (BywayEditor *self)
{
  const char *word = byway_editor_model_effective (self->model, "ike-daemon");
  const char *const *choices = byway_option_find ("ike-daemon")->choices;

  for (guint choice = 0; choices[choice] != NULL; choice++)
    if (strcmp (choices[choice], word) == 0)
      return byway_able_of (self->able, choice);
  return NULL;
}

static void
show_able (BywayEditor *self)
{
  const BywayIkeAble *able = find_able (self);

  for (guint i = 0; i < self->rows->len; i++)
    byway_editor_row_set_able (g_ptr_array_index (self->rows, i), able);
}

static void
show_issues (BywayEditor *self)
{
  g_autoptr (GPtrArray) issues = byway_editor_model_issues (self->model);
  gboolean bad[BYWAY_EDITOR_N_PAGES] = { FALSE }, hidden = FALSE;

  show_able (self);

  for (guint i = 0; i < self->rows->len; i++)
    {
      BywayEditorRow *row = g_ptr_array_index (self->rows, i);
      const BywayIssue *issue = find_issue (issues, row->field->key);
      gboolean told = is_told (row, issue);

      byway_editor_row_set_shown (row, is_wanted (self, row) || told || has_keyboard (row));
      byway_editor_row_set_problem (row, told ? issue->text : NULL);
      bad[row->field->page] |= row->told != NULL && row->shown == BYWAY_EDITOR_NOTE_WRONG;
    }
  for (int page = BYWAY_EDITOR_PAGE_MAIN + 1; page < BYWAY_EDITOR_N_PAGES; page++)
    if (self->tabs[page].icon != NULL)
      {
        byway_gtk_set_shown (self->tabs[page].icon, bad[page]);
        hidden |= bad[page];
      }
  byway_gtk_set_shown (self->expander_icon, hidden);
  show_stray_issues (self, issues);
}

/* What a look at files says does not keep anybody from saving: another user may be able to read
 * them, or somebody will put them there. */
static void
on_noted (BywayEditorLook *look, const char *key, BywayEditorNote note, const char *text,
          gpointer data)
{
  BywayEditor *self = data;

  for (guint i = 0; i < self->rows->len; i++)
    {
      BywayEditorRow *row = g_ptr_array_index (self->rows, i);

      if (byway_editor_look_concerns (look, row->field->key))
        byway_editor_row_set_note (row, note, g_strcmp0 (row->field->key, key) == 0 ? text : NULL);
    }
  show_issues (self);
}

/* After whatever may have changed the model. */
static void
show_state (BywayEditor *self)
{
  show_issues (self);
  for (gsize i = 0; i < G_N_ELEMENTS (self->looks); i++)
    if (self->looks[i] != NULL)
      byway_editor_look_again (self->looks[i]);
}

/* --- what the user does --------------------------------------------------------------------- */

/* Where none is kept, what the row has is nobody's. */
static void
take_secret (BywayEditor *self, BywayEditorRow *row)
{
  g_autofree char *text = row->kind->read (row);

  byway_editor_model_set_secret (self->model, row->field->key,
                                 byway_editor_row_is_kept (row) ? text : NULL);
  if (text != NULL)
    explicit_bzero (text, strlen (text));
}

static void
take_setting (BywayEditor *self, BywayEditorRow *row)
{
  g_autofree char *text = row->kind->read (row);

  byway_editor_model_put (self->model, row->field->key, text);
}

static void
on_row_changed (BywayEditorRow *row, gpointer data)
{
  BywayEditor *self = data;

  if (row->option->type == BYWAY_OPTION_SECRET)
    take_secret (self, row);
  else
    take_setting (self, row);
  show_state (self);
  g_signal_emit (self, changed_signal, 0);
}

/* One row is left when the keyboard comes to another. */
static void
on_row_focused (BywayEditorRow *row, gpointer data)
{
  BywayEditor *self = data;
  BywayEditorRow *left = self->here;

  self->here = row;
  if (left == NULL || left == row || left->visited)
    return;
  left->visited = TRUE;
  show_state (self);
}

static void
on_reset (GtkWidget *button, gpointer data)
{
  BywayEditor *self = data;
  int page = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "page"));

  for (guint i = 0; i < self->rows->len; i++)
    {
      BywayEditorRow *row = g_ptr_array_index (self->rows, i);

      if ((int)row->field->page != page || row->option->type == BYWAY_OPTION_SECRET)
        continue;
      byway_editor_model_put (self->model, row->field->key, NULL);
      byway_editor_row_show (row, NULL);
    }
  show_state (self);
  g_signal_emit (self, changed_signal, 0);
}

/* --- the look ------------------------------------------------------------------------------- */

static void
add_rows (BywayEditor *self, BywayEditorPage page, GtkWidget *grid)
{
  gsize n;
  const BywayEditorField *fields = byway_editor_fields (&n);
  const char *group = NULL;

  for (gsize i = 0; i < n; i++)
    {
      BywayEditorRow *row;

      if (fields[i].page != page)
        continue;
      if (g_strcmp0 (fields[i].group, group) != 0)
        byway_editor_page_add_heading (grid, group = fields[i].group);
      row = byway_editor_row_new (&fields[i], self->host);
      row->changed = on_row_changed;
      row->focused = on_row_focused;
      row->data = self;
      g_ptr_array_add (self->rows, row);
      byway_editor_page_add_row (grid, row);
    }
}

static void
add_tab (BywayEditor *self, BywayEditorPage page)
{
  GtkWidget *reset = gtk_button_new_with_label (_ ("Reset to Defaults"));
  const char *title = byway_editor_page_title (page);
  g_autofree char *name = g_strdup_printf (_ ("Reset to Defaults: %s"), title);

  byway_editor_tab_init (&self->tabs[page], self->notebook, title);
  byway_gtk_set_name (reset, name);
  add_rows (self, page, self->tabs[page].grid);
  g_object_set_data (G_OBJECT (reset), "page", GINT_TO_POINTER (page));
  g_signal_connect (reset, "clicked", G_CALLBACK (on_reset), self);
  byway_editor_page_add_foot (self->tabs[page].grid, reset);
}

static void
add_advanced (BywayEditor *self)
{
  GtkWidget *title = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("Ad_vanced"));

  self->expander_icon = byway_gtk_icon_new ("dialog-error-symbolic");
  byway_gtk_set_class (self->expander_icon, "byway-problem", TRUE);
  byway_gtk_set_name (self->expander_icon, _ ("Something needs to be corrected here"));
  gtk_widget_set_margin_start (title, 6); /* the arrow's own distance is none when it points down */
  byway_gtk_box_add (title, label, FALSE);
  byway_gtk_box_add (title, self->expander_icon, FALSE);
  self->expander = byway_gtk_expander_new (title);
  byway_gtk_set_label (self->expander, label, _ ("Advanced"));
  self->notebook = gtk_notebook_new ();
  gtk_notebook_set_scrollable (GTK_NOTEBOOK (self->notebook), TRUE);
  gtk_widget_set_vexpand (self->notebook, TRUE);
  gtk_widget_set_margin_top (self->notebook, 6);
  byway_gtk_set_name (self->notebook, _ ("Advanced settings"));
  byway_gtk_expander_set_child (self->expander, self->notebook);
  for (int page = BYWAY_EDITOR_PAGE_IPSEC; page < BYWAY_EDITOR_N_PAGES; page++)
    if (self->host->routes_and_dns || page < BYWAY_EDITOR_PAGE_ROUTES)
      add_tab (self, page);
  byway_gtk_box_add (GTK_WIDGET (self), self->expander, TRUE);
}

/* --- going to a row ------------------------------------------------------------------------- */

/* On its way there. */
typedef struct
{
  BywayEditorRow *row;
  GtkWidget *widget; /* to which the keyboard goes; NULL: it stays where it is */
  gboolean is_second;
} Arrival;

static void
arrive (const Arrival *arrival)
{
  if (arrival->widget != NULL)
    {
      gtk_widget_grab_focus (arrival->widget);
      return;
    }
  byway_gtk_scroll_to (arrival->row->message);
  byway_gtk_scroll_to (arrival->row->line);
}

/* A frame begins with this and lays out at its end: at the second one what has changed has a place,
 * and only then can the page be scrolled to it. */
static gboolean
on_frame (GtkWidget *editor, GdkFrameClock *clock, gpointer data)
{
  Arrival *arrival = data;

  if (arrival->is_second)
    arrive (arrival);
  arrival->is_second = !arrival->is_second;
  return arrival->is_second ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* The row is brought into sight, as soon as it has a place. */
static void
go_to_row (BywayEditor *self, BywayEditorRow *row, GtkWidget *widget)
{
  Arrival *arrival;

  if (row->field->page == BYWAY_EDITOR_PAGE_MAIN)
    {
      if (widget != NULL)
        gtk_widget_grab_focus (widget);
      return;
    }
  gtk_expander_set_expanded (GTK_EXPANDER (self->expander), TRUE);
  gtk_notebook_set_current_page (GTK_NOTEBOOK (self->notebook),
                                 self->tabs[row->field->page].number);
  arrival = g_new0 (Arrival, 1);
  arrival->row = row;
  arrival->widget = widget;
  gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, arrival, g_free);
}

/* Nobody typed it, so nobody would know where to look for what can't be saved. A notebook of GTK 4
 * turns its pages only in a window. */
static void
reveal_refused (BywayEditor *self)
{
  if (self->refused == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (self->refused->in_error)
    go_to_row (self, self->refused, NULL);
  self->refused = NULL;
}

/* --- its beginning -------------------------------------------------------------------------- */

GtkWidget *
byway_editor_new (const BywayEditorHost *host)
{
  BywayEditor *self = g_object_new (BYWAY_TYPE_EDITOR, "orientation", GTK_ORIENTATION_VERTICAL,
                                    "spacing", 12, NULL);

  self->host = host;
  self->main = byway_editor_page_new ();
  add_rows (self, BYWAY_EDITOR_PAGE_MAIN, self->main);
  byway_gtk_box_add (GTK_WIDGET (self), self->main, FALSE);
  self->stray = byway_gtk_wrapping_label_new ("", 60);
  gtk_label_set_use_underline (GTK_LABEL (self->stray), FALSE);
  byway_gtk_set_class (self->stray, "byway-problem", TRUE);
  byway_gtk_box_add (GTK_WIDGET (self), self->stray, FALSE);
  add_advanced (self);
  byway_gtk_use_css (GTK_WIDGET (self), ".byway-problem { color: @error_color; }");
  byway_gtk_show_all (GTK_WIDGET (self));
  g_signal_connect_after (self, "map", G_CALLBACK (reveal_refused), NULL);
  show_state (self);
  return GTK_WIDGET (self);
}

/* --- the host's side ------------------------------------------------------------------------ */

void
byway_editor_set_settings (BywayEditor *self, GHashTable *settings)
{
  byway_editor_model_set_settings (self->model, settings);
  for (guint i = 0; i < self->rows->len; i++)
    {
      BywayEditorRow *row = g_ptr_array_index (self->rows, i);

      row->visited = FALSE;
      if (row->option->type != BYWAY_OPTION_SECRET)
        byway_editor_row_show (row, byway_editor_model_get (self->model, row->field->key));
    }
  show_state (self);
}

GHashTable *
byway_editor_get_settings (BywayEditor *self)
{
  return byway_editor_model_get_settings (self->model);
}

void
byway_editor_set_secret (BywayEditor *self, const char *key, const char *secret)
{
  BywayEditorRow *row = find_row (self, key);

  g_return_if_fail (row != NULL && row->storage != NULL);
  byway_editor_model_set_secret (self->model, key, byway_editor_row_is_kept (row) ? secret : NULL);
  byway_editor_row_show (row, secret);
  show_state (self);
  if (row->in_error && self->refused == NULL)
    self->refused = row;
  reveal_refused (self);
}

const char *
byway_editor_get_secret (BywayEditor *self, const char *key)
{
  BywayEditorRow *row = find_row (self, key);
  const char *secret = byway_editor_model_get_secret (self->model, key);

  g_return_val_if_fail (row != NULL && row->storage != NULL, NULL);
  return byway_editor_row_is_kept (row) && *secret != '\0' ? secret : NULL;
}

void
byway_editor_set_storage (BywayEditor *self, const char *key, const char *id)
{
  BywayEditorRow *row = find_row (self, key);
  gboolean kept;

  g_return_if_fail (row != NULL && row->storage != NULL);
  kept = byway_editor_row_is_kept (row);
  byway_editor_row_set_storage (row, id);
  if (byway_editor_row_is_kept (row) == kept)
    return;
  take_secret (self, row);
  show_state (self);
}

const char *
byway_editor_get_storage (BywayEditor *self, const char *key)
{
  BywayEditorRow *row = find_row (self, key);

  g_return_val_if_fail (row != NULL && row->storage != NULL, NULL);
  return byway_editor_row_get_storage (row);
}

void
byway_editor_set_able (BywayEditor *self, BywayAble *able)
{
  BywayAble *before = self->able;

  self->able = able;
  show_issues (self);
  g_clear_pointer (&before, byway_able_free);
}

GPtrArray *
byway_editor_get_issues (BywayEditor *self)
{
  return byway_editor_model_issues (self->model);
}

void
byway_editor_reveal_issues (BywayEditor *self)
{
  BywayEditorRow *first = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    ((BywayEditorRow *)g_ptr_array_index (self->rows, i))->visited = TRUE;
  show_state (self);
  for (guint i = 0; first == NULL && i < self->rows->len; i++)
    if (((BywayEditorRow *)g_ptr_array_index (self->rows, i))->in_error)
      first = g_ptr_array_index (self->rows, i);
  if (first != NULL)
    go_to_row (self, first, first->input);
}

gboolean
byway_editor_go_to (BywayEditor *self, const char *key)
{
  gboolean storage = g_str_has_suffix (key, "-storage");
  g_autofree char *secret
      = storage ? g_strndup (key, strlen (key) - strlen ("-storage")) : g_strdup (key);
  BywayEditorRow *row = find_row (self, secret);

  if (row == NULL || !gtk_widget_get_visible (row->line))
    return FALSE;
  go_to_row (self, row, storage ? row->storage : row->input);
  return TRUE;
}

void
byway_editor_put (BywayEditor *self, const char *key, const char *text)
{
  BywayEditorRow *row = find_row (self, key);

  g_return_if_fail (row != NULL && row->storage == NULL);
  byway_editor_row_show (row, text);
  byway_editor_row_touched (row);
}

/* --- the host's own fields ------------------------------------------------------------------ */

void
byway_editor_add_above (BywayEditor *self, GtkWidget *label, GtkWidget *widget)
{
  byway_editor_page_insert (self->main, self->n_above++, label, widget);
}

void
byway_editor_add_below (BywayEditor *self, GtkWidget *widget)
{
  byway_editor_page_append (self->main, widget);
}

void
byway_editor_add_beside (BywayEditor *self, const char *key, GtkWidget *widget)
{
  BywayEditorRow *row = find_row (self, key);

  g_return_if_fail (row != NULL && row->kind == &byway_editor_row_proposals);
  byway_gtk_box_add (row->line, widget, FALSE);
  byway_gtk_show_all (widget);
}

/* --- the object ----------------------------------------------------------------------------- */

static void
byway_editor_dispose (GObject *object)
{
  BywayEditor *self = BYWAY_EDITOR (object);

  for (gsize i = 0; i < G_N_ELEMENTS (self->looks); i++)
    g_clear_pointer (&self->looks[i], byway_editor_look_free);
  G_OBJECT_CLASS (byway_editor_parent_class)->dispose (object);
}

static void
byway_editor_finalize (GObject *object)
{
  BywayEditor *self = BYWAY_EDITOR (object);

  g_ptr_array_unref (self->rows);
  byway_editor_model_free (self->model);
  g_clear_pointer (&self->able, byway_able_free);
  G_OBJECT_CLASS (byway_editor_parent_class)->finalize (object);
}

static void
byway_editor_class_init (BywayEditorClass *class)
{
  G_OBJECT_CLASS (class)->dispose = byway_editor_dispose;
  G_OBJECT_CLASS (class)->finalize = byway_editor_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
byway_editor_init (BywayEditor *self)
{
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_editor_row_free);
  self->model = byway_editor_model_new ();
  self->looks[0] = byway_editor_look_new ("machine", self->model, on_noted, self);
  self->looks[1] = byway_editor_look_new ("user", self->model, on_noted, self);
}
