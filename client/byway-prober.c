/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-prober.h"

#include "byway-diagnosis.h"

#include <sys/random.h>

#define IKE_PORT 500

typedef struct
{
  BywayIkeSurvey *survey;
  GSocket *socket;
  GSource *readable, *cancelled;
  guint timer;
  gint64 began;
  guint8 cookie[BYWAY_IKE_COOKIE];
  gboolean waiting; /* for the answer to this cookie */
} Prober;

static void ask (GTask *task);

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
prober_free (gpointer data)
{
  Prober *prober = data;

  g_clear_pointer (&prober->survey, byway_ike_survey_free);
  g_clear_object (&prober->socket);
  g_free (prober);
}

/* The sources hold the task. Takes @error; NULL: it is done. */
static void
end (GTask *task, GError *error)
{
  Prober *prober = g_task_get_task_data (task);
  g_autoptr (GTask) alive = g_object_ref (task);

  if (g_task_get_completed (task))
    {
      g_clear_error (&error);
      return;
    }
  g_clear_handle_id (&prober->timer, g_source_remove);
  drop_source (&prober->readable);
  drop_source (&prober->cancelled);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&prober->survey),
                           (GDestroyNotify)byway_ike_survey_free);
}

static gboolean
on_pause_over (gpointer data)
{
  Prober *prober = g_task_get_task_data (data);

  prober->timer = 0;
  ask (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_silence (gpointer data)
{
  Prober *prober = g_task_get_task_data (data);

  prober->timer = 0;
  prober->waiting = FALSE;
  byway_ike_survey_silence (prober->survey);
  ask (data);
  return G_SOURCE_REMOVE;
}

static void
start_timer (GTask *task, guint milliseconds, GSourceFunc function)
{
  Prober *prober = g_task_get_task_data (task);

  g_clear_handle_id (&prober->timer, g_source_remove);
  prober->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, milliseconds, function,
                                      g_object_ref (task), g_object_unref);
}

static void
ask (GTask *task)
{
  Prober *prober = g_task_get_task_data (task);
  g_autoptr (GBytes) message = NULL;
  gsize length;
  gconstpointer bytes;

  if (g_get_monotonic_time () - prober->began < BYWAY_IKE_SURVEY_SECONDS * G_USEC_PER_SEC
      && getrandom (prober->cookie, sizeof prober->cookie, 0) == sizeof prober->cookie)
    message = byway_ike_survey_next (prober->survey, prober->cookie);
  if (message == NULL)
    {
      end (task, NULL);
      return;
    }
  bytes = g_bytes_get_data (message, &length);
  g_socket_send (prober->socket, bytes, length, NULL, NULL);
  prober->waiting = TRUE;
  start_timer (task, BYWAY_IKE_SURVEY_SILENCE_MS, on_silence);
}

/* Nothing half open is to stay with the server. */
static void
take_back (Prober *prober, const BywayIkeReply *reply)
{
  g_autoptr (GBytes) message = byway_ike_forget_new (prober->cookie, reply->responder_cookie);
  gsize length;
  gconstpointer bytes = g_bytes_get_data (message, &length);

  g_socket_send (prober->socket, bytes, length, NULL, NULL);
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  GTask *task = data;
  Prober *prober = g_task_get_task_data (task);
  guint8 datagram[4096];
  g_autoptr (GError) error = NULL;
  gssize length = g_socket_receive (socket, (char *)datagram, sizeof datagram, NULL, &error);
  BywayIkeReplyKind kind;
  BywayIkeReply reply;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    {
      end (task, g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_IKE_REJECTED, "port unreachable"));
      return G_SOURCE_REMOVE;
    }
  if (length <= 0 || !prober->waiting)
    return G_SOURCE_CONTINUE;
  kind = byway_ike_reply_parse (datagram, (gsize)length, prober->cookie, &reply);
  if (kind == BYWAY_IKE_REPLY_NONE)
    return G_SOURCE_CONTINUE;
  if (kind == BYWAY_IKE_REPLY_ACCEPTED)
    take_back (prober, &reply);
  prober->waiting = FALSE;
  byway_ike_survey_answer (prober->survey, kind, &reply);
  start_timer (task, BYWAY_IKE_SURVEY_PAUSE_MS, on_pause_over);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  end (data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
  return G_SOURCE_REMOVE;
}

static gboolean
open_socket (Prober *prober, GInetAddress *server, GError **error)
{
  g_autoptr (GSocketAddress) there = g_inet_socket_address_new (server, IKE_PORT);

  prober->socket = g_socket_new (g_inet_address_get_family (server), G_SOCKET_TYPE_DATAGRAM,
                                 G_SOCKET_PROTOCOL_UDP, error);
  if (prober->socket == NULL || !g_socket_connect (prober->socket, there, NULL, error))
    return FALSE;
  g_socket_set_blocking (prober->socket, FALSE);
  return TRUE;
}

void
byway_prober_run (GInetAddress *server, GCancellable *cancellable, GAsyncReadyCallback callback,
                  gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Prober *prober = g_new0 (Prober, 1);
  GError *error = NULL;

  prober->survey = byway_ike_survey_new ();
  prober->began = g_get_monotonic_time ();
  g_task_set_task_data (task, prober, prober_free);
  if (!open_socket (prober, server, &error))
    {
      g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_NO_ROUTE, "%s", error->message);
      g_error_free (error);
      return;
    }
  prober->readable = g_socket_create_source (prober->socket, G_IO_IN, NULL);
  g_source_set_callback (prober->readable, G_SOURCE_FUNC (on_readable), g_object_ref (task),
                         g_object_unref);
  g_source_attach (prober->readable, NULL);
  if (cancellable != NULL)
    {
      prober->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (prober->cancelled, G_SOURCE_FUNC (on_cancelled), g_object_ref (task),
                             g_object_unref);
      g_source_attach (prober->cancelled, NULL);
    }
  ask (task);
}

BywayIkeSurvey *
byway_prober_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
