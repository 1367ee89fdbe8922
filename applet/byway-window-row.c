/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-window-row.h"

#include "byway-view.h"

#include <glib/gi18n.h>

#define SPACING 12

typedef struct
{
  char *id, *name;
  GtkWidget *icon, *title, *state, *lift, *action, *menu;
} Row;

static Row *
row_of (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "byway-row");
}

static void
free_row (Row *row)
{
  g_free (row->id);
  g_free (row->name);
  g_free (row);
}

const char *
byway_window_row_get_id (GtkWidget *widget)
{
  return row_of (widget)->id;
}

const char *
byway_window_row_get_name (GtkWidget *widget)
{
  return row_of (widget)->name;
}

/* --- its menu ------------------------------------------------------------------------------- */

static void
append (GMenu *menu, const char *label, const char *action, const BywayEntry *entry)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", entry->id);
  g_menu_append_item (menu, item);
}

/* Of NetworkManager's the helper knows no more than how it goes. */
static GMenuModel *
new_menu (const BywayEntry *entry)
{
  GMenu *menu = g_menu_new ();

  append (menu, _ ("_Status…"), "app.show-status", entry);
  append (menu, _ ("_Edit…"), "app.edit", entry);
  if (entry->home == BYWAY_HOME_NETWORK_MANAGER)
    return G_MENU_MODEL (menu);
  append (menu, _ ("_Log…"), "app.show-log", entry);
  append (menu, _ ("_Duplicate"), "app.duplicate", entry);
  append (menu, _ ("De_lete"), "app.delete", entry);
  return G_MENU_MODEL (menu);
}

/* --- what it says --------------------------------------------------------------------------- */

/* "Connected 0:42:10 · NetworkManager" */
static char *
state_text (const BywayEntry *entry, gint64 now)
{
  g_autofree char *state = byway_view_state_text (entry);
  g_autofree char *duration = byway_view_duration (entry, now);
  GString *text = g_string_new (state);

  if (duration != NULL)
    g_string_append_printf (text, " %s", duration);
  if (entry->home == BYWAY_HOME_NETWORK_MANAGER)
    g_string_append (text, _ (" · NetworkManager"));
  else if (entry->system)
    g_string_append (text, _ (" · for all users"));
  return g_string_free (text, FALSE);
}

static void
set_action (Row *row, const BywayEntry *entry)
{
  g_autofree char *action = g_strconcat ("app.", byway_view_action (entry), NULL);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (row->action), "s", entry->id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row->action), action);
  gtk_button_set_label (GTK_BUTTON (row->action), byway_view_action_label (entry));
  gtk_button_set_use_underline (GTK_BUTTON (row->action), TRUE);
  gtk_widget_set_sensitive (row->action, entry->look != BYWAY_LOOK_DISCONNECTING);
  atk_object_set_description (gtk_widget_get_accessible (row->action), entry->name);
}

/* Only there while nothing leaves: one click, and everything does again. What is said of it takes
 * the lines that it needs. */
static void
set_lift (Row *row, const BywayEntry *entry)
{
  gtk_label_set_ellipsize (GTK_LABEL (row->state),
                           entry->blocks ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  gtk_label_set_line_wrap (GTK_LABEL (row->state), entry->blocks);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row->lift), "s", entry->id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row->lift), "app.lift-kill-switch");
  gtk_widget_set_visible (row->lift, entry->blocks);
  atk_object_set_description (gtk_widget_get_accessible (row->lift), entry->name);
}

void
byway_window_row_set_entry (GtkWidget *widget, const BywayEntry *entry, gint64 now)
{
  Row *row = row_of (widget);
  g_autofree char *state = state_text (entry, now);
  g_autofree char *name = g_strdup_printf ("%s: %s", entry->name, state);
  const char *shown = gtk_label_get_text (GTK_LABEL (row->title));

  if (row->name == NULL || g_strcmp0 (shown, entry->name) != 0)
    {
      g_autoptr (GMenuModel) menu = new_menu (entry);
      g_autofree char *more = g_strdup_printf (_ ("More about %s"), entry->name);

      g_free (row->name);
      row->name = g_strdup (entry->name);
      gtk_label_set_text (GTK_LABEL (row->title), entry->name);
      gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (row->menu), menu);
      atk_object_set_name (gtk_widget_get_accessible (row->menu), more);
    }
  gtk_label_set_text (GTK_LABEL (row->state), state);
  gtk_image_set_from_icon_name (GTK_IMAGE (row->icon), byway_view_icon (entry->look),
                                GTK_ICON_SIZE_LARGE_TOOLBAR);
  atk_object_set_name (gtk_widget_get_accessible (widget), name);
  set_lift (row, entry);
  set_action (row, entry);
}

/* --- building ------------------------------------------------------------------------------- */

static GtkWidget *
new_label (const char *style_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (style_class != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), style_class);
  return label;
}

static GtkWidget *
new_texts (Row *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  row->title = new_label (NULL);
  row->state = new_label ("dim-label");
  gtk_box_pack_start (GTK_BOX (box), row->title, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), row->state, FALSE, FALSE, 0);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

GtkWidget *
byway_window_row_new (const char *id)
{
  GtkWidget *widget = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  Row *row = g_new0 (Row, 1);

  row->id = g_strdup (id);
  row->icon = gtk_image_new ();
  row->lift = gtk_button_new_with_mnemonic (_ ("Lift the _kill switch"));
  gtk_widget_set_no_show_all (row->lift, TRUE);
  row->action = gtk_button_new ();
  row->menu = gtk_menu_button_new ();
  gtk_container_add (GTK_CONTAINER (row->menu),
                     gtk_image_new_from_icon_name ("view-more-symbolic", GTK_ICON_SIZE_BUTTON));
  gtk_button_set_relief (GTK_BUTTON (row->menu), GTK_RELIEF_NONE);
  gtk_widget_set_valign (row->lift, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (row->action, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (row->menu, GTK_ALIGN_CENTER);
  gtk_container_set_border_width (GTK_CONTAINER (box), SPACING);
  gtk_box_pack_start (GTK_BOX (box), row->icon, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), new_texts (row), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), row->lift, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), row->action, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), row->menu, FALSE, FALSE, 0);
  gtk_container_add (GTK_CONTAINER (widget), box);
  g_object_set_data_full (G_OBJECT (widget), "byway-row", row, (GDestroyNotify)free_row);
  gtk_widget_show_all (widget);
  return widget;
}
