/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-applet-actions.h"

#include "byway-about-dialog.h"
#include "byway-connection-editor.h"
#include "byway-import-chooser.h"
#include "byway-log-window.h"
#include "byway-preferences-dialog.h"
#include "byway-program.h"
#include "byway-status-window.h"
#include "byway-window.h"

#include <glib/gi18n.h>
#include <string.h>

#define WINDOW_KEY "byway-window-of"

/* --- windows, one for each connection ------------------------------------------------------- */

/* The window of that kind for that connection; NULL: none is open. */
static GtkWindow *
find_window (BywayParts *parts, const char *kind, const char *id)
{
  g_autofree char *name = g_strconcat (kind, " ", id, NULL);

  for (GList *l = gtk_application_get_windows (parts->application); l != NULL; l = l->next)
    if (g_strcmp0 (g_object_get_data (l->data, WINDOW_KEY), name) == 0)
      return l->data;
  return NULL;
}

static void
keep_window (BywayParts *parts, GtkWidget *window, const char *kind, const char *id)
{
  g_object_set_data_full (G_OBJECT (window), WINDOW_KEY, g_strconcat (kind, " ", id, NULL), g_free);
  gtk_application_add_window (parts->application, GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
}

/* --- status --------------------------------------------------------------------------------- */

static void
on_poll (GtkWidget *window, BywayParts *parts)
{
  const char *name = g_object_get_data (G_OBJECT (window), WINDOW_KEY);

  byway_feed_ask_traffic (parts->feed, name + strlen ("status "));
}

static void
show_status (BywayParts *parts, const char *id, const char *unused)
{
  GtkWindow *open = find_window (parts, "status", id);
  GtkWidget *window;

  byway_roster_acknowledge (parts->roster, id);
  if (open != NULL)
    {
      gtk_window_present (open);
      return;
    }
  if (byway_roster_find (parts->roster, id) == NULL)
    return;
  window = byway_status_window_new (parts->application, parts->roster, id);
  g_signal_connect (window, "poll", G_CALLBACK (on_poll), parts);
  keep_window (parts, window, "status", id);
}

/* --- logs and reports ----------------------------------------------------------------------- */

typedef struct
{
  BywayParts *parts;
  char *id;
} Request;

static Request *
request_new (BywayParts *parts, const char *id)
{
  Request *request = g_new0 (Request, 1);

  request->parts = parts;
  request->id = g_strdup (id);
  g_application_hold (G_APPLICATION (parts->application)); /* until it is answered */
  return request;
}

static void
request_free (Request *request)
{
  g_application_release (G_APPLICATION (request->parts->application));
  g_free (request->id);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
on_log (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  BywayParts *parts = request->parts;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);
  const BywayEntry *entry = byway_roster_find (parts->roster, request->id);
  g_autofree const char **lines = NULL;
  GtkWidget *window;

  if (reply == NULL || entry == NULL)
    return;
  g_variant_get (reply, "(^a&s)", &lines);
  window = (GtkWidget *)find_window (parts, "log", request->id);
  if (window == NULL)
    window = byway_log_window_new (parts->application, entry->name);
  byway_log_window_set_lines (window, lines);
  keep_window (parts, window, "log", request->id);
}

static void
show_log (BywayParts *parts, const char *id, const char *unused)
{
  const BywayEntry *entry = byway_roster_find (parts->roster, id);

  if (entry != NULL && entry->path != NULL)
    byway_client_call (parts->client, entry->path, "Connection", "GetLog", NULL, on_log,
                       request_new (parts, id));
}

static void
copy (BywayParts *parts, const char *text, const char *unused)
{
  gtk_clipboard_set_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD), text, -1);
}

static void
on_report (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  int exit_code;
  g_autofree char *text = byway_program_run_finish (result, &exit_code, &error);

  if (text != NULL)
    copy (request->parts, text, NULL);
  else
    g_warning ("The report could not be made: %s", error->message);
}

static void
copy_report (BywayParts *parts, const char *id, const char *unused)
{
  const BywayEntry *entry = byway_roster_find (parts->roster, id);
  const char *words[] = { "report", entry != NULL ? entry->uuid : "", NULL };

  if (entry != NULL)
    byway_program_run (words, NULL, on_report, request_new (parts, id));
}

/* --- up and down ---------------------------------------------------------------------------- */

static void
connect (BywayParts *parts, const char *id, const char *unused)
{
  byway_dialer_connect (parts->dialer, id);
}

static void
disconnect (BywayParts *parts, const char *id, const char *unused)
{
  byway_dialer_disconnect (parts->dialer, id);
}

static void
lift_kill_switch (BywayParts *parts, const char *id, const char *unused)
{
  byway_dialer_lift_kill_switch (parts->dialer, id);
}

static void
set_secret (BywayParts *parts, const char *id, const char *key)
{
  byway_dialer_connect_asking (parts->dialer, id, key);
}

/* --- editing -------------------------------------------------------------------------------- */

