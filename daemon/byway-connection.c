/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-connection.h"
#include "byway-error.h"
#include "byway-issue.h"
#include "byway-last-lines.h"

#define LOG_LINES 500

struct _BywayConnection
{
  GObject parent;
  BywayRecord *record;
  BywayRoutes routes;
  BywaySession *session;
  BywayLastLines log;
  GPtrArray *stops; /* GTask: who waits for the end */
};

G_DEFINE_FINAL_TYPE (BywayConnection, byway_connection, G_TYPE_OBJECT)

enum
{
  SIGNAL_STAGE,
  SIGNAL_STATE,
  SIGNAL_WARNING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
byway_connection_log (BywayConnection *self, const char *line)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%F %T.%f");

  byway_last_lines_add (&self->log, g_strdup_printf ("%.23s  %s", time, line));
  g_info ("%s: %s", self->record->name, line);
}

static void
on_log (BywaySession *session, const char *line, BywayConnection *self)
{
  byway_connection_log (self, line);
}

static void
on_stage (BywaySession *session, guint stage, guint state, guint milliseconds, const char *text,
          BywayConnection *self)
{
  g_autofree char *line = g_strdup_printf ("%s %s (%u ms) %s", byway_stage_to_string (stage),
                                           byway_stage_state_to_string (state), milliseconds, text);

  byway_connection_log (self, line);
  g_signal_emit (self, signals[SIGNAL_STAGE], 0, stage, state, milliseconds, text);
}

static void
tell_state (BywayConnection *self, BywaySession *session, guint state)
{
  g_autofree char *sentence = byway_session_has_failed (session)
                                  ? byway_diagnosis_sentence (byway_session_get_diagnosis (session))
                                  : NULL;
  g_autofree char *line
      = g_strdup_printf ("now %s%s%s", byway_state_to_string (state), sentence != NULL ? ": " : "",
                         sentence != NULL ? sentence : "");
  g_autoptr (GPtrArray) stops = NULL;

  byway_connection_log (self, line);
  g_signal_emit (self, signals[SIGNAL_STATE], 0, state);
  if (state != BYWAY_STATE_DONE)
    return;
  stops = g_steal_pointer (&self->stops); /* one of them may begin another session */
  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < stops->len; i++)
    g_task_return_boolean (stops->pdata[i], TRUE);
}

static void take_session (BywayConnection *self, BywaySession *session);

/* A server of several addresses may be there at another one. Nobody hears of the end of that
 * session, for the attempt goes on; what failed in it was told. */
static gboolean
goes_on_elsewhere (BywayConnection *self, BywaySession *session)
{
  BywaySession *next = self->stops->len == 0 ? byway_session_new_next (session) : NULL;

  if (next == NULL)
    return FALSE;
  byway_connection_log (self, "The server has another address, which is tried now");
  take_session (self, next);
  byway_session_start (next);
  return TRUE;
}

static void
on_state (BywaySession *session, guint state, BywayConnection *self)
{
  if (state == BYWAY_STATE_DONE && goes_on_elsewhere (self, session))
    return;
  tell_state (self, session, state);
}

static void
on_warning (BywaySession *session, const char *code, BywayConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_WARNING], 0, code);
}

/* Takes it, in place of the one before. */
static void
take_session (BywayConnection *self, BywaySession *session)
{
  g_clear_object (&self->session);
  self->session = session;
  g_signal_connect_object (session, "log", G_CALLBACK (on_log), self, 0);
  g_signal_connect_object (session, "stage", G_CALLBACK (on_stage), self, 0);
  g_signal_connect_object (session, "state", G_CALLBACK (on_state), self, 0);
  g_signal_connect_object (session, "warning", G_CALLBACK (on_warning), self, 0);
}

BywayConnection *
byway_connection_new (BywayRecord *record, BywayRoutes routes)
{
  BywayConnection *self = g_object_new (BYWAY_TYPE_CONNECTION, NULL);

  self->record = record;
  self->routes = routes;
  return self;
}

