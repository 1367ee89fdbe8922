/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "byway-feed.h"

/* scale-roster COUNT: how long the applet takes until its list has so many connections, and how
 * often those who show the list would have had a reason to do so anew. Prints milliseconds of the
 * clock, milliseconds of the processor, and that number. */

typedef struct
{
  GMainLoop *loop;
  BywayRoster *roster;
  guint wanted, redraws, idle;
} Look;

static gboolean
on_idle (gpointer data)
{
  Look *look = data;

  look->idle = 0;
  look->redraws++;
  if (byway_roster_size (look->roster) == look->wanted)
    g_main_loop_quit (look->loop);
  return G_SOURCE_REMOVE;
}

/* As the tray does. */
static void
show_soon (Look *look)
{
  if (look->idle == 0)
    look->idle = g_idle_add (on_idle, look);
}

static gboolean
on_too_late (gpointer data)
{
  g_printerr ("only %u of them came\n", byway_roster_size (((Look *)data)->roster));
  exit (1);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  Look look = { loop, roster, argc > 1 ? atoi (argv[1]) : 0, 0, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayClient) client = byway_client_new (&error);
  g_autoptr (BywayFeed) feed = NULL;
  gint64 begin = g_get_monotonic_time ();
  clock_t used = clock ();

  if (client == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_signal_connect_swapped (roster, "added", G_CALLBACK (show_soon), &look);
  g_timeout_add_seconds (60, on_too_late, &look);
  feed = byway_feed_new (client, roster);
  g_main_loop_run (loop);
  g_print ("%.2f %.2f %u\n", (g_get_monotonic_time () - begin) / 1000.0,
           (clock () - used) * 1000.0 / CLOCKS_PER_SEC, look.redraws);
  return 0;
}
