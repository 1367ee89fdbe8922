/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-sleep.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <poll.h>
#include <unistd.h>

/* A logind of ours on a private bus: its word when the machine sleeps, and whether anybody makes it
 * wait. */

#define NAME "org.freedesktop.login1"
#define PATH "/org/freedesktop/login1"
#define INTERFACE NAME ".Manager"
#define QUIET_MS 150

static const char xml[]
    = "<node><interface name='" INTERFACE "'><method name='Inhibit'>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='h' direction='out'/>"
      "</method></interface></node>";

typedef struct
{
  GDBusConnection *bus;
  guint object, name;
  GArray *locks; /* int: our ends of the pipes */
  guint asked;
  gboolean slow;                   /* what is asked waits in: */
  GDBusMethodInvocation *deferred; /* NULL: nothing */
} Logind;

typedef struct
{
  GTestDBus *daemon;
  GDBusConnection *bus; /* the helper's */
  BywaySleep *sleep;
  Logind *logind;
  guint sleeping, awake;
} World;

/* --- logind --------------------------------------------------------------------------------- */

static void
grant (Logind *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  int ends[2];

  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  g_array_append_val (self->locks, ends[0]);
  g_unix_fd_list_append (list, ends[1], NULL);
  close (ends[1]);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           list);
}

static void
on_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
         const char *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  Logind *self = data;
  const char *what, *who, *why, *mode;

  g_variant_get (arguments, "(&s&s&s&s)", &what, &who, &why, &mode);
  g_assert_cmpstr (what, ==, "sleep");
  g_assert_cmpstr (mode, ==, "delay");
  g_assert_cmpstr (who, !=, "");
  g_assert_cmpstr (why, !=, "");
  self->asked++;
  if (!self->slow)
    grant (self, invocation);
  else
    {
      g_assert_null (self->deferred);
      self->deferred = invocation;
    }
}

static GDBusConnection *
connect_to (GTestDBus *daemon)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (daemon),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

static Logind *
logind_new (GTestDBus *daemon, gboolean slow)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);
  Logind *self = g_new0 (Logind, 1);

  self->slow = slow;
  self->bus = connect_to (daemon);
  self->locks = g_array_new (FALSE, FALSE, sizeof (int));
  self->object = g_dbus_connection_register_object (self->bus, PATH, info->interfaces[0], &vtable,
                                                    self, NULL, NULL);
  self->name = g_bus_own_name_on_connection (self->bus, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL,
                                             NULL, NULL, NULL);
  return self;
}

static void
logind_free (Logind *self)
{
  g_dbus_connection_unregister_object (self->bus, self->object);
  if (self->name != 0)
    g_bus_unown_name (self->name);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_object_unref (self->bus);
  for (guint i = 0; i < self->locks->len; i++)
    close (g_array_index (self->locks, int, i));
  g_array_unref (self->locks);
  g_free (self);
}

/* Locks that somebody still has. */
static guint
held (const Logind *self)
{
  guint n = 0;

  for (guint i = 0; i < self->locks->len; i++)
    {
      struct pollfd lock = { .fd = g_array_index (self->locks, int, i), .events = POLLIN };

      g_assert_cmpint (poll (&lock, 1, 0), >=, 0);
      n += (lock.revents & POLLHUP) == 0;
    }
  return n;
}

static void
emit (GDBusConnection *bus, gboolean begins)
{
  g_dbus_connection_emit_signal (bus, NULL, PATH, INTERFACE, "PrepareForSleep",
                                 g_variant_new ("(b)", begins), NULL);
}

/* --- the world ------------------------------------------------------------------------------ */

static void
on_sleeping (BywaySleep *sleep, World *world)
{
  world->sleeping++;
}

static void
on_awake (BywaySleep *sleep, World *world)
{
  world->awake++;
}

static void
begin (World *world)
{
  world->sleep = byway_sleep_new (world->bus);
  g_signal_connect (world->sleep, "sleeping", G_CALLBACK (on_sleeping), world);
  g_signal_connect (world->sleep, "awake", G_CALLBACK (on_awake), world);
}

static void
set_up (World *world, gconstpointer with_logind)
{
  world->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (world->daemon);
  world->bus = connect_to (world->daemon);
  if (with_logind != NULL)
    world->logind = logind_new (world->daemon, FALSE);
  begin (world);
}

static void
tear_down (World *world, gconstpointer with_logind)
{
  g_clear_object (&world->sleep);
  g_clear_pointer (&world->logind, logind_free);
  g_dbus_connection_close_sync (world->bus, NULL, NULL);
  g_clear_object (&world->bus);
  g_test_dbus_stop (world->daemon);
  g_clear_object (&world->daemon);
}

