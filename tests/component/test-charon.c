/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-strongswan.h"

#include <glib/gstdio.h>
#include <string.h>

/* Usage: test-charon FAKE-CHARON. No IKE daemon runs: the engine has a systemd start it, and stop
 * it again; the systemd is ours. */

#define UNIT "strongswan-starter.service"

static const char *fake;

static const char systemd_xml[]
    = "<node><interface name='org.freedesktop.systemd1.Manager'>"
      "<method name='StartUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='o' direction='out'/></method>"
      "<method name='StopUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='o' direction='out'/></method></interface></node>";

typedef struct
{
  GTestDBus *dbus;
  GDBusConnection *systemd, *bus;
  char *folder, *socket, *journal, *mark;
  const char *known_unit;
  GString *calls;
  gboolean noted_before;    /* the last call */
  GCancellable *cancel;     /* to be cancelled in the middle of a call, if any */
  guint ends_in_ms, ending; /* after it was told to */
  GSubprocess *charon;
  GError *error;
  gboolean done;
} Fixture;

static gboolean
on_end_of_charon (gpointer data)
{
  Fixture *f = data;

  f->ending = 0;
  g_subprocess_force_exit (f->charon);
  g_subprocess_wait (f->charon, NULL, NULL);
  g_clear_object (&f->charon);
  g_remove (f->socket);
  return G_SOURCE_REMOVE;
}

static void
on_systemd_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                 const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                 gpointer data)
{
  Fixture *f = data;
  const char *unit, *mode;

  g_variant_get (parameters, "(&s&s)", &unit, &mode);
  g_assert_cmpstr (mode, ==, "replace");
  g_string_append_printf (f->calls, "%s %s\n", method, unit);
  f->noted_before = g_file_test (f->mark, G_FILE_TEST_EXISTS);
  if (f->cancel != NULL)
    g_cancellable_cancel (f->cancel);
  if (g_strcmp0 (unit, f->known_unit) != 0)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.systemd1.NoSuchUnit",
                                                  "no such unit");
      return;
    }
  if (strcmp (method, "StartUnit") == 0)
    f->charon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, fake, f->socket,
                                  "normal", f->journal, NULL);
  else if (f->charon != NULL)
    f->ending = g_timeout_add (f->ends_in_ms, on_end_of_charon, f);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/job/1"));
}

static const GDBusInterfaceVTable systemd_vtable = { on_systemd_call, NULL, NULL };

