/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"
#include "byway-words.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>

/* An event waits until the name of its object is known, and those after it wait with it. */
typedef struct
{
  char *object, *interface, *member, *name;
  GVariant *arguments;
} Event;

typedef struct
{
  gboolean json;
  GMainLoop *loop;
  GQueue events;
  GHashTable *names; /* object path -> connection's name */
} Monitor;

static void
event_free (Event *event)
{
  g_free (event->object);
  g_free (event->interface);
  g_free (event->member);
  g_free (event->name);
  g_variant_unref (event->arguments);
  g_free (event);
}

static void
print_object (const char *name, const char *path, const char *member, GVariant *arguments)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "time", "x", g_get_real_time () / G_USEC_PER_SEC);
  g_variant_dict_insert (&dict, "name", "s", name);
  g_variant_dict_insert (&dict, "object", "s", path);
  g_variant_dict_insert (&dict, "event", "s", member);
  g_variant_dict_insert_value (&dict, "arguments", arguments);
  byway_cli_print_json (g_variant_dict_end (&dict));
}

static void
print_text (const char *name, const char *member, GVariant *arguments)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  const char *first = "", *second = "", *text = "";
  guint milliseconds = 0;

  if (strcmp (member, "StageChanged") == 0)
    {
      g_variant_get (arguments, "(&s&su&s)", &first, &second, &milliseconds, &text);
      g_print ("%s  %s: %s %s  %s\n", time, name, byway_words_for_stage (first), second, text);
    }
  else if (strcmp (member, "StateChanged") == 0)
    {
      g_variant_get (arguments, "(&s&s&s)", &first, NULL, &text);
      g_print ("%s  %s: %s  %s\n", time, name, first, text);
    }
  else
    g_print ("%s  %s%s%s\n", time, name, *name != '\0' ? ": " : "", member);
}

static void
print_ready (Monitor *monitor)
{
  Event *event;

  while ((event = g_queue_peek_head (&monitor->events)) != NULL && event->name != NULL)
    {
      if (monitor->json)
        print_object (event->name, event->object, event->member, event->arguments);
      else
        print_text (event->name, event->member, event->arguments);
      event_free (g_queue_pop_head (&monitor->events));
    }
}

/* Answers come in the order of the questions, so it is the first event without a name. */
static void
on_named (GObject *source, GAsyncResult *result, gpointer data)
{
  Monitor *monitor = data;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, NULL);
  g_autoptr (GVariant) about = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  GList *link = monitor->events.head;
  Event *event;

  while (((Event *)link->data)->name != NULL)
    link = link->next;
  event = link->data;
  event->name = g_strdup (about != NULL ? byway_about_string (about, "name") : "");
  if (about != NULL)
    g_hash_table_insert (monitor->names, g_strdup (event->object), g_strdup (event->name));
  print_ready (monitor);
}

static void
on_event (BywayClient *client, const char *path, const char *interface, const char *member,
          GVariant *arguments, Monitor *monitor)
{
  Event *event = g_new0 (Event, 1);
  const char *object = path;
  gboolean of_manager = strcmp (interface, "Manager") == 0;
  gboolean gone = strcmp (member, "ConnectionRemoved") == 0;

  if (of_manager) /* Added and Removed name their object */
    g_variant_get (arguments, "(&o)", &object);
  event->object = g_strdup (object);
  event->interface = g_strdup (of_manager ? "Connection" : interface);
  event->member = g_strdup (member);
  event->arguments = g_variant_ref (arguments);
  event->name = g_strdup (g_hash_table_lookup (monitor->names, object));
  if (event->name == NULL && gone)
    event->name = g_strdup ("");
  g_queue_push_tail (&monitor->events, event);
  if (event->name == NULL)
    byway_client_call (client, object, event->interface, "Get", NULL, on_named, monitor);
  print_ready (monitor);
}

static void
on_gone (BywayClient *client, Monitor *monitor)
{
  g_printerr (_ ("The helper ended.\n"));
  g_main_loop_quit (monitor->loop);
}

static gboolean
on_interrupt (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
run (Monitor *monitor, BywayClient *client)
{
  monitor->loop = g_main_loop_new (NULL, FALSE);
  monitor->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_signal_connect (client, "event", G_CALLBACK (on_event), monitor);
  g_signal_connect (client, "gone", G_CALLBACK (on_gone), monitor);
  g_unix_signal_add (SIGINT, on_interrupt, monitor->loop);
  g_unix_signal_add (SIGTERM, on_interrupt, monitor->loop);
  g_main_loop_run (monitor->loop);
  g_queue_clear_full (&monitor->events, (GDestroyNotify)event_free);
  g_hash_table_unref (monitor->names);
  g_main_loop_unref (monitor->loop);
}

int
byway_verb_monitor (int argc, char **argv)
{
  Monitor monitor = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &monitor.json, N_ ("Print an object for each event"), NULL },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (!byway_cli_parse (&argc, &argv, entries, NULL, 0, 0, &error)
      || (client = byway_client_new (&error)) == NULL || !byway_client_watch_sync (client, &error))
    return byway_cli_fail (error);
  run (&monitor, client);
  return 0;
}
