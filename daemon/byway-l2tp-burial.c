/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-l2tp-burial.h"

#define LIMIT_MS 700
#define AGAIN_MS 250

typedef struct
{
  GSocket *socket;
  GCancellable *cancellable;
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
  g_clear_object (&burial->cancellable);
  g_free (burial);
}

static void
end (GTask *task, BywayBurialResult outcome)
{
  Burial *burial = g_task_get_task_data (task);

  g_clear_handle_id (&burial->limit, g_source_remove);
  g_clear_handle_id (&burial->again, g_source_remove);
  if (burial->readable != NULL)
    g_source_destroy (burial->readable);
  if (burial->socket != NULL)
    g_socket_close (burial->socket, NULL); /* the port is free when this is told */
  g_task_return_int (task, outcome);
  g_object_unref (task);
}

/* FALSE when IPsec is gone, and the guard holds it back. */
static gboolean
send_message (Burial *burial)
{
  guint8 message[BYWAY_L2TP_MESSAGE_SIZE];
  gsize length = burial->stopping ? byway_l2tp_write_stop (&burial->tunnel, message)
                                  : byway_l2tp_write_old_hello (&burial->tunnel, message);

  return g_socket_send (burial->socket, (const char *)message, length, burial->cancellable, NULL)
         >= 0;
}

static gboolean
on_again (gpointer data)
{
  Burial *burial = g_task_get_task_data (data);

  if (send_message (burial))
    return G_SOURCE_CONTINUE;
  burial->again = 0;
  end (data, BYWAY_BURIAL_BLOCKED);
  return G_SOURCE_REMOVE;
}

static gboolean
on_limit (gpointer data)
{
  Burial *burial = g_task_get_task_data (data);

  burial->limit = 0;
  end (data, BYWAY_BURIAL_SILENT);
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
      end (data, BYWAY_BURIAL_SILENT);
      return G_SOURCE_REMOVE;
    }
  if (!byway_l2tp_read (message, length, &burial->tunnel))
    return G_SOURCE_CONTINUE;
  if (burial->stopping && burial->tunnel.ns == (guint16)(before.ns + 1))
    {
      end (data, BYWAY_BURIAL_DONE);
      return G_SOURCE_REMOVE;
    }
  burial->stopping = TRUE;
  if (send_message (burial))
    return G_SOURCE_CONTINUE;
  end (data, BYWAY_BURIAL_BLOCKED);
  return G_SOURCE_REMOVE;
}

static GSocket *
open_socket (const BywayL2tpRemains *remains)
{
  g_autofree char *here = byway_address_to_string (&remains->uplink.source);
  g_autofree char *there = byway_address_to_string (&remains->uplink.server);
  g_autoptr (GSocketAddress) local
      = g_inet_socket_address_new_from_string (here, remains->local_port);
  g_autoptr (GSocketAddress) remote
      = g_inet_socket_address_new_from_string (there, BYWAY_L2TP_PORT);
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  if (socket == NULL || local == NULL || remote == NULL
      || !g_socket_bind (socket, local, FALSE, NULL)
      || !g_socket_connect (socket, remote, NULL, NULL))
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  return g_steal_pointer (&socket);
}

void
byway_l2tp_bury (const BywayL2tpRemains *remains, GCancellable *cancellable,
                 GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Burial *burial = g_new0 (Burial, 1);

  g_task_set_task_data (task, burial, burial_free);
  g_set_object (&burial->cancellable, cancellable);
  burial->tunnel.local_id = remains->local_id;
  burial->tunnel.remote_id = remains->remote_id;
  burial->socket = open_socket (remains);
  if (burial->socket == NULL)
    {
      end (task, BYWAY_BURIAL_BLOCKED);
      return;
    }
  burial->readable = g_socket_create_source (burial->socket, G_IO_IN, NULL);
  g_source_set_callback (burial->readable, G_SOURCE_FUNC (on_readable), task, NULL);
  g_source_attach (burial->readable, g_main_context_get_thread_default ());
  burial->limit = g_timeout_add (LIMIT_MS, on_limit, task);
  burial->again = g_timeout_add (AGAIN_MS, on_again, task);
  if (!send_message (burial))
    end (task, BYWAY_BURIAL_BLOCKED);
}

