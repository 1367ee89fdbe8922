/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "byway-feed.h"
#include "byway-tray.h"

/* scale-menu COUNT: how long the applet takes until the menu of its icon has so many connections,
 * all of their items made, and then for one of them to come up with the kill switch on. Prints
 * milliseconds of the clock, milliseconds of the processor, how many items there are, and how many
 * were made until then, because the menu is made anew now and then; and all of these again of what
 * one connection went through. */

typedef struct
{
  GMainLoop *loop;
  BywayRoster *roster;
  guint wanted, look, made;
} Look;

/* The tray's own look at the roster is of a higher priority: the menu is done. */
static gboolean
on_look (gpointer data)
{
  Look *look = data;

  look->look = 0;
  if (byway_roster_size (look->roster) == look->wanted)
    g_main_loop_quit (look->loop);
  return G_SOURCE_REMOVE;
}

static void
look_soon (Look *look)
{
  if (look->look == 0)
    look->look = g_idle_add_full (G_PRIORITY_LOW, on_look, look, NULL);
}

static gboolean
on_shown (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  ((Look *)data)->made += GTK_IS_MENU_ITEM (g_value_get_object (values));
  return TRUE;
}

static gboolean
on_too_late (gpointer data)
{
  g_printerr ("only %u of them came\n", byway_roster_size (((Look *)data)->roster));
  exit (1);
}

static void
count_item (GtkWidget *widget, gpointer data)
{
  *(guint *)data += GTK_IS_MENU_ITEM (widget);
}

/* Of all menus: each is alone in a window of its own. */
static guint
items (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  guint count = 0;

  for (GList *at = windows; at != NULL; at = at->next)
    {
      GtkWidget *menu = gtk_bin_get_child (at->data);

      if (GTK_IS_MENU (menu))
        gtk_container_foreach (GTK_CONTAINER (menu), count_item, &count);
    }
  return count;
}

/* --- one of them changes -------------------------------------------------------------------- */

#define SESSION "/org/byway/Byway1/session/1"

static void
switch_on (BywayRoster *roster, const BywayEntry *entry)
{
  g_autofree char *path = g_strdup (entry->path);
  GVariantBuilder about;

  g_variant_builder_init (&about, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&about, "{sv}", "uuid", g_variant_new_string (entry->uuid));
  g_variant_builder_add (&about, "{sv}", "name", g_variant_new_string (entry->name));
  g_variant_builder_add (&about, "{sv}", "kill-switch", g_variant_new_string ("up"));
  g_variant_builder_add (&about, "{sv}", "session", g_variant_new_object_path (SESSION));
  byway_roster_put_connection (roster, path, g_variant_ref_sink (g_variant_builder_end (&about)));
}

static gboolean
on_settled (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
settle (GMainLoop *loop)
{
  g_idle_add_full (G_PRIORITY_LOW, on_settled, loop, NULL);
  g_main_loop_run (loop);
}

static void
bring_up (GMainLoop *loop, BywayRoster *roster)
{
  static const char *const states[] = { "preparing", "up", "done" };

  switch_on (roster, byway_roster_nth (roster, byway_roster_size (roster) / 2));
  settle (loop);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      byway_roster_put_state (roster, SESSION, states[i]);
      settle (loop);
    }
}

/* --- the program ---------------------------------------------------------------------------- */

typedef struct
{
  gint64 begin;
  clock_t used;
  Look *look;
} Watch;

static void
start_watch (Watch *watch, Look *look)
{
  watch->begin = g_get_monotonic_time ();
  watch->used = clock ();
  watch->look = look;
  look->made = 0;
}

static void
print_watch (Watch *watch)
{
  double clocked = (g_get_monotonic_time () - watch->begin) / 1000.0;
  double used = (clock () - watch->used) * 1000.0 / CLOCKS_PER_SEC;

  g_print ("%.2f %.2f %u %u\n", clocked, used, items (), watch->look->made);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  Look look = { loop, roster, argc > 1 ? atoi (argv[1]) : 0, 0, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayClient) client = byway_client_new (&error);
  g_autoptr (GtkApplication) application = NULL;
  g_autoptr (BywayTray) tray = NULL;
  g_autoptr (BywayFeed) feed = NULL;
  Watch watch;

  if (client == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  gtk_init (NULL, NULL);
  g_signal_add_emission_hook (g_signal_lookup ("show", GTK_TYPE_WIDGET), 0, on_shown, &look, NULL);
  application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  start_watch (&watch, &look);
  tray = byway_tray_new (application, roster);
  g_signal_connect_swapped (roster, "added", G_CALLBACK (look_soon), &look);
  g_timeout_add_seconds (60, on_too_late, &look);
  feed = byway_feed_new (client, roster);
  g_main_loop_run (loop);
  print_watch (&watch);
  start_watch (&watch, &look);
  bring_up (loop, roster);
  print_watch (&watch);
  return 0;
}
