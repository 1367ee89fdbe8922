/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"
#include "byway-diagnosis.h"
#include "byway-error.h"
#include "byway-words.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define CLEAR_SCREEN "\033[H\033[J"

/* The session's Get with the connection's state, and what else of the connection is worth telling.
 */
static GVariant *
describe (BywayClient *client, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);
  const char *session_path = about != NULL ? byway_about_string (about, "session") : "/";
  g_autoptr (GVariant) session = NULL;
  GVariantDict dict;

  if (about == NULL)
    return NULL;
  if (strcmp (session_path, "/") != 0)
    session = byway_client_get_sync (client, session_path, "Session", NULL);
  g_variant_dict_init (&dict, session);
  g_variant_dict_insert (&dict, "name", "s", byway_about_string (about, "name"));
  g_variant_dict_insert (&dict, "connection", "s", path);
  g_variant_dict_insert (&dict, "state", "s", byway_cli_state (about, session));
  g_variant_dict_insert (&dict, "kill-switch", "s", byway_about_string (about, "kill-switch"));
  g_variant_dict_insert_value (&dict, "lacks", byway_about_lacks (about));
  g_variant_dict_insert (&dict, "next-try", "x", (gint64)byway_about_number (about, "next-try"));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void add_line (GString *text, const char *title, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
add_line (GString *text, const char *title, const char *format, ...)
{
  va_list arguments;

  g_string_append_printf (text, "  %-12s ", title);
  va_start (arguments, format);
  g_string_append_vprintf (text, format, arguments);
  va_end (arguments);
  g_string_append_c (text, '\n');
}

static char *
format_duration (gint64 seconds)
{
  return g_strdup_printf ("%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                          (int)(seconds % 60));
}

static void
add_link (GString *text, GVariant *session)
{
  g_autofree const char **dns = NULL;
  g_autofree char *down = g_format_size (byway_about_number (session, "rx-bytes"));
  g_autofree char *up = g_format_size (byway_about_number (session, "tx-bytes"));
  g_autofree char *servers = NULL;

  add_line (text, _ ("Address"), _ ("%s on %s, the other end is %s"),
            byway_about_string (session, "local"), byway_about_string (session, "ifname"),
            byway_about_string (session, "remote"));
  if (g_variant_lookup (session, "dns", "^a&s", &dns) && *dns != NULL)
    {
      servers = g_strjoinv (" ", (GStrv)dns);
      add_line (text, _ ("DNS"), "%s", servers);
    }
  add_line (text, _ ("Received"), "%s", down);
  add_line (text, _ ("Sent"), "%s", up);
}

static void
add_stages (GString *text, GVariant *session)
{
  g_autoptr (GVariantIter) stages = NULL;
  const char *stage, *state, *detail;
  guint milliseconds;

  if (!g_variant_lookup (session, "stages", "a(ssus)", &stages))
    return;
  while (g_variant_iter_next (stages, "(&s&su&s)", &stage, &state, &milliseconds, &detail))
    {
      g_autofree char *time = byway_words_for_time (milliseconds);

      if (strcmp (state, "waiting") != 0)
        add_line (text, byway_words_for_stage (stage), "%s%s%s, %s", state,
                  *detail != '\0' ? ": " : "", detail, time);
    }
}

static void
add_warnings (GString *text, GVariant *session)
{
  g_autofree const char **warnings = NULL;

  if (!g_variant_lookup (session, "warnings", "^a&s", &warnings))
    return;
  for (const char **warning = warnings; *warning != NULL; warning++)
    add_line (text, _ ("Warning"), "%s", *warning);
}

static void
add_kill_switch (GString *text, GVariant *session)
{
  g_autofree char *word = byway_diagnosis_name_in_command (byway_about_string (session, "name"));

  if (byway_about_blocks (session))
    add_line (
        text, _ ("Kill switch"),
        _ ("is on: NOTHING LEAVES THIS MACHINE but the way to the server; “byway lift %s” lifts "
           "it"),
        word);
  else if (byway_about_has_kill_switch (session))
    add_line (text, _ ("Kill switch"), "%s",
              _ ("is on: what goes through the tunnel goes nowhere else"));
}

/* A session that is over, or none. */
static gboolean
is_over (const char *state)
{
  return strcmp (state, "down") == 0 || strcmp (state, "waiting") == 0
         || strcmp (state, "blocked") == 0;
}

static char *
to_text (GVariant *session)
{
  const char *state = byway_about_string (session, "state");
  gint64 since = byway_about_number (session, "since");
  GString *text = g_string_new (NULL);
  gint64 next_try = byway_about_number (session, "next-try");
  g_autofree char *lacks = byway_about_dup_lacks (session);
  gboolean is_up = strcmp (state, "up") == 0;

  if (is_up)
    {
      g_autofree char *duration = format_duration (g_get_real_time () / G_USEC_PER_SEC - since);

      g_string_append_printf (text, _ ("%s is up since %s\n"), byway_about_string (session, "name"),
                              duration);
    }
  else
    g_string_append_printf (text, _ ("%s: %s\n"), byway_about_string (session, "name"), state);
  add_kill_switch (text, session);
  if (next_try != 0)
    add_line (text, _ ("Next try"), _ ("in %d s; “byway down” calls it off"),
              (int)MAX (next_try - g_get_real_time () / G_USEC_PER_SEC, 0));
  if (lacks != NULL)
    add_line (text, _ ("Needs"), _ ("%s; “byway up” brings it up, “byway down” calls it off"),
              lacks);
  if (*byway_about_string (session, "message") != '\0')
    add_line (text, _ ("Failed"), "%s", byway_about_string (session, "message"));
  if (*byway_about_string (session, "server") != '\0' && !is_over (state))
    add_line (text, _ ("Server"), _ ("%s through %s"), byway_about_string (session, "server"),
              byway_about_string (session, "uplink"));
  if (is_up)
    {
      add_link (text, session);
      add_warnings (text, session);
    }
  if (*byway_about_string (session, "remark") != '\0' && is_up)
    add_line (text, _ ("Remark"), "%s", byway_about_string (session, "remark"));
  if (byway_about_number (session, "deadline") > 0 && !is_over (state))
    add_line (text, _ ("At most"), "%u s",
              (guint)(byway_about_number (session, "deadline") / 1000));
  if (!is_over (state))
    add_stages (text, session);
  return g_string_free (text, FALSE);
}

/* --- once, or again and again --------------------------------------------------------------- */

typedef struct
{
  gboolean json;
  BywayClient *client;
  const char *name;
  GMainLoop *loop;
  guint pending;
  int exit_code;
} Status;

static gboolean
print_status (Status *status)
{
  GError *error = NULL;
  g_autoptr (GVariant) session = describe (status->client, status->name, &error);
  g_autofree char *text = NULL;

  if (session == NULL)
    {
      status->exit_code = byway_cli_fail (error);
      return FALSE;
    }
  if (status->json)
    byway_cli_print_json (g_variant_ref (session));
  else
    {
      text = to_text (session);
      g_print ("%s%s", status->loop != NULL && isatty (STDOUT_FILENO) ? CLEAR_SCREEN : "", text);
    }
  return TRUE;
}

static gboolean
on_redraw (gpointer data)
{
  Status *status = data;

  status->pending = 0;
  if (!print_status (status))
    g_main_loop_quit (status->loop);
  return G_SOURCE_REMOVE;
}

/* Many events at once are one redrawing. */
static void
on_event (BywayClient *client, const char *path, const char *interface, const char *member,
          GVariant *arguments, Status *status)
{
  if (status->pending == 0)
    status->pending = g_timeout_add (20, on_redraw, status);
}

static void
on_gone (BywayClient *client, Status *status)
{
  status->exit_code
      = byway_cli_fail (g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_FAILED,
                                             _ ("the helper bywayd ended; what it leaves is "
                                                "removed when it starts again")));
  g_main_loop_quit (status->loop);
}

static gboolean
on_second (gpointer data)
{
  Status *status = data;

  if (!status->json && isatty (STDOUT_FILENO))
    on_event (NULL, NULL, NULL, NULL, NULL, status);
  return G_SOURCE_CONTINUE;
}

static void
watch (Status *status)
{
  status->loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (status->client, "event", G_CALLBACK (on_event), status);
  g_signal_connect (status->client, "gone", G_CALLBACK (on_gone), status);
  g_timeout_add_seconds (1, on_second, status);
  if (print_status (status))
    g_main_loop_run (status->loop);
  g_main_loop_unref (status->loop);
}

int
byway_verb_status (int argc, char **argv)
{
  gboolean watching = FALSE;
  Status status = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &status.json, N_ ("Print an object"), NULL },
    { "watch", 0, 0, G_OPTION_ARG_NONE, &watching, N_ ("Go on showing it until Ctrl-C"), NULL },
    { NULL },
  };
  GError *error = NULL;

  if (!byway_cli_parse (&argc, &argv, entries, NULL, 0, 1, &error))
    return byway_cli_fail (error);
  if (argc == 1)
    return byway_verb_list (status.json ? 2 : 1, (char *[]){ "list", "--json", NULL });
  status.name = argv[1];
  status.client = byway_client_new (&error);
  if (status.client == NULL || (watching && !byway_client_watch_sync (status.client, &error)))
    status.exit_code = byway_cli_fail (error);
  else if (watching)
    watch (&status);
  else
    print_status (&status);
  g_clear_object (&status.client);
  return status.exit_code;
}
