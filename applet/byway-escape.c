/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-escape.h"

/* After the widgets in it: a menu or a search has it first. */
static gboolean
on_key_press (GtkWidget *window, GdkEventKey *event)
{
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();
  gboolean is_escape = event->keyval == GDK_KEY_Escape && modifiers == 0;
  gboolean is_close = event->keyval == GDK_KEY_w && modifiers == GDK_CONTROL_MASK;

  if (!is_escape && !is_close)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (window));
  return GDK_EVENT_STOP;
}

void
byway_escape_closes (GtkWindow *window)
{
  g_signal_connect_after (window, "key-press-event", G_CALLBACK (on_key_press), NULL);
}
