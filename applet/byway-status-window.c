/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-gtk.h"
#include "byway-escape.h"
#include "byway-failure-box.h"
#include "byway-graph.h"
#include "byway-label.h"
#include "byway-paint.h"
#include "byway-status-window.h"
#include "byway-timeline.h"
#include "byway-traffic.h"
#include "byway-view.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDTH_CHARS 70
#define WIDEST 1000
#define MARGIN 18
#define TALLEST 720
#define ICON 16 /* what it is drawn for */
#define STATE_SCALE 1.4

struct _BywayStatusWindow
{
  GtkWindow parent;
  BywayRoster *roster;
  char *id;
  BywayTraffic *traffic;
  char *session;  /* whose traffic that is */
  guint timer;    /* 0 while nobody can see the window, and while there is nothing to count */
  gboolean seen;  /* mapped, and no icon */
  gboolean asked; /* for counters, and they did not come yet */

  GtkWidget *content;
  GtkWidget *icon, *state, *where, *duration, *action, *log;
  GtkWidget *failure, *timeline, *traffic_box, *graph;
  GtkWidget *weakness, *weakness_text, *facts_box, *facts;
  char *told_facts; /* what stands there, to know whether there is something new */
};

#define BYWAY_TYPE_STATUS_WINDOW (byway_status_window_get_type ())
G_DECLARE_FINAL_TYPE (BywayStatusWindow, byway_status_window, BYWAY, STATUS_WINDOW, GtkWindow)
G_DEFINE_FINAL_TYPE (BywayStatusWindow, byway_status_window, GTK_TYPE_WINDOW)

static guint poll_signal;

/* --- showing what the roster has ------------------------------------------------------------ */

static gint64
unix_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
set_text (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

static void
show_duration (BywayStatusWindow *self, const BywayEntry *entry)
{
  g_autofree char *duration = byway_view_duration (entry, unix_now ());

  set_text (self->duration, duration != NULL ? duration : "");
}

static void
show_action (BywayStatusWindow *self, const BywayEntry *entry)
{
  g_autofree char *action = g_strconcat ("app.", byway_view_action (entry), NULL);
  GtkButton *button = GTK_BUTTON (self->action);

  if (g_strcmp0 (gtk_button_get_label (button), byway_view_action_label (entry)) != 0)
    gtk_button_set_label (button, byway_view_action_label (entry));
  if (g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), action) != 0)
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  byway_gtk_set_class (self->action, GTK_STYLE_CLASS_SUGGESTED_ACTION,
                       entry->look == BYWAY_LOOK_OFF);
}

static void
show_head (BywayStatusWindow *self, const BywayEntry *entry)
{
  g_autofree char *state = byway_view_state_text (entry);

  gtk_window_set_title (GTK_WINDOW (self), entry->name);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), byway_view_icon (entry->look),
                                GTK_ICON_SIZE_DND);
  /* A whole multiple of what it is drawn for is the sharpest, as tall as two lines. */
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon),
                            ICON * MAX (2, byway_paint_line_height (self->icon) * 2 / ICON));
  byway_gtk_set_class (self->icon, "byway-up", entry->look == BYWAY_LOOK_UP);
  byway_gtk_set_class (self->icon, "byway-failure", entry->look == BYWAY_LOOK_FAILED);
  set_text (self->state, state);
  byway_gtk_set_shown (self->where, entry->home == BYWAY_HOME_NETWORK_MANAGER);
  byway_gtk_set_shown (self->log, entry->home == BYWAY_HOME_HELPER);
  show_duration (self, entry);
  show_action (self, entry);
}

static void
show_weakness (BywayStatusWindow *self, const BywayEntry *entry)
{
  g_autofree char *weakness = byway_view_weakness (entry);

  set_text (self->weakness_text, weakness != NULL ? weakness : "");
  byway_gtk_set_shown (self->weakness, weakness != NULL);
}

/* A grid tells assistive technology of its children last to first, so they come in that order. */
static void
add_fact (GtkWidget *grid, int row, const BywayFact *fact)
{
  GtkWidget *title = byway_label_new_dim (fact->title), *text = byway_label_new (fact->text);

  gtk_widget_set_valign (title, GTK_ALIGN_START);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_hexpand (text, TRUE);
  byway_gtk_set_name (text, fact->text);
  gtk_grid_attach (GTK_GRID (grid), text, 1, row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), title, 0, row, 1, 1);
}

