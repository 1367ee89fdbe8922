/* SPDX-License-Identifier: GPL-2.0-or-later */
/* editor-window-host: the applet's windows that edit connections, on the helper that the bus has.
 * Does what is written to its standard input, a line each:
 *   new | open ID [KEY] | duplicate ID | import | choose PATH | import PATH | delete ID |
 * undo-window preferences | run WORDS… | cancel | quit and says on standard output what its actions
 * were told, and what its lists show. */
#include "config.h"

#include "byway-connection-editor.h"
#include "byway-deletions.h"
#include "byway-feed.h"
#include "byway-import-chooser.h"
#include "byway-preferences-dialog.h"
#include "byway-program.h"
#include "byway-undo-bar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  GtkApplication *application;
  BywayClient *client;
  BywayRoster *roster;
  BywayFeed *feed;
  BywayPreferences *preferences;
  BywayDeletions *deletions;
  GCancellable *running;
  GtkWidget *focused;
} Host;

static void
say (const char *what, const char *text)
{
  printf ("%s %s\n", what, text);
  fflush (stdout);
}

/* --- what it is told ------------------------------------------------------------------------ */

static void
on_run (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  int code;
  g_autofree char *output = byway_program_run_finish (result, &code, &error);
  g_autofree char *text
      = g_strdup_printf ("%d %s %" G_GSIZE_FORMAT, code, output != NULL ? "wrote" : error->message,
                         output != NULL ? strlen (output) : 0);

  say ("ran", text);
}

static void
run (Host *host, char **words)
{
  g_clear_object (&host->running);
  host->running = g_cancellable_new ();
  byway_program_run ((const char *const *)words, host->running, on_run, host);
}

static void
show_undo_window (Host *host)
{
  GtkWidget *window = gtk_application_window_new (host->application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_window_set_title (GTK_WINDOW (window), "Deletions");
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 120);
  gtk_container_add (GTK_CONTAINER (box), byway_undo_bar_new (host->deletions));
  gtk_container_add (GTK_CONTAINER (box), gtk_label_new ("the list would be here"));
  gtk_container_add (GTK_CONTAINER (window), box);
  gtk_widget_show_all (window);
}

/* In the dialog that is open. */
static void
choose (const char *path)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *window = windows; window != NULL; window = window->next)
    if (GTK_IS_FILE_CHOOSER (window->data))
      gtk_file_chooser_set_filename (window->data, path);
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  byway_deletions_flush_finish (BYWAY_DELETIONS (source), result);
  g_application_quit (G_APPLICATION (((Host *)data)->application));
}

static void
obey (Host *host, char **words, guint n)
{
  const char *verb = words[0], *first = n > 1 ? words[1] : NULL, *second = n > 2 ? words[2] : NULL;

  if (strcmp (verb, "new") == 0)
    byway_connection_editor_open (host->application, host->client, host->roster, NULL, NULL);
  else if (strcmp (verb, "open") == 0)
    byway_connection_editor_open (host->application, host->client, host->roster, first, second);
  else if (strcmp (verb, "duplicate") == 0)
    byway_connection_editor_duplicate (host->application, host->client, host->roster, first);
  else if (strcmp (verb, "import") == 0 && first == NULL)
    byway_import_choose (host->application, host->client, host->roster, NULL);
  else if (strcmp (verb, "choose") == 0)
    choose (first);
  else if (strcmp (verb, "import") == 0)
    byway_import_open (host->application, host->client, host->roster, NULL, first);
  else if (strcmp (verb, "delete") == 0)
    byway_deletions_put (host->deletions, first);
  else if (strcmp (verb, "undo-window") == 0)
    show_undo_window (host);
  else if (strcmp (verb, "preferences") == 0)
    gtk_window_present (GTK_WINDOW (
        byway_preferences_dialog_new (host->application, host->preferences, host->roster)));
  else if (strcmp (verb, "run") == 0)
    run (host, words + 1);
  else if (strcmp (verb, "cancel") == 0)
    g_cancellable_cancel (host->running);
  else if (strcmp (verb, "quit") == 0)
    byway_deletions_flush (host->deletions, on_flushed, host);
}

static gboolean
on_line (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  g_autofree char *line = NULL;
  g_auto (GStrv) words = NULL;
  gsize end;

  if (g_io_channel_read_line (channel, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;
  line[end] = '\0';
  words = g_strsplit (line, " ", -1);
  obey (data, words, g_strv_length (words));
  return G_SOURCE_CONTINUE;
}

/* --- what it says --------------------------------------------------------------------------- */

static void
on_roster (BywayRoster *roster, const char *id, gpointer data)
{
  g_autoptr (GString) names = g_string_new ("");

  for (guint i = 0; i < byway_roster_size (roster); i++)
    if (!byway_roster_nth (roster, i)->hidden)
      g_string_append_printf (names, "%s,", byway_roster_nth (roster, i)->name);
  say ("roster", names->str);
}

static void
on_copy (GSimpleAction *action, GVariant *text, gpointer data)
{
  say ("copy", g_variant_get_string (text, NULL));
}

/* No window manager is there to do it. */
static gboolean
on_focus_turn (gpointer data)
{
  Host *host = data;
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  GtkWidget *top = NULL;

  for (GList *window = windows; window != NULL; window = window->next)
    if (gtk_widget_get_mapped (window->data)
        && gtk_window_get_window_type (window->data) == GTK_WINDOW_TOPLEVEL
        && (top == NULL || gtk_window_get_transient_for (window->data) == GTK_WINDOW (top)))
      top = window->data;
  if (top != host->focused && top != NULL)
    gdk_window_focus (gtk_widget_get_window (top), GDK_CURRENT_TIME);
  host->focused = top;
  return G_SOURCE_CONTINUE;
}

static void
on_activate (GtkApplication *application, gpointer data)
{
  static const GActionEntry actions[] = { { "copy", on_copy, "s" } };
  Host *host = data;
  GIOChannel *input = g_io_channel_unix_new (0);

  if (g_getenv ("BYWAY_TEST_RTL") != NULL)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_application_hold (G_APPLICATION (application));
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   host);
  host->roster = byway_roster_new ();
  g_signal_connect (host->roster, "added", G_CALLBACK (on_roster), host);
  g_signal_connect (host->roster, "removed", G_CALLBACK (on_roster), host);
  g_signal_connect (host->roster, "changed", G_CALLBACK (on_roster), host);
  host->feed = byway_feed_new (host->client, host->roster);
  host->preferences = byway_preferences_new ();
  host->deletions = byway_deletions_new (host->client, host->roster);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_line, host);
  g_timeout_add (100, on_focus_turn, host);
  say ("ready", "");
}

int
main (int argc, char **argv)
{
  Host host = { 0 };
  GError *error = NULL;

  g_set_prgname ("editor-window-host");
  host.client = byway_client_new (&error);
  if (host.client == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  host.application = gtk_application_new ("org.byway.EditorWindowHost", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (host.application, "activate", G_CALLBACK (on_activate), &host);
  return g_application_run (G_APPLICATION (host.application), argc, argv);
}