const BywayRecord *
byway_connection_get_record (BywayConnection *connection)
{
  return connection->record;
}

void
byway_connection_set_record (BywayConnection *connection, BywayRecord *record)
{
  byway_record_free (connection->record);
  connection->record = record;
}

BywaySession *
byway_connection_get_session (BywayConnection *connection)
{
  return connection->session;
}

gboolean
byway_connection_is_active (BywayConnection *connection)
{
  return connection->session != NULL
         && byway_session_get_state (connection->session) != BYWAY_STATE_DONE;
}

gboolean
byway_connection_is_ending (BywayConnection *connection)
{
  return connection->session != NULL
         && byway_state_is_teardown (byway_session_get_state (connection->session));
}

static gboolean
have_secrets (BywayProfile *profile, BywaySecretSet *secrets, GError **error)
{
  g_auto (GStrv) missing = byway_secrets_missing (profile, secrets);
  g_autofree char *list = g_strjoinv (", ", missing);

  if (missing[0] == NULL)
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_SECRETS_MISSING, "missing: %s", list);
  return FALSE;
}

GStrv
byway_connection_missing (BywayConnection *connection, const BywaySecretSet *have)
{
  g_autoptr (BywayProfile) profile = byway_profile_parse (connection->record->settings, NULL);

  return profile != NULL ? byway_secrets_missing (profile, have) : NULL;
}

gboolean
byway_connection_start (BywayConnection *connection, const BywaySessionContext *context,
                        BywaySecretSet *secrets, GError **error)
{
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (GPtrArray) issues = NULL;
  g_autoptr (BywaySession) old = NULL;
  BywayAddress failed;

  if (byway_connection_is_active (connection))
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_BUSY, "“%s” is up or on its way already",
                   connection->record->name);
      return FALSE;
    }
  profile = byway_profile_parse (connection->record->settings, &issues);
  if (profile == NULL)
    {
      byway_issues_to_error (issues, error);
      return FALSE;
    }
  if (!have_secrets (profile, secrets, error))
    return FALSE;

  old = g_steal_pointer (&connection->session);
  take_session (connection, byway_session_new (context, connection->record->uuid, profile, secrets,
                                               connection->routes));
  byway_session_set_owner (connection->session, connection->record->owner);
  if (old != NULL && byway_session_failed_at_address (old, &failed))
    byway_session_avoid (connection->session, &failed);
  return TRUE;
}

static void
end (BywayConnection *connection, void (*how) (BywaySession *), GAsyncReadyCallback callback,
     gpointer data)
{
  GTask *task = g_task_new (connection, NULL, callback, data);

  if (!byway_connection_is_active (connection))
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_ptr_array_add (connection->stops, task);
  how (connection->session);
}

void
byway_connection_stop (BywayConnection *connection, GAsyncReadyCallback callback, gpointer data)
{
  end (connection, byway_session_stop, callback, data);
}

void
byway_connection_suspend (BywayConnection *connection, GAsyncReadyCallback callback, gpointer data)
{
  end (connection, byway_session_suspend, callback, data);
}

GStrv
byway_connection_dup_log (BywayConnection *connection)
{
  return byway_last_lines_get (&connection->log);
}

static void
byway_connection_finalize (GObject *object)
{
  BywayConnection *self = BYWAY_CONNECTION (object);

  byway_record_free (self->record);
  g_clear_object (&self->session);
  byway_last_lines_clear (&self->log);
  g_ptr_array_unref (self->stops);
  G_OBJECT_CLASS (byway_connection_parent_class)->finalize (object);
}

static void
byway_connection_class_init (BywayConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_connection_finalize;
  signals[SIGNAL_STAGE]
      = g_signal_new ("stage", BYWAY_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 4, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_STRING);
  signals[SIGNAL_STATE] = g_signal_new ("state", BYWAY_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_WARNING] = g_signal_new ("warning", BYWAY_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
byway_connection_init (BywayConnection *self)
{
  self->log.most = LOG_LINES;
  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
}
