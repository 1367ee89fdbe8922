/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-tray.h"

#include "byway-view.h"

#include <glib/gi18n.h>
#include <libayatana-appindicator/app-indicator.h>

#define INDICATOR_ID "org.byway.Applet"
/* How often "0:42" is looked at: only while something is up. */
#define CLOCK_S 60

struct _BywayTray
{
  GObject parent;
  GtkApplication *application;
  BywayRoster *roster;
  AppIndicator *indicator;
  GPtrArray *rows;    /* BywayMenuRow: what the menu says now */
  GPtrArray *widgets; /* GtkMenuItem, one for each row */
  guint update;       /* source: many changes are one */
  guint clock;        /* another */
  gboolean shown;
};

G_DEFINE_FINAL_TYPE (BywayTray, byway_tray, G_TYPE_OBJECT)

enum
{
  PROP_SHOWN = 1
};

/* --- blocks of rows: one of depth 0, and those of its submenu ------------------------------- */

static guint
end_of_block (GPtrArray *rows, guint at)
{
  for (at++; at < rows->len && ((BywayMenuRow *)rows->pdata[at])->depth > 0; at++)
    ;
  return at;
}

static gboolean
is_same (const BywayMenuRow *a, const BywayMenuRow *b)
{
  return a->kind == b->kind && a->depth == b->depth && g_strcmp0 (a->action, b->action) == 0
         && g_strcmp0 (a->target, b->target) == 0;
}

/* But for its labels. */
static gboolean
is_same_block (GPtrArray *old, guint old_at, GPtrArray *rows, guint at)
{
  guint length = end_of_block (rows, at) - at;

  if (end_of_block (old, old_at) - old_at != length)
    return FALSE;
  for (guint i = 0; i < length; i++)
    if (!is_same (old->pdata[old_at + i], rows->pdata[at + i]))
      return FALSE;
  return TRUE;
}

/* The same connections in the same order. */
static gboolean
has_same_heads (GPtrArray *old, GPtrArray *rows)
{
  guint old_at = 0, at = 0;

  while (old_at < old->len && at < rows->len && is_same (old->pdata[old_at], rows->pdata[at]))
    {
      old_at = end_of_block (old, old_at);
      at = end_of_block (rows, at);
    }
  return old_at == old->len && at == rows->len;
}

/* --- the menu ------------------------------------------------------------------------------- */

static void
on_activate (GtkMenuItem *item, BywayTray *self)
{
  const BywayMenuRow *row = g_object_get_data (G_OBJECT (item), "row");
  GVariant *target = row->target != NULL ? g_variant_new_string (row->target) : NULL;

  g_action_group_activate_action (G_ACTION_GROUP (self->application), row->action, target);
}

static GtkWidget *
new_item (BywayTray *self, BywayMenuRow *row)
{
  GtkWidget *item;

  if (row->kind == BYWAY_MENU_SEPARATOR)
    return gtk_separator_menu_item_new ();
  item = gtk_menu_item_new_with_mnemonic (row->label);
  gtk_widget_set_sensitive (item, row->kind != BYWAY_MENU_TEXT);
  g_object_set_data (G_OBJECT (item), "row", row);
  if (row->kind == BYWAY_MENU_ACTION)
    g_signal_connect (item, "activate", G_CALLBACK (on_activate), self);
  return item;
}

/* By hand: g_signal_connect_object () looks through all that follow an object whenever one of them
 * goes, and a menu may have thousands of items. */
static void
forget_items (BywayTray *self, guint begin, guint end)
{
  for (guint i = begin; i < end; i++)
    g_signal_handlers_disconnect_by_data (self->widgets->pdata[i], self);
}

static void
add_item (BywayTray *self, GtkWidget *menu, BywayMenuRow *row, GPtrArray *widgets)
{
  GtkWidget *item = new_item (self, row);

  g_ptr_array_add (widgets, item);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
}

/* Of the block that begins at @at, into its head. */
static void
build_submenu (BywayTray *self, GtkWidget *head, GPtrArray *rows, guint at, GPtrArray *widgets)
{
  GtkWidget *submenu = gtk_menu_new ();

  for (guint i = at + 1; i < end_of_block (rows, at); i++)
    add_item (self, submenu, rows->pdata[i], widgets);
  gtk_widget_show_all (submenu);
  gtk_menu_item_set_submenu (GTK_MENU_ITEM (head), submenu);
}

static GtkWidget *
build_menu (BywayTray *self, GPtrArray *rows, GPtrArray *widgets)
{
  GtkWidget *menu = gtk_menu_new ();

  for (guint at = 0; at < rows->len; at = end_of_block (rows, at))
    {
      BywayMenuRow *row = rows->pdata[at];

      add_item (self, menu, row, widgets);
      if (row->kind == BYWAY_MENU_SUBMENU)
        build_submenu (self, widgets->pdata[widgets->len - 1], rows, at, widgets);
    }
  gtk_widget_show_all (menu);
  return menu;
}

/* An open menu is not torn down for a word that changed. */
static void
relabel (GtkWidget *item, const BywayMenuRow *before, BywayMenuRow *row)
{
  g_object_set_data (G_OBJECT (item), "row", row);
  if (g_strcmp0 (before->label, row->label) != 0)
    gtk_menu_item_set_label (GTK_MENU_ITEM (item), row->label);
}

/* The block that begins at @old and now at @at, its head included; its submenu anew where another
 * thing can be done with that connection. */
