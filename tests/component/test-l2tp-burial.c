/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-l2tp-burial.h"

#include <glib/gstdio.h>
#include <string.h>

/* A server that speaks only as much L2TP as xl2tpd does to a tunnel it still has. */

#define HERE "127.0.0.1"
#define THERE "127.0.0.2"
#define OUR_ID 4711
#define ITS_ID 815
#define EXPECTED_NS 7 /* the server has seen 0 to 6 */

typedef struct
{
  GSocket *socket;
  GSource *source;
  gboolean silent, deaf_to_stop, stopped, done;
  BywayBurialResult outcome;
  GCancellable *cancellable;
  guint heard;
  guint16 our_port;
} Server;

static guint
get16 (const guint8 *data)
{
  return data[0] << 8 | data[1];
}

static void
answer (Server *server, GSocketAddress *to, guint nr)
{
  guint8 zlb[12] = { 0xc8, 0x02, 0, 12, OUR_ID >> 8, OUR_ID & 0xff, 0, 0, 0, 3, 0, nr };

  g_socket_send_to (server->socket, to, (const char *)zlb, sizeof zlb, NULL, NULL);
}

static gboolean
on_message (GSocket *socket, GIOCondition condition, gpointer data)
{
  Server *server = data;
  g_autoptr (GSocketAddress) from = NULL;
  guint8 message[1500];
  gssize length
      = g_socket_receive_from (socket, &from, (char *)message, sizeof message, NULL, NULL);

  g_assert_cmpint (length, >=, 20);
  g_assert_cmphex (get16 (message), ==, 0xc802);
  g_assert_cmpuint (get16 (message + 2), ==, length);
  g_assert_cmpuint (get16 (message + 4), ==, ITS_ID);
  server->heard++;
  if (server->silent)
    return G_SOURCE_CONTINUE;
  if (get16 (message + 8) != EXPECTED_NS)
    answer (server, from, server->stopped ? EXPECTED_NS + 1 : EXPECTED_NS);
  else if (!server->deaf_to_stop)
    {
      static const guint8 stop[]
          = { 0x80,          8,    0, 0, 0, 0, 0, 4, 0x80, 8, 0, 0, 0, 9, OUR_ID >> 8,
              OUR_ID & 0xff, 0x80, 8, 0, 0, 0, 1, 0, 1 };

      g_assert_cmpmem (message + 12, length - 12, stop, sizeof stop);
      server->stopped = TRUE;
      answer (server, from, EXPECTED_NS + 1);
    }
  return G_SOURCE_CONTINUE;
}

/* xl2tpd is next to want it. */
static gboolean
port_is_free (guint16 port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (HERE, port);
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  return g_socket_bind (socket, address, FALSE, NULL);
}

static void
on_buried (GObject *source, GAsyncResult *result, gpointer data)
{
  Server *server = data;

  server->outcome = byway_l2tp_bury_finish (result);
  g_assert_true (port_is_free (server->our_port));
  server->done = TRUE;
}

static void
bury (Server *server)
{
  g_autoptr (GSocketAddress) address
      = g_inet_socket_address_new_from_string (THERE, BYWAY_L2TP_PORT);
  g_autoptr (GError) error = NULL;
  BywayL2tpRemains remains = { .local_id = OUR_ID, .remote_id = ITS_ID };

  byway_address_parse (HERE, &remains.uplink.source);
  byway_address_parse (THERE, &remains.uplink.server);
  server->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_socket_bind (server->socket, address, FALSE, &error);
  g_assert_no_error (error);
  server->source = g_socket_create_source (server->socket, G_IO_IN, NULL);
  g_source_set_callback (server->source, G_SOURCE_FUNC (on_message), server, NULL);
  g_source_attach (server->source, NULL);
  remains.local_port = server->our_port = 1703;
  byway_l2tp_bury (&remains, server->cancellable, on_buried, server);
  while (!server->done)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (server->source);
  g_source_unref (server->source);
  g_object_unref (server->socket);
}

static void
test_buried (void)
{
  Server server = { 0 };

  bury (&server);
  g_assert_true (server.stopped);
  g_assert_cmpint (server.outcome, ==, BYWAY_BURIAL_DONE);
}