/* NetworkManager's profiles are edited where all its settings can be. */
static void
edit_by_network_manager (BywayParts *parts, const BywayEntry *entry)
{
  g_autofree char *command = g_strdup_printf ("nm-connection-editor --edit=%s", entry->uuid);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAppInfo) editor
      = g_app_info_create_from_commandline (command, NULL, G_APP_INFO_CREATE_NONE, &error);

  if (editor == NULL || !g_app_info_launch (editor, NULL, NULL, &error))
    {
      g_action_group_activate_action (G_ACTION_GROUP (parts->application), "show-window", NULL);
      byway_window_say (parts->window,
                        _ ("NetworkManager’s settings window (nm-connection-editor) "
                           "is not installed. “nmcli connection edit” does it too."));
    }
}

static void
edit_field (BywayParts *parts, const char *id, const char *key)
{
  const BywayEntry *entry = byway_roster_find (parts->roster, id);

  if (entry == NULL)
    return;
  if (entry->home == BYWAY_HOME_NETWORK_MANAGER)
    edit_by_network_manager (parts, entry);
  else
    byway_connection_editor_open (parts->application, parts->client, parts->roster, id, key);
}

static void
edit (BywayParts *parts, const char *id, const char *unused)
{
  edit_field (parts, id, NULL);
}

static void
add (BywayParts *parts, const char *unused, const char *unused2)
{
  byway_connection_editor_open (parts->application, parts->client, parts->roster, NULL, NULL);
}

static void
import (BywayParts *parts, const char *unused, const char *unused2)
{
  byway_import_choose (parts->application, parts->client, parts->roster,
                       parts->window != NULL ? GTK_WINDOW (parts->window) : NULL);
}

static void
duplicate (BywayParts *parts, const char *id, const char *unused)
{
  byway_connection_editor_duplicate (parts->application, parts->client, parts->roster, id);
}

/* With an undo in the window, which is therefore shown. */
static void delete (BywayParts *parts, const char *id, const char *unused)
{
  byway_deletions_put (parts->deletions, id);
  g_application_activate (G_APPLICATION (parts->application));
}

/* --- the program itself --------------------------------------------------------------------- */

static void
show_window (BywayParts *parts, const char *unused, const char *unused2)
{
  g_application_activate (G_APPLICATION (parts->application));
}

static void
show_preferences (BywayParts *parts, const char *unused, const char *unused2)
{
  GtkWindow *open = find_window (parts, "preferences", "");

  if (open != NULL)
    gtk_window_present (open);
  else
    keep_window (
        parts, byway_preferences_dialog_new (parts->application, parts->preferences, parts->roster),
        "preferences", "");
}

static void
show_about (BywayParts *parts, const char *unused, const char *unused2)
{
  byway_about_dialog_show (parts->window != NULL ? GTK_WINDOW (parts->window) : NULL);
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  BywayParts *parts = data;

  byway_deletions_flush_finish (BYWAY_DELETIONS (source), result);
  g_application_quit (G_APPLICATION (parts->application));
}

/* What was deleted, and may be taken back for a moment more, is deleted now. */
static void
quit (BywayParts *parts, const char *unused, const char *unused2)
{
  byway_deletions_flush (parts->deletions, on_flushed, parts);
}

/* --- the table ------------------------------------------------------------------------------ */

static const struct
{
  const char *name;
  const char *type; /* of its target: NULL, "s" or "(ss)" */
  void (*run) (BywayParts *parts, const char *first, const char *second);
  const char *key; /* its shortcut */
} actions[] = {
  { "connect", "s", connect },
  { "disconnect", "s", disconnect },
  { "cancel", "s", disconnect },
  { "lift-kill-switch", "s", lift_kill_switch },
  { "show-status", "s", show_status },
  { "show-log", "s", show_log },
  { "edit", "s", edit },
  { "edit-field", "(ss)", edit_field },
  { "set-secret", "(ss)", set_secret },
  { "new", NULL, add, "<Control>n" },
  { "import", NULL, import, "<Control>o" },
  { "duplicate", "s", duplicate },
  { "delete", "s", delete },
  { "copy", "s", copy },
  { "copy-report", "s", copy_report },
  { "show-window", NULL, show_window },
  { "preferences", NULL, show_preferences, "<Control>comma" },
  { "about", NULL, show_about },
  { "quit", NULL, quit, "<Control>q" },
};

static void
on_action (GSimpleAction *action, GVariant *target, gpointer data)
{
  const char *first = NULL, *second = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (strcmp (actions[i].name, g_action_get_name (G_ACTION (action))) != 0)
        continue;
      if (g_strcmp0 (actions[i].type, "s") == 0)
        g_variant_get (target, "&s", &first);
      else if (actions[i].type != NULL)
        g_variant_get (target, "(&s&s)", &first, &second);
      actions[i].run (data, first, second);
    }
}

void
byway_applet_add_actions (BywayParts *parts)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      const GVariantType *type = actions[i].type != NULL ? G_VARIANT_TYPE (actions[i].type) : NULL;
      g_autoptr (GSimpleAction) action = g_simple_action_new (actions[i].name, type);
      g_autofree char *name = g_strconcat ("app.", actions[i].name, NULL);
      const char *keys[] = { actions[i].key, NULL };

      g_signal_connect (action, "activate", G_CALLBACK (on_action), parts);
      g_action_map_add_action (G_ACTION_MAP (parts->application), G_ACTION (action));
      if (actions[i].key != NULL)
        gtk_application_set_accels_for_action (parts->application, name, keys);
    }
}
