/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-applet.h"

#include "byway-applet-actions.h"
#include "byway-login.h"
#include "byway-notifier.h"
#include "byway-tray.h"
#include "byway-undo-bar.h"
#include "byway-window.h"

#include <glib/gi18n.h>

struct _BywayApplet
{
  GtkApplication parent;
  BywayParts parts;
  BywayFeed *feed;
  BywaySecretAgent *agent;
  BywayNmProfiles *profiles;
  BywayNotifier *notifier;
  BywayTray *tray;
  BywayLogin *login;
  gboolean hidden; /* begun without a window, for the tray: it stays when the window closes */
};

G_DEFINE_FINAL_TYPE (BywayApplet, byway_applet, GTK_TYPE_APPLICATION)

/* --- preferences ---------------------------------------------------------------------------- */

static void
on_preferences (BywayPreferences *preferences, BywayApplet *self)
{
  byway_notifier_set_enabled (self->notifier, byway_preferences_get_notify (preferences));
  byway_notifier_set_offers_reconnect (self->notifier,
                                       byway_preferences_get_offer_reconnect (preferences));
}

/* --- the window ----------------------------------------------------------------------------- */

/* Without a tray and without a window nobody would find the program again. Connections stay; what
 * was deleted is deleted for good. */
static void
on_window_gone (GtkWidget *window, BywayApplet *self)
{
  if (self->parts.window == NULL)
    return; /* this is the end already */
  self->parts.window = NULL;
  if (!self->hidden && !byway_tray_is_shown (self->tray))
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
}

static void
show_window (BywayApplet *self)
{
  if (self->parts.window == NULL)
    {
      self->parts.window = byway_window_new (GTK_APPLICATION (self), self->parts.roster);
      byway_window_add_bar (self->parts.window, byway_undo_bar_new (self->parts.deletions));
      g_signal_connect (self->parts.window, "destroy", G_CALLBACK (on_window_gone), self);
    }
  gtk_window_present (GTK_WINDOW (self->parts.window));
}

static void
byway_applet_activate (GApplication *application)
{
  show_window (BYWAY_APPLET (application));
}

/* --- starting ------------------------------------------------------------------------------- */

static gboolean
make_parts (BywayApplet *self, GError **error)
{
  BywayParts *parts = &self->parts;

  parts->application = GTK_APPLICATION (self);
  parts->roster = byway_roster_new ();
  parts->preferences = byway_preferences_new ();
  parts->client = byway_client_new (error);
  if (parts->client == NULL)
    return FALSE;
  self->login = byway_login_new (parts->application, parts->roster, parts->preferences);
  self->notifier = byway_notifier_new (G_APPLICATION (self), parts->roster);
  self->agent = byway_secret_agent_new (byway_client_get_bus (parts->client), parts->roster);
  self->profiles = byway_nm_profiles_new (parts->roster);
  self->feed = byway_feed_new (parts->client, parts->roster);
  parts->feed = self->feed;
  parts->dialer
      = byway_dialer_new (parts->client, parts->roster, self->feed, self->agent, self->profiles);
  parts->deletions = byway_deletions_new (parts->client, parts->roster);
  self->tray = byway_tray_new (parts->application, parts->roster);
  g_signal_connect_object (parts->preferences, "changed", G_CALLBACK (on_preferences), self, 0);
  on_preferences (parts->preferences, self);
  return TRUE;
}

static void
byway_applet_startup (GApplication *application)
{
  BywayApplet *self = BYWAY_APPLET (application);
  g_autoptr (GError) error = NULL;

  G_APPLICATION_CLASS (byway_applet_parent_class)->startup (application);
  gtk_window_set_default_icon_name ("org.byway.Applet");
  if (!make_parts (self, &error))
    {
      g_printerr (_ ("byway-applet: the system bus does not answer: %s\n"), error->message);
      g_application_quit (application);
      return;
    }
  byway_applet_add_actions (&self->parts);
  g_application_hold (application); /* the tray is no window */
}

static int
byway_applet_command_line (GApplication *application, GApplicationCommandLine *line)
{
  BywayApplet *self = BYWAY_APPLET (application);
  GVariantDict *options = g_application_command_line_get_options_dict (line);

  if (g_variant_dict_contains (options, "quit"))
    g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  else if (!g_variant_dict_contains (options, "hidden"))
    g_application_activate (application);
  else if (!g_application_command_line_get_is_remote (line))
    self->hidden = TRUE;
  return 0;
}

/* --- the object ----------------------------------------------------------------------------- */

BywayApplet *
byway_applet_new (void)
{
  return g_object_new (BYWAY_TYPE_APPLET, "application-id", "org.byway.Applet", "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE, NULL);
}

static void
byway_applet_shutdown (GApplication *application)
{
  BywayApplet *self = BYWAY_APPLET (application);

  g_clear_pointer (&self->parts.window, gtk_widget_destroy);
  g_clear_object (&self->tray);
  g_clear_object (&self->parts.deletions);
  g_clear_object (&self->parts.dialer);
  g_clear_object (&self->feed);
  g_clear_object (&self->profiles);
  g_clear_object (&self->agent);
  g_clear_object (&self->notifier);
  g_clear_object (&self->login);
  g_clear_object (&self->parts.client);
  g_clear_object (&self->parts.preferences);
  g_clear_object (&self->parts.roster);
  G_APPLICATION_CLASS (byway_applet_parent_class)->shutdown (application);
}

static void
byway_applet_class_init (BywayAppletClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = byway_applet_activate;
  application_class->startup = byway_applet_startup;
  application_class->command_line = byway_applet_command_line;
  application_class->shutdown = byway_applet_shutdown;
}

static void
byway_applet_init (BywayApplet *self)
{
  static const GOptionEntry entries[] = {
    { "hidden", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Begin in the tray, without a window"), NULL },
    { "quit", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("End the one that runs; connections stay"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_summary (
      G_APPLICATION (self), _ ("Connect to L2TP/IPsec VPNs from the tray, or from a window."));
}
