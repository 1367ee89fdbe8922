/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-l2tp-burial.h"

#define LIMIT_MS 1000
#define AGAIN_MS 300

typedef struct
{
  GSocket *socket;
  GSource *readable;
  guint limit, again;
  BywayL2tpTunnel tunnel;
  gboolean stopping; /* StopCCN is sent */
} Burial;

static void
burial_free (gpointer data)
{
  Burial *burial = data;

  g_clear_handle_id (&burial->limit, g_source_remove);
  g_clear_handle_id (&burial->again, g_source_remove);
  if (burial->readable != NULL)
    g_source_destroy (burial->readable);
  g_clear_pointer (&burial->readable, g_source_unref);
  g_clear_object (&burial->socket);
  g_free (burial);
}

static void
end (GTask *task, gboolean buried)
{
  Burial *burial = g_task_get_task_data (task);

  g_clear_handle_id (&burial->limit, g_source_remove);
  g_clear_handle_id (&burial->again, g_source_remove);
  if (burial->readable != NULL)
    g_source_destroy (burial->readable);
  g_task_return_boolean (task, buried);
  g_object_unref (task);
}

static void
send_message (Burial *burial)
{
  guint8 message[BYWAY_L2TP_MESSAGE_SIZE];
  gsize length = burial->stopping ? byway_l2tp_write_stop (&burial->tunnel, message)
                                  : byway_l2tp_write_old_hello (&burial->tunnel, message);

  g_socket_send (burial->socket, (const char *)message, length, NULL, NULL);
}

static gboolean
on_again (gpointer data)
{
  send_message (g_task_get_task_data (data));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_limit (gpointer data)
{
  Burial *burial = g_task_get_task_data (data);

  burial->limit = 0;
  end (data, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  Burial *burial = g_task_get_task_data (data);
  BywayL2tpTunnel before = burial->tunnel;
  guint8 message[1500];
  gssize length = g_socket_receive (socket, (char *)message, sizeof message, NULL, NULL);

  if (length < 0)
    {
      end (data, FALSE);
      return G_SOURCE_REMOVE;
    }
  if (!byway_l2tp_read (message, length, &burial->tunnel))
    return G_SOURCE_CONTINUE;
  if (burial->stopping && burial->tunnel.ns == (guint16)(before.ns + 1))
    {
      end (data, TRUE);
      return G_SOURCE_REMOVE;
    }
  burial->stopping = TRUE;
  send_message (burial);
  return G_SOURCE_CONTINUE;
}

static GSocket *
open_socket (const BywayUplink *uplink, guint16 local_port)
{
  g_autofree char *here = byway_address_to_string (&uplink->source);
  g_autofree char *there = byway_address_to_string (&uplink->server);
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new_from_string (here, local_port);
  g_autoptr (GSocketAddress) remote
      = g_inet_socket_address_new_from_string (there, BYWAY_L2TP_PORT);
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  if (socket == NULL || local == NULL || remote == NULL || !g_socket_bind (socket, local, FALSE, NULL)
      || !g_socket_connect (socket, remote, NULL, NULL))
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  return g_steal_pointer (&socket);
}

void
byway_l2tp_bury (const BywayUplink *uplink, guint16 local_port, guint16 local_id, guint16 remote_id,
                 GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Burial *burial = g_new0 (Burial, 1);

  g_task_set_task_data (task, burial, burial_free);
  burial->tunnel.local_id = local_id;
  burial->tunnel.remote_id = remote_id;
  burial->socket = open_socket (uplink, local_port);
  if (burial->socket == NULL)
    {
      end (task, FALSE);
      return;
    }
  burial->readable = g_socket_create_source (burial->socket, G_IO_IN, NULL);
  g_source_set_callback (burial->readable, G_SOURCE_FUNC (on_readable), task, NULL);
  g_source_attach (burial->readable, g_main_context_get_thread_default ());
  burial->limit = g_timeout_add (LIMIT_MS, on_limit, task);
  burial->again = g_timeout_add (AGAIN_MS, on_again, task);
  send_message (burial);
}

gboolean
byway_l2tp_bury_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
