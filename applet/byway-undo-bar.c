/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-undo-bar.h"

#include "byway-editor-gtk.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *bar, *label, *undo;
  BywayDeletions *deletions;
  char *failure; /* not yet read; NULL: none */
} Bar;

static void
bar_free (gpointer data)
{
  Bar *bar = data;

  g_signal_handlers_disconnect_by_data (bar->deletions, bar);
  g_object_unref (bar->deletions);
  g_free (bar->failure);
  g_free (bar);
}

static void
show (Bar *bar)
{
  const char *name = byway_deletions_last_name (bar->deletions);
  g_autofree char *deleted = name != NULL ? g_strdup_printf (_ ("“%s” was deleted."), name) : NULL;
  const char *text = deleted != NULL ? deleted : bar->failure;

  gtk_label_set_text (GTK_LABEL (bar->label), text != NULL ? text : "");
  gtk_info_bar_set_message_type (GTK_INFO_BAR (bar->bar),
                                 deleted != NULL ? GTK_MESSAGE_INFO : GTK_MESSAGE_ERROR);
  gtk_info_bar_set_show_close_button (GTK_INFO_BAR (bar->bar), deleted == NULL);
  byway_gtk_set_shown (bar->undo, deleted != NULL);
  byway_gtk_set_shown (bar->bar, text != NULL);
}

static void
on_changed (BywayDeletions *deletions, gpointer data)
{
  show (data);
}

static void
on_failed (BywayDeletions *deletions, const char *name, const char *message, gpointer data)
{
  Bar *bar = data;

  g_free (bar->failure);
  bar->failure = g_strdup_printf (_ ("“%s” was not deleted: %s"), name, message);
  show (bar);
}

static void
on_response (GtkInfoBar *widget, int response, gpointer data)
{
  Bar *bar = data;

  if (response == GTK_RESPONSE_CLOSE)
    g_clear_pointer (&bar->failure, g_free);
  else
    byway_deletions_undo (bar->deletions);
  show (bar);
}

GtkWidget *
byway_undo_bar_new (BywayDeletions *deletions)
{
  Bar *bar = g_new0 (Bar, 1);

  bar->bar = gtk_info_bar_new ();
  bar->label = byway_gtk_wrapping_label_new ("", 50);
  bar->deletions = g_object_ref (deletions);
  gtk_label_set_use_underline (GTK_LABEL (bar->label), FALSE);
  byway_gtk_box_add (gtk_info_bar_get_content_area (GTK_INFO_BAR (bar->bar)), bar->label, TRUE);
  bar->undo = gtk_info_bar_add_button (GTK_INFO_BAR (bar->bar), _ ("_Undo"), GTK_RESPONSE_APPLY);
  g_signal_connect (bar->bar, "response", G_CALLBACK (on_response), bar);
  g_signal_connect (deletions, "changed", G_CALLBACK (on_changed), bar);
  g_signal_connect (deletions, "failed", G_CALLBACK (on_failed), bar);
  g_object_set_data_full (G_OBJECT (bar->bar), "byway-undo-bar", bar, bar_free);
  show (bar);
  return bar->bar;
}