static void
update_block (BywayTray *self, guint old, GPtrArray *rows, guint at, GPtrArray *widgets)
{
  guint end = end_of_block (self->rows, old);
  gboolean same = is_same_block (self->rows, old, rows, at);

  for (guint i = old; i < (same ? end : old + 1); i++)
    {
      relabel (self->widgets->pdata[i], self->rows->pdata[i], rows->pdata[at + i - old]);
      g_ptr_array_add (widgets, self->widgets->pdata[i]);
    }
  if (same)
    return;
  forget_items (self, old + 1, end);
  build_submenu (self, self->widgets->pdata[old], rows, at, widgets);
}

static void
update_blocks (BywayTray *self, GPtrArray *rows, GPtrArray *widgets)
{
  guint old = 0;

  for (guint at = 0; at < rows->len; at = end_of_block (rows, at))
    {
      update_block (self, old, rows, at, widgets);
      old = end_of_block (self->rows, old);
    }
}

static void
update_menu (BywayTray *self)
{
  GPtrArray *rows = byway_menu_view_new (self->roster, g_get_real_time () / G_USEC_PER_SEC);
  GPtrArray *widgets = g_ptr_array_new ();

  if (has_same_heads (self->rows, rows))
    update_blocks (self, rows, widgets);
  else
    {
      forget_items (self, 0, self->widgets->len);
      app_indicator_set_menu (self->indicator, GTK_MENU (build_menu (self, rows, widgets)));
    }
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->widgets);
  self->rows = rows;
  self->widgets = widgets;
}

/* --- the icon ------------------------------------------------------------------------------- */

static void
update_icon (BywayTray *self)
{
  g_autoptr (BywayTrayView) view = byway_tray_view_new (self->roster);

  app_indicator_set_title (self->indicator, view->title);
  if (view->attention)
    app_indicator_set_attention_icon_full (self->indicator, view->icon, view->name);
  else
    app_indicator_set_icon_full (self->indicator, view->icon, view->name);
  app_indicator_set_status (self->indicator, view->attention ? APP_INDICATOR_STATUS_ATTENTION
                                                             : APP_INDICATOR_STATUS_ACTIVE);
}

static gboolean on_clock (gpointer data);

/* Nothing up: nothing to count, and no timer. */
static void
run_clock (BywayTray *self)
{
  gboolean wanted = FALSE;

  for (guint i = 0; i < byway_roster_size (self->roster); i++)
    wanted |= byway_roster_nth (self->roster, i)->look == BYWAY_LOOK_UP;
  if (!wanted)
    g_clear_handle_id (&self->clock, g_source_remove);
  else if (self->clock == 0)
    self->clock = g_timeout_add_seconds (CLOCK_S, on_clock, self);
}

static gboolean
on_clock (gpointer data)
{
  update_menu (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_update (gpointer data)
{
  BywayTray *self = data;

  self->update = 0;
  update_icon (self);
  update_menu (self);
  run_clock (self);
  return G_SOURCE_REMOVE;
}

static void
update_soon (BywayTray *self)
{
  if (self->update == 0)
    self->update = g_idle_add (on_update, self);
}

/* --- the object ----------------------------------------------------------------------------- */

/* Not its property "connected": of that nobody is told. */
static void
on_connection_changed (AppIndicator *indicator, gboolean connected, BywayTray *self)
{
  self->shown = connected;
  g_object_notify (G_OBJECT (self), "shown");
}

gboolean
byway_tray_is_shown (BywayTray *self)
{
  return self->shown;
}

BywayTray *
byway_tray_new (GtkApplication *application, BywayRoster *roster)
{
  static const char *const news[] = { "added", "removed", "changed", "moved", "stage", "helper" };
  BywayTray *self = g_object_new (BYWAY_TYPE_TRAY, NULL);

  self->application = application;
  self->roster = g_object_ref (roster);
  self->indicator = app_indicator_new (INDICATOR_ID, byway_view_icon (BYWAY_LOOK_OFF),
                                       APP_INDICATOR_CATEGORY_COMMUNICATIONS);
  g_signal_connect_object (self->indicator, APP_INDICATOR_SIGNAL_CONNECTION_CHANGED,
                           G_CALLBACK (on_connection_changed), self, 0);
  for (guint i = 0; i < G_N_ELEMENTS (news); i++)
    g_signal_connect_object (roster, news[i], G_CALLBACK (update_soon), self, G_CONNECT_SWAPPED);
  on_update (self);
  return self;
}

static void
byway_tray_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOWN)
    g_value_set_boolean (value, BYWAY_TRAY (object)->shown);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
byway_tray_finalize (GObject *object)
{
  BywayTray *self = BYWAY_TRAY (object);

  g_clear_handle_id (&self->update, g_source_remove);
  g_clear_handle_id (&self->clock, g_source_remove);
  forget_items (self, 0, self->widgets->len);
  g_object_unref (self->indicator);
  g_ptr_array_unref (self->widgets);
  g_ptr_array_unref (self->rows);
  g_object_unref (self->roster);
  G_OBJECT_CLASS (byway_tray_parent_class)->finalize (object);
}

static void
byway_tray_class_init (BywayTrayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = byway_tray_get_property;
  object_class->finalize = byway_tray_finalize;
  g_object_class_install_property (
      object_class, PROP_SHOWN,
      g_param_spec_boolean ("shown", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
byway_tray_init (BywayTray *self)
{
  self->rows = g_ptr_array_new ();
  self->widgets = g_ptr_array_new ();
}
