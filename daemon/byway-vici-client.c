/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-secret.h"
#include "byway-vici-client.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#define MAX_PACKET (512 * 1024)

/* Packet types (src/libcharon/plugins/vici/README.md, "Packet layer"). */
enum
{
  CMD_REQUEST,
  CMD_RESPONSE,
  CMD_UNKNOWN,
  EVENT_REGISTER,
  EVENT_UNREGISTER,
  EVENT_CONFIRM,
  EVENT_UNKNOWN,
  EVENT
};

/* A request that waits for its turn or its answer. */
typedef struct
{
  GTask *task;    /* NULL: a registration */
  guint8 *packet; /* locked: it may hold a key */
  gsize length;
} Request;

struct _BywayViciClient
{
  GObject parent;
  GSocketConnection *socket;
  GCancellable *cancellable;
  GQueue requests; /* the head is under way when `sent` */
  gboolean sent;
  guint8 header[4];
  guint8 *body;
  gsize body_length;
};

G_DEFINE_FINAL_TYPE (BywayViciClient, byway_vici_client, G_TYPE_OBJECT)

enum
{
  SIGNAL_EVENT,
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void read_header (BywayViciClient *self);
static void send_next (BywayViciClient *self);

static void
request_free (Request *request)
{
  g_clear_object (&request->task);
  byway_locked_free (request->packet);
  g_free (request);
}

static void
close_with (BywayViciClient *self, const char *why)
{
  g_autoptr (BywayViciClient) alive = g_object_ref (self);
  Request *request;

  if (self->socket == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_io_stream_close_async (G_IO_STREAM (self->socket), 0, NULL, NULL, NULL);
  g_clear_object (&self->socket);
  while ((request = g_queue_pop_head (&self->requests)) != NULL)
    {
      if (request->task != NULL)
        g_task_return_new_error (request->task, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IKE_DAEMON, "%s",
                                 why);
      request_free (request);
    }
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static void
answer (BywayViciClient *self, const guint8 *data, gsize length, gboolean known)
{
  Request *request = self->sent ? g_queue_pop_head (&self->requests) : NULL;

  self->sent = FALSE;
  if (request == NULL)
    return;
  if (request->task != NULL && !known)
    g_task_return_new_error (request->task, BYWAY_ERROR, BYWAY_ERROR_IPSEC,
                             "the IKE daemon does not know this command");
  else if (request->task != NULL)
    {
      GError *error = NULL;
      BywayViciNode *node = byway_vici_parse (data, length, &error);

      if (node != NULL)
        g_task_return_pointer (request->task, node, (GDestroyNotify)byway_vici_node_free);
      else
        g_task_return_error (request->task, error);
    }
  request_free (request);
}

static void
emit_event (BywayViciClient *self, const guint8 *data, gsize length)
{
  g_autoptr (BywayViciNode) node = NULL;
  g_autofree char *name = NULL;

  if (length < 1 || length < 1u + data[0])
    return;
  name = g_utf8_make_valid ((const char *)data + 1, data[0]);
  node = byway_vici_parse (data + 1 + data[0], length - 1 - data[0], NULL);
  if (node != NULL)
    g_signal_emit (self, signals[SIGNAL_EVENT], 0, name, node);
}

static void
handle_packet (BywayViciClient *self)
{
  g_autofree guint8 *packet = g_steal_pointer (&self->body);
  const guint8 *rest = packet + 1;
  gsize length = self->body_length - 1;

  switch (packet[0])
    {
    case CMD_RESPONSE:
    case EVENT_CONFIRM:
      answer (self, rest, packet[0] == CMD_RESPONSE ? length : 0, TRUE);
      break;
    case CMD_UNKNOWN:
    case EVENT_UNKNOWN:
      answer (self, NULL, 0, FALSE);
      break;
    case EVENT:
      emit_event (self, rest, length);
      break;
    default:
      close_with (self, "the IKE daemon sent an unknown packet");
      return;
    }
  if (self->socket == NULL)
    return;
  send_next (self);
  read_header (self);
}

static void
on_body (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayViciClient) self = data;
  gsize length;

  if (g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, NULL)
      && length == self->body_length && self->socket != NULL)
    handle_packet (self);
  else
    close_with (self, "the IKE daemon ended");
}

static void
on_header (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayViciClient) self = data;
  const guint8 *h = self->header;
  gsize length;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, NULL)
      || length != 4 || self->socket == NULL)
    {
      close_with (self, "the IKE daemon ended");
      return;
    }
  self->body_length = (gsize)h[0] << 24 | h[1] << 16 | h[2] << 8 | h[3];
  if (self->body_length < 1 || self->body_length > MAX_PACKET)
    {
      close_with (self, "the IKE daemon sent a packet of an impossible length");
      return;
    }
  self->body = g_malloc (self->body_length);
  g_input_stream_read_all_async (G_INPUT_STREAM (source), self->body, self->body_length, 0,
                                 self->cancellable, on_body, g_object_ref (self));
}