static char *
print_facts (GPtrArray *facts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < facts->len; i++)
    {
      const BywayFact *fact = facts->pdata[i];

      g_string_append_printf (text, "%s\t%s\n", fact->title, fact->text);
    }
  return g_string_free (text, FALSE);
}

static void
destroy (GtkWidget *child, gpointer data)
{
  gtk_widget_destroy (child);
}

static void
show_facts (BywayStatusWindow *self, const BywayEntry *entry)
{
  g_autoptr (GPtrArray) facts = byway_view_facts (entry);
  g_autofree char *text = print_facts (facts);

  if (g_strcmp0 (text, self->told_facts) == 0)
    return;
  g_free (self->told_facts);
  self->told_facts = g_steal_pointer (&text);
  gtk_container_foreach (GTK_CONTAINER (self->facts), destroy, NULL);
  for (guint i = facts->len; i > 0; i--)
    add_fact (self->facts, (int)i - 1, facts->pdata[i - 1]);
  gtk_widget_show_all (self->facts);
  byway_gtk_set_shown (self->facts_box, facts->len > 0);
}

/* Who opened this window has seen that it failed, and so it is only off elsewhere. Here is why. */
static BywayEntry
as_failed (const BywayEntry *entry)
{
  BywayEntry failed = *entry;

  if (entry->look == BYWAY_LOOK_OFF && entry->diagnosis != NULL
      && !byway_cause_has (entry->diagnosis->cause, BYWAY_TRAIT_WARNING))
    failed.look = BYWAY_LOOK_FAILED;
  return failed;
}

static void
show_all (BywayStatusWindow *self, const BywayEntry *current)
{
  BywayEntry shown = as_failed (current);
  const BywayEntry *entry = &shown;

  show_head (self, entry);
  byway_failure_box_set_entry (self->failure, entry);
  byway_timeline_set_session (self->timeline, entry->session);
  byway_graph_set_traffic (self->graph, self->traffic);
  byway_gtk_set_shown (self->traffic_box, entry->look == BYWAY_LOOK_UP && entry->session != NULL);
  show_weakness (self, entry);
  show_facts (self, entry);
}

/* Grows with the text. */
static int
wanted_width (BywayStatusWindow *self)
{
  g_autoptr (PangoLayout) digit = byway_paint_layout (self->content, "0", 1, -1);
  int width;

  pango_layout_get_pixel_size (digit, &width, NULL);
  return MIN (width * WIDTH_CHARS + 2 * MARGIN, WIDEST);
}

/* As tall as what is in it, within reason: there is much to say of a failure, and little of a
 * connection that is off. What a user made larger or smaller stays so until the next change. */
static void
fit (BywayStatusWindow *self)
{
  GtkWindow *window = GTK_WINDOW (self);
  int width = wanted_width (self), content, height;

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_window_get_size (window, &width, NULL);
  gtk_widget_get_preferred_height_for_width (self->content, width, NULL, &content);
  height = MIN (content, TALLEST);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_window_set_default_size (window, width, height);
  else if (!gtk_window_is_maximized (window))
    gtk_window_resize (window, width, height);
}

/* --- counting ------------------------------------------------------------------------------- */

/* What the roster has is of now only after somebody asked the helper. */
static void
count (BywayStatusWindow *self, const BywayEntry *entry)
{
  const BywaySessionLook *session = entry->session;

  if (session == NULL || entry->look != BYWAY_LOOK_UP || !self->asked)
    return;
  self->asked = FALSE;
  if (g_strcmp0 (session->path, self->session) != 0)
    {
      byway_traffic_clear (self->traffic);
      g_free (self->session);
      self->session = g_strdup (session->path);
    }
  byway_traffic_add (self->traffic, g_get_monotonic_time (), session->rx_bytes, session->tx_bytes);
}

static void
ask (BywayStatusWindow *self)
{
  self->asked = TRUE;
  g_signal_emit (self, poll_signal, 0);
}

static gboolean
on_second (gpointer data)
{
  BywayStatusWindow *self = data;
  const BywayEntry *entry = byway_roster_find (self->roster, self->id);

  if (entry != NULL)
    show_duration (self, entry);
  ask (self);
  return G_SOURCE_CONTINUE;
}

static void
run_timer (BywayStatusWindow *self, gboolean run)
{
  if (!run)
    g_clear_handle_id (&self->timer, g_source_remove);
  else if (self->timer == 0)
    {
      self->timer = g_timeout_add_seconds (1, on_second, self);
      ask (self);
    }
}