static GDBusConnection *
connect_bus (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (f->dbus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

static void
set_up (Fixture *f, gconstpointer known_unit)
{
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (systemd_xml, NULL);

  f->known_unit = known_unit;
  f->calls = g_string_new (NULL);
  f->folder = g_dir_make_tmp ("byway-systemd-XXXXXX", NULL);
  f->socket = g_build_filename (f->folder, "charon.vici", NULL);
  f->journal = g_build_filename (f->folder, "journal", NULL);
  f->mark = g_build_filename (f->folder, "byway-charon", NULL);
  f->dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->dbus);
  f->bus = connect_bus (f);
  f->systemd = connect_bus (f);
  g_dbus_connection_register_object (f->systemd, "/org/freedesktop/systemd1", node->interfaces[0],
                                     &systemd_vtable, f, NULL, NULL);
  g_variant_unref (g_dbus_connection_call_sync (
      f->systemd, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", "org.freedesktop.systemd1", 0), NULL, 0, -1, NULL,
      NULL));
}

static void
tear_down (Fixture *f, gconstpointer known_unit)
{
  g_clear_handle_id (&f->ending, g_source_remove);
  if (f->charon != NULL)
    {
      g_subprocess_force_exit (f->charon);
      g_subprocess_wait (f->charon, NULL, NULL);
      g_clear_object (&f->charon);
    }
  g_clear_object (&f->cancel);
  g_clear_object (&f->bus);
  g_clear_object (&f->systemd);
  g_test_dbus_down (f->dbus);
  g_clear_object (&f->dbus);
  g_clear_error (&f->error);
  g_string_free (f->calls, TRUE);
  g_remove (f->socket);
  g_remove (f->journal);
  g_remove (f->mark);
  g_rmdir (f->folder);
  g_free (f->folder);
  g_free (f->socket);
  g_free (f->journal);
  g_free (f->mark);
}

static void
wait_for (gboolean *flag)
{
  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  *flag = FALSE;
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;
  BywayIpsecEngine *engine = BYWAY_IPSEC_ENGINE (source);
  g_autoptr (GHashTable) names
      = BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->probe_finish (engine, result, &f->error);

  g_assert_true ((names != NULL) == (f->error == NULL));
  f->done = TRUE;
}

static void
on_idle (GObject *source, GAsyncResult *result, gpointer data)
{
  BywayIpsecEngine *engine = BYWAY_IPSEC_ENGINE (source);

  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->idle_finish (engine, result);
  *(gboolean *)data = TRUE;
}

static void
probe (Fixture *f, BywayIpsecEngine *engine)
{
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->probe (engine, f->cancel, on_probed, f);
  wait_for (&f->done);
}

static void
on_cleaned (GObject *source, GAsyncResult *result, gpointer data)
{
  BywayIpsecEngine *engine = BYWAY_IPSEC_ENGINE (source);

  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->clean_finish (engine, result);
  ((Fixture *)data)->done = TRUE;
}

/* What was sent has come. */
static void
settle (Fixture *f)
{
  g_dbus_connection_flush_sync (f->bus, NULL, NULL);
  for (guint i = 0; i < 20; i++)
    {
      g_usleep (5000);
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
idle (Fixture *f, BywayIpsecEngine *engine)
{
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->idle (engine, on_idle, &f->done);
  wait_for (&f->done);
  settle (f);
}

static void
test_started_and_stopped (Fixture *f, gconstpointer unit)
{
  g_autoptr (BywayIpsecEngine) engine = byway_strongswan_new (f->socket, f->bus);
  gboolean first = FALSE;

  probe (f, engine);
  g_assert_no_error (f->error);
  g_assert_cmpstr (f->calls->str, ==, "StartUnit " UNIT "\n");
  g_assert_true (f->noted_before); /* or a helper that dies now leaves it to nobody */
  g_assert_true (g_file_test (f->mark, G_FILE_TEST_EXISTS));
  /* Twice, as at the helper's end, and nothing of it comes later: systemd forgets the words of who
   * has left the bus. */
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->idle (engine, on_idle, &first);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->idle (engine, on_idle, &f->done);
  wait_for (&f->done);
  g_assert_true (first);
  g_assert_cmpstr (f->calls->str, ==, "StartUnit " UNIT "\nStopUnit " UNIT "\n");
  g_assert_false (g_file_test (f->mark, G_FILE_TEST_EXISTS));
}

/* The helper that started it was killed: the next one knows, and stops it. */
static void
test_remembered (Fixture *f, gconstpointer unit)
{
  BywayIpsecEngine *killed = byway_strongswan_new (f->socket, f->bus);
  g_autoptr (BywayIpsecEngine) engine = NULL;

  probe (f, killed);
  g_object_unref (killed);
  engine = byway_strongswan_new (f->socket, f->bus);
  probe (f, engine);
  idle (f, engine);
  g_assert_cmpstr (f->calls->str, ==, "StartUnit " UNIT "\nStopUnit " UNIT "\n");
}

/* The helper was killed before the unit that it had called for answers: the next one stops it. */
static void
test_remembered_early (Fixture *f, gconstpointer unit)
{
  g_autoptr (BywayIpsecEngine) engine = NULL;

  g_assert_true (g_file_set_contents (f->mark, UNIT, -1, NULL));
  engine = byway_strongswan_new (f->socket, f->bus);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->clean (engine, on_cleaned, f);
  wait_for (&f->done);
  settle (f);
  g_assert_cmpstr (f->calls->str, ==, "StopUnit " UNIT "\n");
  g_assert_false (g_file_test (f->mark, G_FILE_TEST_EXISTS));
}

/* Called off while systemd starts it: it is ours all the same. */
static void
test_called_off (Fixture *f, gconstpointer unit)
{
  g_autoptr (BywayIpsecEngine) engine = byway_strongswan_new (f->socket, f->bus);

  f->cancel = g_cancellable_new ();
  probe (f, engine);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_file_test (f->mark, G_FILE_TEST_EXISTS));
  g_clear_object (&f->cancel);
  g_clear_error (&f->error);
  idle (f, engine);
  g_assert_cmpstr (f->calls->str, ==, "StartUnit " UNIT "\nStopUnit " UNIT "\n");
}

/* Somebody wants it in the moment in which it is looked whether anybody does: it stays. */
static void
test_wanted_meanwhile (Fixture *f, gconstpointer unit)
{
  g_autoptr (BywayIpsecEngine) engine = byway_strongswan_new (f->socket, f->bus);
  gboolean idle = FALSE;

  probe (f, engine);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->idle (engine, on_idle, &idle);
  probe (f, engine);
  while (!idle)
    g_main_context_iteration (NULL, TRUE);
  settle (f);
  g_assert_cmpstr (f->calls->str, ==, "StartUnit " UNIT "\n");
}

/* Wanted again while it is about to end: that one is of no use to anybody, and another is started.
 */
static void
test_wanted_while_it_ends (Fixture *f, gconstpointer unit)
{
  g_autoptr (BywayIpsecEngine) engine = byway_strongswan_new (f->socket, f->bus);

  f->ends_in_ms = 300;
  probe (f, engine);
  idle (f, engine);
  g_assert_nonnull (f->charon);
  probe (f, engine);
  g_assert_no_error (f->error);
  g_assert_cmpstr (f->calls->str, ==,
                   "StartUnit " UNIT "\nStopUnit " UNIT "\nStartUnit " UNIT "\n");
}

/* What an administrator started stays. */
static void
test_not_ours (Fixture *f, gconstpointer unit)
{
  g_autoptr (BywayIpsecEngine) engine = byway_strongswan_new (f->socket, f->bus);

  f->charon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, fake, f->socket, "normal",
                                f->journal, NULL);
  while (!g_file_test (f->socket, G_FILE_TEST_EXISTS))
    g_usleep (5000);
  g_usleep (50000);
  probe (f, engine);
  g_assert_no_error (f->error);
  idle (f, engine);
  g_assert_cmpstr (f->calls->str, ==, "");
}

static void
test_no_unit (Fixture *f, gconstpointer unit)
{
  g_autoptr (BywayIpsecEngine) engine = byway_strongswan_new (f->socket, f->bus);

  probe (f, engine);
  g_assert_true (g_error_matches (f->error, BYWAY_FAILURE, BYWAY_CAUSE_NO_IKE_DAEMON)
                 || g_error_matches (f->error, BYWAY_FAILURE, BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE));
  g_assert_cmpstr (f->calls->str, ==,
                   "StartUnit strongswan-starter.service\nStartUnit strongswan.service\n"
                   "StartUnit strongswan-swanctl.service\n");
  g_assert_false (g_file_test (f->mark, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  fake = argv[1];
  g_test_add ("/charon/started-and-stopped", Fixture, UNIT, set_up, test_started_and_stopped,
              tear_down);
  g_test_add ("/charon/remembered", Fixture, UNIT, set_up, test_remembered, tear_down);
  g_test_add ("/charon/remembered-early", Fixture, UNIT, set_up, test_remembered_early, tear_down);
  g_test_add ("/charon/called-off", Fixture, UNIT, set_up, test_called_off, tear_down);
  g_test_add ("/charon/wanted-meanwhile", Fixture, UNIT, set_up, test_wanted_meanwhile, tear_down);
  g_test_add ("/charon/wanted-while-it-ends", Fixture, UNIT, set_up, test_wanted_while_it_ends,
              tear_down);
  g_test_add ("/charon/not-ours", Fixture, UNIT, set_up, test_not_ours, tear_down);
  g_test_add ("/charon/no-unit", Fixture, "other.service", set_up, test_no_unit, tear_down);
  return g_test_run ();
}