BywayBurialResult
byway_l2tp_bury_finish (GAsyncResult *result)
{
  return g_task_propagate_int (G_TASK (result), NULL);
}

/* --- for later ------------------------------------------------------------------------------ */

/* Of one tunnel that some server still has. */
typedef struct
{
  BywayL2tpRemains remains;
  BywayAddress tried; /* an address of ours from which it was not to be buried */
} Memory;

static GArray *remembered; /* Memory */

static gboolean
is_same_place (const BywayL2tpRemains *remains, const BywayUplink *uplink, guint16 local_port)
{
  return remains->local_port == local_port
         && byway_address_equal (&remains->uplink.server, &uplink->server);
}

/* Exactly that one. */
static gboolean
forget (const BywayUplink *uplink, guint16 local_port, BywayL2tpRemains *out)
{
  if (remembered == NULL)
    remembered = g_array_new (FALSE, FALSE, sizeof (Memory));
  for (guint i = 0; i < remembered->len; i++)
    {
      const Memory *memory = &g_array_index (remembered, Memory, i);

      if (!is_same_place (&memory->remains, uplink, local_port)
          || !byway_address_equal (&memory->remains.uplink.source, &uplink->source))
        continue;
      *out = memory->remains;
      g_array_remove_index_fast (remembered, i);
      return TRUE;
    }
  return FALSE;
}

/* One server has one tunnel at most from the same address and port. */
void
byway_l2tp_remember (const BywayL2tpRemains *remains)
{
  Memory memory = { .remains = *remains };
  BywayL2tpRemains older;

  forget (&remains->uplink, remains->local_port, &older);
  g_array_append_val (remembered, memory);
}

/* A server behind which an address translation stands knows us by that one's address, so a tunnel
 * from another address of ours may be the one that is in the way. It is tried once, and not
 * forgotten: it may as well be in the way when we are back at the old address. */
static gboolean
borrow (const BywayUplink *uplink, guint16 local_port, BywayL2tpRemains *out)
{
  for (guint i = 0; i < remembered->len; i++)
    {
      Memory *memory = &g_array_index (remembered, Memory, i);

      if (!is_same_place (&memory->remains, uplink, local_port)
          || byway_address_equal (&memory->tried, &uplink->source))
        continue;
      memory->tried = uplink->source;
      *out = memory->remains;
      return TRUE;
    }
  return FALSE;
}

gboolean
byway_l2tp_recall (const BywayUplink *uplink, guint16 local_port, BywayL2tpRemains *out)
{
  if (!forget (uplink, local_port, out) && !borrow (uplink, local_port, out))
    return FALSE;
  out->uplink = *uplink; /* our own address may be another one now */
  return TRUE;
}

/* --- notes ---------------------------------------------------------------------------------- */

#define NOTE "tunnel"

void
byway_l2tp_note (const BywayL2tpRemains *remains, const char *run_dir)
{
  g_autofree char *path = g_build_filename (run_dir, NOTE, NULL);
  g_autofree char *text = byway_l2tp_remains_to_text (remains);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_info ("%s", error->message);
}

static void
remember_note (const char *path)
{
  g_autofree char *text = NULL;
  BywayL2tpRemains remains;

  if (g_file_get_contents (path, &text, NULL, NULL) && byway_l2tp_remains_parse (text, &remains))
    byway_l2tp_remember (&remains);
}

void
byway_l2tp_remember_notes (const char *base)
{
  g_autoptr (GDir) folder = g_dir_open (base, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (base, name, NOTE, NULL);

      remember_note (path);
    }
}
