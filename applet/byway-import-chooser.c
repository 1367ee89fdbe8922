/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-import-chooser.h"

#include "byway-connection-editor.h"
#include "byway-editor-gtk.h"

#include <glib/gi18n.h>

/* From the choice to the editor. */
typedef struct
{
  GtkApplication *application;
  BywayClient *client;
  BywayRoster *roster;
  GtkWindow *window; /* may be NULL, and go */
  BywayImport *import;
} Importing;

static void
importing_free (Importing *importing)
{
  g_application_release (G_APPLICATION (importing->application));
  g_object_unref (importing->application);
  g_object_unref (importing->client);
  g_object_unref (importing->roster);
  g_clear_weak_pointer (&importing->window);
  g_clear_pointer (&importing->import, byway_import_free);
  g_free (importing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Importing, importing_free)

static Importing *
importing_new (GtkApplication *application, BywayClient *client, BywayRoster *roster,
               GtkWindow *parent)
{
  Importing *importing = g_new0 (Importing, 1);

  importing->application = g_object_ref (application);
  importing->client = g_object_ref (client);
  importing->roster = g_object_ref (roster);
  g_set_weak_pointer (&importing->window, parent);
  g_application_hold (G_APPLICATION (application));
  return importing;
}

static GtkWidget *
make_message (Importing *importing, GtkMessageType type, const char *title, const char *text)
{
  GtkWidget *dialog = gtk_message_dialog_new (importing->window, GTK_DIALOG_MODAL, type,
                                              GTK_BUTTONS_NONE, "%s", title);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", text);
  gtk_window_set_title (GTK_WINDOW (dialog), _ ("Import"));
  byway_gtk_set_name (dialog, _ ("Import"));
  return dialog;
}

/* --- what was read -------------------------------------------------------------------------- */

static void
show_import (Importing *importing)
{
  byway_connection_editor_open_import (importing->application, importing->client, importing->roster,
                                       importing->import);
}

/* One of the buttons about a file without IPsec. */
#define RESPONSE_PLAIN 1

static void
on_plain_answered (GtkWidget *dialog, int response, gpointer data)
{
  g_autoptr (Importing) importing = data;

  gtk_widget_destroy (dialog);
  if (response == RESPONSE_PLAIN)
    byway_import_take_plain (importing->import);
  if (response == RESPONSE_PLAIN || response == GTK_RESPONSE_ACCEPT)
    show_import (importing);
}

/* What comes of Enter is what the file's own word says, and IPsec where there is none. Takes
 * @importing. */
static void
ask_about_plain (Importing *importing)
{
  GtkWidget *dialog = make_message (
      importing, GTK_MESSAGE_WARNING, _ ("The file describes a tunnel without IPsec"),
      _ ("Everything would be readable on its way, also the password. Nearly every server can do "
         "IPsec: you need its pre-shared key."));

  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("Import with_out IPsec"), RESPONSE_PLAIN);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Import with IPsec"), GTK_RESPONSE_ACCEPT);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog),
                                   importing->import->own ? RESPONSE_PLAIN : GTK_RESPONSE_ACCEPT);
  g_signal_connect (dialog, "response", G_CALLBACK (on_plain_answered), importing);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_failure (Importing *importing, const GError *error)
{
  GtkWidget *dialog
      = make_message (importing, GTK_MESSAGE_ERROR, _ ("Nothing was imported"), error->message);

  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Close"), GTK_RESPONSE_CLOSE);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_window_set_application (GTK_WINDOW (dialog), importing->application);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
read_in_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  BywayImport *import = byway_import_read_sync (path, &error);

  if (import != NULL)
    g_task_return_pointer (task, import, (GDestroyNotify)byway_import_free);
  else
    g_task_return_error (task, error);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Importing) importing = data;
  g_autoptr (GError) error = NULL;

  importing->import = g_task_propagate_pointer (G_TASK (result), &error);
  if (importing->import == NULL)
    show_failure (importing, error);
  else if (importing->import->plain != NULL)
    ask_about_plain (g_steal_pointer (&importing));
  else
    show_import (importing);
}

/* Takes @importing. */
static void
read_file (Importing *importing, const char *path)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_read, importing);

  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_in_thread);
}

void
byway_import_open (GtkApplication *application, BywayClient *client, BywayRoster *roster,
                   GtkWindow *parent, const char *path)
{
  read_file (importing_new (application, client, roster, parent), path);
}

/* --- choosing ------------------------------------------------------------------------------- */

static void
on_chosen (GtkWidget *dialog, int response, gpointer data)
{
  g_autoptr (Importing) importing = data;
  g_autofree char *path = response == GTK_RESPONSE_ACCEPT
                              ? gtk_file_chooser_get_filename (GTK_FILE_CHOOSER (dialog))
                              : NULL;

  gtk_widget_destroy (dialog);
  if (path != NULL)
    read_file (g_steal_pointer (&importing), path);
}

static void
add_filter (GtkWidget *dialog, const char *name, const char *pattern)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

void
byway_import_choose (GtkApplication *application, BywayClient *client, BywayRoster *roster,
                     GtkWindow *parent)
{
  GtkWidget *dialog = gtk_file_chooser_dialog_new (
      _ ("Import a Connection"), parent, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Cancel"),
      GTK_RESPONSE_CANCEL, _ ("_Import"), GTK_RESPONSE_ACCEPT, NULL);

  add_filter (dialog, _ ("Connections (*.conf)"), "*.conf");
  add_filter (dialog, _ ("All files"), "*");
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
  gtk_window_set_application (GTK_WINDOW (dialog), application);
  g_signal_connect (dialog, "response", G_CALLBACK (on_chosen),
                    importing_new (application, client, roster, parent));
  gtk_window_present (GTK_WINDOW (dialog));
}
