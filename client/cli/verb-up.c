/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-cli-diagnosis.h"
#include "byway-cli-secrets.h"
#include "byway-cli.h"
#include "byway-error.h"
#include "byway-stage-view.h"
#include "byway-terminal.h"
#include "byway-words.h"

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
  GVariant *about;   /* of the connection */
  GVariant *warning; /* of the session that is up; NULL: not asked yet */
  char *path;        /* of the connection */
  char *session;     /* NULL until Connect has answered */
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

/* --- it is not ------------------------------------------------------------------------------ */

static void
print_failure_object (GVariant *diagnosis)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "state", "s", "failed");
  g_variant_dict_insert (&dict, "error", "s", byway_about_string (diagnosis, "error"));
  g_variant_dict_insert (&dict, "message", "s", byway_about_string (diagnosis, "sentence"));
  g_variant_dict_insert_value (&dict, "diagnosis", diagnosis);
  byway_cli_print_json (g_variant_dict_end (&dict));
}

static void
print_failure (const char *name, const BywayDiagnosis *diagnosis)
{
  g_autofree char *sentence = byway_cli_diagnosis_sentence (diagnosis);
  g_autofree char *text = byway_cli_diagnosis_to_text (diagnosis);

  g_printerr (_ ("%s is not up: %s.\n%s"), name, sentence, text);
}

/* It is not up, and stays wanted. */
static void
print_kill_switch (Up *up)
{
  g_autoptr (BywayProfile) profile = byway_about_profile (up->about, NULL);

  if (profile != NULL && profile->kill_switch)
    g_printerr (
        _ ("  The kill switch is on: nothing leaves this machine but the way to the server. "
           "To lift it: byway lift %s\n"),
        byway_about_string (up->about, "name"));
}

/* Nothing was begun, or the helper is gone. */
static int
fail_without_session (const char *name, gboolean json, GError *error)
{
  g_autoptr (BywayDiagnosis) diagnosis = NULL;

  if (error->domain != BYWAY_ERROR && error->domain != BYWAY_FAILURE)
    return byway_cli_fail (error);
  diagnosis = byway_cli_diagnosis_of_error (error, name);
  if (json)
    print_failure_object (byway_diagnosis_to_variant (diagnosis));
  if (diagnosis->cause == BYWAY_CAUSE_UNEXPECTED)
    return byway_cli_fail (error);
  print_failure (name, diagnosis);
  g_error_free (error);
  return byway_error_exit_code (byway_diagnosis_error (diagnosis));
}

static void
end_with (Up *up, GError *error)
{
  byway_stage_view_end (up->view);
  end (up, fail_without_session (byway_about_string (up->about, "name"), up->json, error));
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
      = byway_words_for_time ((g_get_monotonic_time () - up->began) / G_TIME_SPAN_MILLISECOND);
  g_autofree char *traffic = describe_traffic (up);
  const char *ike = byway_about_string (session, "ike");
  const char *esp = byway_about_string (session, "esp");
  const char *remark = byway_about_string (session, "remark");
  const char *warning = up->warning != NULL ? byway_about_string (up->warning, "sentence") : "";

  g_print (_ ("%s is up (%s). %s\n"), byway_about_string (up->about, "name"), time, traffic);
  if (*remark != '\0')
    g_printerr ("%s\n", remark);
  if (*warning != '\0')
    g_printerr (_ ("But %s: byway why %s\n"), warning, byway_about_string (up->about, "name"));
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

/* What is known by now to be not good comes with the news that it is up. */
static void
on_got_warning (GObject *source, GAsyncResult *result, gpointer data)
{
  Up *up = data;
  g_autoptr (GVariant) reply = byway_client_call_finish (up->client, result, NULL);

  if (reply != NULL)
    up->warning = g_variant_get_child_value (reply, 0);
  byway_client_call (up->client, up->session, "Session", "Get", NULL, on_got_up, up);
}

/* --- it ended ------------------------------------------------------------------------------- */

static void
on_got_diagnosis (GObject *source, GAsyncResult *result, gpointer data)
{
  Up *up = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (up->client, result, &error);
  g_autoptr (GVariant) about = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  const char *name = byway_about_string (up->about, "name");
  g_autoptr (BywayDiagnosis) diagnosis = NULL;

  byway_stage_view_end (up->view);
  if (about == NULL)
    {
      end_with (up, error);
      return;
    }
  if (*byway_about_string (about, "code") == '\0' || up->interrupted)
    {
      g_printerr (_ ("%s was disconnected before it was up.\n"), name);
      end (up, byway_error_exit_code (BYWAY_ERROR_CANCELLED));
      return;
    }
  diagnosis = byway_diagnosis_new_from_variant (about);
  byway_diagnosis_set_name (diagnosis, name);
  if (up->json)
    print_failure_object (g_variant_ref (about));
  print_failure (name, diagnosis);
  print_kill_switch (up);
  g_printerr (_ ("  Evidence: byway why %s\n"),
              (const char *)g_hash_table_lookup (diagnosis->facts, "name"));
  end (up, byway_error_exit_code (byway_diagnosis_error (diagnosis)));
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
    byway_client_call (up->client, up->session, "Session", "Diagnosis", NULL, on_got_warning, up);
  else if (strcmp (state, "done") == 0)
    byway_client_call (up->client, up->session, "Session", "Diagnosis", NULL, on_got_diagnosis, up);
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
  else if (up.about != NULL)
    up.exit_code = fail_without_session (byway_about_string (up.about, "name"), up.json, error);
  else
    up.exit_code = byway_cli_fail (error);
  g_clear_pointer (&up.secrets, byway_cli_secrets_free);
  g_clear_pointer (&up.about, g_variant_unref);
  g_clear_pointer (&up.warning, g_variant_unref);
  g_clear_object (&up.client);
  g_free (up.path);
  g_free (up.session);
  return up.exit_code;
}