static void
read_header (BywayViciClient *self)
{
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (self->socket)),
                                 self->header, 4, 0, self->cancellable, on_header,
                                 g_object_ref (self));
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayViciClient) self = data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    close_with (self, "the IKE daemon ended");
}

static void
send_next (BywayViciClient *self)
{
  Request *request = g_queue_peek_head (&self->requests);

  if (self->sent || request == NULL)
    return;
  self->sent = TRUE;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (self->socket)),
                                   request->packet, request->length, 0, self->cancellable,
                                   on_written, g_object_ref (self));
}

static void
enqueue (BywayViciClient *self, GTask *task, guint8 type, const char *name, GBytes *body)
{
  Request *request = g_new0 (Request, 1);
  gsize name_length = strlen (name), body_length = body != NULL ? g_bytes_get_size (body) : 0;
  guint32 length = GUINT32_TO_BE (2 + name_length + body_length);
  guint8 *end;

  request->task = task;
  request->length = 4 + 2 + name_length + body_length;
  end = request->packet = byway_locked_alloc (request->length);
  end = mempcpy (end, &length, 4);
  *end++ = type;
  *end++ = name_length;
  end = mempcpy (end, name, name_length);
  if (body != NULL)
    memcpy (end, g_bytes_get_data (body, NULL), body_length);
  g_queue_push_tail (&self->requests, request);
  send_next (self);
}

void
byway_vici_client_request (BywayViciClient *self, const char *command, GBytes *body,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  if (self->socket == NULL)
    g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IKE_DAEMON, "%s", "");
  else
    enqueue (self, g_steal_pointer (&task), CMD_REQUEST, command, body);
}

BywayViciNode *
byway_vici_client_request_finish (BywayViciClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

BywayViciNode *
byway_vici_client_success_finish (BywayViciClient *self, GAsyncResult *result, char **refusal,
                                  GError **error)
{
  g_autoptr (BywayViciNode) answer = byway_vici_client_request_finish (self, result, error);
  g_autofree char *success = NULL;

  if (answer == NULL)
    return NULL;
  success = byway_vici_node_dup_text (answer, "success");
  if (g_strcmp0 (success, "yes") == 0)
    return g_steal_pointer (&answer);
  *refusal = byway_vici_node_dup_text (answer, "errmsg");
  if (*refusal == NULL)
    *refusal = g_strdup ("the IKE daemon gives no reason");
  return NULL;
}

void
byway_vici_client_register (BywayViciClient *self, const char *event)
{
  if (self->socket != NULL)
    enqueue (self, NULL, EVENT_REGISTER, event, NULL);
}

gboolean
byway_vici_client_is_open (BywayViciClient *self)
{
  return self->socket != NULL;
}

void
byway_vici_client_close (BywayViciClient *self)
{
  close_with (self, "closed");
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GSocketConnection *socket
      = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  BywayViciClient *self;

  if (socket == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self = g_object_new (BYWAY_TYPE_VICI_CLIENT, NULL);
  self->socket = socket;
  read_header (self);
  g_task_return_pointer (task, self, g_object_unref);
}

void
byway_vici_client_connect (const char *path, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), cancellable, on_connected,
                                 task);
}

BywayViciClient *
byway_vici_client_connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
byway_vici_client_finalize (GObject *object)
{
  BywayViciClient *self = BYWAY_VICI_CLIENT (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->socket);
  g_free (self->body);
  G_OBJECT_CLASS (byway_vici_client_parent_class)->finalize (object);
}

static void
byway_vici_client_class_init (BywayViciClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_vici_client_finalize;
  signals[SIGNAL_EVENT] = g_signal_new ("event", BYWAY_TYPE_VICI_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_POINTER);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", BYWAY_TYPE_VICI_CLIENT, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
byway_vici_client_init (BywayViciClient *self)
{
  g_queue_init (&self->requests);
  self->cancellable = g_cancellable_new ();
}
