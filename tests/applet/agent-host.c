/* SPDX-License-Identifier: GPL-2.0-or-later */
/* agent-host: an application around the agent for secrets. Does what lines on standard input say,
 * words separated by tabs, and says on standard output what came of it:
 *
 *   add PATH UUID NAME [KEY=VALUE...]            a connection, into the roster
 *   remove PATH
 *   gather TAG ID PARENT KEY [REASON]            PARENT "window" or "-"; KEY refused, or "-"
 *   cancel TAG
 *   settle ID yes|no
 *   frames                                       begins to measure the frame clock …
 *   gap                                          … and says its longest pause in ms */
#include "config.h"

#include "byway-secret-agent.h"

#include "byway-diagnosis.h"
#include "byway-error.h"
#include "byway-option.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GtkApplication *application;
  GtkWidget *window;
  GDataInputStream *input;
  BywayRoster *roster;
  BywaySecretAgent *agent;
  GHashTable *cancellables; /* tag -> GCancellable */
  gint64 last_frame, longest;
  guint ticks;
} Host;

/* --- gathering ------------------------------------------------------------------------------ */

typedef struct
{
  Host *host;
  char *tag;
} Gathering;

static void
print_secrets (const BywaySecretSet *secrets)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      const char *value = byway_secret_set_get (secrets, options[i].key, NULL);

      if (value != NULL)
        printf ("\t%s=%s", options[i].key,
                options[i].type == BYWAY_OPTION_FILE ? "(a file)" : value);
    }
}

static void
on_gathered (GObject *source, GAsyncResult *result, gpointer data)
{
  Gathering *gathering = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BywaySecretSet) secrets
      = byway_secret_agent_gather_finish (BYWAY_SECRET_AGENT (source), result, &error);

  printf ("%s", gathering->tag);
  if (secrets != NULL)
    print_secrets (secrets);
  else
    printf ("\terror\t%s", error->domain == BYWAY_FAILURE
                               ? byway_cause_row ((BywayCause)error->code)->code
                               : byway_error_dbus_name ((BywayError)error->code));
  printf ("\n");
  g_hash_table_remove (gathering->host->cancellables, gathering->tag);
  g_free (gathering->tag);
  g_free (gathering);
}

static void
gather (Host *host, char **words)
{
  GtkWindow *parent = strcmp (words[3], "window") == 0 ? GTK_WINDOW (host->window) : NULL;
  const char *refused = strcmp (words[4], "-") != 0 ? words[4] : NULL;
  GCancellable *cancellable = g_cancellable_new ();
  Gathering *gathering = g_new (Gathering, 1);

  *gathering = (Gathering){ host, g_strdup (words[1]) };
  g_hash_table_insert (host->cancellables, g_strdup (words[1]), cancellable);
  byway_secret_agent_gather (host->agent, parent, words[2], refused, words[5], cancellable,
                             on_gathered, gathering);
}

/* --- the rest ------------------------------------------------------------------------------- */

static void
add (Host *host, char **words)
{
  GVariantBuilder about, settings;

  g_variant_builder_init (&settings, G_VARIANT_TYPE ("a{ss}"));
  for (char **word = words + 4; *word != NULL; word++)
    {
      g_auto (GStrv) pair = g_strsplit (*word, "=", 2);

      g_variant_builder_add (&settings, "{ss}", pair[0], pair[1]);
    }
  g_variant_builder_init (&about, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&about, "{sv}", "uuid", g_variant_new_string (words[2]));
  g_variant_builder_add (&about, "{sv}", "name", g_variant_new_string (words[3]));
  g_variant_builder_add (&about, "{sv}", "settings", g_variant_builder_end (&settings));
  byway_roster_put_connection (host->roster, words[1],
                               g_variant_ref_sink (g_variant_builder_end (&about)));
}

static gboolean
on_tick (GtkWidget *window, GdkFrameClock *clock, gpointer data)
{
  Host *host = data;
  gint64 now = g_get_monotonic_time ();

  host->longest = MAX (host->longest, now - host->last_frame);
  host->last_frame = now;
  return G_SOURCE_CONTINUE;
}

static void
measure (Host *host)
{
  host->longest = 0;
  host->last_frame = g_get_monotonic_time ();
  host->ticks = gtk_widget_add_tick_callback (host->window, on_tick, host, NULL);
}

static void
tell_gap (Host *host)
{
  gtk_widget_remove_tick_callback (host->window, host->ticks);
  printf ("gap\t%d\n", (int)(host->longest / 1000));
}

static void
obey (Host *host, char **words)
{
  const char *verb = words[0];

  if (strcmp (verb, "add") == 0)
    add (host, words);
  else if (strcmp (verb, "remove") == 0)
    byway_roster_remove_connection (host->roster, words[1]);
  else if (strcmp (verb, "gather") == 0)
    gather (host, words);
  else if (strcmp (verb, "cancel") == 0)
    g_cancellable_cancel (g_hash_table_lookup (host->cancellables, words[1]));
  else if (strcmp (verb, "settle") == 0)
    byway_secret_agent_settle (host->agent, words[1], strcmp (words[2], "yes") == 0);
  else if (strcmp (verb, "frames") == 0)
    measure (host);
  else if (strcmp (verb, "gap") == 0)
    tell_gap (host);
  else
    printf ("what is\t%s\n", verb);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Host *host = data;
  g_autofree char *line = g_data_input_stream_read_line_finish (host->input, result, NULL, NULL);
  g_auto (GStrv) words = line != NULL ? g_strsplit (line, "\t", -1) : NULL;

  if (line == NULL)
    {
      g_application_quit (G_APPLICATION (host->application));
      return;
    }
  obey (host, words);
  g_data_input_stream_read_line_async (host->input, G_PRIORITY_DEFAULT, NULL, on_line, host);
}

static void
on_activate (GtkApplication *application, Host *host)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);

  if (bus == NULL)
    g_error ("No bus: %s", error->message);
  host->roster = byway_roster_new ();
  host->agent = byway_secret_agent_new (bus, host->roster);
  host->window = gtk_application_window_new (application);
  gtk_window_set_title (GTK_WINDOW (host->window), "host");
  gtk_window_set_default_size (GTK_WINDOW (host->window), 200, 100);
  gtk_widget_show_all (host->window);
  g_data_input_stream_read_line_async (host->input, G_PRIORITY_DEFAULT, NULL, on_line, host);
}

int
main (int argc, char **argv)
{
  g_autoptr (GInputStream) standard = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  Host host
      = { .application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE),
          .input = g_data_input_stream_new (standard),
          .cancellables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref) };
  int status;

  setvbuf (stdout, NULL, _IOLBF, 0);
  g_signal_connect (host.application, "activate", G_CALLBACK (on_activate), &host);
  status = g_application_run (G_APPLICATION (host.application), argc, argv);
  g_clear_object (&host.agent);
  g_clear_object (&host.roster);
  g_object_unref (host.input);
  g_object_unref (host.application);
  g_hash_table_unref (host.cancellables);
  return status;
}