static gboolean
on_time (gpointer over)
{
  *(gboolean *)over = TRUE;
  return G_SOURCE_REMOVE;
}

/* All that is on its way arrives. */
static void
settle (void)
{
  gboolean over = FALSE;

  g_timeout_add (QUIET_MS, on_time, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

#define WAIT_UNTIL(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gboolean late = FALSE;                                                                         \
    guint timer = g_timeout_add_seconds (10, on_time, &late);                                      \
    while (!(condition) && !late)                                                                  \
      g_main_context_iteration (NULL, TRUE);                                                       \
    if (!late)                                                                                     \
      g_source_remove (timer);                                                                     \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

static void
wait_for_lock (World *world, guint asked)
{
  WAIT_UNTIL (world->logind->asked >= asked && held (world->logind) == 1);
  settle ();
  g_assert_cmpuint (world->logind->asked, ==, asked);
  g_assert_cmpuint (held (world->logind), ==, 1);
}

/* --- the tests ------------------------------------------------------------------------------ */

static void
test_there_and_back (World *world, gconstpointer data)
{
  wait_for_lock (world, 1);
  for (guint night = 1; night <= 2; night++)
    {
      emit (world->logind->bus, TRUE);
      WAIT_UNTIL (world->sleeping == night);
      settle ();
      g_assert_cmpuint (held (world->logind), ==, 1); /* the goodbyes are being said */
      byway_sleep_may_begin (world->sleep);
      g_assert_cmpuint (held (world->logind), ==, 0);
      settle ();
      g_assert_cmpuint (held (world->logind), ==, 0);
      g_assert_cmpuint (world->awake, ==, night - 1);
      emit (world->logind->bus, FALSE);
      WAIT_UNTIL (world->awake == night);
      wait_for_lock (world, night + 1);
    }
  g_assert_cmpuint (world->sleeping, ==, 2);
  g_clear_object (&world->sleep);
  g_assert_cmpuint (held (world->logind), ==, 0);
}

/* Nobody tells of sleep, and nothing is asked; until one comes. */
static void
test_absent (World *world, gconstpointer data)
{
  byway_sleep_may_begin (world->sleep);
  settle ();
  g_assert_cmpuint (world->sleeping + world->awake, ==, 0);
  world->logind = logind_new (world->daemon, FALSE);
  wait_for_lock (world, 1);
}

/* What the first one gave is nothing to the second. */
static void
test_restarted (World *world, gconstpointer data)
{
  Logind *first = world->logind;

  wait_for_lock (world, 1);
  g_bus_unown_name (first->name);
  first->name = 0;
  settle ();
  world->logind = logind_new (world->daemon, FALSE);
  wait_for_lock (world, 1);
  g_assert_cmpuint (held (first), ==, 0);
  emit (world->logind->bus, TRUE);
  WAIT_UNTIL (world->sleeping == 1);
  byway_sleep_may_begin (world->sleep);
  g_assert_cmpuint (held (world->logind), ==, 0);
  logind_free (first);
}

/* The answer comes when nobody wants it any more: the machine must not wait for us in vain. */
static void
test_late_answer (World *world, gconstpointer data)
{
  world->logind = logind_new (world->daemon, TRUE);
  WAIT_UNTIL (world->logind->deferred != NULL);
  emit (world->logind->bus, TRUE);
  WAIT_UNTIL (world->sleeping == 1);
  byway_sleep_may_begin (world->sleep);
  grant (world->logind, g_steal_pointer (&world->logind->deferred));
  settle ();
  g_assert_cmpuint (held (world->logind), ==, 0);
  world->logind->slow = FALSE;
  emit (world->logind->bus, FALSE);
  wait_for_lock (world, 2);
}

/* Nobody but logind says that the machine sleeps. */
static void
test_impostor (World *world, gconstpointer data)
{
  g_autoptr (GDBusConnection) stranger = connect_to (world->daemon);

  wait_for_lock (world, 1);
  emit (stranger, TRUE);
  emit (stranger, FALSE);
  settle ();
  g_assert_cmpuint (world->sleeping + world->awake, ==, 0);
  g_assert_cmpuint (world->logind->asked, ==, 1);
  g_dbus_connection_close_sync (stranger, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, with_logind, test)                                                               \
  g_test_add ("/sleep/" name, World, with_logind, set_up, test, tear_down)
  ADD ("there-and-back", "logind", test_there_and_back);
  ADD ("absent", NULL, test_absent);
  ADD ("restarted", "logind", test_restarted);
  ADD ("late-answer", NULL, test_late_answer);
  ADD ("impostor", "logind", test_impostor);
#undef ADD
  return g_test_run ();
}
