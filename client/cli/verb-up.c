/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-cli-hint.h"
#include "byway-cli-secrets.h"
#include "byway-cli.h"
#include "byway-error.h"
#include "byway-stage-view.h"
#include "byway-terminal.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  gboolean json;
  BywayClient *client;
  GMainLoop *loop;
  BywayStageView *view;
  BywayCliSecrets *secrets;
  GVariant *about; /* of the connection */
  char *path;      /* of the connection */
  char *session;   /* NULL until Connect has answered */
  gint64 began;
  gboolean interrupted;
  int exit_code;
} Up;

static void
end (Up *up, int exit_code)
{
  byway_stage_view_end (up->view);
  up->exit_code = exit_code;
  g_main_loop_quit (up->loop);
}

static void
end_with (Up *up, GError *error)
{
  byway_stage_view_end (up->view);
  end (up, byway_cli_fail (error));
}

/* --- it is up ------------------------------------------------------------------------------- */

static gboolean
is_weak (const char *text, BywayPhase phase)
{
  BywayProposal proposal;

  return byway_proposal_parse (text, phase, &proposal) && byway_proposal_is_weak (&proposal);
}

static char *
describe_traffic (Up *up)
{
  g_autoptr (GHashTable) settings = byway_about_settings (up->about);
  g_autoptr (BywayProfile) profile = byway_about_profile (up->about, NULL);
  const char *routes = g_hash_table_lookup (settings, "routes");

  if (profile != NULL && profile->all_traffic)
    return g_strdup (_ ("All traffic goes through it."));
  if (routes != NULL)
    return g_strdup_printf (_ ("Only these networks use it: %s."), routes);
  return g_strdup (_ ("No network but the server's end uses it (option routes)."));
}

static void
print_up (Up *up, GVariant *session)
{
  g_autofree char *time
      = byway_cli_format_ms ((g_get_monotonic_time () - up->began) / G_TIME_SPAN_MILLISECOND);
  g_autofree char *traffic = describe_traffic (up);
  const char *ike = byway_about_string (session, "ike");
  const char *esp = byway_about_string (session, "esp");
  const char *remark = byway_about_string (session, "remark");

  g_print (_ ("%s is up (%s). %s\n"), byway_about_string (up->about, "name"), time, traffic);
  if (*remark != '\0')
    g_printerr ("%s\n", remark);
  if (is_weak (ike, BYWAY_PHASE_IKE) || is_weak (esp, BYWAY_PHASE_ESP))
    g_printerr (_ ("The server's encryption is weak by today's measure (%s, ESP %s): ask its "
                   "administrator for aes256-sha256-modp2048.\n"),
                ike, esp);
}

static void
on_got_up (GObject *source, GAsyncResult *result, gpointer data)
{
  Up *up = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (up->client, result, &error);
  g_autoptr (GVariant) session = NULL;

  if (reply == NULL)
    {
      end_with (up, error);
      return;
    }
  session = g_variant_get_child_value (reply, 0);
  if (up->json)
    byway_cli_print_json (g_variant_ref (session));
  else
    print_up (up, session);
  byway_cli_secrets_keep (up->secrets, up->about);
  end (up, 0);
}

/* --- it is not ------------------------------------------------------------------------------ */

static void
print_failure (Up *up, GVariant *session)
{
  const char *name = byway_about_string (up->about, "name");
  g_autofree const char **evidence = NULL;
  g_autofree char *hint = byway_cli_hint (name, byway_about_string (session, "message"));

  g_printerr (_ ("%s is not up: %s\n"), name, byway_about_string (session, "message"));
  if (hint != NULL)
    g_printerr ("  → %s\n", hint);
  if (g_variant_lookup (session, "evidence", "^a&s", &evidence) && *evidence != NULL)
    g_printerr (_ ("  What the daemons said: byway log %s\n"), name);
}

static void
print_failure_object (GVariant *session)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "state", "s", "failed");
  g_variant_dict_insert (&dict, "error", "s", byway_about_string (session, "error"));
  g_variant_dict_insert (&dict, "message", "s", byway_about_string (session, "message"));
  g_variant_dict_insert_value (&dict, "evidence",
                               g_variant_lookup_value (session, "evidence", NULL));
  byway_cli_print_json (g_variant_dict_end (&dict));
}

static int
exit_code_of (const char *dbus_name)
{
  for (int code = 0; code < BYWAY_N_ERRORS; code++)
    if (strcmp (byway_error_dbus_name (code), dbus_name) == 0)
      return byway_error_exit_code (code);
  return byway_error_exit_code (BYWAY_ERROR_FAILED);
}

static void
on_got_failure (GObject *source, GAsyncResult *result, gpointer data)
{
  Up *up = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (up->client, result, &error);
  g_autoptr (GVariant) session = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  const char *name = session != NULL ? byway_about_string (session, "error") : "";

  byway_stage_view_end (up->view);
  if (session == NULL)
    end_with (up, error);
  else if (*name == '\0' || up->interrupted)
    {
      g_printerr (_ ("%s was disconnected before it was up.\n"),
                  byway_about_string (up->about, "name"));
      end (up, byway_error_exit_code (BYWAY_ERROR_CANCELLED));
    }
  else
    {
      if (up->json)
        print_failure_object (session);
      print_failure (up, session);
      end (up, exit_code_of (name));
    }
}