/* --- following the roster ------------------------------------------------------------------- */

static void
follow (BywayStatusWindow *self)
{
  const BywayEntry *entry
      = self->roster != NULL ? byway_roster_find (self->roster, self->id) : NULL;

  if (entry != NULL && self->seen)
    show_all (self, entry);
  run_timer (self, self->seen && entry != NULL && entry->look == BYWAY_LOOK_UP);
}

static void
on_changed (BywayRoster *roster, const char *id, BywayStatusWindow *self)
{
  if (strcmp (id, self->id) != 0)
    return;
  if (self->seen)
    count (self, byway_roster_find (roster, id));
  follow (self);
}

static void
on_moved (BywayRoster *roster, const char *id, guint before, guint after, BywayStatusWindow *self)
{
  if (strcmp (id, self->id) != 0)
    return;
  follow (self);
  if (self->seen)
    fit (self);
}

static void
on_removed (BywayRoster *roster, const char *id, BywayStatusWindow *self)
{
  if (strcmp (id, self->id) == 0)
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
see (BywayStatusWindow *self, gboolean seen)
{
  if (self->seen == seen)
    return;
  self->seen = seen;
  follow (self);
}

/* The keyboard is where something can be done: at what may help, or at the one action. */
static void
begin_at_the_best (BywayStatusWindow *self)
{
  if (!gtk_widget_get_visible (self->failure)
      || !gtk_widget_child_focus (self->failure, GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus (self->action);
}

static void
byway_status_window_map (GtkWidget *widget)
{
  /* Before it is mapped, so that its first size is the right one. */
  see (BYWAY_STATUS_WINDOW (widget), TRUE);
  fit (BYWAY_STATUS_WINDOW (widget));
  GTK_WIDGET_CLASS (byway_status_window_parent_class)->map (widget);
  if (gtk_window_get_focus (GTK_WINDOW (widget)) == NULL)
    begin_at_the_best (BYWAY_STATUS_WINDOW (widget));
}

static void
byway_status_window_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (byway_status_window_parent_class)->unmap (widget);
  see (BYWAY_STATUS_WINDOW (widget), FALSE);
}

static gboolean
byway_status_window_state_event (GtkWidget *widget, GdkEventWindowState *event)
{
  gboolean hidden
      = event->new_window_state & (GDK_WINDOW_STATE_ICONIFIED | GDK_WINDOW_STATE_WITHDRAWN);

  see (BYWAY_STATUS_WINDOW (widget), !hidden && gtk_widget_get_mapped (widget));
  return GTK_WIDGET_CLASS (byway_status_window_parent_class)->window_state_event (widget, event);
}

/* --- the look ------------------------------------------------------------------------------- */

static void
add (GtkWidget *box, GtkWidget *child)
{
  gtk_box_pack_start (GTK_BOX (box), child, FALSE, FALSE, 0);
}

static GtkWidget *
new_head (BywayStatusWindow *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->icon = gtk_image_new ();
  self->state = byway_label_new_styled ("", PANGO_WEIGHT_BOLD, STATE_SCALE);
  self->where = byway_label_new_dim (_ ("Kept by NetworkManager"));
  self->duration = byway_label_new_styled ("", PANGO_WEIGHT_NORMAL, STATE_SCALE);
  gtk_label_set_line_wrap (GTK_LABEL (self->duration), FALSE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  add (words, self->state);
  add (words, self->where);
  add (head, self->icon);
  gtk_box_pack_start (GTK_BOX (head), words, TRUE, TRUE, 0);
  gtk_box_pack_end (GTK_BOX (head), self->duration, FALSE, FALSE, 0);
  return head;
}

/* A heading, and what is below it. */
static GtkWidget *
new_section (const char *title, GtkWidget *content)
{
  GtkWidget *section = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  add (section, byway_label_new_styled (title, PANGO_WEIGHT_BOLD, 1));
  add (section, content);
  return section;
}

static GtkWidget *
new_weakness (BywayStatusWindow *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic", GTK_ICON_SIZE_BUTTON);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  byway_gtk_set_class (icon, "byway-warning", TRUE);
  byway_gtk_set_name (icon, _ ("Warning"));
  self->weakness_text = byway_label_new ("");
  add (line, icon);
  gtk_box_pack_start (GTK_BOX (line), self->weakness_text, TRUE, TRUE, 0);
  return line;
}

static GtkWidget *
new_facts (void)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  return grid;
}

static GtkWidget *
new_content (BywayStatusWindow *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  self->failure = byway_failure_box_new ();
  self->timeline = byway_timeline_new ();
  self->graph = byway_graph_new ();
  self->traffic_box = new_section (_ ("Last two minutes"), self->graph);
  self->weakness = new_weakness (self);
  self->facts = new_facts ();
  self->facts_box = new_section (_ ("Details"), self->facts);
  add (content, new_head (self));
  add (content, self->failure);
  add (content, new_section (_ ("Stages"), self->timeline));
  add (content, self->traffic_box);
  add (content, self->weakness);
  add (content, self->facts_box);
  gtk_container_set_border_width (GTK_CONTAINER (content), MARGIN);
  return content;
}

static GtkWidget *
new_button (BywayStatusWindow *self, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", self->id);
  return button;
}

static void
add_header (BywayStatusWindow *self)
{
  GtkWidget *header = gtk_header_bar_new ();

  gtk_header_bar_set_show_close_button (GTK_HEADER_BAR (header), TRUE);
  self->action = new_button (self, "", "app.connect");
  gtk_button_set_use_underline (GTK_BUTTON (self->action), TRUE);
  gtk_widget_set_can_default (self->action, TRUE);
  gtk_header_bar_pack_start (GTK_HEADER_BAR (header), self->action);
  gtk_header_bar_pack_end (GTK_HEADER_BAR (header), new_button (self, _ ("_Edit…"), "app.edit"));
  self->log = new_button (self, _ ("_Log…"), "app.show-log");
  gtk_header_bar_pack_end (GTK_HEADER_BAR (header), self->log);
  gtk_window_set_titlebar (GTK_WINDOW (self), header);
  gtk_widget_show_all (header);
  gtk_window_set_default (GTK_WINDOW (self), self->action);
}

static void
add_content (BywayStatusWindow *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  GtkScrolledWindow *window = GTK_SCROLLED_WINDOW (scroller);

  gtk_scrolled_window_set_policy (window, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  self->content = new_content (self);
  gtk_container_add (GTK_CONTAINER (scroller), self->content);
  gtk_container_add (GTK_CONTAINER (self), scroller);
  gtk_widget_show_all (scroller);
}

static void
listen (BywayStatusWindow *self)
{
  g_signal_connect_object (self->roster, "changed", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (self->roster, "stage", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (self->roster, "moved", G_CALLBACK (on_moved), self, 0);
  g_signal_connect_object (self->roster, "removed", G_CALLBACK (on_removed), self, 0);
}

GtkWidget *
byway_status_window_new (GtkApplication *application, BywayRoster *roster, const char *id)
{
  BywayStatusWindow *self = g_object_new (BYWAY_TYPE_STATUS_WINDOW, "application", application,
                                          "icon-name", "org.byway.Applet", NULL);
  const BywayEntry *entry = byway_roster_find (roster, id);

  self->roster = g_object_ref (roster);
  self->id = g_strdup (id);
  add_header (self);
  add_content (self);
  byway_escape_closes (GTK_WINDOW (self));
  listen (self);
  if (entry != NULL)
    {
      show_all (self, entry);
      fit (self);
    }
  return GTK_WIDGET (self);
}

/* --- the object ----------------------------------------------------------------------------- */

static void
byway_status_window_dispose (GObject *object)
{
  BywayStatusWindow *self = BYWAY_STATUS_WINDOW (object);

  /* It is unmapped in here, and still asks the roster. */
  G_OBJECT_CLASS (byway_status_window_parent_class)->dispose (object);
  run_timer (self, FALSE);
  g_clear_object (&self->roster);
}

static void
byway_status_window_finalize (GObject *object)
{
  BywayStatusWindow *self = BYWAY_STATUS_WINDOW (object);

  g_free (self->id);
  g_free (self->session);
  g_free (self->told_facts);
  byway_traffic_free (self->traffic);
  G_OBJECT_CLASS (byway_status_window_parent_class)->finalize (object);
}

static void
byway_status_window_class_init (BywayStatusWindowClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = byway_status_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = byway_status_window_finalize;
  widget->map = byway_status_window_map;
  widget->unmap = byway_status_window_unmap;
  widget->window_state_event = byway_status_window_state_event;
  poll_signal = g_signal_new ("poll", BYWAY_TYPE_STATUS_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 0);
}

static void
byway_status_window_init (BywayStatusWindow *self)
{
  self->traffic = byway_traffic_new ();
}
