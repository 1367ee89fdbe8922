/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-preferences-dialog.h"

#include "byway-editor-gtk.h"

#include <glib/gi18n.h>

#define BYWAY_TYPE_PREFERENCES_DIALOG (byway_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BywayPreferencesDialog, byway_preferences_dialog, BYWAY, PREFERENCES_DIALOG,
                      GtkWindow)

struct _BywayPreferencesDialog
{
  GtkWindow parent;
  BywayPreferences *preferences;
  BywayRoster *roster;
  GtkWidget *notify, *offer_reconnect;
  GtkWidget *logins, *none; /* the connections, or that there is none */
  gboolean showing;         /* nobody clicked */
};

G_DEFINE_FINAL_TYPE (BywayPreferencesDialog, byway_preferences_dialog, GTK_TYPE_WINDOW)

/* --- connections ---------------------------------------------------------------------------- */

static void
on_login (GtkToggleButton *check, gpointer data)
{
  BywayPreferencesDialog *self = data;

  if (!self->showing)
    byway_preferences_set_login (self->preferences,
                                 g_object_get_data (G_OBJECT (check), "byway-id"),
                                 gtk_toggle_button_get_active (check));
}

static void
add_connection (BywayPreferencesDialog *self, const BywayEntry *entry)
{
  g_autofree char *label = entry->home == BYWAY_HOME_NETWORK_MANAGER
                               ? g_strdup_printf (_ ("%s (NetworkManager)"), entry->name)
                               : g_strdup (entry->name);
  GtkWidget *check = gtk_check_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (check), "byway-id", g_strdup (entry->id), g_free);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (check),
                                byway_preferences_get_login (self->preferences, entry->id));
  g_signal_connect (check, "toggled", G_CALLBACK (on_login), self);
  byway_gtk_box_add (self->logins, check, FALSE);
  gtk_widget_show_all (check);
}

/* A click on one leaves them all where they are: only those who come and go, or get another name,
 * make the list anew. */
static void
show_connections (BywayPreferencesDialog *self)
{
  g_autoptr (GList) old = gtk_container_get_children (GTK_CONTAINER (self->logins));

  for (GList *check = old; check != NULL; check = check->next)
    gtk_widget_destroy (check->data);
  for (guint i = 0; i < byway_roster_size (self->roster); i++)
    if (!byway_roster_nth (self->roster, i)->hidden)
      add_connection (self, byway_roster_nth (self->roster, i));
  byway_gtk_set_shown (self->none, byway_roster_count_shown (self->roster) == 0);
}

static void
show_check (GtkWidget *check, BywayPreferencesDialog *self)
{
  const char *id = g_object_get_data (G_OBJECT (check), "byway-id");

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (check),
                                byway_preferences_get_login (self->preferences, id));
}

static void
show_preferences (BywayPreferencesDialog *self)
{
  self->showing = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->notify),
                                byway_preferences_get_notify (self->preferences));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->offer_reconnect),
                                byway_preferences_get_offer_reconnect (self->preferences));
  gtk_container_foreach (GTK_CONTAINER (self->logins), (GtkCallback)show_check, self);
  self->showing = FALSE;
}

/* --- what the user does --------------------------------------------------------------------- */

static void
on_toggled (GtkToggleButton *check, gpointer data)
{
  BywayPreferencesDialog *self = data;
  gboolean on = gtk_toggle_button_get_active (check);

  if (self->showing)
    return;
  if (GTK_WIDGET (check) == self->notify)
    byway_preferences_set_notify (self->preferences, on);
  else
    byway_preferences_set_offer_reconnect (self->preferences, on);
}

static gboolean
byway_preferences_dialog_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  if (event->keyval == GDK_KEY_Escape)
    {
      gtk_widget_destroy (widget);
      return GDK_EVENT_STOP;
    }
  return GTK_WIDGET_CLASS (byway_preferences_dialog_parent_class)->key_press_event (widget, event);
}

/* --- the look ------------------------------------------------------------------------------- */

static GtkWidget *
make_check (BywayPreferencesDialog *self, const char *label)
{
  GtkWidget *check = gtk_check_button_new_with_mnemonic (label);

  g_signal_connect (check, "toggled", G_CALLBACK (on_toggled), self);
  return check;
}

static GtkWidget *
make_group (const char *title, GtkWidget **content)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *heading = gtk_label_new (title);

  byway_gtk_set_class (heading, "byway-heading", TRUE);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_margin_start (*content, 12);
  byway_gtk_set_name (*content, title);
  byway_gtk_box_add (group, heading, FALSE);
  byway_gtk_box_add (group, *content, FALSE);
  return group;
}

static GtkWidget *
make_content (BywayPreferencesDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *messages;

  g_object_set (box, "margin", 18, NULL);
  byway_gtk_box_add (box, make_group (_ ("Messages"), &messages), FALSE);
  self->notify = make_check (self, _ ("_Tell when a connection comes up, goes or fails"));
  self->offer_reconnect = make_check (self, _ ("_Offer to connect again when one is lost"));
  byway_gtk_box_add (messages, self->notify, FALSE);
  byway_gtk_box_add (messages, self->offer_reconnect, FALSE);
  byway_gtk_box_add (box, make_group (_ ("Connect at login"), &self->logins), FALSE);
  self->none = gtk_label_new (_ ("There is no connection yet."));
  gtk_label_set_xalign (GTK_LABEL (self->none), 0);
  gtk_widget_set_margin_start (self->none, 12);
  byway_gtk_set_class (self->none, "dim-label", TRUE);
  byway_gtk_box_add (box, self->none, FALSE);
  return box;
}

static void
build (BywayPreferencesDialog *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_container_add (GTK_CONTAINER (scroller), make_content (self));
  gtk_container_add (GTK_CONTAINER (self), scroller);
  byway_gtk_use_css (GTK_WIDGET (self), ".byway-heading { font-weight: bold; }");
  gtk_widget_show_all (scroller);
}

GtkWidget *
byway_preferences_dialog_new (GtkApplication *application, BywayPreferences *preferences,
                              BywayRoster *roster)
{
  BywayPreferencesDialog *self = g_object_new (
      BYWAY_TYPE_PREFERENCES_DIALOG, "application", application, "title", _ ("Preferences"),
      "type-hint", GDK_WINDOW_TYPE_HINT_DIALOG, "default-width", 420, NULL);

  self->preferences = g_object_ref (preferences);
  self->roster = g_object_ref (roster);
  build (self);
  show_connections (self);
  show_preferences (self);
  g_signal_connect_object (preferences, "changed", G_CALLBACK (show_preferences), self,
                           G_CONNECT_SWAPPED);
  for (guint i = 0; i < 3; i++)
    g_signal_connect_object (roster, ((const char *[]){ "added", "removed", "changed" })[i],
                             G_CALLBACK (show_connections), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

static void
byway_preferences_dialog_finalize (GObject *object)
{
  BywayPreferencesDialog *self = BYWAY_PREFERENCES_DIALOG (object);

  g_clear_object (&self->preferences);
  g_clear_object (&self->roster);
  G_OBJECT_CLASS (byway_preferences_dialog_parent_class)->finalize (object);
}

static void
byway_preferences_dialog_class_init (BywayPreferencesDialogClass *class)
{
  G_OBJECT_CLASS (class)->finalize = byway_preferences_dialog_finalize;
  GTK_WIDGET_CLASS (class)->key_press_event = byway_preferences_dialog_key_press_event;
}

static void
byway_preferences_dialog_init (BywayPreferencesDialog *self)
{
}