static void
on_got_deadline (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, NULL);
  g_autoptr (GVariant) session = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  Up *up = data;

  if (session != NULL && up->view != NULL)
    byway_stage_view_set_deadline (up->view, byway_about_number (session, "deadline"));
}

/* --- what happens --------------------------------------------------------------------------- */

static void
on_event (BywayClient *client, const char *path, const char *interface, const char *member,
          GVariant *arguments, Up *up)
{
  const char *stage, *state, *text;
  guint milliseconds;

  if (g_strcmp0 (path, up->session) != 0)
    return;
  if (strcmp (member, "StageChanged") == 0)
    {
      g_variant_get (arguments, "(&s&su&s)", &stage, &state, &milliseconds, &text);
      byway_stage_view_show (up->view, stage, state, milliseconds, text);
      return;
    }
  if (strcmp (member, "StateChanged") != 0)
    return;
  g_variant_get (arguments, "(&s&s&s)", &state, NULL, NULL);
  if (strcmp (state, "up") == 0 && !up->interrupted)
    byway_client_call (up->client, up->session, "Session", "Get", NULL, on_got_up, up);
  else if (strcmp (state, "done") == 0)
    byway_client_call (up->client, up->session, "Session", "Get", NULL, on_got_failure, up);
  else if (!up->json && byway_terminal_can_draw ())
    byway_client_call (up->client, up->session, "Session", "Get", NULL, on_got_deadline, up);
}

static void
on_gone (BywayClient *client, Up *up)
{
  end_with (up, g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_FAILED,
                                     _ ("the helper bywayd ended; what it leaves is removed when "
                                        "it starts again")));
}

static void
on_disconnected (GObject *source, GAsyncResult *result, gpointer data)
{
  Up *up = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (up->client, result, &error);

  if (reply == NULL)
    end_with (up, error);
  else
    end (up, byway_error_exit_code (BYWAY_ERROR_CANCELLED));
}

static void
hang_up (Up *up)
{
  byway_client_call (up->client, up->path, "Connection", "Disconnect", NULL, on_disconnected, up);
}

/* The first one undoes all and waits for it; with the second one we leave. */
static gboolean
on_interrupt (gpointer data)
{
  Up *up = data;

  byway_stage_view_end (up->view);
  if (up->interrupted)
    {
      end (up, byway_error_exit_code (BYWAY_ERROR_CANCELLED));
      return G_SOURCE_CONTINUE;
    }
  up->interrupted = TRUE;
  g_printerr (_ ("Cancelled; disconnecting …\n"));
  if (up->session != NULL)
    hang_up (up);
  return G_SOURCE_CONTINUE;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  Up *up = data;
  GError *error = NULL;

  up->session = byway_client_connect_finish (up->client, result, &error);
  if (up->session == NULL)
    end_with (up, error);
  else if (up->interrupted)
    hang_up (up);
}

/* --- the verb ------------------------------------------------------------------------------- */

static gboolean
prepare (Up *up, const char *name, int secrets_fd, GError **error)
{
  up->client = byway_client_new (error);
  if (up->client == NULL)
    return FALSE;
  up->about = byway_cli_find (up->client, name, &up->path, error);
  if (up->about == NULL)
    return FALSE;
  up->secrets = byway_cli_secrets_gather (up->about, secrets_fd, error);
  return up->secrets != NULL && byway_client_watch_sync (up->client, error);
}

static void
run (Up *up)
{
  up->loop = g_main_loop_new (NULL, FALSE);
  up->view = byway_stage_view_new (up->json);
  up->began = g_get_monotonic_time ();
  g_signal_connect (up->client, "event", G_CALLBACK (on_event), up);
  g_signal_connect (up->client, "gone", G_CALLBACK (on_gone), up);
  g_unix_signal_add (SIGINT, on_interrupt, up);
  g_unix_signal_add (SIGTERM, on_interrupt, up);
  byway_client_connect (up->client, up->path, up->secrets->set, on_connected, up);
  g_main_loop_run (up->loop);
  g_signal_handlers_disconnect_by_data (up->client, up);
  byway_stage_view_free (up->view);
  g_main_loop_unref (up->loop);
}

int
byway_verb_up (int argc, char **argv)
{
  Up up = { .exit_code = 1 };
  int secrets_fd = -1;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &up.json, N_ ("Print an object for each stage"), NULL },
    { "secrets-fd", 0, 0, G_OPTION_ARG_INT, &secrets_fd,
      N_ ("Read secrets, lines of KEY=VALUE, from this descriptor"), "N" },
    { NULL },
  };
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
      && prepare (&up, argv[1], secrets_fd, &error))
    run (&up);
  else
    up.exit_code = byway_cli_fail (error);
  g_clear_pointer (&up.secrets, byway_cli_secrets_free);
  g_clear_pointer (&up.about, g_variant_unref);
  g_clear_object (&up.client);
  g_free (up.path);
  g_free (up.session);
  return up.exit_code;
}