static void
test_silent (void)
{
  Server server = { .silent = TRUE };
  gint64 began = g_get_monotonic_time ();

  bury (&server);
  g_assert_cmpint (server.outcome, ==, BYWAY_BURIAL_SILENT);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 3 * G_USEC_PER_SEC);
}

/* Whoever takes the guard away has cancelled: not one packet more. */
static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Server server = { .silent = TRUE, .cancellable = cancellable };

  g_cancellable_cancel (cancellable);
  bury (&server);
  g_assert_cmpint (server.outcome, ==, BYWAY_BURIAL_BLOCKED);
  g_assert_cmpuint (server.heard, ==, 0);
}

static void
test_stop_unheard (void)
{
  Server server = { .deaf_to_stop = TRUE };

  bury (&server);
  g_assert_cmpint (server.outcome, ==, BYWAY_BURIAL_SILENT);
}

static void
test_remembered_once (void)
{
  BywayL2tpRemains remains = { .local_id = OUR_ID, .remote_id = ITS_ID, .local_port = 1701 }, found;

  byway_address_parse (THERE, &remains.uplink.server);
  byway_l2tp_remember (&remains);
  g_assert_false (byway_l2tp_recall (&remains.uplink, 1702, &found));
  g_assert_true (byway_l2tp_recall (&remains.uplink, 1701, &found));
  g_assert_cmpuint (found.remote_id, ==, ITS_ID);
  g_assert_false (byway_l2tp_recall (&remains.uplink, 1701, &found));
}

/* Away from the network that it was made in, and back there. */
static void
test_remembered_elsewhere (void)
{
  BywayL2tpRemains home = { .local_id = OUR_ID, .remote_id = 1, .local_port = 1701 }, found;
  BywayL2tpRemains away = { .local_id = OUR_ID, .remote_id = 2, .local_port = 1701 };

  byway_address_parse (THERE, &home.uplink.server);
  byway_address_parse ("192.0.2.10", &home.uplink.source);
  away.uplink = home.uplink;
  byway_address_parse ("192.0.2.11", &away.uplink.source);
  byway_l2tp_remember (&home);
  g_assert_true (
      byway_l2tp_recall (&away.uplink, 1701, &found)); /* behind a NAT it may be that one */
  g_assert_cmpuint (found.remote_id, ==, 1);
  g_assert_false (byway_l2tp_recall (&away.uplink, 1701, &found));
  byway_l2tp_remember (&away);
  g_assert_true (byway_l2tp_recall (&home.uplink, 1701, &found));
  g_assert_cmpuint (found.remote_id, ==, 1);
}

/* By the helper that comes after a kill. */
static void
test_noted (void)
{
  BywayL2tpRemains remains = { .local_id = OUR_ID, .remote_id = ITS_ID, .local_port = 1702 }, found;
  g_autofree char *base = g_dir_make_tmp ("byway-burial-XXXXXX", NULL);
  g_autofree char *run_dir = g_build_filename (base, "attempt", NULL);
  g_autofree char *note = g_build_filename (run_dir, "tunnel", NULL);

  byway_address_parse (THERE, &remains.uplink.server);
  byway_address_parse (HERE, &remains.uplink.source);
  g_assert_cmpint (g_mkdir (run_dir, 0700), ==, 0);
  byway_l2tp_note (&remains, run_dir);
  byway_l2tp_remember_notes (base);
  g_assert_true (byway_l2tp_recall (&remains.uplink, 1702, &found));
  g_assert_cmpuint (found.local_id, ==, OUR_ID);
  g_assert_cmpuint (found.remote_id, ==, ITS_ID);
  g_assert_cmpint (g_unlink (note) + g_rmdir (run_dir) + g_rmdir (base), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/l2tp-burial/buried", test_buried);
  g_test_add_func ("/l2tp-burial/remembered-elsewhere", test_remembered_elsewhere);
  g_test_add_func ("/l2tp-burial/silent", test_silent);
  g_test_add_func ("/l2tp-burial/cancelled", test_cancelled);
  g_test_add_func ("/l2tp-burial/stop-unheard", test_stop_unheard);
  g_test_add_func ("/l2tp-burial/remembered-once", test_remembered_once);
  g_test_add_func ("/l2tp-burial/noted", test_noted);
  return g_test_run ();
}
